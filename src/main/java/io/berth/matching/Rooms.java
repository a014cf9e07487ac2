package io.berth.matching;

import io.berth.matching.Planning.NodeShare;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of one offer that policy permits and that have something free over a period, and the choice
 * among them: what leaves the least broken behind, then what was seen to fail the least.
 */
final class Rooms {

  private static final int FREE_SHIFT = 44;
  private static final int FAILURE_SHIFT = 32;
  private static final int FAILURE_STEPS = 1000;

  private final OfferedPool offered;
  private final Viewpoint viewpoint;
  private final List<SnapshotNode> nodes = new ArrayList<>();
  private int[] free = new int[16];
  private @Nullable SlotWorth worth;

  Rooms(OfferedPool offered, Viewpoint viewpoint) {
    this.offered = offered;
    this.viewpoint = viewpoint;
  }

  /** Adds a node with so many slots free, at least one. */
  void add(SnapshotNode node, int count) {
    if (nodes.size() == free.length) {
      free = Arrays.copyOf(free, free.length * 2);
    }
    free[nodes.size()] = count;
    nodes.add(node);
  }

  int size() {
    return nodes.size();
  }

  SnapshotNode node(int index) {
    return nodes.get(index);
  }

  /**
   * What is taken of which node.
   *
   * @param room the node, by its place among the rooms
   * @param slots how many of it
   */
  record Taken(int room, int slots) {}

  /**
   * A choice that has what a shape asks for.
   *
   * @param cost what the chosen nodes lose of their worth to others, in devices
   * @param left how many slots of the chosen nodes, or of the fabric that they share, stay free
   * @param failures how much the chosen nodes were seen to fail
   */
  record Choice(List<Taken> taken, double cost, int left, double failures) {

    /** What costs the least first, then what leaves the least, then the most reliable. */
    static final Comparator<Choice> BEST_FIRST =
        Comparator.comparingDouble(Choice::cost)
            .thenComparingInt(Choice::left)
            .thenComparingInt(choice -> choice.taken().size())
            .thenComparingDouble(Choice::failures);
  }

