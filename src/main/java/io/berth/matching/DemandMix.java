package io.berth.matching;

import java.util.LinkedHashMap;
import java.util.Map;

/** How often each demand has arrived: what a planner knows of those to come. */
final class DemandMix {

  private final Map<NodeDemand, Integer> counts = new LinkedHashMap<>();
  private int arrived;

  void add(NodeDemand demand) {
    counts.merge(demand, 1, Integer::sum);
    arrived++;
  }

  int arrived() {
    return arrived;
  }

  /** By demand, in the order in which they first arrived. */
  Map<NodeDemand, Integer> counts() {
    return counts;
  }
}
