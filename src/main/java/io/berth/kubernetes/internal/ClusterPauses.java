package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which clusters are left alone for a while, since they did not answer. The pause doubles with each
 * failure; after it one delivery tries, and the others wait for how that goes.
 */
final class ClusterPauses {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final int DOUBLINGS_MAX = 16;

  private final ConcurrentHashMap<ClusterId, Pause> pauses = new ConcurrentHashMap<>();
  private final Duration max;
  private final Duration probe;

  /**
   * Makes it without any pause.
   *
   * @param max the longest pause
   * @param probe how long the one that tries may take before another does
   */
  ClusterPauses(Duration max, Duration probe) {
    this.max = max;
    this.probe = probe;
  }

  /**
   * A pause.
   *
   * @param failures how often the cluster failed in a row
   * @param until when the next may try
   * @param obstacle what was in the way
   */
  record Pause(int failures, Instant until, Obstacle obstacle) {}

  /** Empty where the cluster may be called now; the caller must say how it went. */
  Optional<Pause> pause(ClusterId cluster, Instant now) {
    Pause[] waits = new Pause[1];
    pauses.computeIfPresent(
        cluster,
        (id, pause) -> {
          if (now.isBefore(pause.until())) {
            waits[0] = pause;
            return pause;
          }
          return new Pause(pause.failures(), now.plus(probe), pause.obstacle());
        });
    return Optional.ofNullable(waits[0]);
  }

  void answered(ClusterId cluster) {
    pauses.remove(cluster);
  }

  /** Begins a pause; returns until when. */
  Instant failed(ClusterId cluster, Obstacle obstacle, Instant now) {
    return pauses
        .compute(
            cluster,
            (id, before) -> {
              int failures = before == null ? 1 : before.failures() + 1;
              Duration pause = FIRST.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
              return new Pause(
                  failures, now.plus(pause.compareTo(max) < 0 ? pause : max), obstacle);
            })
        .until();
  }
}
