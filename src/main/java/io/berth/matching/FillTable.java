package io.berth.matching;

import java.util.Arrays;

/**
 * What free devices of some models are worth when they are filled by one demand after another at
 * their prices, where a core and memory cost so much beside them.
 */
final class FillTable {

  /** The softness of the choice of what goes on a device next, in devices. */
  private static final double SOFTNESS_OF_FILL = 0.012;

  /** The softness of the choice among types of one size, as a share of that size. */
  private static final double SOFTNESS_OF_TYPE = 0.05;

  /** The softness of the choice among types without devices, as a share of a usual core's worth. */
  private static final double SOFTNESS_WITHOUT_DEVICES = 0.02;

  private static final double[] NOTHING = {};

  private final TypesOnModels types;
  private final double cpuPrice;
  private final double memoryPrice;

  private final double[] worth = new double[DemandType.PARTS + 1];
  private final double[] worthWhole;
  private final double worthCpu;

  private final double[][] typeShares;
  private final double[][] sizeShares = new double[DemandType.PARTS + 1][];
  private final double[][] bundleShares;
  private final double[] shareWithoutDevices;

  /**
   * Values everything at the types' current prices.
   *
   * @param devicesMax how many devices a node has at most
   * @param cpuPrice of a thousandth of a core
   * @param memoryPrice of a MiB
   * @param cpuUsual what a thousandth of a core is usually worth, which sets the scale
   */
  FillTable(
      TypesOnModels types, int devicesMax, double cpuPrice, double memoryPrice, double cpuUsual) {
    this.types = types;
    this.cpuPrice = cpuPrice;
    this.memoryPrice = memoryPrice;
    shareWithoutDevices = new double[types.withoutDevices.length];
    worthCpu = cpuPrice + fillWithoutDevices(cpuUsual);
    typeShares = new double[types.sizes.length][];
    fillDevices(worthOfSizes());
    worthWhole = new double[devicesMax + 1];
    bundleShares = new double[devicesMax + 1][];
    fillWholeDevices();
  }

  /** What a room is worth, in devices. */
  double worth(NodeRoom room) {
    return worth(room, types.noneFits(room));
  }

  private double worth(NodeRoom room, boolean isWithoutUse) {
    double sum = worthCpu * room.cpuMilli() + memoryPrice * room.memoryMib();
    if (isWithoutUse) {
      return sum;
    }
    int[] parts = room.parts();
    for (int part : parts) {
      sum += worth[part];
    }
    return sum + worthWhole[room.devices() - parts.length];
  }

  /**
   * What a room is worth by each of some tables, in devices.
   *
   * @param tables of the same types
   * @param worths what the answers are written to, by the tables' numbers
   * @return the least of them; 0 without tables
   */
  static double worths(FillTable[] tables, NodeRoom room, double[] worths) {
    if (tables.length == 0) {
      return 0;
    }
    boolean isWithoutUse = tables[0].types.noneFits(room);
    double least = Double.MAX_VALUE;
    for (int i = 0; i < tables.length; i++) {
      worths[i] = tables[i].worth(room, isWithoutUse);
      least = Math.min(least, worths[i]);
    }
    return least;
  }

  /** What a demand brings beyond what its cores and its memory cost. */
  private double net(DemandType type) {
    return type.price - cpuPrice * type.cpuMilli - memoryPrice * type.memoryMib;
  }

