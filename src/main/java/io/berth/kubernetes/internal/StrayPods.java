package io.berth.kubernetes.internal;

import io.berth.kubernetes.domain.LeanObjects;
import io.berth.kubernetes.domain.LeaseContents;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.domain.NodeMarks;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.berth.leasing.LeaseId;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Pods in a lease's namespace on nodes that the lease does not have, or has no more, whoever made
 * them: they use what others pay for. A tenant's own are such, too, on nodes that the lease has not
 * whole any more: nothing keeps them from what others have there.
 */
final class StrayPods {

  private static final Logger LOG = Logger.getLogger(StrayPods.class);
  private static final int NOT_FOUND = 404;
  private static final String PHASE = "status.phase";
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private StrayPods() {}

  /** Every pod of a namespace that has not ended; a quota bounds how many. Blocks. */
  static List<Pod> unfinished(KubernetesClient client, String namespace, Pages pages) {
    return pages.all(
        client
            .pods()
            .inNamespace(namespace)
            .withoutField(PHASE, "Succeeded")
            .withoutField(PHASE, "Failed"),
        LeanObjects::of);
  }

  /**
   * Those of the pods that are to go. What has ended holds nothing, what is being deleted goes
   * already, and a job's part on a node that was replaced goes with its job's next attempt.
   *
   * @param parts Jobs that the service made
   * @param nodes which the lease has or had
   */
  static List<Pod> among(LeaseId lease, List<Pod> pods, List<Job> parts, List<LeasedNode> nodes) {
    Set<String> leased = names(nodes.stream().filter(node -> node.slots() > 0).toList());
    Set<String> whole = names(nodes.stream().filter(NodeMarks::isWhole).toList());
    Set<String> former = names(nodes.stream().filter(node -> node.slots() == 0).toList());
    return pods.stream()
        .filter(pod -> pod.getSpec().getNodeName() != null)
        .filter(pod ->
            !(NodeMarks.selectsWhole(lease, pod) ? whole : leased)
                .contains(pod.getSpec().getNodeName()))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> pod.getStatus() == null || !ENDED.contains(pod.getStatus().getPhase()))
        .filter(
            pod -> !(former.contains(pod.getSpec().getNodeName()) && isOfPart(pod, parts, nodes)))
        .toList();
  }

  private static Set<String> names(List<LeasedNode> nodes) {
    return nodes.stream().map(node -> node.node().name()).collect(Collectors.toSet());
  }

  /**
   * Whether a part made a pod and tied it to the node that it is on. Tenants may say of their pods
   * that a part owns them, but not give them the service's label.
   */
  private static boolean isOfPart(Pod pod, List<Job> parts, List<LeasedNode> nodes) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    if (labels == null || !Marks.BERTH.equals(labels.get(Marks.MANAGED_BY))) {
      return false;
    }
    Optional<String> owner =
        pod.getMetadata().getOwnerReferences().stream()
            .filter(reference -> Boolean.TRUE.equals(reference.getController()))
            .map(OwnerReference::getUid)
            .findFirst();
    return parts.stream()
        .filter(part -> owner.filter(part.getMetadata().getUid()::equals).isPresent())
        .mapToInt(part -> LeaseContents.nodeNumber(part, nodes))
        .anyMatch(number ->
            number >= 0 && nodes.get(number).node().name().equals(pod.getSpec().getNodeName()));
  }

  /** Deletes pods until the cluster fails to do one; the next step finds the rest. Blocks. */
  static void evict(KubernetesClient client, List<Pod> pods) {
    for (Pod pod : pods) {
      LOG.warnf(
          "A pod ran on a node that its lease does not have: namespace=%s pod=%s node=%s",
          pod.getMetadata().getNamespace(),
          pod.getMetadata().getName(),
          pod.getSpec().getNodeName());
      try {
        client.resource(pod).delete();
      } catch (KubernetesClientException e) {
        if (e.getCode() != NOT_FOUND) {
          LOG.warnf(
              "A pod could not be evicted: namespace=%s pod=%s status=%d",
              pod.getMetadata().getNamespace(), pod.getMetadata().getName(), e.getCode());
          return;
        }
      }
    }
  }
}
