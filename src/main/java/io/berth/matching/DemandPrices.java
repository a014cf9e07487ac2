package io.berth.matching;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Learns from the demands that arrive what a place for each type of them is worth.
 *
 * <p>The prices are those at which all free rooms, each filled with what brings most on it, would
 * be filled with the demands in the proportions in which they arrive: the dual prices of packing
 * the mix into the rooms. What is planned too often becomes cheaper, what is planned too rarely
 * dearer, by small steps from where the last prices were. Where a type cannot be planned in its
 * proportion (more of it is asked for than there is room), its price stops rising at a power of
 * what it misses. Not for several threads at once; what {@link #settle} returns is.
 */
public final class DemandPrices {

  /** By how much the mix must grow for expected fragmentation to be worked out again. */
  private static final double GROWTH = 1.3;

  private static final int ROUNDS_AT_FIRST = 60;
  private static final int ROUNDS = 6;

  /** A price changes by so much, as a logarithm, where twice too much or nothing is planned. */
  private static final double STEP = 0.03;

  private static final double STEP_AT_FIRST = 0.2;

  /** An error counts no more than so many times what is wanted. */
  private static final double ERROR_MAX = 2;

  /** At a low price no more is wanted than so many times what arrives. */
  private static final double REACH_MAX = 8;

  private static final double PRICE_MIN = 0.01;

  /** How much of the newest plan goes into the moving average of plans. */
  private static final double PLAN_SMOOTHING = 0.2;

  /** How much of the newest price goes into the price that rooms are valued at. */
  private static final double PRICE_SMOOTHING = 0.3;

  /** The softness of a node's choice among prices of cores and memory, in devices. */
  private static final double SOFTNESS_OF_PRICE = 0.1;

  /** A price that is so much worse, in units of that softness, is not chosen at all. */
  private static final double NEGLIGIBLE = -10;

  /**
   * Prices that cores, or else memory, may have on a node, as shares of the price at which those of
   * the mean demand would cost as much as its devices.
   */
  private static final double[] PRICE_LEVELS = {0.05, 0.2, 0.5, 1, 2, 4};

  private static final int TABLES_MAX = 1 + 2 * PRICE_LEVELS.length;

  private static final FillTable[] NO_TABLES = {};

  private final DemandMix mix = new DemandMix();
  private FragmentationScore fragmentation = new FragmentationScore(mix);
  private int fragmentationOf;
  private boolean settled;

  /**
   * Nodes with the same room.
   *
   * @param nodes how many
   */
  public record Supply(NodeRoom room, int nodes) {}

  /** Says that a demand has arrived, whether there is a place for it or not. */
  public void arrived(NodeDemand demand) {
    mix.add(demand);
  }

  /** How many demands have arrived. */
  public int arrived() {
    return mix.arrived();
  }

  /** Fits the prices to what is free now. */
  public RoomScore settle(List<Supply> supplies) {
    if (mix.arrived() > fragmentationOf * GROWTH) {
      fragmentation = new FragmentationScore(mix);
      fragmentationOf = mix.arrived();
    }
    Market market = new Market(supplies);
    int rounds = settled ? ROUNDS : ROUNDS_AT_FIRST;
    for (int round = 0; round < rounds; round++) {
      market.plan(market.tables());
      market.changePrices(
          settled ? STEP : Math.max(STEP, STEP_AT_FIRST / Math.sqrt(1 + round / 5.0)));
    }
    settled = true;
    return new RoomScore(market.tablesAtSteadyPrices(), fragmentation);
  }

  /** What is free, and the types that fit anywhere in it. */
  private final class Market {

    private final List<Supply> supplies;
    private final List<DemandType> types;

    /** What goes to nodes of some models, each different from the others. */
    private final List<TypesOnModels> kinds = new ArrayList<>();

    private final Map<String, Integer> kindByModel = new HashMap<>();
    private final int[] kindOfSupply;
    private final int devicesMax;
    private final double cpuUsual;
    private final double memoryUsual;

    Market(List<Supply> supplies) {
      this.supplies = supplies;
      types = mix.types().stream().filter(type -> fitsAnywhere(type.largest(), supplies)).toList();
      devicesMax = supplies.stream().mapToInt(supply -> supply.room().devices()).max().orElse(0);
      double devices = 0;
      double cpuMilli = 0;
      double memory = 0;
      for (DemandType type : types) {
        if (type.devices > 0) {
          devices += type.arrivals * type.weight();
          cpuMilli += type.arrivals * (double) type.cpuMilli;
          memory += type.arrivals * (double) type.memoryMib;
        }
      }
      cpuUsual = cpuMilli > 0 ? devices / cpuMilli : 0;
      memoryUsual = memory > 0 ? devices / memory : 0;
      Map<List<DemandType>, Integer> known = new HashMap<>();
      kindOfSupply = new int[supplies.size()];
      for (int s = 0; s < kindOfSupply.length; s++) {
        kindOfSupply[s] =
            kindByModel.computeIfAbsent(
                supplies.get(s).room().model(),
                model ->
                    known.computeIfAbsent(
                        types.stream().filter(type -> type.accepts(model)).toList(),
                        accepted -> {
                          kinds.add(new TypesOnModels(accepted));
                          return kinds.size() - 1;
                        }));
      }
      for (DemandType type : types) {
        if (type.price <= 0) {
          type.price = usualPrice(type);
          type.steadyPrice = type.price;
        }
      }
    }

    private static boolean fitsAnywhere(NodeDemand demand, List<Supply> supplies) {
      for (Supply supply : supplies) {
        if (supply.room().fits(demand)) {
          return true;
        }
      }
      return false;
    }

    /**
     * What a type is worth where nothing is known of it: its devices, or a little for its cores.
     */
    private double usualPrice(DemandType type) {
      return Math.max(type.weight(), 0.1 * cpuUsual * type.cpuMilli + 1e-6);
    }

    /** How much of a type is wanted at its price, 1 being all that arrive. */
    private double reach(DemandType type) {
      return Math.min(REACH_MAX, usualPrice(type) / type.price);
    }

    Map<TypesOnModels, FillTable[]> tables() {
      Map<TypesOnModels, FillTable[]> tables = new IdentityHashMap<>();
      kinds.forEach(kind -> tables.put(kind, tablesOf(kind)));
      return tables;
    }

    private FillTable[] tablesOf(TypesOnModels onModel) {
      List<FillTable> tables = new ArrayList<>(TABLES_MAX);
      tables.add(table(onModel, 0, 0));
      for (double level : PRICE_LEVELS) {
        if (cpuUsual > 0) {
          tables.add(table(onModel, level * cpuUsual, 0));
        }
        if (memoryUsual > 0) {
          tables.add(table(onModel, 0, level * memoryUsual));
        }
      }
      return tables.toArray(FillTable[]::new);
    }

    private FillTable table(TypesOnModels onModel, double cpuPrice, double memoryPrice) {
      return new FillTable(onModel, devicesMax, cpuPrice, memoryPrice, cpuUsual);
    }

    /** The tables of each model. */
    Map<String, FillTable[]> tablesAtSteadyPrices() {
      for (DemandType type : types) {
        double now = type.price;
        type.price = type.steadyPrice;
        type.steadyPrice = now;
      }
      Map<TypesOnModels, FillTable[]> tables = tables();
      for (DemandType type : types) {
        double now = type.steadyPrice;
        type.steadyPrice = type.price;
        type.price = now;
      }
      Map<String, FillTable[]> byModel = new HashMap<>();
      kindByModel.forEach(
          (model, kind) -> byModel.put(model, tables.getOrDefault(kinds.get(kind), NO_TABLES)));
      return byModel;
    }

    /** Fills all rooms. */
    void plan(Map<TypesOnModels, FillTable[]> tablesByTypes) {
      types.forEach(type -> type.planned = 0);
      FillTable[][] tablesByKind = new FillTable[kinds.size()][];
      FillTable.@Nullable Supply[][] fillByKind = new FillTable.Supply[kinds.size()][];
      for (int kind = 0; kind < tablesByKind.length; kind++) {
        tablesByKind[kind] = tablesByTypes.getOrDefault(kinds.get(kind), NO_TABLES);
        fillByKind[kind] = new FillTable.Supply[tablesByKind[kind].length];
      }
      List<FillTable.Supply> filled = new ArrayList<>();
      double[] shares = new double[TABLES_MAX];
      for (int s = 0; s < kindOfSupply.length; s++) {
        Supply supply = supplies.get(s);
        FillTable[] tables = tablesByKind[kindOfSupply[s]];
        double least = FillTable.worths(tables, supply.room(), shares);
        double sum = 0;
        for (int i = 0; i < tables.length; i++) {
          double exponent = (least - shares[i]) / SOFTNESS_OF_PRICE;
          shares[i] = exponent < NEGLIGIBLE ? 0 : Math.exp(exponent);
          sum += shares[i];
        }
        FillTable.@Nullable Supply[] fill = fillByKind[kindOfSupply[s]];
        for (int i = 0; i < tables.length; i++) {
          double nodes = supply.nodes() * shares[i] / sum;
          if (nodes > 0) {
            FillTable.Supply one = fill[i];
            if (one == null) {
              one = tables[i].new Supply();
              fill[i] = one;
              filled.add(one);
            }
            one.add(supply.room(), nodes);
          }
        }
      }
      filled.forEach(FillTable.Supply::plan);
    }

    void changePrices(double step) {
      double planned = 0;
      double wanted = 0;
      for (DemandType type : types) {
        planned += type.price * type.planned;
        wanted += type.price * type.arrivals * reach(type);
      }
      double times = Math.max(planned, Double.MIN_NORMAL) / Math.max(wanted, Double.MIN_NORMAL);
      for (DemandType type : types) {
        double got = type.planned / (times * type.arrivals);
        type.planSmoothed =
            type.planSmoothed < 0
                ? got
                : type.planSmoothed + PLAN_SMOOTHING * (got - type.planSmoothed);
        double error = 1 - type.planSmoothed / reach(type);
        type.price =
            Math.max(
                PRICE_MIN * usualPrice(type),
                type.price * Math.exp(step * Math.max(-ERROR_MAX, error)));
      }
      normalize();
      for (DemandType type : types) {
        type.steadyPrice += PRICE_SMOOTHING * (type.price - type.steadyPrice);
      }
    }

    /** Scales the prices so that a device of the mean demand costs one. */
    private void normalize() {
      double priced = 0;
      double weighed = 0;
      for (DemandType type : types) {
        priced += type.arrivals * type.price;
        weighed += type.arrivals * type.weight();
      }
      if (priced > 0 && weighed > 0) {
        for (DemandType type : types) {
          type.price *= weighed / priced;
        }
      }
    }
  }
}
