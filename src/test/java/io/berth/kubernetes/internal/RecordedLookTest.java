package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterTask;
import io.berth.inventory.SeenNodes;
import io.berth.platform.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

  @Test
  void isOfAllNodesAsLongAsNothingWasLeftOut() {
    SeenNodes whole = SeenNodes.all(List.of());
    SeenNodes changes = SeenNodes.changes(List.of(), Set.of());
    Instant began = AT.plusSeconds(5);

    assertThat(after(8, began, whole, true)).contains(new RecordedLook(8, began));
    assertThat(after(8, began, changes, true)).contains(new RecordedLook(8, AT));
    assertThat(after(8, began, whole, false)).isEmpty();
    assertThat(after(8, began, changes, false)).isEmpty();
    assertThat(after(8, began, null, true)).isEmpty();
  }

  private Optional<RecordedLook> after(
      long epoch, Instant began, @Nullable SeenNodes seen, boolean isAll) {
    return RecordedLook.of(task(epoch), began, seen, Optional.of(last), isAll);
  }

  private static ClusterTask task(long epoch) {
    return new ClusterTask(ClusterId.fresh(), OrganizationId.fresh(), epoch);
  }

  private boolean isEnough(long epoch, Instant now) {
    return last.isEnoughFor(task(epoch), now, INTERVAL);
  }
}
