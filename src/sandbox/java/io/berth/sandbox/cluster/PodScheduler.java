package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Binds waiting pods to nodes, the oldest first, each to the fitting node with the fewest pods. */
final class PodScheduler {

  private static final String COMPONENT = "default-scheduler";

  private final ObjectStore store;
  private final PodClaims claims;
  private final EventRecorder events;

  PodScheduler(ObjectStore store, PodClaims claims, EventRecorder events) {
    this.store = store;
    this.claims = claims;
    this.events = events;
  }

  void pass(Instant now) {
    List<Pod> pods = store.list(Pod.class);
    List<Pod> waiting =
        pods.stream()
            .filter(p -> !isBound(p) && !PodResources.isTerminal(p))
            .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
            .sorted(
                Comparator.comparing((Pod p) -> p.getMetadata().getCreationTimestamp())
                    .thenComparing(p -> p.getMetadata().getName()))
            .toList();
    if (waiting.isEmpty()) {
      return;
    }
    List<Node> nodes = store.list(Node.class);
    Map<String, Map<String, BigDecimal>> freeByNode = new HashMap<>();
    Map<String, Integer> podsByNode = new HashMap<>();
    for (Node node : nodes) {
      Map<String, BigDecimal> free =
          node.getStatus() == null || node.getStatus().getAllocatable() == null
              ? new HashMap<>()
              : PodResources.amounts(node.getStatus().getAllocatable());
      free.putAll(claims.devices(node.getMetadata().getName()));
      freeByNode.put(node.getMetadata().getName(), free);
    }
    for (Pod pod : pods) {
      if (isBound(pod) && !PodResources.isTerminal(pod)) {
        take(pod, pod.getSpec().getNodeName(), freeByNode, podsByNode);
      }
    }
    for (Pod pod : waiting) {
      schedule(pod, nodes, freeByNode, podsByNode, now)
          .ifPresent(node -> take(pod, node, freeByNode, podsByNode));
    }
  }

  private Optional<String> schedule(
      Pod pod,
      List<Node> nodes,
      Map<String, Map<String, BigDecimal>> freeByNode,
      Map<String, Integer> podsByNode,
      Instant now) {
    Map<String, Integer> obstacles = new TreeMap<>();
    Optional<String> best =
        nodes.stream()
            .filter(node -> {
              Map<String, BigDecimal> free =
                  freeByNode.getOrDefault(node.getMetadata().getName(), Map.of());
              Optional<String> obstacle =
                  NodeFit.obstacle(pod.getSpec(), node, free).or(() -> claims.obstacle(pod, free));
              obstacle.ifPresent(o -> obstacles.merge(o, 1, Integer::sum));
              return obstacle.isEmpty();
            })
            .map(node -> node.getMetadata().getName())
            .min(
                Comparator.comparingInt((String name) -> podsByNode.getOrDefault(name, 0))
                    .thenComparing(Comparator.naturalOrder()));
    if (best.isPresent()) {
      bind(pod, best.get(), now);
    } else {
      String reasons =
          obstacles.entrySet().stream()
              .map(o -> o.getValue() + " " + o.getKey())
              .collect(Collectors.joining(", "));
      report(pod, "0/" + nodes.size() + " nodes are available: " + reasons + ".", now);
    }
    return best;
  }

  private void bind(Pod pod, String node, Instant now) {
    Pod bound =
        new PodBuilder(pod)
            .editSpec()
            .withNodeName(node)
            .endSpec()
            .withNewStatus()
            .withPhase("Pending")
            .withConditions(condition("True", null, null, now))
            .endStatus()
            .build();
    store.replace(bound);
    store.replaceStatus(bound);
    events.normal(
        pod,
        COMPONENT,
        "Scheduled",
        "Successfully assigned %s/%s to %s"
            .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), node),
        now);
  }

  private void report(Pod pod, String message, Instant now) {
    boolean known =
        pod.getStatus() != null
            && pod.getStatus().getConditions().stream()
                .anyMatch(c -> message.equals(c.getMessage()));
    if (!known) {
      store.replaceStatus(
          new PodBuilder(pod)
              .withNewStatus()
              .withPhase("Pending")
              .withConditions(condition("False", "Unschedulable", message, now))
              .endStatus()
              .build());
    }
    events.warning(pod, COMPONENT, "FailedScheduling", message, now);
  }

  private static PodCondition condition(
      String status, @Nullable String reason, @Nullable String message, Instant now) {
    return new PodConditionBuilder()
        .withType("PodScheduled")
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withLastTransitionTime(Times.format(now))
        .build();
  }

  private void take(
      Pod pod,
      String node,
      Map<String, Map<String, BigDecimal>> freeByNode,
      Map<String, Integer> podsByNode) {
    podsByNode.merge(node, 1, Integer::sum);
    Map<String, BigDecimal> free = freeByNode.get(node);
    if (free != null) {
      PodResources.requests(pod.getSpec())
          .forEach(
              (name, amount) -> free.computeIfPresent(name, (_, left) -> left.subtract(amount)));
      claims
          .taken(pod)
          .forEach(
              (name, amount) -> free.computeIfPresent(name, (_, left) -> left.subtract(amount)));
      free.computeIfPresent("pods", (_, left) -> left.subtract(BigDecimal.ONE));
    }
  }

  private static boolean isBound(Pod pod) {
    return pod.getSpec().getNodeName() != null && !pod.getSpec().getNodeName().isEmpty();
  }
}
