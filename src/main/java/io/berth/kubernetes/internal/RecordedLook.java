package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterTask;
import java.time.Duration;
import java.time.Instant;

/**
 * A look at a cluster that was recorded for sure.
 *
 * @param epoch of its claim
 * @param wholeAt when the last look began that recorded all nodes
 */
record RecordedLook(long epoch, Instant wholeAt) {

  /**
   * Whether the next look may record what changed since and nothing else: nobody claimed the
   * cluster in between, and all nodes were recorded not long ago, since time changes what follows
   * from the same facts.
   *
   * @param interval how long a recording of all nodes is enough
   */
  boolean isEnoughFor(ClusterTask next, Instant now, Duration interval) {
    return next.epoch() == epoch + 1
        && !now.isBefore(wholeAt)
        && now.isBefore(wholeAt.plus(interval));
  }
}
