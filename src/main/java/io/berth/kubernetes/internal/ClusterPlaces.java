package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterId;
import java.util.HashMap;
import java.util.Map;

/** So many places for work on clusters, of which one cluster has a part at the most. */
final class ClusterPlaces {

  private final Map<ClusterId, Integer> taken = new HashMap<>();
  private final int max;
  private final int ofOneMax;
  private int all;

  ClusterPlaces(int max, int ofOneMax) {
    this.max = max;
    this.ofOneMax = ofOneMax;
  }

  /** Takes a place, which must be given back; returns whether there was one. */
  synchronized boolean take(ClusterId cluster) {
    int ofOne = taken.getOrDefault(cluster, 0);
    if (all >= max || ofOne >= ofOneMax) {
      return false;
    }
    taken.put(cluster, ofOne + 1);
    all++;
    return true;
  }

  synchronized void giveBack(ClusterId cluster) {
    taken.computeIfPresent(cluster, (id, ofOne) -> ofOne > 1 ? ofOne - 1 : null);
    all--;
  }
}
