package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.Judgement.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people approve only warns, and nothing else moves. */
class ReviewApprovalTest {

  private static final String RULE = "the-rule";
  private static final RulePack HOLDING =
      RulePack.compile(Packs.of(Packs.rule(RULE, "true", Verdict.HOLD_REVIEW)));
  private static final Instant ALWAYS = Questions.moment("2020-01-01");
  private static final int PACKS_TRIED = 200;

  @Test
  void makesTheRuleWarnAndSaysWhoApproved() {
    PolicyQuestion question = with(Questions.domestic().ask(), approval(RULE));

    Judgement judgement = HOLDING.judge(question);

    assertThat(judgement.verdict()).isEqualTo(Verdict.WARN);
    assertThat(judgement.reasons())
        .singleElement()
        .satisfies(reason -> {
          assertThat(reason.ruleId()).isEqualTo(RULE);
          assertThat(reason.verdict()).isEqualTo(Verdict.WARN);
          assertThat(reason.message()).isEqualTo("The rule holds. Approved in case_1.");
        });
  }

  @Test
  void cutsThePeriodWhereItStartsAndExpires() {
    PolicyQuestion question = Questions.domestic().during("2026-01-01", "2026-06-01").ask();
    ReviewApproval approval =
        approval(RULE, question, Questions.moment("2026-02-01"), Questions.moment("2026-03-01"));

    Judgement judgement = HOLDING.judge(with(question, approval));

    assertThat(judgement.intervals())
        .extracting(interval -> interval.period().start(), Interval::verdict)
        .containsExactly(
            tuple(Questions.moment("2026-01-01"), Verdict.HOLD_REVIEW),
            tuple(Questions.moment("2026-02-01"), Verdict.WARN),
            tuple(Questions.moment("2026-03-01"), Verdict.HOLD_REVIEW));
    assertThat(judgement.intervals().get(1).reasons().getFirst().message())
        .endsWith("Approved in case_1 until 2026-03-01T00:00:00Z.");
    assertThat(HOLDING.judge(with(question.over(march()), approval)).allowedUntil()).isNull();
  }

  static Stream<ReviewApproval> approvalsOfSomethingElse() {
    PolicyQuestion question = Questions.domestic().ask();
    ReviewApproval right = approval(RULE);
    Instant start = question.period().start();
    return Stream.of(
        new ReviewApproval(
            "c",
            Set.of("test-pack/other"),
            right.models(),
            right.countries(),
            right.factsHash(),
            ALWAYS,
            null),
        new ReviewApproval(
            "c", Set.of(RULE), right.models(), right.countries(), right.factsHash(), ALWAYS, null),
        new ReviewApproval(
            "c",
            Set.of("other/" + RULE),
            right.models(),
            right.countries(),
            right.factsHash(),
            ALWAYS,
            null),
        new ReviewApproval(
            "c",
            right.ruleIds(),
            Set.of("nvidia-h20"),
            right.countries(),
            right.factsHash(),
            ALWAYS,
            null),
        new ReviewApproval(
            "c", right.ruleIds(), right.models(), Set.of("FI"), right.factsHash(), ALWAYS, null),
        new ReviewApproval(
            "c", right.ruleIds(), Set.of(), Set.of(), right.factsHash(), ALWAYS, null),
        // Another organization, about which something else is known, or another use.
        approval(RULE, Questions.domestic().tenantIn("FI").ask(), ALWAYS, null),
        approval(RULE, Questions.domestic().training().ask(), ALWAYS, null),
        approval(RULE, question, ALWAYS, start),
        approval(RULE, question, question.period().end(), null));
  }

  @ParameterizedTest
  @MethodSource("approvalsOfSomethingElse")
  void liftsNothingOutsideOfItsBounds(ReviewApproval approval) {
    assertThat(HOLDING.judge(with(Questions.domestic().ask(), approval)))
        .isEqualTo(HOLDING.judge(Questions.domestic().ask()));
  }

  @Test
  void liftsNothingWhereThePlaceOrTheDeviceIsUnknown() {
    Questions nowhere = Questions.domestic();
    nowhere.nodeCountry = null;
    Questions lapsed = Questions.domestic();
    lapsed.nodeCountryEvidenceEnd = Questions.moment("2026-01-01");
    Questions unnamed = Questions.domestic();
    unnamed.accelerator = Facts.unknownAccelerator();

    for (Questions questions : List.of(nowhere, lapsed, unnamed)) {
      assertThat(HOLDING.judge(with(questions.ask(), approval(RULE))).verdict())
          .isEqualTo(Verdict.HOLD_REVIEW);
    }
  }

  @Test
  void bringsOutTheUnknownThatTheReviewHadCovered() {
    RulePack pack =
        RulePack.compile(
            Packs.of(
                Packs.rule(RULE, "true", Verdict.HOLD_REVIEW),
                Packs.rule("unsure", "request.usNexus", Verdict.HOLD_REVIEW)));
    Questions questions = Questions.domestic();
    questions.usNexus = null;
    PolicyQuestion question = questions.ask();

    Judgement approved = pack.judge(with(question, approval(RULE, question, ALWAYS, null)));

    assertThat(pack.judge(question).reasons()).extracting(Reason::ruleId).containsExactly(RULE);
    assertThat(approved.verdict()).isEqualTo(Verdict.HOLD_EVIDENCE);
    assertThat(approved.reasons()).extracting(Reason::ruleId).containsExactly("unsure", RULE);
  }

