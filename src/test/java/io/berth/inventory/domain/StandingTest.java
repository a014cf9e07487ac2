package io.berth.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.VerificationState;
import io.berth.inventory.domain.Standing.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandingTest {

  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
  private static final Duration VALIDITY = Duration.ofDays(7);
  private static final int ATTEMPTS_MAX = 3;

  @ParameterizedTest
  @CsvSource({
    // outcome, cleared so many days ago, rounds without a verdict, under way, next in so many
    // minutes
    "NONE, , 0, false, , UNVERIFIED, false",
    "NONE, , 0, false, 0, PENDING, false",
    "NONE, , 0, true, 0, PENDING, false",
    "NONE, , 1, false, 5, PENDING, false",
    "NONE, , 3, false, 5, FAILED, false",
    "PASSED, 0, 0, false, 60, PASSED, true",
    "PASSED, 6, 3, true, 60, PASSED, true",
    "PASSED, 7, 0, false, 60, EXPIRED, false",
    "PASSED, 7, 2, false, 60, PENDING, false",
    "PASSED, 7, 3, false, 60, FAILED, false",
    "ACCEPTED, 1, 0, false, 60, ACCEPTED, true",
    "ACCEPTED, 8, 0, false, 60, EXPIRED, false",
    "MISMATCH, , 0, false, 60, MISMATCH, false",
    // Even a pass that somebody forgot to take back counts for nothing.
    "MISMATCH, 0, 3, true, 0, MISMATCH, false"
  })
  void tellsWhereAPoolStands(
      Outcome outcome,
      @Nullable Integer clearedDaysAgo,
      int failures,
      boolean underWay,
      @Nullable Integer nextInMinutes,
      VerificationState state,
      boolean mayPublish) {
    Standing standing =
        new Standing(
            outcome,
            "",
            null,
            null,
            clearedDaysAgo == null ? null : NOW.minus(Duration.ofDays(clearedDaysAgo)),
            failures,
            underWay,
            nextInMinutes == null ? null : NOW.plus(Duration.ofMinutes(nextInMinutes)),
            null);

    assertThat(standing.view(NOW, VALIDITY, ATTEMPTS_MAX).state()).isEqualTo(state);
    assertThat(standing.mayPublish(NOW, VALIDITY)).isEqualTo(mayPublish);
  }

  @Test
  void waitsTwiceAsLongAfterEachRoundWithoutAVerdict() {
    Duration retryWait = Duration.ofMinutes(1);
    Duration most = Duration.ofHours(1);

    assertThat(Standing.wait(1, retryWait, most)).isEqualTo(Duration.ofMinutes(1));
    assertThat(Standing.wait(4, retryWait, most)).isEqualTo(Duration.ofMinutes(8));
    assertThat(Standing.wait(90, retryWait, most)).isEqualTo(most);
  }
}
