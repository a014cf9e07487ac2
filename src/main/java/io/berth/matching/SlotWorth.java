package io.berth.matching;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What it costs an offer's nodes to give slots away: the worth of what is free before less that
 * after, to demands like those that have slots of its nodes now. Worked out from what is free and
 * taken at one moment alone, so that the same snapshot always gives the same.
 */
final class SlotWorth {

  /** From so few leases nothing is learned. */
  private static final int DEMANDS_MIN = 30;

  private final String model;
  private final RoomScore score;
  private final Map<Change, Double> costs = new ConcurrentHashMap<>();

  /** So many slots of a node that has so many free. */
  private record Change(int free, int slots) {}

  private SlotWorth(String model, RoomScore score) {
    this.model = model;
    this.score = score;
  }

  /** Of an offer's nodes as they stand. */
  static SlotWorth of(OfferedPool offered, Viewpoint viewpoint) {
    String model = offered.model().id();
    int most = offered.nodes().stream().mapToInt(SnapshotNode::slotCount).max().orElse(0);
    int[] taken = new int[most + 1];
    int[] free = new int[most + 1];
    int minute = Timeline.minute(viewpoint.now());
    for (SnapshotNode node : offered.nodes()) {
      node.timeline().countSizes(taken, viewpoint);
      free[node.timeline().freeCount(node.slotCount(), minute, minute + 1, viewpoint)]++;
    }
    DemandPrices prices = new DemandPrices();
    for (int slots = 1; slots <= most; slots++) {
      for (int i = 0; i < taken[slots]; i++) {
        prices.arrived(NodeDemand.ofSlots(slots));
      }
    }
    if (prices.arrived() < DEMANDS_MIN) {
      return new SlotWorth(model, RoomScore.ofNothing());
    }
    // One node at least that could take the largest demand, so that none is worth nothing only
    // because there is no room for it at this moment.
    free[most] = Math.max(1, free[most]);
    List<DemandPrices.Supply> supplies = new ArrayList<>();
    for (int slots = 1; slots <= most; slots++) {
      if (free[slots] > 0) {
        supplies.add(new DemandPrices.Supply(NodeRoom.ofSlots(model, slots), free[slots]));
      }
    }
    return new SlotWorth(model, prices.settle(supplies));
  }

  /** What it costs to take slots of a node that has at least so many free, in devices. */
  double cost(int free, int slots) {
    return costs.computeIfAbsent(
        new Change(free, slots),
        change ->
            score
                .fit(NodeRoom.ofSlots(model, change.free()), NodeDemand.ofSlots(change.slots()))
                .map(RoomScore.Fit::cost)
                .orElse(Double.MAX_VALUE));
  }
}
