package io.berth.plane;

import io.berth.sandbox.cluster.NodeBlueprint;
import io.berth.sandbox.cluster.PodLife;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What the kubelets of all nodes do for a control plane without any: nodes join, bound pods run and
 * end as their command says, and pods that are to stop are gone at once.
 */
public final class FakeKubelet implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final String KUBELET_VERSION = "v1.20.2";

  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private final KubernetesClient admin;

  /** Nodes whose kubelets are dead. */
  private final Set<String> dead = ConcurrentHashMap.newKeySet();

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> Thread.ofPlatform().daemon().name("fake-kubelet").unstarted(work));

  private FakeKubelet(KubernetesClient admin) {
    this.admin = admin;
  }

  /** Starts it; it goes on through pauses of the API server until it is closed. */
  public static FakeKubelet start(ControlPlane plane) {
    FakeKubelet kubelet = new FakeKubelet(plane.admin());
    var _ =
        kubelet.thread.scheduleWithFixedDelay(
            kubelet::pass, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return kubelet;
  }

  /** Nodes join the cluster, as they say they are. */
  public void join(List<NodeBlueprint> nodes) {
    for (NodeBlueprint blueprint : nodes) {
      Node node = blueprint.toNode(KUBELET_VERSION);
      admin.resource(node).create();
      // A patch, since the node's controllers write to it too.
      admin
          .nodes()
          .withName(blueprint.name())
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"status\": " + JSON.asJson(node.getStatus()) + "}");
    }
  }

  /** Nodes leave the cluster. */
  public void leave(List<NodeBlueprint> nodes) {
    nodes.forEach(node -> admin.nodes().withName(node.name()).delete());
  }

  /**
   * A node's kubelet dies: its pods neither go on nor stop for the API server, and the node is not
   * ready, as the controller of nodes' lives would note.
   */
  public void kill(String node) {
    dead.add(node);
    ready(node, "Unknown");
  }

  /** It is back. */
  public void revive(String node) {
    dead.remove(node);
    ready(node, "True");
  }

  private void ready(String node, String status) {
    admin
        .nodes()
        .withName(node)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            "{\"status\": {\"conditions\": [{\"type\": \"Ready\", \"status\": \"%s\"}]}}"
                .formatted(status));
  }

  private void pass() {
    try {
      for (Pod pod : admin.pods().inAnyNamespace().list().getItems()) {
        look(pod);
      }
    } catch (KubernetesClientException e) {
      // The API server has a pause; the next pass goes on.
    }
  }

  private void look(Pod pod) {
    try {
      if (pod.getSpec().getNodeName() == null || dead.contains(pod.getSpec().getNodeName())) {
        return;
      }
      if (pod.getMetadata().getDeletionTimestamp() != null) {
        admin.resource(pod).withGracePeriod(0).delete();
        return;
      }
      Pod next = PodLife.next(pod, Instant.now());
      if (!next.equals(pod)) {
        admin.resource(next).updateStatus();
      }
    } catch (KubernetesClientException e) {
      // Somebody changed or removed it meanwhile: the next pass sees.
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(INTERVAL.toSeconds() + 10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    admin.close();
  }
}
