package io.berth.inventory.domain;

import io.berth.inventory.PoolVerification;
import io.berth.inventory.VerificationState;
import io.berth.review.CaseId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a pool's verification.
 *
 * @param outcome the last verdict
 * @param message what there is to say; empty for nothing
 * @param lastPassedAt when it last passed
 * @param lastCheckedAt when a round last ended
 * @param clearedAt when it last passed or was accepted; null since it mismatched
 * @param failures rounds in a row without a verdict
 * @param underWay whether probes run
 * @param nextAt when something is to be done next; null where nothing is
 * @param caseId what asks officers
 */
public record Standing(
    Outcome outcome,
    String message,
    @Nullable Instant lastPassedAt,
    @Nullable Instant lastCheckedAt,
    @Nullable Instant clearedAt,
    int failures,
    boolean underWay,
    @Nullable Instant nextAt,
    @Nullable CaseId caseId) {

  /** The last verdict. */
  public enum Outcome {
    /** None yet. */
    NONE,
    /** The devices are as listed. */
    PASSED,
    /** They are not. */
    MISMATCH,
    /** They are not, and officers let that be. */
    ACCEPTED
  }

  /** Whether an offer of the pool may be published. */
  public boolean mayPublish(Instant now, Duration validity) {
    return outcome != Outcome.MISMATCH
        && clearedAt != null
        && now.isBefore(clearedAt.plus(validity));
  }

  /**
   * As it is shown.
   *
   * @param attemptsMax how many rounds in a row come to no verdict before that is shown
   */
  public PoolVerification view(Instant now, Duration validity, int attemptsMax) {
    return new PoolVerification(
        state(now, validity, attemptsMax),
        lastPassedAt,
        lastCheckedAt,
        message.isEmpty() ? null : message,
        caseId);
  }

  private VerificationState state(Instant now, Duration validity, int attemptsMax) {
    if (outcome == Outcome.MISMATCH) {
      return VerificationState.MISMATCH;
    }
    if (mayPublish(now, validity)) {
      return outcome == Outcome.ACCEPTED ? VerificationState.ACCEPTED : VerificationState.PASSED;
    }
    if (failures >= attemptsMax) {
      return VerificationState.FAILED;
    }
    if (underWay || (nextAt != null && (failures > 0 || !nextAt.isAfter(now)))) {
      return VerificationState.PENDING;
    }
    return clearedAt == null ? VerificationState.UNVERIFIED : VerificationState.EXPIRED;
  }

  /** The wait after so many rounds in a row without a verdict: doubled with each. */
  public static Duration wait(int failures, Duration retryWait, Duration most) {
    Duration wait = retryWait.multipliedBy(1L << Math.clamp(failures - 1L, 0, 20));
    return wait.compareTo(most) < 0 ? wait : most;
  }
}
