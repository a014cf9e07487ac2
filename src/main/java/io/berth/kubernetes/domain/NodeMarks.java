package io.berth.kubernetes.domain;

import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.berth.leasing.LeaseId;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a lease puts on the nodes that it has slots of, and nobody else reads as a fact about them:
 * a label of its own, since several leases may share a node, and where it has the whole node a
 * taint. The label says which of both it is: what a tenant makes itself selects whole nodes.
 */
public final class NodeMarks {

  /** What our labels and taints of nodes begin with. */
  private static final String DOMAIN = "lease.berth.io/";

  private static final String TAINT = DOMAIN + "id";
  private static final String NO_SCHEDULE = "NoSchedule";
  private static final String WHOLE = "whole";
  private static final String SHARED = "leased";

  private NodeMarks() {}

  /** Whether a label or a taint of a node is one of ours. */
  public static boolean isOurs(String key) {
    return key.startsWith(DOMAIN);
  }

  /** Those of a pod's or a node's labels that are ours. */
  static Map<String, String> ours(@Nullable Map<String, String> labels) {
    Map<String, String> ours =
        new HashMap<>(Objects.requireNonNullElse(labels, Map.<String, String>of()));
    ours.keySet().removeIf(key -> !isOurs(key));
    return ours;
  }

  /** The key of the label that a lease's nodes carry; it follows from the lease's namespace. */
  public static String label(LeaseId lease) {
    return DOMAIN + Marks.digits(lease);
  }

  /**
   * Whether a lease has all that a node has. One that offers less for a while, as a device fails or
   * its plugin starts anew, is whole still where it was.
   */
  public static boolean isWhole(LeasedNode leased) {
    return leased.slots() > 0 && leased.slots() >= leased.node().slots() && !leased.isShared();
  }

  /** Whether a pod is one that runs on nodes alone that the lease has whole. */
  public static boolean selectsWhole(LeaseId lease, Pod pod) {
    return pod.getSpec().getNodeSelector() != null
        && WHOLE.equals(pod.getSpec().getNodeSelector().get(label(lease)));
  }

  /** What lets a lease's own pods onto nodes that it has whole. */
  public static Toleration toleration(LeaseId lease) {
    return new TolerationBuilder()
        .withKey(TAINT)
        .withOperator("Equal")
        .withValue(Marks.digits(lease))
        .withEffect(NO_SCHEDULE)
        .build();
  }

  /**
   * The change that puts a lease's marks on a node; empty where they are there. It holds for the
   * node as it was read, and for no later one.
   */
  public static Optional<Map<String, Object>> toMark(
      LeaseDelivery lease, LeasedNode leased, Node found) {
    String wantedLabel = isWhole(leased) ? WHOLE : SHARED;
    boolean labelled = wantedLabel.equals(labels(found).get(label(lease.id())));
    Taint wanted =
        new TaintBuilder()
            .withKey(TAINT)
            .withValue(Marks.digits(lease.id()))
            .withEffect(NO_SCHEDULE)
            .build();
    // Another lease's may be there still, which had the node before: while this one has something
    // of it, no other has it whole.
    Stream<Taint> others = taints(found).stream().filter(taint -> !isOurTaint(taint));
    List<Taint> taints =
        (isWhole(leased) ? Stream.concat(others, Stream.of(wanted)) : others).toList();
    return labelled && isSame(taints, taints(found))
        ? Optional.empty()
        : Optional.of(change(lease.id(), wantedLabel, found, taints));
  }

  /** The change that takes a lease's marks off a node, and nobody else's. */
  public static Map<String, Object> toUnmark(LeaseId lease, Node found) {
    return change(lease, null, found, without(lease, found));
  }

  private static Map<String, Object> change(
      LeaseId lease, @Nullable String label, Node found, List<Taint> taints) {
    Map<String, Object> labels = new HashMap<>();
    labels.put(label(lease), label);
    Map<String, Object> metadata =
        Map.of("labels", labels, "resourceVersion", found.getMetadata().getResourceVersion());
    return isSame(taints, taints(found))
        ? Map.of("metadata", metadata)
        : Map.of("metadata", metadata, "spec", Map.of("taints", taints));
  }

  private static List<Taint> without(LeaseId lease, Node found) {
    return taints(found).stream()
        .filter(taint -> !(isOurTaint(taint) && Marks.digits(lease).equals(taint.getValue())))
        .toList();
  }

  private static boolean isOurTaint(Taint taint) {
    return TAINT.equals(taint.getKey()) && NO_SCHEDULE.equals(taint.getEffect());
  }

  private static boolean isSame(List<Taint> one, List<Taint> other) {
    return one.size() == other.size() && other.containsAll(one);
  }

  private static List<Taint> taints(Node node) {
    return node.getSpec() == null
        ? List.of()
        : Objects.requireNonNullElse(node.getSpec().getTaints(), List.of());
  }

  private static Map<String, String> labels(Node node) {
    return Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of());
  }
}
