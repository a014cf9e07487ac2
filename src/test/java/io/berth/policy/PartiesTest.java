package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.FactSource;
import io.berth.inventory.NodeFlags;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.policy.domain.Parties;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two lists of who may use a node, and tenants of which more or less is known. */
class PartiesTest {

  private static final OrganizationId SELF = OrganizationId.fresh();
  private static final OrganizationId OTHER = OrganizationId.fresh();

  @ParameterizedTest(name = "{0} from {1}, parent {2}, end use {3} and known {4}: {5}")
  @CsvSource({
    "'', DE, DE, DE, true, false",
    "RU, DE, DE, DE, true, false",
    "RU, RU, DE, DE, true, true",
    "RU, DE, RU, DE, true, true",
    "RU, DE, DE, RU, true, true",
    "RU, DE, , DE, true, ",
    "RU, RU, , , true, true",
    "SELF, DE, DE, DE, true, true",
    "OTHER, DE, , , true, false",
    "OTHER, DE, DE, DE, false, ",
    "'OTHER RU', RU, DE, DE, false, true",
  })
  void excludes(
      String list,
      @Nullable String residence,
      @Nullable String parent,
      @Nullable String endUse,
      boolean isKnown,
      @Nullable Boolean answer) {
    assertThat(
            Parties.excludes(
                flags(List.of(), set(list)),
                isKnown ? SELF : null,
                tenant(residence, parent, endUse)))
        .isEqualTo(answer);
  }

  @ParameterizedTest(name = "{0} from {1}, parent {2} and known {3}: {4}")
  @CsvSource({
    "DE, DE, DE, true, true",
    "DE, DE, CN, true, false",
    "DE, CN, , true, false",
    "DE, DE, , true, ",
    "DE, , , true, ",
    "'', DE, DE, true, false",
    "SELF, CN, CN, true, true",
    "OTHER, DE, DE, true, false",
    "OTHER, DE, DE, false, ",
    "'DE OTHER', CN, CN, false, ",
    "'DE OTHER', CN, CN, true, false",
  })
  void allows(
      String list,
      @Nullable String residence,
      @Nullable String parent,
      boolean isKnown,
      @Nullable Boolean answer) {
    assertThat(
            Parties.allows(
                flags(List.of(set(list)), new TreeSet<>()),
                isKnown ? SELF : null,
                tenant(residence, parent, "DE")))
        .isEqualTo(answer);
  }

  @Test
  void isForEverybodyWhereNobodySaysOtherwise() {
    NodeFlags nothing = flags(List.of(), new TreeSet<>());

    assertThat(Parties.excludes(nothing, null, tenant(null, null, null))).isFalse();
    assertThat(Parties.allows(nothing, null, tenant(null, null, null))).isTrue();
  }

  @Test
  void mustBeOnEveryList() {
    NodeFlags flags = flags(List.of(set("DE FR"), set("DE")), new TreeSet<>());

    assertThat(Parties.allows(flags, SELF, tenant("DE", "DE", "DE"))).isTrue();
    assertThat(Parties.allows(flags, SELF, tenant("FR", "FR", "FR"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, eu-sovereign, DENY, party-excluded",
    ", true, eu-sovereign, HOLD_EVIDENCE, party-excluded",
    "false, , eu-sovereign, HOLD_EVIDENCE, party-excluded",
    "false, false, eu-sovereign, DENY, party-excluded",
    "false, true, bank, DENY, tenant-eu-sovereign-only",
    "false, true, , HOLD_EVIDENCE, tenant-eu-sovereign-only",
    "false, true, eu-sovereign, ALLOW, ",
  })
  void theBaselineNeverTakesUnknownForYes(
      @Nullable Boolean excludes,
      @Nullable Boolean allows,
      @Nullable String zone,
      Verdict verdict,
      @Nullable String rule) {
    Questions questions = Questions.domestic();
    questions.ownRules = Set.of(TenantRule.EU_SOVEREIGN_ONLY);
    PolicyQuestion question = questions.ask();

    Judgement judgement =
        RulePack.exportBaseline()
            .judge(
                question.withNode(
                    new NodeFacts(
                        "US",
                        null,
                        false,
                        List.of(),
                        excludes,
                        allows,
                        zone == null ? null : Set.of(zone),
                        Set.of(),
                        null)));

    assertThat(judgement.verdict()).isEqualTo(verdict);
    assertThat(judgement.reasons())
        .extracting(Reason::ruleId)
        .isEqualTo(rule == null ? List.of() : List.of(rule));
  }

  private static NodeFlags flags(List<SortedSet<String>> allowed, SortedSet<String> excluded) {
    return new NodeFlags(
        null,
        List.of(),
        FactSource.DECLARED,
        null,
        null,
        null,
        allowed,
        excluded,
        null,
        new TreeMap<>(),
        new TreeSet<>());
  }

  private static SortedSet<String> set(String list) {
    SortedSet<String> parties = new TreeSet<>();
    for (String party : list.split(" ")) {
      if (!party.isEmpty()) {
        parties.add(party.replace("SELF", SELF.toString()).replace("OTHER", OTHER.toString()));
      }
    }
    return parties;
  }

  private static TenantFacts tenant(
      @Nullable String residence, @Nullable String parent, @Nullable String endUse) {
    return new TenantFacts(residence, parent, endUse, Set.of(), Figure.unknown(), Set.of());
  }
}
