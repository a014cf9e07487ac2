package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks that could not be recorded, and when the next one may begin: at once after the first, and
 * then no sooner than looks begin anyhow. Times are by a clock that nobody sets.
 *
 * @param interval how far apart looks begin where nothing changes
 */
record UnrecordedLooks(Duration interval, ConcurrentHashMap<ClusterId, InARow> byCluster) {

  /** After so many in a row nothing of the cluster is to be sold. */
  static final int IN_A_ROW_MAX = 3;

  UnrecordedLooks(Duration interval) {
    this(interval, new ConcurrentHashMap<>());
  }

  /** How many there were in a row, and when the last one was. */
  record InARow(int count, long lastNanos) {}

  /** Notes one more; tells whether there were too many. */
  boolean failed(ClusterId cluster, long nowNanos) {
    InARow all =
        byCluster.merge(
            cluster,
            new InARow(1, nowNanos),
            (before, last) -> new InARow(before.count() + 1, nowNanos));
    return all.count() >= IN_A_ROW_MAX;
  }

  /** Notes that one was recorded. */
  void recorded(ClusterId cluster) {
    byCluster.remove(cluster);
  }

  /** How long the next one is to wait; zero or less where it is not. */
  long waitNanos(ClusterId cluster, long nowNanos) {
    InARow all = byCluster.get(cluster);
    return all == null || all.count() < 2 ? 0 : interval.toNanos() - (nowNanos - all.lastNanos());
  }

  /** Forgets all clusters but these. */
  void retain(Set<ClusterId> clusters) {
    byCluster.keySet().retainAll(clusters);
  }
}
