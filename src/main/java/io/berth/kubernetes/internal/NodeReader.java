package io.berth.kubernetes.internal;

import io.berth.catalog.Detection;
import io.berth.catalog.DeviceDetector;
import io.berth.inventory.NodeObservation;
import io.berth.inventory.NodeTaint;
import io.berth.kubernetes.domain.NodeHealth;
import io.berth.kubernetes.domain.NodeMarks;
import io.berth.kubernetes.domain.PublishedSlices;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads one node of a cluster. */
@ApplicationScoped
public class NodeReader {

  private static final BigDecimal MILLIS_PER_CORE = BigDecimal.valueOf(1000);
  private static final BigDecimal MEBIBYTES_PER_BYTE =
      BigDecimal.ONE.divide(BigDecimal.valueOf(1 << 20));

  private final DeviceDetector detector;

  NodeReader(DeviceDetector detector) {
    this.detector = detector;
  }

  /**
   * Reads a node.
   *
   * @param slices what drivers publish of it for claims
   */
  NodeObservation read(Node node, List<ResourceSlice> slices) {
    SortedMap<String, String> labels =
        new TreeMap<>(Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of()));
    // What leases put there is no news of the node.
    labels.keySet().removeIf(NodeMarks::isOurs);
    Optional<NodeSpec> spec = Optional.ofNullable(node.getSpec());
    Optional<NodeStatus> status = Optional.ofNullable(node.getStatus());
    Detection detection =
        detector.detect(
            labels,
            status.map(NodeStatus::getAllocatable).map(NodeReader::whole).orElse(Map.of()),
            slices.isEmpty()
                ? Map.of()
                : status.map(NodeStatus::getCapacity).map(NodeReader::whole).orElse(Map.of()),
            PublishedSlices.of(slices));
    return new NodeObservation(
        node.getMetadata().getName(),
        labels,
        spec.map(NodeSpec::getTaints).orElse(List.of()).stream()
            .filter(taint -> !NodeMarks.isOurs(taint.getKey()))
            .map(taint -> new NodeTaint(taint.getKey(), taint.getValue(), taint.getEffect()))
            .toList(),
        isReady(node),
        !spec.map(NodeSpec::getUnschedulable).orElse(false),
        detection.devices(),
        amount(status, "cpu", MILLIS_PER_CORE),
        amount(status, "memory", MEBIBYTES_PER_BYTE),
        detection.warnings().stream()
            .map(warning ->
                new NodeObservation.Warning(warning.getClass().getSimpleName(), warning.message()))
            .toList(),
        NodeHealth.failing(status.map(NodeStatus::getConditions).orElse(List.of())));
  }

  /** Whether a node's kubelet answers and takes pods, as far as its cluster knows. */
  static boolean isReady(Node node) {
    return Optional.ofNullable(node.getStatus())
        .map(NodeStatus::getConditions)
        .orElse(List.of())
        .stream()
        .anyMatch(condition ->
            "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
  }

  /** An allocatable quantity in another unit, rounded down; null where the node does not say. */
  private static @Nullable Long amount(
      Optional<NodeStatus> status, String resource, BigDecimal perUnit) {
    return status
        .map(NodeStatus::getAllocatable)
        .map(allocatable -> allocatable.get(resource))
        .map(quantity -> {
          try {
            return Quantity.getAmountInBytes(quantity).multiply(perUnit).longValue();
          } catch (ArithmeticException | IllegalArgumentException e) {
            // What cannot be read is not known.
            return null;
          }
        })
        .filter(amount -> amount >= 0)
        .orElse(null);
  }

  /** Quantities that are whole numbers; a device plugin reports nothing else. */
  private static Map<String, Long> whole(Map<String, Quantity> allocatable) {
    Map<String, Long> whole = new TreeMap<>();
    allocatable.forEach((resource, quantity) -> {
      try {
        BigDecimal amount = Quantity.getAmountInBytes(quantity);
        whole.put(resource, amount.longValueExact());
      } catch (ArithmeticException | IllegalArgumentException e) {
        // Such as 1500m of a processor: no count of devices.
      }
    });
    return whole;
  }
}
