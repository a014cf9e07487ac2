package io.berth.matching;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How often each type of demand has arrived: what a planner knows of those to come. */
final class DemandMix {

  /** Demands of one type differ by about so much at most in their cores, as a logarithm. */
  private static final double CPU_STEP = 0.08;

  /** The same for memory. */
  private static final double MEMORY_STEP = 0.3;

  /** A demand of yet another type is not learned from. */
  private static final int TYPES_MAX = 2_000;

  private final Map<Likeness, DemandType> typeByLikeness = new HashMap<>();
  private final List<DemandType> types = new ArrayList<>();
  private int arrived;

  /** What demands of one type have in common. */
  private record Likeness(
      int devices, int thousandths, Set<String> models, int cpuStep, int memoryStep) {

    static Likeness of(NodeDemand demand) {
      return new Likeness(
          demand.devices(),
          demand.thousandths(),
          demand.models(),
          step(demand.cpuMilli(), CPU_STEP),
          step(demand.memoryMib(), MEMORY_STEP));
    }

    private static int step(int amount, double step) {
      return amount == 0 ? -1 : (int) Math.round(Math.log(amount) / step);
    }
  }

  void add(NodeDemand demand) {
    arrived++;
    Likeness likeness = Likeness.of(demand);
    DemandType type = typeByLikeness.get(likeness);
    if (type == null) {
      if (types.size() >= TYPES_MAX) {
        return;
      }
      type = new DemandType(demand);
      types.add(type);
      typeByLikeness.put(likeness, type);
    }
    type.arrived(demand);
  }

  int arrived() {
    return arrived;
  }

  /** In the order in which they first arrived. */
  List<DemandType> types() {
    return types;
  }
}
