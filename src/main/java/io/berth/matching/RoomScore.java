package io.berth.matching;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What rooms are worth to the demands that are to come, and so what a demand costs where it goes.
 * Immutable; the same score always gives the same answers.
 */
public final class RoomScore {

  /**
   * How much expected fragmentation counts beside worth. Worth takes a node's cores as if they
   * could be cut at will, and so overlooks a node on which too few are left for one more demand.
   */
  private static final double WEIGHT_OF_FRAGMENTATION = 0.02;

  /** Costs that differ by no more are the same. */
  static final double SAME = 1e-9;

  private static final FillTable[] NO_TABLES = {};

  private final Map<String, FillTable[]> tablesByModel;
  private final FragmentationScore fragmentation;

  /**
   * A score.
   *
   * @param tablesByModel one for each price of cores; models without tables are worth nothing
   */
  RoomScore(Map<String, FillTable[]> tablesByModel, FragmentationScore fragmentation) {
    this.tablesByModel = new HashMap<>(tablesByModel);
    this.fragmentation = fragmentation;
  }

  /** The score of those who know nothing of what is to come: the fullest node is the best. */
  public static RoomScore ofNothing() {
    return new RoomScore(Map.of(), new FragmentationScore(new DemandMix()));
  }

  /** What a room is worth, in devices, less what is expected to be of no use. */
  public double of(NodeRoom room) {
    return of(room, tables(room));
  }

  private double of(NodeRoom room, FillTable[] tables) {
    return worth(room, tables) - WEIGHT_OF_FRAGMENTATION * fragmentation.of(room);
  }

  private FillTable[] tables(NodeRoom room) {
    return tablesByModel.getOrDefault(room.model(), NO_TABLES);
  }

  /**
   * What the room's devices and cores bring at the price of cores at which they bring least: at any
   * other price they could not be filled so.
   */
  private static double worth(NodeRoom room, FillTable[] tables) {
    if (tables.length == 0) {
      return 0;
    }
    double least = Double.MAX_VALUE;
    for (FillTable table : tables) {
      least = Math.min(least, table.worth(room));
    }
    return least;
  }

  /** Where on a node a demand goes best; empty where it does not fit. */
  public Optional<Fit> fit(NodeRoom room, NodeDemand demand) {
    return room.fits(demand) ? Optional.of(bestFit(room, of(room), demand)) : Optional.empty();
  }

  /**
   * Where on a node a demand that fits goes best.
   *
   * @param before what the room is worth
   */
  Fit bestFit(NodeRoom room, double before, NodeDemand demand) {
    int last = room.devices() - demand.devices();
    int first = Math.min(last, room.firstDevice(demand.thousandths()));
    FillTable[] tables = tables(room);
    Fit best = fitFrom(room, before, demand, first, tables);
    for (int device = first + 1; device <= last && demand.devices() > 0; device++) {
      if (room.free(device) != room.free(device - 1)) {
        Fit fit = fitFrom(room, before, demand, device, tables);
        best = fit.isBetterThan(best) ? fit : best;
      }
    }
    return best;
  }

  private Fit fitFrom(
      NodeRoom room, double before, NodeDemand demand, int device, FillTable[] tables) {
    NodeRoom after = room.without(demand, device);
    return new Fit(before - of(after, tables), room, after, device);
  }

  /**
   * How a demand goes on a node.
   *
   * @param cost what the node's room loses of its worth, in devices
   * @param before the node's room
   * @param after what is left of it
   * @param firstDevice the first device that is taken, the fullest of the node being 0; others
   *     follow in succession
   */
  public record Fit(double cost, NodeRoom before, NodeRoom after, int firstDevice) {

    /** Whether it costs less, or the same and leaves a fuller node. */
    public boolean isBetterThan(Fit other) {
      if (Math.abs(cost - other.cost) > SAME) {
        return cost < other.cost;
      }
      int free = after.totalFree();
      int otherFree = other.after.totalFree();
      return free == otherFree ? after.cpuMilli() < other.after.cpuMilli() : free < otherFree;
    }

    /** Numbers of the devices that are taken, ascending, where these are free of each. */
    List<Integer> devices(int[] free, NodeDemand demand) {
      List<Integer> chosen = new ArrayList<>(demand.devices());
      boolean[] taken = new boolean[free.length];
      for (int i = 0; i < demand.devices(); i++) {
        int device = 0;
        while (taken[device] || free[device] != before.free(firstDevice + i)) {
          device++;
        }
        taken[device] = true;
        chosen.add(device);
      }
      chosen.sort(null);
      return chosen;
    }
  }
}
