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

  FragmentationScore(DemandMix mix) {
    List<DemandType> types =
        mix.types().stream()
            .filter(type -> type.devices > 0)
            .sorted(Comparator.comparingInt(type -> type.thousandths))
            .toList();
    demands = types.stream().map(DemandType::largest).toArray(NodeDemand[]::new);
    shares = types.stream().mapToDouble(type -> type.arrivals / (double) mix.arrived()).toArray();
  }

  /** Devices that are expected to be free and of no use. */
  double of(NodeRoom room) {
    int total = room.totalFree();
    double expected = 0;
    int device = 0;
    int tooSmall = 0;
    for (int i = 0; i < demands.length; i++) {
      while (device < room.devices() && room.free(device) < demands[i].thousandths()) {
        tooSmall += room.free(device);
        device++;
      }
      expected += shares[i] * (room.fits(demands[i]) ? tooSmall : total);
    }
    return expected / NodeRoom.WHOLE;
  }
}
