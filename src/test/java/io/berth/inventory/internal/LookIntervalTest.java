package io.berth.inventory.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookIntervalTest {

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  @ParameterizedTest
  @CsvSource({
    "0, PT10S",
    "1, PT10S",
    "2, PT20S",
    "3, PT40S",
    "5, PT160S",
    "6, PT300S",
    "2147483647, PT300S"
  })
  void waitsLongerForAClusterThatStaysAway(int looksFailed, Duration wait) {
    assertThat(ClusterSync.wait(looksFailed, INTERVAL, Duration.ofMinutes(5))).isEqualTo(wait);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "7"})
  void neverLooksMoreOftenThanAtOneThatAnswers(int looksFailed) {
    assertThat(ClusterSync.wait(looksFailed, INTERVAL, Duration.ofSeconds(1))).isEqualTo(INTERVAL);
  }
}
