package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.Regime;
import io.berth.policy.NodeFacts.Authorisation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which authorisations clear which rules of the shipped baseline. */
class RegimeTest {

  private static final RulePack BASELINE = RulePack.exportBaseline();

  @ParameterizedTest
  @EnumSource(Regime.class)
  void onlyTheAuthorityWhoseRuleItIsClearsIt(Regime regime) {
    boolean isUs = regime == Regime.US_BIS;

    assertThat(inChina(any(regime))).isEqualTo(isUs ? Verdict.ALLOW : Verdict.DENY);
    assertThat(possession(any(regime))).isEqualTo(isUs ? Verdict.ALLOW : Verdict.HOLD_LICENCE);
  }

  @Test
  void oneOfUnknownIssueIsNoYes() {
    assertThat(inChina(any(null))).isEqualTo(Verdict.HOLD_EVIDENCE);
    assertThat(inChina(any(null), any(Regime.MY_MITI))).isEqualTo(Verdict.HOLD_EVIDENCE);
    assertThat(inChina(any(null), any(Regime.US_BIS))).isEqualTo(Verdict.ALLOW);
  }

  @Test
  void oneForTheDestinationDoesNotCoverWhereTheNodeStands() {
    assertThat(inChina(covering(false, true))).isEqualTo(Verdict.DENY);
    assertThat(inChina(covering(true, false))).isEqualTo(Verdict.ALLOW);
  }

  @Test
  void oneForWhereTheNodeStandsDoesNotCoverThatItIsHandedOverElsewhere() {
    assertThat(possession(covering(true, false))).isEqualTo(Verdict.HOLD_LICENCE);
    assertThat(possession(covering(true, null))).isEqualTo(Verdict.HOLD_EVIDENCE);
    assertThat(possession(covering(false, true))).isEqualTo(Verdict.ALLOW);
  }

  @Test
  void malaysianPermitsComeFromMalaysia() {
    Questions leaving = Questions.domestic().nodeIn("MY").possession();

    assertThat(verdict(leaving, any(Regime.US_BIS))).isEqualTo(Verdict.HOLD_LICENCE);
    assertThat(verdict(leaving, any(Regime.MY_MITI))).isEqualTo(Verdict.ALLOW);
  }

  private static Verdict inChina(Authorisation... attached) {
    return verdict(Questions.domestic().nodeIn("CN"), attached);
  }

  private static Verdict possession(Authorisation... attached) {
    Questions asked = Questions.domestic().possession();
    asked.endUse = "AE";
    return verdict(asked, attached);
  }

  private static Verdict verdict(Questions asked, Authorisation... attached) {
    if ("CN".equals(asked.nodeCountry)) {
      // Another ground that the same authorisation would have to clear is left out.
      asked.providerParent = "US";
    }
    asked.authorisations = List.of(attached);
    return BASELINE.judge(asked.ask()).verdict();
  }

  private static Authorisation any(@Nullable Regime regime) {
    return new Authorisation("LIC-1", Questions.moment("2026-01-01"), null, regime);
  }

  private static Authorisation covering(boolean place, @Nullable Boolean handover) {
    return new Authorisation(
        "LIC-1", Questions.moment("2026-01-01"), null, Regime.US_BIS, place, handover);
  }
}
