package io.berth.matching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Nodes, and which of them a demand should go to so that most of what is yet to come will fit. It
 * learns what is to come from what {@linkplain #arrived has arrived}. The same calls in the same
 * order always get the same answers. Not for several threads at once.
 */
public final class Packing {

  /** By how much the mix must grow for its score to be worked out again. */
  private static final double GROWTH = 1.3;

  private static final double SAME = 1e-9;

  private final int[] cpuMilli;
  private final int[] memoryMib;
  private final int[][] free;
  private final String[] models;
  private final NodeRoom[] rooms;
  private final Map<NodeRoom, BitSet> nodesByRoom = new LinkedHashMap<>();
  private final DemandMix mix = new DemandMix();
  private final Map<NodeRoom, Map<NodeDemand, Move>> moves = new HashMap<>();
  private FragmentationScore score = new FragmentationScore(mix);
  private int nextScoreAt = 1;

  /**
   * Where a demand goes.
   *
   * @param node its number, as the nodes were added
   * @param devices their numbers on it, ascending
   */
  public record Placement(int node, List<Integer> devices) {

    /** Copies the list. */
    public Placement {
      devices = List.copyOf(devices);
    }
  }

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
   * The cost of putting a demand on a node with some room.
   *
   * @param device the first device to use, the fullest being 0
   */
  private record Move(double cost, int device, int freeAfter, int cpuAfter) {

    boolean isBetterThan(Move other) {
      if (Math.abs(cost - other.cost) > SAME) {
        return cost < other.cost;
      }
      return freeAfter != other.freeAfter ? freeAfter < other.freeAfter : cpuAfter < other.cpuAfter;
    }
  }

  /** Nodes are numbered from 0 in the order given. */
  public Packing(List<Node> nodes) {
    int size = nodes.size();
    cpuMilli = new int[size];
    memoryMib = new int[size];
    free = new int[size][];
    models = new String[size];
    rooms = new NodeRoom[size];
    for (int node = 0; node < size; node++) {
      Node given = nodes.get(node);
      models[node] = given.model();
      cpuMilli[node] = given.cpuMilli();
      memoryMib[node] = given.memoryMib();
      free[node] = given.free().stream().mapToInt(Integer::intValue).toArray();
      settle(node);
    }
  }

  /** Says that a demand has arrived, whether it can be placed or not. */
  public void arrived(NodeDemand demand) {
    mix.add(demand);
    if (mix.arrived() >= nextScoreAt) {
      nextScoreAt = Math.max(mix.arrived() + 1, (int) (mix.arrived() * GROWTH));
      score = new FragmentationScore(mix);
      moves.clear();
    }
  }

  /** The best place for a demand on any node; empty where it fits on none. */
  public Optional<Placement> choose(NodeDemand demand) {
    return choose(demand, node -> true);
  }

  /** The best place for a demand on the nodes that may be used; empty where it fits on none. */
  public Optional<Placement> choose(NodeDemand demand, IntPredicate candidates) {
    Move best = null;
    int bestNode = -1;
    for (Map.Entry<NodeRoom, BitSet> entry : nodesByRoom.entrySet()) {
      NodeRoom room = entry.getKey();
      if (!room.fits(demand)) {
        continue;
      }
      Move move = move(room, demand);
      if (best != null && best.isBetterThan(move)) {
        continue;
      }
      int node = first(entry.getValue(), candidates);
      if (node >= 0 && (best == null || move.isBetterThan(best) || node < bestNode)) {
        best = move;
        bestNode = node;
      }
    }
    return best == null
        ? Optional.empty()
        : Optional.of(new Placement(bestNode, devices(bestNode, demand, best)));
  }

  private static int first(BitSet nodes, IntPredicate candidates) {
    int node = nodes.nextSetBit(0);
    while (node >= 0 && !candidates.test(node)) {
      node = nodes.nextSetBit(node + 1);
    }
    return node;
  }

  private Move move(NodeRoom room, NodeDemand demand) {
    return moves
        .computeIfAbsent(room, unseen -> new HashMap<>())
        .computeIfAbsent(demand, unseen -> bestMove(room, demand));
  }

  private Move bestMove(NodeRoom room, NodeDemand demand) {
    double before = score.of(room);
    Move best = null;
    int last = room.devices() - demand.devices();
    for (int device = room.firstDevice(demand.thousandths()); device <= last; device++) {
      if (device > 0 && best != null && room.free(device) == room.free(device - 1)) {
        continue;
      }
      NodeRoom after = room.without(demand, device);
      Move move = new Move(score.of(after) - before, device, after.totalFree(), after.cpuMilli());
      if (best == null || move.isBetterThan(best)) {
        best = move;
      }
      if (demand.devices() == 0) {
        break;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException(demand + " does not fit " + room);
    }
    return best;
  }

  /** The devices with as much free as those that the move takes, by number. */
  private List<Integer> devices(int node, NodeDemand demand, Move move) {
    List<Integer> chosen = new ArrayList<>(demand.devices());
    boolean[] taken = new boolean[free[node].length];
    for (int i = 0; i < demand.devices(); i++) {
      int wanted = rooms[node].free(move.device() + i);
      int device = 0;
      while (taken[device] || free[node][device] != wanted) {
        device++;
      }
      taken[device] = true;
      chosen.add(device);
    }
    chosen.sort(null);
    return chosen;
  }

  /**
   * Takes the place.
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
    nodesByRoom.computeIfPresent(
        rooms[node],
        (room, same) -> {
          same.clear(node);
          return same.isEmpty() ? null : same;
        });
    free[node] = left;
    cpuMilli[node] = cpuLeft;
    memoryMib[node] = memoryLeft;
    settle(node);
  }

  private void settle(int node) {
    NodeRoom room = NodeRoom.of(models[node], cpuMilli[node], memoryMib[node], free[node]);
    rooms[node] = room;
    nodesByRoom.computeIfAbsent(room, unseen -> new BitSet()).set(node);
  }

  /** Thousandths that are free of all devices together. */
  public long totalFree() {
    return Arrays.stream(rooms).mapToLong(NodeRoom::totalFree).sum();
  }
}
