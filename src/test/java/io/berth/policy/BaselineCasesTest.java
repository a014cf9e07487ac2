package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.policy.PolicyCases.Outcome;
import io.berth.policy.PolicyCases.Report;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped baseline against every worked case on its dates. */
class BaselineCasesTest {

  private static final RulePack BASELINE = RulePack.exportBaseline();

  /** Given with the design. */
  private static final Report GIVEN = report("/policy/cases.csv");

  /** Ours, each with its reasoning: what no given case asks. */
  private static final Report OWN = report("/policy/baseline-cases.csv");

  static Stream<Outcome> given() {
    return GIVEN.outcomes().stream();
  }

  @ParameterizedTest(name = "case {0}")
  @MethodSource("given")
  void judgesTheGivenCasesAsListed(Outcome outcome) {
    assertThat(outcome.got()).as(outcome.line()).isEqualTo(outcome.expected());
  }

  @Test
  void judgesOurOwnCasesAsListed() {
    assertThat(OWN.outcomes())
        .allSatisfy(
            outcome -> assertThat(outcome.got()).as(outcome.line()).isEqualTo(outcome.expected()));
  }

  @Test
  void explainsWhateverIsNotSimplyAllowed() {
    assertThat(Stream.concat(GIVEN.outcomes().stream(), OWN.outcomes().stream()))
        .allSatisfy(outcome ->
            assertThat(
                    outcome.reasons().stream()
                        .anyMatch(reason -> reason.verdict() != Verdict.ALLOW))
                .as(outcome.line())
                .isEqualTo(outcome.expected() != Verdict.ALLOW));
  }

  @Test
  void readsEveryRow() {
    assertThat(GIVEN.problems()).isEmpty();
    assertThat(GIVEN.outcomes()).hasSize(45);
    assertThat(OWN.problems()).isEmpty();
    assertThat(OWN.outcomes().stream().map(Outcome::id).distinct().count()).isGreaterThan(200);
  }

  private static Report report(String resource) {
    return cases(resource).judge(BASELINE::judge);
  }

  static PolicyCases cases(String resource) {
    try (InputStream stream = BaselineCasesTest.class.getResourceAsStream(resource)) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return PolicyCases.read(text, new AcceleratorCatalog().all());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
