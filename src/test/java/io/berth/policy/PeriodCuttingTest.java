package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.policy.Judgement.Interval;
import io.berth.policy.NodeFacts.Authorisation;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeriodCuttingTest {

  @Test
  void cutsWhereARuleStartsAndEnds() {
    RulePack pack =
        RulePack.compile(
            Packs.of(Packs.windowed("the-rule", "2026-02-01", "2026-03-01", Verdict.DENY)));

    Judgement judgement = pack.judge(Questions.domestic().during("2026-01-01", "2026-06-01").ask());

    assertThat(judgement.verdict()).isEqualTo(Verdict.DENY);
    assertThat(judgement.intervals())
        .extracting(interval -> interval.period().start(), Interval::verdict)
        .containsExactly(
            tuple(Questions.moment("2026-01-01"), Verdict.ALLOW),
            tuple(Questions.moment("2026-02-01"), Verdict.DENY),
            tuple(Questions.moment("2026-03-01"), Verdict.ALLOW));
    assertThat(judgement.intervals().getLast().period().end())
        .isEqualTo(Questions.moment("2026-06-01"));
    assertThat(judgement.allowedUntil()).isEqualTo(Questions.moment("2026-02-01"));
  }

  @Test
  void holdsFromTheFirstMomentOfAWindowUntilJustBeforeItsLast() {
    RulePack pack =
        RulePack.compile(
            Packs.of(Packs.windowed("the-rule", "2026-02-01", "2026-03-01", Verdict.DENY)));

    assertThat(pack.judge(Questions.domestic().during("2026-01-01", "2026-02-01").ask()).verdict())
        .isEqualTo(Verdict.ALLOW);
    assertThat(pack.judge(Questions.domestic().during("2026-03-01", "2026-04-01").ask()).verdict())
        .isEqualTo(Verdict.ALLOW);
  }

  @Test
  void cutsWhereAGroupChanges() {
    RulePack pack =
        RulePack.compile(
            Packs.of(Packs.rule("the-rule", "node.country in group.Moving", Verdict.DENY)));

    Judgement judgement =
        pack.judge(Questions.domestic().nodeIn("FI").during("2026-01-01", "2026-06-01").ask());

    assertThat(judgement.intervals())
        .extracting(Interval::verdict)
        .containsExactly(Verdict.ALLOW, Verdict.DENY);
    assertThat(judgement.allowedUntil()).isEqualTo(Questions.moment("2026-03-01"));
  }

  @Test
  void cutsWhereAuthorisationsStartAndEnd() {
    Questions questions = Questions.domestic().nodeIn("AE").during("2026-02-01", "2026-10-01");
    questions.authorisations =
        List.of(
            new Authorisation(
                "LIC-1",
                Questions.moment("2026-01-01"),
                Questions.moment("2026-04-01"),
                Regime.US_BIS),
            new Authorisation(
                "LIC-2",
                Questions.moment("2026-03-01"),
                Questions.moment("2026-06-01"),
                Regime.US_BIS),
            new Authorisation("LIC-3", Questions.moment("2026-07-01"), null, Regime.US_BIS));

    Judgement judgement = RulePack.exportBaseline().judge(questions.ask());

    // The change from LIC-1 to LIC-2 changes nothing, so its neighbours are one interval.
    assertThat(judgement.intervals())
        .extracting(interval -> interval.period().start(), Interval::verdict)
        .containsExactly(
            tuple(Questions.moment("2026-02-01"), Verdict.ALLOW),
            tuple(Questions.moment("2026-06-01"), Verdict.HOLD_LICENCE),
            tuple(Questions.moment("2026-07-01"), Verdict.ALLOW));
    assertThat(judgement.allowedUntil()).isEqualTo(Questions.moment("2026-06-01"));
  }

  @Test
  void takesTheLocationForUnknownWhereItsEvidenceLapses() {
    Questions questions = Questions.domestic().during("2026-02-01", "2026-10-01");
    questions.nodeCountryEvidenceEnd = Questions.moment("2026-05-01");

    Judgement judgement = RulePack.exportBaseline().judge(questions.ask());

    assertThat(judgement.verdict()).isEqualTo(Verdict.HOLD_EVIDENCE);
    assertThat(judgement.allowedUntil()).isEqualTo(Questions.moment("2026-05-01"));
  }

  @Test
  void foreseesTheReturnOfTheAffiliatesRule() {
    Questions questions = Questions.domestic().during("2026-11-09", "2026-11-11");
    questions.ownedByListedPercent = Figure.exact(new BigDecimal("60"));

    assertThat(RulePack.exportBaseline().judge(questions.ask()).intervals())
        .extracting(interval -> interval.period().start(), Interval::verdict)
        .containsExactly(
            tuple(Questions.moment("2026-11-09"), Verdict.HOLD_REVIEW),
            tuple(Questions.moment("2026-11-10"), Verdict.HOLD_LICENCE));
  }

  @Test
  void keepsAPeriodWholeInWhichNothingChanges() {
    Judgement judgement =
        RulePack.exportBaseline()
            .judge(Questions.domestic().during("2024-01-01", "2027-01-01").ask());

    assertThat(judgement.intervals()).hasSize(1);
    assertThat(judgement.allowedUntil()).isEqualTo(Questions.moment("2027-01-01"));
    assertThat(judgement.reasons()).isEmpty();
  }
}
