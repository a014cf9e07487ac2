package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a pod may run on a node, by the rules of the Kubernetes scheduler. */
final class NodeFit {

  /** The taint of a cordoned node. */
  static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

  private NodeFit() {}

  /**
   * Why the pod does not fit, in the scheduler's words; empty where it fits.
   *
   * @param free what is left of the node's allocatable resources
   */
  static Optional<String> obstacle(PodSpec pod, Node node, Map<String, BigDecimal> free) {
    if (!isReady(node)) {
      return Optional.of("node(s) were not ready");
    }
    if (isUnschedulable(node)
        && pod.getTolerations().stream().noneMatch(NodeFit::toleratesCordon)) {
      return Optional.of("node(s) were unschedulable");
    }
    if (!matchesSelector(pod, node)) {
      return Optional.of("node(s) didn't match Pod's node affinity/selector");
    }
    Optional<Taint> taint = untolerated(pod, node, List.of("NoSchedule", "NoExecute"));
    if (taint.isPresent()) {
      return Optional.of(
          "node(s) had untolerated taint {%s: %s}"
              .formatted(
                  taint.get().getKey(), Objects.requireNonNullElse(taint.get().getValue(), "")));
    }
    for (Map.Entry<String, BigDecimal> asked : PodResources.requests(pod).entrySet()) {
      if (asked.getValue().compareTo(free.getOrDefault(asked.getKey(), BigDecimal.ZERO)) > 0) {
        return Optional.of("Insufficient " + asked.getKey());
      }
    }
    return free.getOrDefault("pods", BigDecimal.ONE).signum() > 0
        ? Optional.empty()
        : Optional.of("Too many pods");
  }

  private static boolean toleratesCordon(Toleration toleration) {
    return tolerates(
        toleration, new TaintBuilder().withKey(UNSCHEDULABLE).withEffect("NoSchedule").build());
  }

  static boolean isReady(Node node) {
    return node.getStatus() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  static boolean isUnschedulable(Node node) {
    return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
  }

  /** The first of the node's taints with one of the effects that the pod does not tolerate. */
  static Optional<Taint> untolerated(PodSpec pod, Node node, List<String> effects) {
    if (node.getSpec() == null) {
      return Optional.empty();
    }
    return node.getSpec().getTaints().stream()
        .filter(taint -> effects.contains(taint.getEffect()))
        .filter(taint -> pod.getTolerations().stream().noneMatch(t -> tolerates(t, taint)))
        .findFirst();
  }

  private static boolean tolerates(Toleration toleration, Taint taint) {
    boolean exists = "Exists".equals(toleration.getOperator());
    String key = Objects.requireNonNullElse(toleration.getKey(), "");
    String effect = Objects.requireNonNullElse(toleration.getEffect(), "");
    if (!effect.isEmpty() && !effect.equals(taint.getEffect())) {
      return false;
    }
    if (key.isEmpty()) {
      return exists;
    }
    return key.equals(taint.getKey())
        && (exists
            || Objects.requireNonNullElse(toleration.getValue(), "")
                .equals(Objects.requireNonNullElse(taint.getValue(), "")));
  }

  private static boolean matchesSelector(PodSpec pod, Node node) {
    Map<String, String> labels = labels(node);
    if (pod.getNodeSelector() != null
        && !labels.entrySet().containsAll(pod.getNodeSelector().entrySet())) {
      return false;
    }
    Affinity affinity = pod.getAffinity();
    if (affinity == null
        || affinity.getNodeAffinity() == null
        || affinity.getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution() == null) {
      return true;
    }
    return affinity
        .getNodeAffinity()
        .getRequiredDuringSchedulingIgnoredDuringExecution()
        .getNodeSelectorTerms()
        .stream()
        .anyMatch(term -> matches(term, node, labels));
  }

  /** A term's requirements all hold; a term without any matches nothing. */
  private static boolean matches(NodeSelectorTerm term, Node node, Map<String, String> labels) {
    if (term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty()) {
      return false;
    }
    Map<String, String> fields = Map.of("metadata.name", node.getMetadata().getName());
    return term.getMatchExpressions().stream().allMatch(r -> holds(r, labels))
        && term.getMatchFields().stream().allMatch(r -> holds(r, fields));
  }

  private static boolean holds(NodeSelectorRequirement requirement, Map<String, String> values) {
    String value = values.get(requirement.getKey());
    return switch (requirement.getOperator()) {
      case "In" -> value != null && requirement.getValues().contains(value);
      case "NotIn" -> value == null || !requirement.getValues().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> compare(value, requirement).map(c -> c > 0).orElse(false);
      case "Lt" -> compare(value, requirement).map(c -> c < 0).orElse(false);
      default -> false;
    };
  }

  private static Optional<Integer> compare(
      @Nullable String value, NodeSelectorRequirement requirement) {
    try {
      return value == null
          ? Optional.empty()
          : Optional.of(
              Long.compare(
                  Long.parseLong(value), Long.parseLong(requirement.getValues().getFirst())));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static Map<String, String> labels(Node node) {
    return Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of());
  }
}