  /** What a thousandth of a core brings beyond its price where no device is taken. */
  private double fillWithoutDevices(double cpuUsual) {
    int count = types.withoutDevices.length;
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      DemandType type = types.withoutDevices[i];
      int cpuMilli = Math.max(1, type.cpuMilli);
      weights[i] = type.arrivals * (double) cpuMilli;
      shareWithoutDevices[i] = net(type) / cpuMilli;
    }
    double softness = Math.max(SOFTNESS_WITHOUT_DEVICES * cpuUsual, Double.MIN_NORMAL);
    return SoftChoice.choose(shareWithoutDevices, weights, count, softness);
  }

  private double[] worthOfSizes() {
    double[] worths = new double[types.sizes.length];
    for (int i = 0; i < worths.length; i++) {
      DemandType[] alike = types.bySize[i];
      double[] shares = new double[alike.length];
      double[] weights = new double[alike.length];
      for (int t = 0; t < alike.length; t++) {
        shares[t] = net(alike[t]);
        weights[t] = alike[t].arrivals;
      }
      double softness = SOFTNESS_OF_TYPE * types.sizes[i] / DemandType.PARTS;
      worths[i] = SoftChoice.choose(shares, weights, alike.length, softness);
      typeShares[i] = shares;
    }
    return worths;
  }

  private void fillDevices(double[] worthOfSize) {
    Arrays.fill(sizeShares, NOTHING);
    int fitting = 0;
    for (int free = 1; free <= DemandType.PARTS; free++) {
      boolean isAsBefore = fitting == types.sizes.length || types.sizes[fitting] > free;
      while (fitting < types.sizes.length && types.sizes[fitting] <= free) {
        fitting++;
      }
      for (int i = 0; i < fitting && isAsBefore; i++) {
        isAsBefore = worth[free - types.sizes[i]] == worth[free - 1 - types.sizes[i]];
      }
      if (isAsBefore) {
        // One part more is of no use.
        worth[free] = worth[free - 1];
        sizeShares[free] = sizeShares[free - 1];
        continue;
      }
      double[] shares = new double[fitting];
      for (int i = 0; i < fitting; i++) {
        shares[i] = worthOfSize[i] <= 0 ? 0 : worthOfSize[i] + worth[free - types.sizes[i]];
      }
      double filled = SoftChoice.choose(shares, types.arrivals, fitting, SOFTNESS_OF_FILL);
      worth[free] = Math.max(filled, worth[free - 1]);
      if (filled > 0 && filled >= worth[free - 1]) {
        sizeShares[free] = shares;
      }
    }
  }

  /** Entry 0 of the shares is a device that is filled alone; the bundles follow. */
  private void fillWholeDevices() {
    int bundles = types.bundles.length;
    double[] weights = new double[bundles + 1];
    weights[0] = Double.MIN_NORMAL;
    for (int i = 0; i < types.sizes.length; i++) {
      weights[0] += types.arrivals[i] * types.sizes[i] / DemandType.PARTS;
    }
    for (int i = 0; i < bundles; i++) {
      weights[i + 1] = types.bundles[i].arrivals;
    }
    for (int free = 1; free < worthWhole.length; free++) {
      double[] shares = new double[bundles + 1];
      shares[0] = Math.max(Double.MIN_NORMAL, worthWhole[free - 1] + worth[DemandType.PARTS]);
      for (int i = 0; i < bundles; i++) {
        DemandType bundle = types.bundles[i];
        double net = net(bundle);
        shares[i + 1] =
            bundle.devices > free || net <= 0 ? 0 : net + worthWhole[free - bundle.devices];
      }
      worthWhole[free] = SoftChoice.choose(shares, weights, bundles + 1, 2 * SOFTNESS_OF_FILL);
      bundleShares[free] = shares;
    }
  }

  /** Free devices, by how they lie. */
  final class Supply {

    /** How many nodes have so many whole devices. */
    final double[] whole;

    /** How many devices have so many parts free. */
    final double[] parts = new double[DemandType.PARTS + 1];

    double cpuMilli;

    Supply() {
      whole = new double[worthWhole.length];
    }

    void add(NodeRoom room, double nodes) {
      cpuMilli += nodes * room.cpuMilli();
      if (types.noneFits(room)) {
        return;
      }
      int[] broken = room.parts();
      for (int part : broken) {
        parts[part] += nodes;
      }
      whole[room.devices() - broken.length] += nodes;
    }

    /** Adds what it is filled with to what is planned of each type, and uses it up. */
    void plan() {
      for (int free = worthWhole.length - 1; free > 0; free--) {
        double nodes = whole[free];
        if (nodes > 0) {
          double[] shares = bundleShares[free];
          parts[DemandType.PARTS] += nodes * shares[0];
          whole[free - 1] += nodes * shares[0];
          for (int i = 1; i < shares.length; i++) {
            if (shares[i] > 0) {
              DemandType bundle = types.bundles[i - 1];
              bundle.planned += nodes * shares[i];
              whole[free - bundle.devices] += nodes * shares[i];
            }
          }
        }
      }
      planParts(parts);
      if (worthCpu > cpuPrice) {
        for (int i = 0; i < shareWithoutDevices.length; i++) {
          DemandType type = types.withoutDevices[i];
          type.planned += shareWithoutDevices[i] * cpuMilli / Math.max(1, type.cpuMilli);
        }
      }
    }
  }

  private void planParts(double[] parts) {
    double[] planned = new double[types.sizes.length];
    for (int free = DemandType.PARTS; free > 0; free--) {
      double[] shares = sizeShares[free];
      if (parts[free] <= 0) {
        continue;
      }
      if (shares.length == 0) {
        parts[free - 1] += parts[free];
        continue;
      }
      for (int i = 0; i < shares.length; i++) {
        double devices = parts[free] * shares[i];
        planned[i] += devices;
        parts[free - types.sizes[i]] += devices;
      }
    }
    for (int i = 0; i < planned.length; i++) {
      for (int t = 0; t < typeShares[i].length; t++) {
        types.bySize[i][t].planned += planned[i] * typeShares[i][t];
      }
    }
  }
}
