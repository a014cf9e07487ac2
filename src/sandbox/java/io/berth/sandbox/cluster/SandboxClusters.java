package io.berth.sandbox.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The sandbox's three providers' clusters.
 *
 * <p>Region labels start with the country's ISO 3166-1 alpha-2 code, so that a node's country can
 * be read from its region. Each cluster also has what discovery meets in the field: a node that is
 * labelled H100 without a device, a cordoned node, and one without accelerators.
 */
public final class SandboxClusters {

  private static final String KUBERNETES_VERSION = "v1.34.2";
  private static final String TOPOLOGY_BLOCK = "cloud.provider.com/topology-block";
  private static final String CLIQUE = "nvidia.com/gpu.clique";

  private SandboxClusters() {}

  /** All three, in a fixed order. */
  public static List<ClusterBlueprint> all() {
    return List.of(nordic(), straits(), huabei());
  }

  /** A provider in Finland with nodes in FI, DE and US. */
  public static ClusterBlueprint nordic() {
    List<NodeBlueprint> nodes = new ArrayList<>();
    nodes.addAll(fabric(AcceleratorShape.H100, "fi-hel-1", "a", 4));
    nodes.addAll(nodes(AcceleratorShape.L40S, "fi-hel-1", "b", 2));
    nodes.addAll(nodes(AcceleratorShape.MI300X, "fi-hel-1", "b", 2));
    nodes.addAll(fabric(AcceleratorShape.H200, "de-fra-1", "a", 2));
    nodes.addAll(nodes(AcceleratorShape.A100, "de-fra-1", "a", 2));
    nodes.addAll(nodes(AcceleratorShape.GAUDI_3, "de-fra-1", "b", 2));
    nodes.addAll(fabric(AcceleratorShape.B200, "us-east-1", "a", 2));
    nodes.addAll(nodes(AcceleratorShape.MI300X, "us-east-1", "b", 1));
    nodes.addAll(oddities("fi-hel-1", AcceleratorShape.H100));
    return new ClusterBlueprint("nordic", KUBERNETES_VERSION, nodes);
  }

  /** A provider in Singapore with nodes in SG, MY, JP and AE. */
  public static ClusterBlueprint straits() {
    List<NodeBlueprint> nodes = new ArrayList<>();
    nodes.addAll(fabric(AcceleratorShape.H100, "sg-1", "a", 3));
    nodes.addAll(nodes(AcceleratorShape.L40S, "sg-1", "b", 2));
    nodes.addAll(nodes(AcceleratorShape.H20, "sg-1", "c", 2));
    nodes.addAll(fabric(AcceleratorShape.H200, "my-johor-1", "a", 2));
    nodes.addAll(nodes(AcceleratorShape.RTX_4090, "my-johor-1", "b", 2));
    nodes.addAll(fabric(AcceleratorShape.B200, "jp-tyo-1", "a", 2));
    nodes.addAll(nodes(AcceleratorShape.A100, "jp-tyo-1", "b", 2));
    nodes.addAll(fabric(AcceleratorShape.H100, "ae-dxb-1", "a", 2));
    nodes.addAll(nodes(AcceleratorShape.GAUDI_3, "ae-dxb-1", "b", 1));
    nodes.addAll(oddities("sg-1", AcceleratorShape.L40S));
    return new ClusterBlueprint("straits", KUBERNETES_VERSION, nodes);
  }

  /** A provider in China with nodes in CN alone. */
  public static ClusterBlueprint huabei() {
    List<NodeBlueprint> nodes = new ArrayList<>();
    nodes.addAll(nodes(AcceleratorShape.H20, "cn-north-1", "a", 4));
    nodes.addAll(fabric(AcceleratorShape.H100, "cn-north-1", "a", 2));
    nodes.addAll(nodes(AcceleratorShape.RTX_4090, "cn-north-1", "b", 2));
    nodes.addAll(nodes(AcceleratorShape.ASCEND_910B, "cn-north-2", "a", 4));
    nodes.addAll(nodes(AcceleratorShape.BIREN, "cn-north-2", "b", 2));
    nodes.addAll(oddities("cn-north-1", AcceleratorShape.H20));
    return new ClusterBlueprint("huabei", KUBERNETES_VERSION, nodes);
  }

  private static List<NodeBlueprint> nodes(
      AcceleratorShape shape, String region, String zone, int count) {
    List<NodeBlueprint> nodes = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      nodes.add(shape.node(name(shape, region, i), region, region + zone));
    }
    return nodes;
  }

  /**
   * Nodes on one network fabric, each with its own NVLink domain, as NVLink within a node makes it.
   */
  private static List<NodeBlueprint> fabric(
      AcceleratorShape shape, String region, String zone, int count) {
    List<NodeBlueprint> nodes = new ArrayList<>();
    int clique = 1;
    for (NodeBlueprint node : nodes(shape, region, zone, count)) {
      nodes.add(
          node.withLabel(TOPOLOGY_BLOCK, region + "-" + slug(shape))
              .withLabel(CLIQUE, region + "-" + slug(shape) + "." + clique));
      clique++;
    }
    return nodes;
  }

  private static List<NodeBlueprint> oddities(String region, AcceleratorShape cordoned) {
    return List.of(
        AcceleratorShape.H100
            .node("h100-" + region + "-empty", region, region + "a")
            .withAllocatable(AcceleratorShape.H100.resource(), "0"),
        cordoned.node(slug(cordoned) + "-" + region + "-cordoned", region, region + "b").cordoned(),
        NodeBlueprint.plain("cpu-" + region + "-1", region, region + "a"));
  }

  private static String name(AcceleratorShape shape, String region, int number) {
    return "%s-%s-%d".formatted(slug(shape), region, number);
  }

  private static String slug(AcceleratorShape shape) {
    return shape.name().toLowerCase(Locale.ROOT).replace("_", "");
  }
}