  @Test
  void settlesAConflictOnlyWhereBothSidesAreApproved() {
    RulePack pack =
        RulePack.compile(
            Packs.of(
                Packs.rule("one", "true", Verdict.WARN) + "    conflicts: [two]\n",
                Packs.rule("two", "true", Verdict.WARN)));
    PolicyQuestion question = Questions.domestic().ask();

    assertThat(pack.judge(question).verdict()).isEqualTo(Verdict.HOLD_REVIEW);
    assertThat(pack.judge(with(question, approval("one"))).verdict())
        .isEqualTo(Verdict.HOLD_REVIEW);
    assertThat(pack.judge(with(question, approval("one"), approval("two"))).verdict())
        .isEqualTo(Verdict.WARN);
  }

  @Test
  void neverLiftsWhatPeopleCannotAnswer() {
    Random random = new Random(20261123);
    List<Verdict> verdicts = List.of(Verdict.values()).subList(1, Verdict.values().length);
    for (int tried = 0; tried < PACKS_TRIED; tried++) {
      List<Verdict> rules =
          IntStream.range(0, 1 + random.nextInt(4))
              .mapToObj(i -> verdicts.get(random.nextInt(verdicts.size())))
              .toList();
      List<String> texts = new ArrayList<>();
      List<ReviewApproval> approvals = new ArrayList<>();
      Verdict expected = Verdict.WARN;
      for (int i = 0; i < rules.size(); i++) {
        texts.add(Packs.rule("rule-" + i, "true", rules.get(i)));
        boolean isApproved = random.nextBoolean();
        if (isApproved) {
          approvals.add(approval("rule-" + i));
        }
        expected =
            Verdict.strongest(
                expected,
                isApproved && rules.get(i) == Verdict.HOLD_REVIEW ? Verdict.WARN : rules.get(i));
      }
      RulePack pack = RulePack.compile(Packs.of(texts.toArray(String[]::new)));

      Judgement judgement =
          pack.judge(with(Questions.domestic().ask(), approvals.toArray(ReviewApproval[]::new)));

      assertThat(judgement.verdict()).as(rules + " " + approvals).isEqualTo(expected);
      assertThat(judgement.reasons()).hasSameSizeAs(rules);
    }
  }

  @Test
  void saysWhatAnApprovalOfADecisionWouldCover() {
    RulePack pack =
        RulePack.compile(
            Packs.of(
                Packs.rule("b-review", "true", Verdict.HOLD_REVIEW),
                Packs.rule("a-licence", "true", Verdict.HOLD_LICENCE),
                Packs.rule("warned", "true", Verdict.WARN)));
    PolicyQuestion question = Questions.domestic().ask();
    Decision decision =
        new Decision(
            DecisionId.fresh(),
            OrganizationId.fresh(),
            DecisionPurpose.ORDER,
            question.period(),
            ALWAYS,
            List.of(),
            question.tenant(),
            question.request(),
            List.of(),
            List.of(
                new NodeJudgement(
                    null,
                    null,
                    question.provider(),
                    question.node(),
                    question.accelerator(),
                    pack.judge(question))));

    OrderReview review = OrderReview.of(decision);
    var fresh = review.toCase(decision.tenant(), decision.id(), "A summary.");

    assertThat(review.rules()).containsExactly("test-pack/b-review");
    assertThat(review.countries()).containsExactly("US");
    assertThat(review.factsHash()).isEqualTo(approval(RULE).factsHash());
    assertThat(review.isForPeopleAlone()).isFalse();
    assertThat(review.needed())
        .extracting(OrderReview.Needed::rule)
        .containsExactly("a-licence", "b-review");
    assertThat(fresh.reason()).isEqualTo("a-licence,b-review");
  }

  private static Period march() {
    return new Period(Questions.moment("2026-03-01"), Questions.moment("2026-04-01"));
  }

  private static ReviewApproval approval(String rule) {
    return approval(rule, Questions.domestic().ask(), ALWAYS, null);
  }

  private static ReviewApproval approval(
      String rule, PolicyQuestion question, Instant from, @Nullable Instant until) {
    return new ReviewApproval(
        "case_1",
        Set.of(ReviewApproval.rule("test-pack", rule)),
        Set.of(String.valueOf(Questions.domestic().accelerator.model())),
        Set.of("US"),
        ReviewApproval.factsHash(question.tenant(), question.request()),
        from,
        until);
  }

  private static PolicyQuestion with(PolicyQuestion question, ReviewApproval... approvals) {
    return new PolicyQuestion(
        question.tenant(),
        question.request(),
        question.provider(),
        question.node(),
        question.accelerator(),
        question.period(),
        List.of(approvals));
  }
}
