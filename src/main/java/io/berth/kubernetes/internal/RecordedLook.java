package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterTask;
import io.berth.inventory.SeenNodes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A look at a cluster that was recorded for sure.
 *
 * @param epoch of its claim
 * @param wholeAt when the last look began that recorded all nodes
 */
record RecordedLook(long epoch, Instant wholeAt) {

  /**
   * What a look leaves recorded.
   *
   * @param began when it did
   * @param before what was recorded for sure before it, where it saw only what changed since
   * @param isAll whether all that it saw was taken in
   * @return empty where the next look has to see all nodes
   */
  static Optional<RecordedLook> of(
      ClusterTask task,
      Instant began,
      @Nullable SeenNodes seen,
      Optional<RecordedLook> before,
      boolean isAll) {
    if (seen == null || !isAll) {
      return Optional.empty();
    }
    return seen.isWhole()
        ? Optional.of(new RecordedLook(task.epoch(), began))
        : before.map(last -> new RecordedLook(task.epoch(), last.wholeAt()));
  }

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
