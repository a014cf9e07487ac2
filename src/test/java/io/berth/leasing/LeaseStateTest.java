package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.leasing.LeaseState.LeaseEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseStateTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          RESERVED,     START,     PROVISIONING
          RESERVED,     DELIVERED,
          RESERVED,     TIME_UP,   ENDING
          RESERVED,     CANCEL,    ENDED
          RESERVED,     CLEARED,
          PROVISIONING, START,
          PROVISIONING, DELIVERED, ACTIVE
          PROVISIONING, TIME_UP,   ENDING
          PROVISIONING, CANCEL,    ENDING
          PROVISIONING, CLEARED,
          ACTIVE,       START,
          ACTIVE,       DELIVERED,
          ACTIVE,       TIME_UP,   ENDING
          ACTIVE,       CANCEL,    ENDING
          ACTIVE,       CLEARED,
          ENDING,       START,
          ENDING,       DELIVERED,
          ENDING,       TIME_UP,
          ENDING,       CANCEL,
          ENDING,       CLEARED,   ENDED
          ENDED,        START,
          ENDED,        DELIVERED,
          ENDED,        TIME_UP,
          ENDED,        CANCEL,
          ENDED,        CLEARED,
          """)
  void movesAsItsLifeGoes(LeaseState from, LeaseEvent event, LeaseState to) {
    assertThat(from.after(event).orElse(null)).isEqualTo(to);
  }
}
