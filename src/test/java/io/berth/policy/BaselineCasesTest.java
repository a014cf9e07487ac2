package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.platform.Figure;
import io.berth.policy.NodeFacts.Authorisation;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped baseline against every worked case on its three dates. */
class BaselineCasesTest {

  private static final RulePack BASELINE = RulePack.exportBaseline();

  private static final Map<String, String> DATES =
      Map.of("v20241115", "2024-11-15", "v20250601", "2025-06-01", "v20261101", "2026-11-01");

  static Stream<Arguments> cases() {
    return Accelerators.rows("/policy/cases.csv").stream()
        .flatMap(row ->
            DATES.entrySet().stream()
                .map(date ->
                    Arguments.of(
                        row.get("id"),
                        date.getValue(),
                        Verdict.valueOf(row.get(date.getKey())),
                        question(row, date.getValue()))));
  }

  @ParameterizedTest(name = "case {0} on {1}: {2}")
  @MethodSource("cases")
  void judgesTheWorkedCasesAsListed(
      String id, String date, Verdict expected, PolicyQuestion question) {
    Judgement judgement = BASELINE.judge(question);

    assertThat(judgement.verdict()).as(judgement.reasons().toString()).isEqualTo(expected);
    assertThat(judgement.reasons().isEmpty()).isEqualTo(expected == Verdict.ALLOW);
  }

  private static PolicyQuestion question(Map<String, String> row, String date) {
    return new PolicyQuestion(
        new TenantFacts(
            country(row.get("tRes")),
            country(row.get("tParent")),
            country(row.get("tEnd")),
            switch (row.get("tListed")) {
              case "SDN" -> Set.of(DeniedPartyList.SDN);
              case "EL" -> Set.of(DeniedPartyList.ENTITY_LIST);
              default -> Set.of();
            },
            Figure.exact(new BigDecimal(row.get("tElPct"))),
            row.get("tPolicy").isEmpty()
                ? Set.of()
                : Set.of(TenantRule.valueOf(constant(row.get("tPolicy"))))),
        new RequestFacts(
            Mode.valueOf(constant(row.get("mode"))),
            Workload.valueOf(constant(row.get("workload"))),
            row.get("data").isEmpty()
                ? DataResidency.ANYWHERE
                : DataResidency.valueOf(constant(row.get("data"))),
            Boolean.valueOf(row.get("usNexus"))),
        new ProviderFacts(country(row.get("pParent")), Set.of()),
        new NodeFacts(
            country(row.get("nCountry")),
            null,
            Boolean.valueOf(row.get("nState")),
            authorisations(row.get("nAuth"))),
        Accelerators.named(row.get("model")),
        Questions.hourFrom(date));
  }

  private static @Nullable String country(String cell) {
    return cell.equals("?") ? null : cell;
  }

  private static List<Authorisation> authorisations(String cell) {
    if (cell.isEmpty()) {
      return List.of();
    }
    String[] parts = cell.split("@", 2);
    return List.of(new Authorisation(parts[0], Questions.moment(parts[1]), null));
  }

  private static String constant(String cell) {
    return cell.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
