package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShadowsTest {

  private static final OrganizationId TENANT = OrganizationId.fresh();
  private static final OrganizationId PROVIDER = OrganizationId.fresh();
  private static final Period DAY =
      new Period(Questions.moment("2026-11-01"), Questions.moment("2026-11-02"));

  @Test
  void leavesOutPacksThatHaveNoSayInTheDecision() {
    ShadowPack baseline = shadow(PackLayer.BASELINE, null);
    ShadowPack operator = shadow(PackLayer.OPERATOR, null);
    ShadowPack provider = shadow(PackLayer.PROVIDER, PROVIDER);
    ShadowPack tenant = shadow(PackLayer.TENANT, TENANT);

    assertThat(
            Shadows.judging(
                List.of(
                    baseline,
                    operator,
                    provider,
                    shadow(PackLayer.PROVIDER, OrganizationId.fresh()),
                    shadow(PackLayer.PROVIDER, TENANT),
                    tenant,
                    shadow(PackLayer.TENANT, OrganizationId.fresh()),
                    shadow(PackLayer.TENANT, PROVIDER)),
                decision()))
        .containsExactly(baseline, operator, provider, tenant);
  }

  private static ShadowPack shadow(PackLayer layer, @Nullable OrganizationId owner) {
    RulePack pack = RulePack.compile(Packs.of(Packs.rule("asks", "true", Verdict.HOLD_REVIEW)));
    return new ShadowPack(PackVersionId.fresh(), layer, owner, pack);
  }

  private static Decision decision() {
    PolicyQuestion question = Questions.domestic().ask();
    return new Decision(
        DecisionId.fresh(),
        TENANT,
        DecisionPurpose.QUOTE,
        DAY,
        DAY.start(),
        List.of(),
        question.tenant(),
        question.request(),
        List.of(),
        List.of(node(question, null), node(question, PROVIDER)));
  }

  private static NodeJudgement node(PolicyQuestion question, @Nullable OrganizationId provider) {
    return new NodeJudgement(
        NodeId.fresh(),
        provider,
        question.provider(),
        question.node(),
        question.accelerator(),
        Judgement.over(List.of(new Judgement.Interval(DAY, Verdict.ALLOW, List.of()))));
  }
}
