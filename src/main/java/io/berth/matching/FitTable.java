package io.berth.matching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which rooms there are, on which nodes, and how demands fit them by the present score. What a
 * demand costs in a room is worked out once, and looked through as one row of numbers each time it
 * arrives. Not for several threads at once.
 */
final class FitTable {

  /** Rooms that are gone are cleared away where there are so many more of them than others. */
  private static final int GONE_MAX = 1_000;

  /** In the order in which they came up; those without nodes are gone, and never come back. */
  private final List<Cell> cells = new ArrayList<>();

  private final Map<NodeRoom, Cell> cellByRoom = new HashMap<>();
  private final Map<NodeDemand, Row> rows = new HashMap<>();
  private RoomScore score = RoomScore.ofNothing();

  /** Nodes with the same room. */
  private static final class Cell {

    private final NodeRoom room;
    private final BitSet nodes = new BitSet();
    private double worth = Double.NaN;

    Cell(NodeRoom room) {
      this.room = room;
    }
  }

  /**
   * Where a demand goes.
   *
   * @param node its number
   */
  record Place(int node, RoomScore.Fit fit) {}

  /** How a demand fits each cell, as far as it has been worked out. */
  private final class Row {

    private final NodeDemand demand;

    /** Infinite where it does not fit, or nobody has the room any more. */
    private double[] costs = {};

    private RoomScore.@Nullable Fit[] fits = {};
    private int known;

    Row(NodeDemand demand) {
      this.demand = demand;
    }

    /** Works out the cells that came up since the last time. */
    void complete() {
      int count = cells.size();
      if (count > costs.length) {
        costs = Arrays.copyOf(costs, count + count / 4);
        fits = Arrays.copyOf(fits, costs.length);
      }
      for (; known < count; known++) {
        Cell cell = cells.get(known);
        costs[known] = Double.POSITIVE_INFINITY;
        if (!cell.nodes.isEmpty() && cell.room.fits(demand)) {
          if (Double.isNaN(cell.worth)) {
            cell.worth = score.of(cell.room);
          }
          RoomScore.Fit fit = score.bestFit(cell.room, cell.worth, demand);
          costs[known] = fit.cost();
          fits[known] = fit;
        }
      }
    }

    Optional<Place> best(IntPredicate candidates) {
      RoomScore.Fit best = null;
      int bestNode = -1;
      double limit = Double.MAX_VALUE;
      for (int i = 0; i < known; i++) {
        if (costs[i] > limit) {
          continue;
        }
        RoomScore.Fit fit = fits[i];
        if (fit == null || cells.get(i).nodes.isEmpty()) {
          costs[i] = Double.POSITIVE_INFINITY;
          continue;
        }
        if (best != null && best.isBetterThan(fit)) {
          continue;
        }
        int node = first(cells.get(i).nodes, candidates);
        if (node >= 0 && (best == null || fit.isBetterThan(best) || node < bestNode)) {
          best = fit;
          bestNode = node;
          limit = fit.cost() + RoomScore.SAME;
        }
      }
      return best == null ? Optional.empty() : Optional.of(new Place(bestNode, best));
    }
  }

  /** The room that costs least of those that some node that may be used has. */
  Optional<Place> best(NodeDemand demand, IntPredicate candidates) {
    Row row = rows.computeIfAbsent(demand, Row::new);
    row.complete();
    return row.best(candidates);
  }

  private static int first(BitSet nodes, IntPredicate candidates) {
    int node = nodes.nextSetBit(0);
    while (node >= 0 && !candidates.test(node)) {
      node = nodes.nextSetBit(node + 1);
    }
    return node;
  }

  /** A node has a room from now on. */
  void enter(int node, NodeRoom room) {
    Cell cell = cellByRoom.get(room);
    if (cell == null) {
      if (cells.size() > 2 * cellByRoom.size() + GONE_MAX) {
        clearAway();
      }
      cell = new Cell(room);
      cells.add(cell);
      cellByRoom.put(room, cell);
    }
    cell.nodes.set(node);
  }

  /** A node does not have a room any more that it had. */
  void leave(int node, NodeRoom room) {
    Cell cell = cellByRoom.get(room);
    if (cell != null) {
      cell.nodes.clear(node);
      if (cell.nodes.isEmpty()) {
        cellByRoom.remove(room);
      }
    }
  }

  /** Replaces the score. */
  void score(RoomScore fresh) {
    score = fresh;
    clearAway();
    cells.forEach(cell -> cell.worth = Double.NaN);
  }

  private void clearAway() {
    cells.removeIf(cell -> cell.nodes.isEmpty());
    rows.clear();
  }

  /** The rooms that there are, and how many nodes have each. */
  List<DemandPrices.Supply> supplies() {
    List<DemandPrices.Supply> supplies = new ArrayList<>(cellByRoom.size());
    for (Cell cell : cells) {
      if (!cell.nodes.isEmpty()) {
        supplies.add(new DemandPrices.Supply(cell.room, cell.nodes.cardinality()));
      }
    }
    return supplies;
  }
}
