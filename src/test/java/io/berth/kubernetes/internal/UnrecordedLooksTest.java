package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.ClusterId;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnrecordedLooksTest {

  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final ClusterId CLUSTER = ClusterId.fresh();

  private final UnrecordedLooks looks = new UnrecordedLooks(INTERVAL);

  @Test
  void looksAgainAtOnceAndThenNoSoonerThanUsual() {
    assertThat(looks.waitNanos(CLUSTER, 0)).isZero();
    assertThat(looks.failed(CLUSTER, 0)).isFalse();
    assertThat(looks.waitNanos(CLUSTER, 0)).isZero();

    assertThat(looks.failed(CLUSTER, SECOND)).isFalse();
    assertThat(looks.waitNanos(CLUSTER, SECOND)).isEqualTo(10 * SECOND);
    assertThat(looks.waitNanos(CLUSTER, 4 * SECOND)).isEqualTo(7 * SECOND);
    assertThat(looks.waitNanos(CLUSTER, 11 * SECOND)).isNotPositive();

    assertThat(looks.failed(CLUSTER, 11 * SECOND)).isTrue();
    assertThat(looks.waitNanos(CLUSTER, 11 * SECOND)).isEqualTo(10 * SECOND);
    assertThat(looks.waitNanos(ClusterId.fresh(), 11 * SECOND)).isZero();
  }

  @Test
  void beginsAnewOnceOneIsRecordedOrTheClusterIsAnothers() {
    looks.failed(CLUSTER, 0);
    looks.failed(CLUSTER, 0);
    looks.recorded(CLUSTER);
    assertThat(looks.failed(CLUSTER, 0)).isFalse();
    assertThat(looks.waitNanos(CLUSTER, 0)).isZero();

    looks.failed(CLUSTER, 0);
    looks.retain(Set.of());
    assertThat(looks.waitNanos(CLUSTER, 0)).isZero();
  }
}
