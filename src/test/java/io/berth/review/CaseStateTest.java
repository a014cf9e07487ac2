package io.berth.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CaseStateTest {

  private static final String TRANSITIONS =
      """
      OPEN      APPROVE  PROPOSED
      OPEN      CONFIRM  -
      OPEN      REFUSE   REFUSED
      OPEN      EXPIRE   -
      OPEN      WITHDRAW WITHDRAWN
      PROPOSED  APPROVE  PROPOSED
      PROPOSED  CONFIRM  APPROVED
      PROPOSED  REFUSE   REFUSED
      PROPOSED  EXPIRE   -
      PROPOSED  WITHDRAW WITHDRAWN
      APPROVED  APPROVE  -
      APPROVED  CONFIRM  -
      APPROVED  REFUSE   -
      APPROVED  EXPIRE   EXPIRED
      APPROVED  WITHDRAW WITHDRAWN
      REFUSED   APPROVE  -
      REFUSED   CONFIRM  -
      REFUSED   REFUSE   -
      REFUSED   EXPIRE   -
      REFUSED   WITHDRAW -
      EXPIRED   APPROVE  -
      EXPIRED   CONFIRM  -
      EXPIRED   REFUSE   -
      EXPIRED   EXPIRE   -
      EXPIRED   WITHDRAW -
      WITHDRAWN APPROVE  -
      WITHDRAWN CONFIRM  -
      WITHDRAWN REFUSE   -
      WITHDRAWN EXPIRE   -
      WITHDRAWN WITHDRAW -
      """;

  @Test
  void offersExactlyTheLegalTransitions() {
    String actual =
        Arrays.stream(CaseState.values())
            .flatMap(state ->
                Arrays.stream(CaseAction.values())
                    .map(action ->
                        "%-9s %-8s %s\n"
                            .formatted(
                                state, action, state.after(action).map(Enum::name).orElse("-"))))
            .collect(Collectors.joining());

    assertThat(actual).isEqualTo(TRANSITIONS);
  }
}
