package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterTask;
import io.berth.platform.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecordedLookTest {

  private static final Instant AT = Instant.parse("2026-11-01T10:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final RecordedLook last = new RecordedLook(7, AT);

  @Test
  void isEnoughForTheClaimThatFollowsUntilAllNodesAreDue() {
    assertThat(isEnough(8, AT)).isTrue();
    assertThat(isEnough(8, AT.plusSeconds(29))).isTrue();
    assertThat(isEnough(8, AT.plusSeconds(30))).isFalse();
    // Somebody set the clock.
    assertThat(isEnough(8, AT.minusSeconds(1))).isFalse();
  }

  @Test
  void isNotEnoughWhereSomebodyElseClaimedTheClusterMeanwhile() {
    assertThat(isEnough(9, AT)).isFalse();
    assertThat(isEnough(7, AT)).isFalse();
  }

  private boolean isEnough(long epoch, Instant now) {
    return last.isEnoughFor(
        new ClusterTask(ClusterId.fresh(), OrganizationId.fresh(), epoch), now, INTERVAL);
  }
}
