package io.berth.inventory.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeFailuresTest {

  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private final StoredJson json =
      new StoredJson(
          JsonMapper.builder()
              .addModule(new JavaTimeModule())
              .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
              .build());
  private final NodeFailures failures = new NodeFailures(json);
  private final NodeRow row = new NodeRow();

  @Test
  void keepsSinceWhenEachSlotIsLost() {
    row.slots = 8;
    assertThat(lost()).isEmpty();

    has(6, 0);
    assertThat(lost()).isEqualTo(Map.of(6, at(0), 7, at(0)));
    // One comes back, and goes again: the other has been away all the time.
    has(7, 1);
    assertThat(lost()).isEqualTo(Map.of(7, at(0)));
    has(6, 2);
    assertThat(lost()).isEqualTo(Map.of(6, at(2), 7, at(0)));
    has(6, 3);
    assertThat(lost()).isEqualTo(Map.of(6, at(2), 7, at(0)));
    has(8, 4);
    assertThat(lost()).isEmpty();
  }

  @Test
  void followsNoMoreSlotsThanThereAreInEarnest() {
    row.slots = Integer.MAX_VALUE;

    has(0, 0);

    assertThat(lost()).hasSize(4_096);
  }

  private void has(int slots, int minutes) {
    int before = row.slots;
    row.slots = slots;
    failures.followSlots(row, before, at(minutes));
  }

  private static Instant at(int minutes) {
    return NOW.plus(Duration.ofMinutes(minutes));
  }

  private Map<Integer, Instant> lost() {
    return json.readSlotsLost(row.slotsLost);
  }
}
