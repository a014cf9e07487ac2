package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node as its cluster shows it when it joins.
 *
 * @param name the node's name; the host name label follows from it
 * @param labels the labels, without the host name
 * @param allocatable what pods may ask for, as Kubernetes writes quantities
 * @param taints the taints
 * @param schedulable false for a cordoned node
 * @param ready the status of its {@code Ready} condition
 */
public record NodeBlueprint(
    String name,
    Map<String, String> labels,
    Map<String, String> allocatable,
    List<Taint> taints,
    boolean schedulable,
    boolean ready) {

  /** Copies the collections. */
  public NodeBlueprint {
    labels = Map.copyOf(labels);
    allocatable = Map.copyOf(allocatable);
    taints = List.copyOf(taints);
  }

  /** A plain node: no accelerators, no taints, schedulable and ready. */
  public static NodeBlueprint plain(String name, String region, String zone) {
    return new NodeBlueprint(
        name,
        Map.of(
            "kubernetes.io/arch",
            "amd64",
            "kubernetes.io/os",
            "linux",
            "topology.kubernetes.io/region",
            region,
            "topology.kubernetes.io/zone",
            zone),
        Map.of("cpu", "64", "memory", "256Gi", "ephemeral-storage", "1Ti", "pods", "110"),
        List.of(),
        true,
        true);
  }

  /** The same node with one more label, or another value for it. */
  public NodeBlueprint withLabel(String key, String value) {
    return withLabels(Map.of(key, value));
  }

  /** The same node with more labels; of two values for a key the new one holds. */
  public NodeBlueprint withLabels(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(labels);
    all.putAll(more);
    return new NodeBlueprint(name, all, allocatable, taints, schedulable, ready);
  }

  /**
   * The same node with another allocatable amount of one resource, such as {@code nvidia.com/gpu}
   * and 8.
   */
  public NodeBlueprint withAllocatable(String resource, String amount) {
    Map<String, String> all = new HashMap<>(allocatable);
    all.put(resource, amount);
    return new NodeBlueprint(name, labels, all, taints, schedulable, ready);
  }

  /** The same node with one more taint; effects as in Kubernetes, such as {@code NoSchedule}. */
  public NodeBlueprint withTaint(String key, String value, String effect) {
    List<Taint> all = new ArrayList<>(taints);
    all.add(new TaintBuilder().withKey(key).withValue(value).withEffect(effect).build());
    return new NodeBlueprint(name, labels, allocatable, all, schedulable, ready);
  }

  /** The same node, cordoned. */
  public NodeBlueprint cordoned() {
    return new NodeBlueprint(name, labels, allocatable, taints, false, ready);
  }

  /** The same node with its kubelet silent. */
  public NodeBlueprint notReady() {
    return new NodeBlueprint(name, labels, allocatable, taints, schedulable, false);
  }

  /**
   * The node as an object of the API, status included.
   *
   * @param kubeletVersion what its kubelet reports, such as {@code v1.34.2}
   */
  public Node toNode(String kubeletVersion) {
    Map<String, Quantity> quantities = new TreeMap<>();
    allocatable.forEach((resource, amount) -> quantities.put(resource, new Quantity(amount)));
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(new TreeMap<>(labels))
        .addToLabels("kubernetes.io/hostname", name)
        .endMetadata()
        .withNewSpec()
        .withTaints(taints)
        .withUnschedulable(schedulable ? null : Boolean.TRUE)
        .withProviderID("simulated:///" + name)
        .endSpec()
        .withNewStatus()
        .withAllocatable(quantities)
        .withCapacity(quantities)
        .addNewAddress()
        .withType("Hostname")
        .withAddress(name)
        .endAddress()
        .withConditions(
            new NodeConditionBuilder()
                .withType("MemoryPressure")
                .withStatus("False")
                .withReason("KubeletHasSufficientMemory")
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(now)
                .build(),
            new NodeConditionBuilder()
                .withType("Ready")
                .withStatus(ready ? "True" : "Unknown")
                .withReason(ready ? "KubeletReady" : "NodeStatusUnknown")
                .withMessage(
                    ready
                        ? "kubelet is posting ready status"
                        : "Kubelet stopped posting node status.")
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(now)
                .build())
        .withNewNodeInfo()
        .withKubeletVersion(kubeletVersion)
        .withKubeProxyVersion(kubeletVersion)
        .withArchitecture(labels.getOrDefault("kubernetes.io/arch", "amd64"))
        .withOperatingSystem("linux")
        .withOsImage("Ubuntu 24.04.3 LTS")
        .withKernelVersion("6.8.0-87-generic")
        .withContainerRuntimeVersion("containerd://2.1.5")
        .withMachineID("")
        .withSystemUUID("")
        .withBootID("")
        .endNodeInfo()
        .endStatus()
        .build();
  }
}
