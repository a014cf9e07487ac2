package io.berth.matching;

import java.util.Comparator;
import java.util.List;

/**
 * How much of a node's free devices the next demand is expected to be unable to use: the measure of
 * "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent"
 * (USENIX ATC 2023), over the mix of demands that arrived so far. Immutable.
 */
final class FragmentationScore {

  /** By thousandths, so that what a device is of no use for is counted once for many. */
  private final NodeDemand[] demands;

  private final double[] shares;

  /** What each demand asks for, beside each other, since this is asked for very often. */
  private final int[] cpuMilli;

  private final int[] memoryMib;
  private final int[] devices;
  private final int[] thousandths;
  private final boolean[] isAnyModelRight;

  FragmentationScore(DemandMix mix) {
    List<DemandType> types =
        mix.types().stream()
            .filter(type -> type.devices > 0)
            .sorted(Comparator.comparingInt(type -> type.thousandths))
            .toList();
    demands = types.stream().map(DemandType::largest).toArray(NodeDemand[]::new);
    shares = types.stream().mapToDouble(type -> type.arrivals / (double) mix.arrived()).toArray();
    cpuMilli = types.stream().mapToInt(type -> type.cpuMilli).toArray();
    memoryMib = types.stream().mapToInt(type -> type.memoryMib).toArray();
    devices = types.stream().mapToInt(type -> type.devices).toArray();
    thousandths = types.stream().mapToInt(type -> type.thousandths).toArray();
    isAnyModelRight = new boolean[demands.length];
    for (int i = 0; i < demands.length; i++) {
      isAnyModelRight[i] = demands[i].models().isEmpty();
    }
  }

  /** Devices that are expected to be free and of no use. */
  double of(NodeRoom room) {
    int count = room.devices();
    int total = room.totalFree();
    double expected = 0;
    int device = 0;
    int tooSmall = 0;
    for (int i = 0; i < demands.length; i++) {
      while (device < count && room.free(device) < thousandths[i]) {
        tooSmall += room.free(device);
        device++;
      }
      boolean isOfUse =
          count - device >= devices[i]
              && room.cpuMilli() >= cpuMilli[i]
              && room.memoryMib() >= memoryMib[i]
              && (isAnyModelRight[i] || demands[i].accepts(room.model()));
      expected += shares[i] * (isOfUse ? tooSmall : total);
    }
    return expected / NodeRoom.WHOLE;
  }
}
