package io.berth.matching;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Nodes, and which of them a demand should go to so that most of what is yet to come will fit. It
 * learns what is to come from what {@linkplain #arrived has arrived}. The same calls in the same
 * order always get the same answers. Not for several threads at once.
 */
public final class Packing {

  /** So many demands must have arrived before anything is made of them. */
  private static final int ARRIVALS_MIN = 30;

  /** Prices are settled anew where so much of what was free is taken. */
  private static final double TAKEN_SHARE = 0.03;

  /** Or where so many more demands have arrived, as a share of those before. */
  private static final double ARRIVED_SHARE = 0.2;

  private final int[] cpuMilli;
  private final int[] memoryMib;
  private final int[][] free;
  private final String[] models;
  private final FitTable fits = new FitTable();
  private final DemandPrices prices = new DemandPrices();
  private long totalFree;
  private double freeToSettleAt = Double.MAX_VALUE;
  private double arrivedToSettleAt = ARRIVALS_MIN;

  /**
   * A node as it is before anything is placed.
   *
   * @param free thousandths that are free of each device, by the device's number
   */
  public record Node(String model, int cpuMilli, int memoryMib, List<Integer> free) {

    /** Copies the list. */
    public Node {
      free = List.copyOf(free);
    }
  }

  /**
   * Where a demand goes.
   *
   * @param node its number, as the nodes were given
   * @param devices their numbers on it, ascending
   */
  public record Placement(int node, List<Integer> devices) {

    /** Copies the list. */
    public Placement {
      devices = List.copyOf(devices);
    }
  }

  /** Nodes are numbered from 0 in the order given. */
  public Packing(List<Node> nodes) {
    int size = nodes.size();
    cpuMilli = new int[size];
    memoryMib = new int[size];
    free = new int[size][];
    models = new String[size];
    for (int node = 0; node < size; node++) {
      Node given = nodes.get(node);
      models[node] = given.model();
      cpuMilli[node] = given.cpuMilli();
      memoryMib[node] = given.memoryMib();
      free[node] = given.free().stream().mapToInt(Integer::intValue).toArray();
      NodeRoom room = room(node);
      fits.enter(node, room);
      totalFree += room.totalFree();
    }
  }

  /** Says that a demand has arrived, whether it can be placed or not. */
  public void arrived(NodeDemand demand) {
    prices.arrived(demand);
    if (prices.arrived() >= arrivedToSettleAt
        || (prices.arrived() >= ARRIVALS_MIN && totalFree <= freeToSettleAt)) {
      settle();
    }
  }

  private void settle() {
    fits.score(prices.settle(fits.supplies()));
    freeToSettleAt = (1 - TAKEN_SHARE) * totalFree - 1;
    arrivedToSettleAt = (1 + ARRIVED_SHARE) * prices.arrived();
  }

  /** The best place for a demand on any node; empty where it fits on none. */
  public Optional<Placement> choose(NodeDemand demand) {
    return choose(demand, node -> true);
  }

  /** The best place for a demand on the nodes that may be used; empty where it fits on none. */
  public Optional<Placement> choose(NodeDemand demand, IntPredicate candidates) {
    return fits.best(demand, candidates)
        .map(place -> new Placement(place.node(), place.fit().devices(free[place.node()], demand)));
  }

  /**
   * Takes a place.
   *
   * @throws IllegalArgumentException where it is not free
   */
  public void take(NodeDemand demand, Placement placement) {
    change(demand, placement, -1);
  }

  /**
   * Gives a place back.
   *
   * @throws IllegalArgumentException where a device would have more free than there is of it
   */
  public void release(NodeDemand demand, Placement placement) {
    change(demand, placement, 1);
    freeToSettleAt = Math.max(freeToSettleAt, (1 - TAKEN_SHARE) * totalFree - 1);
  }

  private void change(NodeDemand demand, Placement placement, int sign) {
    int node = placement.node();
    int[] left = free[node].clone();
    for (int device : placement.devices()) {
      left[device] += sign * demand.thousandths();
    }
    int cpuLeft = cpuMilli[node] + sign * demand.cpuMilli();
    int memoryLeft = memoryMib[node] + sign * demand.memoryMib();
    if (cpuLeft < 0
        || memoryLeft < 0
        || Arrays.stream(left).anyMatch(rest -> rest < 0 || rest > NodeRoom.WHOLE)) {
      throw new IllegalArgumentException(placement + " of " + demand + " is not there");
    }
    fits.leave(node, room(node));
    free[node] = left;
    cpuMilli[node] = cpuLeft;
    memoryMib[node] = memoryLeft;
    fits.enter(node, room(node));
    totalFree += sign * (long) demand.total();
  }

  private NodeRoom room(int node) {
    return NodeRoom.of(models[node], cpuMilli[node], memoryMib[node], free[node]);
  }

  /** Thousandths that are free of all devices together. */
  public long totalFree() {
    return totalFree;
  }
}
