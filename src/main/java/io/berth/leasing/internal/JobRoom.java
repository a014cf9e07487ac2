package io.berth.leasing.internal;

import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import java.time.Duration;

/**
 * What a lease's jobs take of the service itself. Those that are not finished are read whenever
 * their lease is looked after, and all are kept as evidence, so that both are bounded.
 *
 * @param unfinished how many there are
 * @param unfinishedBytes how large they are as they are stored
 * @param bytes how large all of the lease's are
 */
record JobRoom(long unfinished, long unfinishedBytes, long bytes) {

  /** Of a lease's jobs that are not finished. */
  static final int UNFINISHED_BYTES_MAX = 512 * 1024;

  /** Of all jobs that a lease ever had: some ten thousand of the usual size. */
  static final int BYTES_MAX = 16 * 1024 * 1024;

  /**
   * Fails where another does not fit.
   *
   * @param jobBytes how large it is
   * @param unfinishedMax how many may not be finished
   * @param retryAfter when to ask again where it may fit then
   * @throws ProblemException 429 where others must finish first, 409 where the lease takes no more
   */
  void requireFor(long jobBytes, int unfinishedMax, Duration retryAfter) {
    if (unfinished >= unfinishedMax) {
      throw tooMany("%d unfinished jobs".formatted(unfinished), retryAfter);
    }
    if (unfinished > 0 && unfinishedBytes + jobBytes > UNFINISHED_BYTES_MAX) {
      throw tooMany(
          "unfinished jobs of %d KiB, and this one has %d"
              .formatted(unfinishedBytes / 1024, jobBytes / 1024),
          retryAfter);
    }
    if (bytes + jobBytes > BYTES_MAX) {
      throw ProblemException.conflict(
          "The jobs that the lease has had are %d MiB, which is the most that is kept of one."
              .formatted(BYTES_MAX / (1024 * 1024)));
    }
  }

  private static ProblemException tooMany(String what, Duration retryAfter) {
    return new ProblemException(
            ProblemType.TOO_MANY_REQUESTS,
            "The lease has " + what + ", which is the most: cancel some or wait for them.")
        .retryAfter(retryAfter);
  }
}
