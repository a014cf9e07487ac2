package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs bound pods as their {@link ContainerScript} says. All it knows is in the pods' status, so
 * that a restart in the middle changes nothing. Pods on a node that is not ready stay as they are.
 */
final class Kubelet {

  private static final String COMPONENT = "kubelet";

  private final ObjectStore store;
  private final EventRecorder events;

  Kubelet(ObjectStore store, EventRecorder events) {
    this.store = store;
    this.events = events;
  }

  void pass(Instant now) {
    Map<String, Node> nodes = new HashMap<>();
    store.list(Node.class).forEach(n -> nodes.put(n.getMetadata().getName(), n));
    for (Pod pod : store.list(Pod.class)) {
      Node node = nodes.get(Objects.requireNonNullElse(pod.getSpec().getNodeName(), ""));
      if (node == null || PodResources.isTerminal(pod) || !NodeFit.isReady(node)) {
        continue;
      }
      if (NodeFit.untolerated(pod.getSpec(), node, List.of("NoExecute")).isPresent()) {
        events.warning(
            pod, "taint-eviction-controller", "TaintManagerEviction", "Deleting pod", now);
        store.delete(pod);
        continue;
      }
      Pod next = PodLife.next(pod, now);
      if (next.equals(pod)) {
        continue;
      }
      if (!PodLife.isStarted(pod)) {
        for (Container container : pod.getSpec().getContainers()) {
          events.normal(pod, COMPONENT, "Started", "Started container " + container.getName(), now);
        }
      }
      store.replaceStatus(next);
    }
  }
}
