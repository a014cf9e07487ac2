package io.berth.matching;

import java.util.Map;

/**
 * How much of a node's free devices the next demand is expected to be unable to use: the measure of
 * "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent"
 * (USENIX ATC 2023), over the mix of demands that arrived so far. Immutable.
 */
final class FragmentationScore {

  private final NodeDemand[] demands;
  private final double[] shares;

  FragmentationScore(DemandMix mix) {
    int size = (int) mix.counts().keySet().stream().filter(FragmentationScore::counts).count();
    demands = new NodeDemand[size];
    shares = new double[size];
    int next = 0;
    for (Map.Entry<NodeDemand, Integer> entry : mix.counts().entrySet()) {
      if (counts(entry.getKey())) {
        demands[next] = entry.getKey();
        shares[next++] = entry.getValue() / (double) mix.arrived();
      }
    }
  }

  private static boolean counts(NodeDemand demand) {
    return demand.devices() > 0;
  }

  /** Expected thousandths that are free and of no use. */
  double of(NodeRoom room) {
    int total = room.totalFree();
    double expected = 0;
    for (int i = 0; i < demands.length; i++) {
      int useless = total;
      if (room.fits(demands[i])) {
        useless = 0;
        int usable = room.firstDevice(demands[i].thousandths());
        for (int device = 0; device < usable; device++) {
          useless += room.free(device);
        }
      }
      expected += shares[i] * useless;
    }
    return expected;
  }
}
