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

  private static final Report REPORT = report("/policy/cases.csv");

  static Stream<Outcome> outcomes() {
    return REPORT.outcomes().stream();
  }

  @ParameterizedTest(name = "case {0}")
  @MethodSource("outcomes")
  void judgesTheWorkedCasesAsListed(Outcome outcome) {
    assertThat(outcome.got()).as(outcome.line()).isEqualTo(outcome.expected());
    assertThat(outcome.reasons().isEmpty()).isEqualTo(outcome.expected() == Verdict.ALLOW);
  }

  @Test
  void readsEveryRow() {
    assertThat(REPORT.problems()).isEmpty();
    assertThat(REPORT.outcomes()).hasSize(45);
  }

  private static Report report(String resource) {
    try (InputStream stream = BaselineCasesTest.class.getResourceAsStream(resource)) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return PolicyCases.read(text, new AcceleratorCatalog().all())
          .judge(RulePack.exportBaseline()::judge);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