  /** The best choice for a shape; null where the rooms do not have it. */
  @Nullable Choice choose(Shape shape) {
    if (shape.together() == Shape.Together.CLUSTER) {
      return choose(shape, ordered(null));
    }
    // In order of name, so that the same rooms always give the same choice.
    Map<String, List<Integer>> groups = new TreeMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      String group = group(nodes.get(i), shape.together());
      if (group != null) {
        groups.computeIfAbsent(group, key -> new ArrayList<>()).add(i);
      }
    }
    Choice best = null;
    for (List<Integer> members : groups.values()) {
      Choice choice = choose(shape, ordered(members));
      if (choice != null) {
        int left = members.stream().mapToInt(i -> free[i]).sum() - shape.accelerators();
        Choice ofGroup = new Choice(choice.taken(), choice.cost(), left, choice.failures());
        best = best == null || Choice.BEST_FIRST.compare(ofGroup, best) < 0 ? ofGroup : best;
      }
    }
    return best;
  }

  /** What a node shares with others; null where that is not known. */
  static @Nullable String group(SnapshotNode node, Shape.Together together) {
    return switch (together) {
      case CLUSTER -> "";
      case FABRIC -> node.traits().fabric();
      case NVLINK_DOMAIN -> node.traits().nvlinkDomain();
    };
  }

  private @Nullable Choice choose(Shape shape, int[] ordered) {
    return switch (shape) {
      case Shape.Count count ->
          count.layout() == Shape.Layout.SPREAD
              ? spread(count.accelerators(), ordered)
              : pack(count.accelerators(), ordered);
      case Shape.Grid grid -> grid(grid, ordered);
    };
  }

  /** Rooms by what is free, the least first, then by how often they failed, then by node. */
  private int[] ordered(@Nullable List<Integer> members) {
    int count = members == null ? nodes.size() : members.size();
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      int room = members == null ? i : members.get(i);
      long failures = Math.round((1 - nodes.get(room).traits().reliability()) * FAILURE_STEPS);
      keys[i] = (long) free[room] << FREE_SHIFT | failures << FAILURE_SHIFT | room;
    }
    Arrays.sort(keys);
    int[] rooms = new int[count];
    for (int i = 0; i < count; i++) {
      rooms[i] = (int) keys[i];
    }
    return rooms;
  }

  /** What it costs to take slots of a room; the same for all rooms with as many free. */
  private double cost(int room, int slots) {
    if (worth == null) {
      worth = offered.worth(viewpoint);
    }
    // To a millionth, so that no rounding decides.
    return Math.rint(worth.cost(free[room], slots) * 1e6) / 1e6;
  }

  /** Of those in order from one on, the first that loses the least by giving so many slots. */
  private int cheapest(int slots, int[] ordered, int from, int size) {
    int best = from;
    double least = cost(ordered[from], slots);
    for (int i = from + 1; i < size; i++) {
      if (free[ordered[i]] != free[ordered[i - 1]]) {
        double cost = cost(ordered[i], slots);
        if (cost < least) {
          best = i;
          least = cost;
        }
      }
    }
    return best;
  }

  /** The first in order that has at least so many free. */
  private int firstWith(int count, int[] ordered, int size) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (free[ordered[middle]] >= count) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * As few nodes as possible: of those that still hold what is left the one that loses the least by
   * it, and of these the fullest, so that empty nodes stay whole; where none does, the emptiest is
   * taken whole and the rest placed after it.
   */
  private @Nullable Choice pack(int accelerators, int[] ordered) {
    List<Taken> taken = new ArrayList<>();
    int missing = accelerators;
    int size = ordered.length;
    while (missing > 0) {
      if (size == 0) {
        return null;
      }
      int fitting = firstWith(missing, ordered, size);
      if (fitting < size) {
        taken.add(new Taken(ordered[cheapest(missing, ordered, fitting, size)], missing));
        missing = 0;
      } else {
        size--;
        taken.add(new Taken(ordered[size], free[ordered[size]]));
        missing -= free[ordered[size]];
      }
    }
    return choice(taken);
  }

  /** The same number on every node as far as each has it, on as many nodes as possible. */
  private @Nullable Choice spread(int accelerators, int[] ordered) {
    long all = 0;
    int most = 0;
    for (int room : ordered) {
      all += free[room];
      most = Math.max(most, free[room]);
    }
    if (all < accelerators) {
      return null;
    }
    int level = 1;
    while (atLevel(level, ordered) < accelerators) {
      level++;
    }
    long surplus = atLevel(Math.min(level, most), ordered) - accelerators;
    List<Taken> taken = new ArrayList<>();
    for (int i = ordered.length - 1; i >= 0; i--) {
      int room = ordered[i];
      int slots = Math.min(free[room], level);
      // What is too much comes off the nodes that reach the level, which all others lie below.
      if (surplus > 0 && slots == level) {
        slots--;
        surplus--;
      }
      if (slots > 0) {
        taken.add(new Taken(room, slots));
      }
    }
    return choice(taken);
  }

  private long atLevel(int level, int[] ordered) {
    long sum = 0;
    for (int room : ordered) {
      sum += Math.min(level, free[room]);
    }
    return sum;
  }

  private @Nullable Choice grid(Shape.Grid grid, int[] ordered) {
    int first = firstWith(grid.acceleratorsPerNode(), ordered, ordered.length);
    if (ordered.length - first < grid.nodes()) {
      return null;
    }
    // Rooms with as many free lie together in order; of these groups the cheapest go first.
    List<Integer> starts = new ArrayList<>();
    for (int i = first; i < ordered.length; i++) {
      if (i == first || free[ordered[i]] != free[ordered[i - 1]]) {
        starts.add(i);
      }
    }
    starts.sort(
        Comparator.comparingDouble(
            (Integer start) -> cost(ordered[start], grid.acceleratorsPerNode())));
    List<Taken> taken = new ArrayList<>();
    for (int start : starts) {
      for (int i = start;
          i < ordered.length
              && free[ordered[i]] == free[ordered[start]]
              && taken.size() < grid.nodes();
          i++) {
        taken.add(new Taken(ordered[i], grid.acceleratorsPerNode()));
      }
    }
    return choice(taken);
  }

  private Choice choice(List<Taken> taken) {
    int left = 0;
    double cost = 0;
    double failures = 0;
    for (Taken one : taken) {
      cost += cost(one.room(), one.slots());
      left += free[one.room()] - one.slots();
      failures += 1 - nodes.get(one.room()).traits().reliability();
    }
    return new Choice(List.copyOf(taken), cost, left, failures);
  }

  /** The slots of a choice, the lowest-numbered ones that are free, in order of node. */
  List<NodeShare> shares(Choice choice, Function<SnapshotNode, Slots> freeOf) {
    return choice.taken().stream()
        .map(one -> {
          SnapshotNode node = nodes.get(one.room());
          return new NodeShare(node.id(), freeOf.apply(node).lowest(one.slots()));
        })
        .sorted(Comparator.comparing(share -> share.node().value()))
        .toList();
  }
}
