package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.berth.platform.Figure;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Combinations that are in no worked case, and what the reasons say. */
class BaselinePosturesTest {

  private static final RulePack BASELINE = RulePack.exportBaseline();

  static Stream<Arguments> postures() {
    return Stream.of(
        posture("consumer part over 4800 in China", Verdict.DENY, chinese().with("RTX4090")),
        posture("consumer part under 4800 in China", Verdict.ALLOW, chinese().with("RTX4090D")),
        posture("small dense data-centre part in China", Verdict.DENY, chinese().with("L4")),
        posture("small data-centre part in China", Verdict.ALLOW, chinese().with("L2")),
        posture(
            "consumer part in D:4 under exception ACA",
            Verdict.ALLOW,
            Questions.domestic().nodeIn("AE").with("RTX4090")),
        posture(
            "consumer part in D:4 before exception ACA",
            Verdict.HOLD_LICENCE,
            Questions.domestic().nodeIn("AE").with("RTX4090").on("2024-04-03")),
        posture("data-centre part in D:4", Verdict.HOLD_LICENCE, Questions.domestic().nodeIn("AE")),
        posture("controlled device in Macau", Verdict.DENY, Questions.domestic().nodeIn("MO")),
        posture(
            "authorisation that has not started",
            Verdict.HOLD_LICENCE,
            Questions.domestic().nodeIn("AE").authorisedFrom("2026-12-01")),
        posture(
            "doubtful figures in China before the letters",
            Verdict.HOLD_EVIDENCE,
            chinese().with("MI308X").on("2025-04-08")),
        posture(
            "named model in China after the letters",
            Verdict.HOLD_LICENCE,
            chinese().with("MI308X").on("2025-04-09")),
        posture(
            "named model for a Chinese parent elsewhere, remote",
            Verdict.ALLOW,
            Questions.domestic().tenantIn("CN").nodeIn("MY").with("H20")),
        posture(
            "named model into the hands of a Chinese parent",
            Verdict.HOLD_LICENCE,
            Questions.domestic().tenantIn("CN").nodeIn("MY").with("H20").possession()),
        posture(
            "Chinese device outside China",
            Verdict.HOLD_REVIEW,
            Questions.domestic().tenantIn("MY").nodeIn("MY").with("910B")),
        posture("Chinese device at home", Verdict.WARN, chinese().with("910B").training()),
        posture(
            "Chinese device at home before the guidance",
            Verdict.ALLOW,
            chinese().with("910B").training().on("2025-05-12")),
        posture(
            "Chinese device of unknown density outside China",
            Verdict.HOLD_EVIDENCE,
            Questions.domestic().tenantIn("TR").nodeIn("TR").with("S4000")),
        posture("state-funded site with a foreign device", Verdict.DENY, stateFunded("L20")),
        posture(
            "state-funded site before the order",
            Verdict.ALLOW,
            stateFunded("L20").on("2025-11-04")),
        posture("state-funded site with a Chinese device", Verdict.WARN, stateFunded("910B")),
        posture("nothing owned by listed parties", Verdict.ALLOW, ownedByListed("0")),
        posture("a little owned by listed parties", Verdict.HOLD_REVIEW, ownedByListed("1")),
        posture("half owned, rule suspended", Verdict.HOLD_REVIEW, ownedByListed("50")),
        posture(
            "half owned, rule in force",
            Verdict.HOLD_LICENCE,
            ownedByListed("50").on("2026-11-10")),
        posture(
            "just under half, rule in force",
            Verdict.HOLD_REVIEW,
            ownedByListed("49.99").on("2025-10-01")),
        posture(
            "small device that somebody classed stricter",
            Verdict.DENY,
            classed(chinese().with("L2"), "3A090.b")),
        posture("device that leaves the Union", Verdict.HOLD_REVIEW, leaves("DE", "TR")),
        posture("device that leaves the Union under EU001", Verdict.WARN, leaves("DE", "CH")),
        posture("device that stays in the Union", Verdict.ALLOW, leaves("DE", "FR")),
        posture("device that leaves the Netherlands", Verdict.HOLD_REVIEW, leaves("NL", "BR")),
        posture(
            "device in the Union used from elsewhere", Verdict.ALLOW, leaves("DE", "TR").remote()),
        posture("small device that leaves the Union", Verdict.ALLOW, leaves("DE", "TR").with("L2")),
        posture("device that leaves Britain", Verdict.HOLD_REVIEW, leaves("GB", "TR")),
        posture("device that leaves Britain for the Union", Verdict.WARN, leaves("GB", "DE")),
        posture("device that leaves Japan", Verdict.HOLD_REVIEW, leaves("JP", "BR")),
        posture("device that leaves Japan for group A", Verdict.WARN, leaves("JP", "KR")),
        posture(
            "device that left Japan for Korea before it was in group A",
            Verdict.HOLD_REVIEW,
            leaves("JP", "KR").on("2023-06-01")),
        posture("device that leaves Singapore", Verdict.HOLD_REVIEW, leaves("SG", "US")),
        posture("half owned by designated parties", Verdict.DENY, ownedBySdn("50")),
        posture(
            "half owned by designated parties while the affiliates rule is not in force",
            Verdict.DENY,
            ownedBySdn("50").on("2025-12-01")),
        posture(
            "half owned by designated parties before there was any affiliates rule",
            Verdict.DENY,
            ownedBySdn("50").on("2024-01-01")),
        posture(
            "just under half owned by designated parties",
            Verdict.HOLD_REVIEW,
            ownedBySdn("49.99")),
        posture("perhaps half owned by designated parties", Verdict.HOLD_REVIEW, perhapsBySdn()),
        posture("provider in an embargoed country", Verdict.DENY, providerIn("KP")),
        posture("provider of unknown residence", Verdict.HOLD_EVIDENCE, providerIn(null)),
        posture("designated provider", Verdict.DENY, providerOn(DeniedPartyList.SDN)),
        posture(
            "provider half owned by designated parties", Verdict.DENY, providerOwnedBySdn("50")),
        posture(
            "provider a little owned by designated parties",
            Verdict.HOLD_REVIEW,
            providerOwnedBySdn("1")),
        posture("designated party", Verdict.DENY, listed(DeniedPartyList.SDN)),
        posture("listed party", Verdict.DENY, listed(DeniedPartyList.ENTITY_LIST)),
        posture("denied person", Verdict.DENY, listed(DeniedPartyList.DENIED_PERSONS)),
        posture("designated by the EU", Verdict.DENY, listed(DeniedPartyList.EU_FSF)),
        posture("designated by the UN", Verdict.DENY, listed(DeniedPartyList.UN_SC)),
        posture("designated by the UK", Verdict.DENY, listed(DeniedPartyList.UK_SL)),
        posture(
            "military end-user", Verdict.HOLD_LICENCE, listed(DeniedPartyList.MILITARY_END_USER)),
        posture("unverified party", Verdict.HOLD_REVIEW, listed(DeniedPartyList.UNVERIFIED)),
        posture("party on another US list", Verdict.HOLD_REVIEW, listed(DeniedPartyList.CSL_OTHER)),
        posture(
            "end use under embargo with a Chinese device",
            Verdict.DENY,
            endUse("CU").with("S4000")),
        posture("data that must stay in the EEA, in Norway", Verdict.ALLOW, eeaOnly("NO")),
        posture("data that must stay in the EEA, in Britain", Verdict.DENY, eeaOnly("GB")),
        posture(
            "US chip that would leave Malaysia",
            Verdict.HOLD_LICENCE,
            Questions.domestic().tenantIn("SG").nodeIn("MY").possession()),
        posture(
            "a date that the baseline does not cover",
            Verdict.HOLD_REVIEW,
            Questions.domestic().on("2022-10-20")));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("postures")
  void takesThePosture(String name, Verdict expected, PolicyQuestion question) {
    Judgement judgement = BASELINE.judge(question);

    assertThat(judgement.verdict()).as(judgement.reasons().toString()).isEqualTo(expected);
  }

  @Test
  void saysWhichApplicationsAreDecidedCaseByCase() {
    assertThat(BASELINE.judge(chinese().with("H200").ask()).reasons())
        .extracting(Reason::code)
        .contains("controlledDeviceInD5", "licenceCaseByCase");
    assertThat(BASELINE.judge(chinese().with("B200").ask()).reasons())
        .extracting(Reason::code)
        .contains("controlledDeviceInD5")
        .doesNotContain("licenceCaseByCase");
    assertThat(BASELINE.judge(chinese().with("H200").on("2026-01-14").ask()).reasons())
        .extracting(Reason::code)
        .doesNotContain("licenceCaseByCase");
  }

  @Test
  void keepsBothSidesOfAConflictOfLaws() {
    Questions american = Questions.domestic().nodeIn("CN").with("910B");
    american.usNexus = true;

    assertThat(BASELINE.judge(american.ask()).reasons())
        .extracting(Reason::ruleId, Reason::conflictsWith)
        .contains(
            tuple("us-gp10-ascend", List.of("cn-counter-guidance")),
            tuple("cn-counter-guidance", List.of("us-gp10-ascend")));
  }

  @Test
  void givesEveryReasonACitationAndAWayOut() {
    Judgement judgement = BASELINE.judge(chinese().training().ask());

    assertThat(judgement.reasons())
        .hasSizeGreaterThan(2)
        .isSortedAccordingTo((one, other) -> other.verdict().compareTo(one.verdict()))
        .allSatisfy(reason -> {
          assertThat(reason.citation()).isNotBlank();
          assertThat(reason.message()).isNotBlank();
          assertThat(reason.wouldChange()).isNotBlank();
        });
  }

  private static Arguments posture(String name, Verdict expected, Questions questions) {
    return Arguments.of(name, expected, questions.ask());
  }

  private static Questions chinese() {
    return Questions.domestic().tenantIn("CN").nodeIn("CN");
  }

  private static Questions stateFunded(String model) {
    Questions questions = chinese().with(model);
    questions.stateFunded = true;
    return questions;
  }

  private static Questions ownedByListed(String percent) {
    Questions questions = Questions.domestic();
    questions.ownedByListedPercent = Figure.exact(new BigDecimal(percent));
    return questions;
  }

  private static Questions listed(DeniedPartyList list) {
    Questions questions = Questions.domestic();
    questions.listedOn = Set.of(list);
    return questions;
  }

  private static Questions endUse(String country) {
    Questions questions = Questions.domestic();
    questions.endUse = country;
    return questions;
  }

  private static Questions eeaOnly(String nodeCountry) {
    Questions questions = Questions.domestic().nodeIn(nodeCountry);
    questions.dataResidency = DataResidency.EEA_ONLY;
    return questions;
  }

  private static Questions ownedBySdn(String percent) {
    Questions questions = ownedByListed(percent);
    questions.ownedBySdnPercent = Figure.exact(new BigDecimal(percent));
    return questions;
  }

  private static Questions perhapsBySdn() {
    Questions questions = ownedByListed("50");
    questions.ownedBySdnPercent = Figure.of(BigDecimal.ZERO, BigDecimal.valueOf(50));
    return questions;
  }

  private static Questions providerIn(@Nullable String country) {
    Questions questions = Questions.domestic();
    questions.providerResidence = country;
    return questions;
  }

  private static Questions providerOn(DeniedPartyList list) {
    Questions questions = Questions.domestic();
    questions.providerListedOn = Set.of(list);
    return questions;
  }

  private static Questions providerOwnedBySdn(String percent) {
    Questions questions = Questions.domestic();
    questions.providerOwnedByListedPercent = Figure.exact(new BigDecimal(percent));
    questions.providerOwnedBySdnPercent = Figure.exact(new BigDecimal(percent));
    return questions;
  }

  private static Questions leaves(String from, String to) {
    return Questions.domestic().tenantIn(to).nodeIn(from).possession();
  }

  private static Questions classed(Questions questions, String eccn) {
    questions.classifiedAs = Set.of(eccn);
    return questions;
  }
}
