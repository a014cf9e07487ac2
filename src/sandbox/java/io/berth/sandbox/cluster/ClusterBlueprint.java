package io.berth.sandbox.cluster;

import java.util.List;

/**
 * What a simulated cluster is made of.
 *
 * @param name the cluster's name, such as {@code nordic}
 * @param kubernetesVersion what {@code /version} and the kubelets report, such as {@code v1.34.2}
 * @param nodes its nodes; missing ones are created when the cluster starts, others are left as they
 *     are
 */
public record ClusterBlueprint(String name, String kubernetesVersion, List<NodeBlueprint> nodes) {

  /** Copies the nodes. */
  public ClusterBlueprint {
    nodes = List.copyOf(nodes);
  }
}
