package io.berth.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OfferStateTest {

  private static final String TRANSITIONS =
      """
      DRAFT     PUBLISH PUBLISHED
      DRAFT     PAUSE   -
      DRAFT     RETIRE  RETIRED
      PUBLISHED PUBLISH -
      PUBLISHED PAUSE   PAUSED
      PUBLISHED RETIRE  RETIRED
      PAUSED    PUBLISH PUBLISHED
      PAUSED    PAUSE   -
      PAUSED    RETIRE  RETIRED
      RETIRED   PUBLISH -
      RETIRED   PAUSE   -
      RETIRED   RETIRE  -
      """;

  @Test
  void offersExactlyTheLegalTransitions() {
    String actual =
        Arrays.stream(OfferState.values())
            .flatMap(state ->
                Arrays.stream(OfferAction.values())
                    .map(action ->
                        "%-9s %-7s %s\n"
                            .formatted(
                                state, action, state.after(action).map(Enum::name).orElse("-"))))
            .collect(Collectors.joining());

    assertThat(actual).isEqualTo(TRANSITIONS);
  }

  @ParameterizedTest
  @EnumSource
  void namesTheActionsThatItAllows(OfferState state) {
    assertThat(OfferAction.values())
        .allSatisfy(action ->
            assertThat(state.actions().contains(action))
                .isEqualTo(state.after(action).isPresent()));
  }

  @ParameterizedTest
  @CsvSource({"DRAFT,true", "PUBLISHED,true", "PAUSED,true", "RETIRED,false"})
  void allowsChangesUntilRetired(OfferState state, boolean allowed) {
    assertThat(state.allowsChanges()).isEqualTo(allowed);
  }

  @ParameterizedTest
  @EnumSource
  void readsItsOwnWireName(OfferState state) {
    assertThat(OfferState.fromString(state.wire())).isEqualTo(state);
  }

  @Test
  void refusesAnotherCaseOnTheWire() {
    assertThatThrownBy(() -> OfferState.fromString("DRAFT"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
