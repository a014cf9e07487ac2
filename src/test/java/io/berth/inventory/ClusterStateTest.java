package io.berth.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.ClusterState.Event;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterStateTest {

  @ParameterizedTest
  @CsvSource({
    "PENDING,  SYNCED,   ACTIVE",
    "PENDING,  DRAIN,    ",
    "PENDING,  ACTIVATE, ",
    "PENDING,  RETIRE,   RETIRED",
    "ACTIVE,   SYNCED,   ACTIVE",
    "ACTIVE,   DRAIN,    DRAINING",
    "ACTIVE,   ACTIVATE, ACTIVE",
    "ACTIVE,   RETIRE,   ",
    "DRAINING, SYNCED,   DRAINING",
    "DRAINING, DRAIN,    DRAINING",
    "DRAINING, ACTIVATE, ACTIVE",
    "DRAINING, RETIRE,   RETIRED",
    "RETIRED,  SYNCED,   RETIRED",
    "RETIRED,  DRAIN,    ",
    "RETIRED,  ACTIVATE, ",
    "RETIRED,  RETIRE,   RETIRED",
  })
  void movesOnlyAsAllowed(ClusterState from, Event event, ClusterState to) {
    assertThat(from.after(event).orElse(null)).isEqualTo(to);
  }
}
