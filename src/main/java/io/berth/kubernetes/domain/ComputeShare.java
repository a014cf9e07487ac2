package io.berth.kubernetes.domain;

import io.berth.inventory.Node;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processors and the memory that come with leased accelerators: of each node the part that the
 * accelerators are of all that it has.
 *
 * @param cpuMillis in thousandths of a core, above 0
 * @param memoryMib in MiB, above 0
 */
record ComputeShare(long cpuMillis, long memoryMib) {

  /**
   * Pods ask for this part of what they may use. Agents of the provider run on each node and ask
   * for some of it, so that pods which asked for all of their share would not fit beside them.
   */
  private static final int REQUEST_DIVISOR = 2;

  /** With so many accelerators of a node; empty where the node does not say what it has. */
  static Optional<ComputeShare> of(Node node, int accelerators) {
    Long cpuMillis = node.cpuMillisPerSlot();
    Long memoryMib = node.memoryMibPerSlot();
    return cpuMillis == null || memoryMib == null || cpuMillis == 0 || memoryMib == 0
        ? Optional.empty()
        : Optional.of(new ComputeShare(cpuMillis * accelerators, memoryMib * accelerators));
  }

  /** With all of a lease; empty where one of its nodes does not say what it has. */
  static Optional<ComputeShare> of(LeaseDelivery lease) {
    return leased(lease).stream()
        .map(leased -> of(leased.node(), leased.slots()))
        .reduce((one, other) ->
            one.flatMap(a ->
                other.map(
                    b -> new ComputeShare(a.cpuMillis + b.cpuMillis, a.memoryMib + b.memoryMib))))
        .flatMap(sum -> sum);
  }

  /** With one accelerator of a lease, on whichever node it comes with least; empty as above. */
  static Optional<ComputeShare> ofOne(LeaseDelivery lease) {
    return leased(lease).stream()
        .map(leased -> of(leased.node(), 1))
        .reduce((one, other) ->
            one.flatMap(a ->
                other.map(b ->
                    new ComputeShare(
                        Math.min(a.cpuMillis, b.cpuMillis), Math.min(a.memoryMib, b.memoryMib)))))
        .flatMap(least -> least);
  }

  private static List<LeasedNode> leased(LeaseDelivery lease) {
    return lease.nodes().stream().filter(leased -> leased.slots() > 0).toList();
  }

  /** The most that may be used. */
  Map<String, Quantity> limits() {
    return quantities(1);
  }

  /** What is asked for. */
  Map<String, Quantity> requests() {
    return quantities(REQUEST_DIVISOR);
  }

  private Map<String, Quantity> quantities(int divisor) {
    return Map.of(
        "cpu", new Quantity(Math.max(1, cpuMillis / divisor) + "m"),
        "memory", new Quantity(Math.max(1, memoryMib / divisor) + "Mi"));
  }
}
