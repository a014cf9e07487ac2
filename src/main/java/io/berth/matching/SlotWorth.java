package io.berth.matching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What it costs an offer's nodes to give slots away: the worth of what is free before less that
 * after, to demands like those that have slots of its nodes now. Worked out from what is free and
 * taken alone, so that the same snapshot always gives the same.
 */
final class SlotWorth {

  /** From so few leases nothing is learned. */
  private static final int DEMANDS_MIN = 30;

  private final String model;
  private final RoomScore score;
  private double[][] costs = new double[0][];

  private SlotWorth(String model, RoomScore score) {
    this.model = model;
    this.score = score;
  }

  /**
   * Of an offer's nodes.
   *
   * @param free by number of slots, how many nodes have so many free
   */
  static SlotWorth of(OfferedPool offered, int[] free, Viewpoint viewpoint) {
    String model = offered.model().id();
    int[] taken = taken(offered, viewpoint);
    DemandPrices prices = new DemandPrices();
    for (int slots = 1; slots < taken.length; slots++) {
      for (int i = 0; i < taken[slots]; i++) {
        prices.arrived(NodeDemand.ofSlots(slots));
      }
    }
    if (prices.arrived() < DEMANDS_MIN) {
      return new SlotWorth(model, RoomScore.ofNothing());
    }
    List<DemandPrices.Supply> supplies = new ArrayList<>();
    for (int slots = 1; slots < free.length; slots++) {
      if (free[slots] > 0) {
        supplies.add(new DemandPrices.Supply(NodeRoom.ofSlots(model, slots), free[slots]));
      }
    }
    return new SlotWorth(model, prices.settle(supplies));
  }

  /** By number of slots, how many leases have so many on one node. */
  private static int[] taken(OfferedPool offered, Viewpoint viewpoint) {
    int most = offered.nodes().stream().mapToInt(SnapshotNode::slotCount).max().orElse(0);
    int[] taken = new int[most + 1];
    for (SnapshotNode node : offered.nodes()) {
      node.timeline().countSizes(taken, viewpoint);
    }
    return taken;
  }

  /** What it costs to take slots of a node that has at least so many free, in devices. */
  double cost(int free, int slots) {
    if (free >= costs.length) {
      double[][] more = new double[free + 1][];
      System.arraycopy(costs, 0, more, 0, costs.length);
      costs = more;
    }
    if (costs[free] == null) {
      costs[free] = new double[free + 1];
      Arrays.fill(costs[free], Double.NaN);
    }
    if (Double.isNaN(costs[free][slots])) {
      costs[free][slots] =
          score
              .fit(NodeRoom.ofSlots(model, free), NodeDemand.ofSlots(slots))
              .map(RoomScore.Fit::cost)
              .orElse(Double.MAX_VALUE);
    }
    return costs[free][slots];
  }
}
