package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.policy.PackState.Action;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackStateTest {

  @ParameterizedTest
  @CsvSource({
    "DRAFT, APPROVE, DRAFT",
    "DRAFT, SHADOW, SHADOW",
    "DRAFT, SCHEDULE, SCHEDULED",
    "DRAFT, ACTIVATE, ACTIVE",
    "DRAFT, RETIRE, RETIRED",
    "SHADOW, APPROVE, SHADOW",
    "SHADOW, SHADOW,",
    "SHADOW, SCHEDULE, SCHEDULED",
    "SHADOW, ACTIVATE, ACTIVE",
    "SHADOW, RETIRE, RETIRED",
    "SCHEDULED, APPROVE,",
    "SCHEDULED, SHADOW,",
    "SCHEDULED, SCHEDULE, SCHEDULED",
    "SCHEDULED, ACTIVATE, ACTIVE",
    "SCHEDULED, RETIRE, RETIRED",
    "ACTIVE, APPROVE,",
    "ACTIVE, SHADOW,",
    "ACTIVE, SCHEDULE,",
    "ACTIVE, ACTIVATE,",
    "ACTIVE, RETIRE, RETIRED",
    "RETIRED, APPROVE,",
    "RETIRED, SHADOW,",
    "RETIRED, SCHEDULE,",
    "RETIRED, ACTIVATE,",
    "RETIRED, RETIRE,",
  })
  void allowsWhatItsStateAllows(PackState state, Action action, PackState next) {
    assertThat(state.after(action).orElse(null)).isEqualTo(next);
  }
}
