package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.policy.DecisionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindDownListTest {

  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

  @Test
  void aJudgementsOrderTakesThePlaceOfTheOneBefore() {
    WindDown officers = officers(30);
    WindDown before = judged(20);
    WindDown after = judged(10);

    assertThat(WindDowns.with(List.of(officers, before), after)).containsExactly(officers, after);
  }

  @Test
  void keepsOfOfficersOrdersThoseThatEndTheLeaseFirst() {
    List<WindDown> full = new ArrayList<>(List.of(judged(1)));
    for (int i = 0; i < WindDowns.OFFICERS_ORDERS_MAX; i++) {
      full.add(officers(100 + i));
    }
    WindDown late = officers(500);
    WindDown early = officers(50);

    assertThat(WindDowns.with(full, late)).isEqualTo(full);
    assertThat(WindDowns.with(full, early))
        .hasSize(full.size())
        .contains(early, full.getFirst())
        .doesNotContain(full.getLast());
  }

  private static WindDown officers(int seconds) {
    return new WindDown(
        NOW, NOW.plusSeconds(seconds), "officer", "Ordered.", null, WindDownOrderId.fresh());
  }

  private static WindDown judged(int seconds) {
    return new WindDown(
        NOW, NOW.plusSeconds(seconds), "system:leasing", "Denied.", DecisionId.fresh(), null);
  }
}
