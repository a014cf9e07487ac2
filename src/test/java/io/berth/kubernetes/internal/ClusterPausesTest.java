package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.ClusterId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClusterPausesTest {

  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
  private static final Obstacle OBSTACLE = new Obstacle("TimedOut", "No answer.", true);

  private final ClusterPauses pauses =
      new ClusterPauses(Duration.ofSeconds(60), Duration.ofSeconds(30));
  private final ClusterId cluster = ClusterId.fresh();

  @Test
  void doublesThePauseUpToTheLongest() {
    assertThat(pauses.failed(cluster, OBSTACLE, NOW)).isEqualTo(NOW.plusSeconds(1));
    assertThat(pauses.failed(cluster, OBSTACLE, NOW)).isEqualTo(NOW.plusSeconds(2));
    assertThat(pauses.failed(cluster, OBSTACLE, NOW)).isEqualTo(NOW.plusSeconds(4));
    Instant until = NOW;
    for (int i = 0; i < 100; i++) {
      until = pauses.failed(cluster, OBSTACLE, NOW);
    }
    assertThat(until).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void letsOneTryAfterThePause() {
    pauses.failed(cluster, OBSTACLE, NOW);

    assertThat(pauses.pause(cluster, NOW)).isPresent();
    assertThat(pauses.pause(cluster, NOW.plusSeconds(1))).isEmpty();
    assertThat(pauses.pause(cluster, NOW.plusSeconds(1)))
        .hasValueSatisfying(pause -> assertThat(pause.obstacle()).isEqualTo(OBSTACLE));
    assertThat(pauses.pause(cluster, NOW.plusSeconds(31))).isEmpty();
  }

  @Test
  void holdsUpNoOtherCluster() {
    pauses.failed(cluster, OBSTACLE, NOW);

    assertThat(pauses.pause(ClusterId.fresh(), NOW)).isEmpty();
  }

  @Test
  void endsWithAnAnswer() {
    pauses.failed(cluster, OBSTACLE, NOW);
    pauses.answered(cluster);

    assertThat(pauses.pause(cluster, NOW)).isEmpty();
    assertThat(pauses.failed(cluster, OBSTACLE, NOW)).isEqualTo(NOW.plusSeconds(1));
  }
}
