package io.berth.kubernetes.internal;

import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Pods that nobody will ever say have stopped, since the node that they ran on is lost, its kubelet
 * with it. They would keep their job from starting elsewhere, and their namespace from going.
 */
final class LostPods {

  /** How long after its grace a pod is waited for: a kubelet that lives has killed it by then. */
  private static final Duration OVERDUE = Duration.ofSeconds(10);

  private static final int NOT_FOUND = 404;

  private LostPods() {}

  /** Whether pods of a lease might be lost. */
  static boolean arePossible(List<LeasedNode> nodes) {
    return nodes.stream().anyMatch(node -> !node.node().sellable());
  }

  /**
   * Removes those of the pods that should have stopped long ago, on nodes that are not well and of
   * which the cluster says that they are gone or do not answer. Blocks.
   *
   * @param nodes which the lease has or had
   */
  static void letGo(KubernetesClient client, List<Pod> pods, List<LeasedNode> nodes, Instant now) {
    Set<String> unwell =
        nodes.stream()
            .filter(node -> !node.node().sellable())
            .map(node -> node.node().name())
            .collect(Collectors.toSet());
    Map<String, List<Pod>> overdue =
        pods.stream()
            .filter(pod -> unwell.contains(pod.getSpec().getNodeName()) && isOverdue(pod, now))
            .collect(Collectors.groupingBy(pod -> pod.getSpec().getNodeName()));
    overdue.forEach((node, left) -> {
      // A kubelet that lives stops its pods itself, be it slowly: until then they have the devices.
      if (!answers(client, node)) {
        left.forEach(pod -> remove(client, pod));
      }
    });
  }

  private static boolean answers(KubernetesClient client, String name) {
    Node node = client.nodes().withName(name).get();
    return node != null && NodeReader.isReady(node);
  }

  private static void remove(KubernetesClient client, Pod pod) {
    try {
      client.resource(pod).withGracePeriod(0).delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != NOT_FOUND) {
        throw e;
      }
    }
  }

  /** A deletion's time is when the grace that it gives is over. */
  private static boolean isOverdue(Pod pod, Instant now) {
    String deletion = pod.getMetadata().getDeletionTimestamp();
    return deletion != null && Instant.parse(deletion).plus(OVERDUE).isBefore(now);
  }
}
