package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.Judgement.Interval;
import io.berth.review.NewCase;
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
    Ground seen = right.grounds().iterator().next();
    String hash = seen.packHash();
    String model = seen.model();
    String place = seen.placeHash();
    Questions listed = Questions.domestic();
    listed.providerListedOn = Set.of(DeniedPartyList.values());
    Questions owned = Questions.domestic();
    owned.providerParent = "CN";
    Questions funded = Questions.domestic();
    funded.stateFunded = true;
    RulePack changed =
        RulePack.compile(
            Packs.of(Packs.rule(RULE, "true", Verdict.HOLD_REVIEW)).replace("holds.", "held."));
    return Stream.of(
        of(),
        of(new Ground(hash, "other", model, "US", place)),
        of(new Ground("test-pack", RULE, model, "US", place)),
        of(new Ground(changed.hash(), RULE, model, "US", place)),
        of(new Ground(hash, RULE, "nvidia-h20", "US", place)),
        of(new Ground(hash, RULE, model, "FI", place)),
        // Each part was seen, and all of them together were not.
        of(
            new Ground(hash, RULE, "nvidia-h20", "US", place),
            new Ground(hash, RULE, model, "FI", place),
            new Ground(hash, "other", model, "US", place)),
        // A provider or a node about which something else is known.
        approval(RULE, listed.ask(), ALWAYS, null, HOLDING),
        approval(RULE, owned.ask(), ALWAYS, null, HOLDING),
        approval(RULE, funded.ask(), ALWAYS, null, HOLDING),
        // A pack with the same ids.
        approval(RULE, question, ALWAYS, null, changed),
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

    Judgement approved = pack.judge(with(question, approval(RULE, question, ALWAYS, null, pack)));

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
    assertThat(pack.judge(with(question, approval("one", pack))).verdict())
        .isEqualTo(Verdict.HOLD_REVIEW);
    assertThat(pack.judge(with(question, approval("one", pack), approval("two", pack))).verdict())
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
      List<String> approved = new ArrayList<>();
      Verdict expected = Verdict.WARN;
      for (int i = 0; i < rules.size(); i++) {
        texts.add(Packs.rule("rule-" + i, "true", rules.get(i)));
        boolean isApproved = random.nextBoolean();
        if (isApproved) {
          approved.add("rule-" + i);
        }
        expected =
            Verdict.strongest(
                expected,
                isApproved && rules.get(i) == Verdict.HOLD_REVIEW ? Verdict.WARN : rules.get(i));
      }
      RulePack pack = RulePack.compile(Packs.of(texts.toArray(String[]::new)));
      ReviewApproval[] approvals =
          approved.stream().map(rule -> approval(rule, pack)).toArray(ReviewApproval[]::new);

      Judgement judgement = pack.judge(with(Questions.domestic().ask(), approvals));

      assertThat(judgement.verdict()).as(rules + " " + approved).isEqualTo(expected);
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
    Decision decision = decision(question, pack.judge(question));

    OrderReview review = OrderReview.of(decision);
    var fresh = review.toCase(decision.tenant(), decision.id(), "A summary.");

    assertThat(review.rules()).containsExactly("test-pack/b-review");
    assertThat(review.countries()).containsExactly("US");
    assertThat(review.factsHash()).isEqualTo(approval(RULE).factsHash());
    assertThat(review.isForPeopleAlone()).isFalse();
    assertThat(review.needed())
        .extracting(OrderReview.Needed::rule)
        .containsExactly("test-pack/a-licence", "test-pack/b-review");
    assertThat(fresh.reason()).isEqualTo("test-pack/a-licence,test-pack/b-review");
    assertThat(review.grounds()).isEqualTo(List.copyOf(approval("b-review", pack).grounds()));
  }

  @Test
  void asksAnotherQuestionWhereProviderOrTextDiffer() {
    RulePack changed =
        RulePack.compile(
            Packs.of(Packs.rule(RULE, "true", Verdict.HOLD_REVIEW)) + "# Another text.\n");
    PolicyQuestion question = Questions.domestic().ask();
    Questions listed = Questions.domestic();
    listed.providerListedOn = Set.of(DeniedPartyList.values());

    assertThat(
            Stream.of(
                    decision(question, HOLDING.judge(question)),
                    decision(question, HOLDING.judge(question)),
                    decision(question, changed.judge(question)),
                    decision(listed.ask(), HOLDING.judge(listed.ask())))
                .map(one -> OrderReview.of(one).toCase(one.tenant(), one.id(), "A summary."))
                .map(NewCase::factsHash)
                .distinct())
        .hasSize(3);
  }

  @Test
  void approvesOnlyWhatACaseLists() {
    int rules = ReviewApproval.GROUNDS_COUNT_MAX / 2 + 1;
    RulePack pack =
        RulePack.compile(
            Packs.of(
                IntStream.range(0, rules)
                    .mapToObj(i -> Packs.rule("rule-" + i, "true", Verdict.HOLD_REVIEW))
                    .toArray(String[]::new)));
    PolicyQuestion question = Questions.domestic().ask();
    Questions funded = Questions.domestic();
    funded.stateFunded = true;
    NodeJudgement first = decision(question, pack.judge(question)).nodes().getFirst();
    NodeJudgement second = decision(funded.ask(), pack.judge(funded.ask())).nodes().getFirst();

    OrderReview review = OrderReview.of(decision(question, List.of(first, second)));
    ReviewApproval approval =
        new ReviewApproval(
            "case_1", Set.copyOf(review.grounds()), review.factsHash(), ALWAYS, null);
    OrderReview rest =
        OrderReview.of(
            decision(
                question,
                List.of(
                    decision(question, pack.judge(with(question, approval))).nodes().getFirst(),
                    decision(funded.ask(), pack.judge(with(funded.ask(), approval)))
                        .nodes()
                        .getFirst())));

    assertThat(review.grounds()).hasSize(ReviewApproval.GROUNDS_COUNT_MAX);
    assertThat(review.groundsOmitted()).isEqualTo(2);
    assertThat(rest.grounds()).hasSize(2).doesNotContainAnyElementsOf(review.grounds());
  }

  private static Decision decision(PolicyQuestion question, Judgement judgement) {
    return decision(
        question,
        List.of(
            new NodeJudgement(
                null,
                null,
                question.provider(),
                question.node(),
                question.accelerator(),
                judgement)));
  }

  private static Decision decision(PolicyQuestion question, List<NodeJudgement> nodes) {
    return new Decision(
        DecisionId.fresh(),
        OrganizationId.fresh(),
        DecisionPurpose.ORDER,
        question.period(),
        ALWAYS,
        List.of(),
        question.tenant(),
        question.request(),
        List.of(),
        nodes);
  }

  private static Period march() {
    return new Period(Questions.moment("2026-03-01"), Questions.moment("2026-04-01"));
  }

  /** Of the ordinary question, with these grounds. */
  private static ReviewApproval of(Ground... grounds) {
    return new ReviewApproval("c", Set.of(grounds), approval(RULE).factsHash(), ALWAYS, null);
  }

  private static ReviewApproval approval(String rule) {
    return approval(rule, HOLDING);
  }

  private static ReviewApproval approval(String rule, RulePack pack) {
    return approval(rule, Questions.domestic().ask(), ALWAYS, null, pack);
  }

  private static ReviewApproval approval(
      String rule, PolicyQuestion question, Instant from, @Nullable Instant until) {
    return approval(rule, question, from, until, HOLDING);
  }

  private static ReviewApproval approval(
      String rule, PolicyQuestion question, Instant from, @Nullable Instant until, RulePack pack) {
    return new ReviewApproval(
        "case_1",
        Set.of(
            new Ground(
                pack.hash(),
                rule,
                String.valueOf(Questions.domestic().accelerator.model()),
                "US",
                Ground.hashOfPlace(question.provider(), question.node()))),
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
