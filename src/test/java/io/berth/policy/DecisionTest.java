package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.Judgement.Interval;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionTest {

  private static final Reason WARNING = reason("warns", Verdict.WARN);
  private static final Reason REVIEW = reason("asks", Verdict.HOLD_REVIEW);
  private static final Reason DENIAL = reason("denies", Verdict.DENY);

  @Test
  void refusesToDecideAboutNothing() {
    assertThatThrownBy(DecisionTest::decision).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesTheStrongestVerdictAndEveryReasonOnce() {
    Period whole = days(1, 5);
    Decision decision =
        decision(
            Judgement.over(List.of(interval(whole, WARNING))),
            Judgement.over(List.of(interval(whole, DENIAL, WARNING))),
            Judgement.over(List.of(interval(whole))));

    assertThat(decision.verdict()).isEqualTo(Verdict.DENY);
    assertThat(decision.reasons()).containsExactly(DENIAL, WARNING);
  }

  @Test
  void joinsWhatChangesAtDifferentTimesOnDifferentNodes() {
    Decision decision =
        decision(
            Judgement.over(List.of(interval(days(1, 3)), interval(days(3, 5), DENIAL))),
            Judgement.over(List.of(interval(days(1, 2), WARNING), interval(days(2, 5)))),
            Judgement.over(List.of(interval(days(1, 4)), interval(days(4, 5), DENIAL, REVIEW))));

    Judgement together = decision.together();

    assertThat(together.intervals())
        .containsExactly(
            interval(days(1, 2), WARNING),
            interval(days(2, 3)),
            interval(days(3, 4), DENIAL),
            interval(days(4, 5), DENIAL, REVIEW));
    assertThat(together.allowedUntil()).isEqualTo(days(1, 3).end());
    assertThat(together.verdict()).isEqualTo(decision.verdict());
    assertThat(together.reasons()).isEqualTo(decision.reasons());
  }

  @Test
  void doesNotCutWhereNothingChangesForAllNodesTogether() {
    Decision decision =
        decision(
            Judgement.over(List.of(interval(days(1, 5), DENIAL))),
            Judgement.over(List.of(interval(days(1, 3), DENIAL), interval(days(3, 5)))));

    assertThat(decision.together().intervals()).containsExactly(interval(days(1, 5), DENIAL));
    assertThat(decision.together().allowedUntil()).isNull();
  }

  @Test
  void writesAndReadsReasons() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    ReasonView view = ReasonView.of(DENIAL);

    String text = json.writeValueAsString(view);

    assertThat(json.readValue(text, ReasonView.class)).isEqualTo(view);
    assertThat(json.readTree(text).get("authority").textValue()).isEqualTo("law");
    assertThat(json.readTree(text).get("verdict").textValue()).isEqualTo("DENY");
    assertThat(json.readTree(text).get("missingFacts").get(0).textValue())
        .isEqualTo("node.country");
  }

  private static Decision decision(Judgement... judgements) {
    PolicyQuestion question = Questions.domestic().ask();
    return new Decision(
        DecisionId.fresh(),
        OrganizationId.fresh(),
        DecisionPurpose.QUOTE,
        days(1, 5),
        Questions.moment("2026-11-01"),
        List.of(new PackRef(PackLayer.BASELINE, "test-pack", "1", "0".repeat(64), null, null)),
        question.tenant(),
        question.request(),
        List.of(),
        Arrays.stream(judgements)
            .map(judgement ->
                new NodeJudgement(
                    NodeId.fresh(),
                    null,
                    question.provider(),
                    question.node(),
                    question.accelerator(),
                    judgement))
            .toList());
  }

  private static Interval interval(Period period, Reason... reasons) {
    Verdict verdict = reasons.length == 0 ? Verdict.ALLOW : reasons[0].verdict();
    return new Interval(period, verdict, List.of(reasons));
  }

  private static Period days(int first, int end) {
    return new Period(Questions.moment("2026-11-0" + first), Questions.moment("2026-11-0" + end));
  }

  private static Reason reason(String ruleId, Verdict verdict) {
    return new Reason(
        ruleId,
        "test-pack",
        Authority.LAW,
        "A test",
        "certain",
        verdict,
        "tested",
        "It is so.",
        "Another test",
        List.of("other-rule"),
        List.of("node.country"));
  }
}
