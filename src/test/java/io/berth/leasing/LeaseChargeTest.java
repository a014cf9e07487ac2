package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.booking.LeaseTerm;
import io.berth.booking.Quote;
import io.berth.booking.QuoteId;
import io.berth.identity.UseProfile;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.market.OfferId;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.DecisionId;
import io.berth.policy.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseChargeTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Currency USD = Currency.getInstance("USD");

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0", // taken back at once
    "PT0.000001S, 1000000", // a begun minute counts
    "PT1M, 1000000",
    "PT1M1S, 2000000",
    "PT60M, 60000000",
    "PT61M, 60000000" // never more than the whole
  })
  void chargesBegunMinutes(Duration used, long micros) {
    assertThat(lease(START).chargeUntil(START.plus(used))).isEqualTo(new Money(micros, USD));
  }

  @Test
  void chargesFromWhenTheTenantHadIt() {
    Instant activeAt = START.plus(Duration.ofMinutes(50));
    assertThat(lease(activeAt).chargeUntil(START.plus(Duration.ofHours(1))))
        .isEqualTo(new Money(10_000_000, USD));
  }

  @ParameterizedTest
  @CsvSource({
    "100, true, 15000000",
    "100, false, 15000000",
    "40, true, 42000000", // 15 and six tenths of 45
    "40, false, 15000000", // somebody else ended it
    "0, true, 60000000"
  })
  void keepsAShareOfWhatItsTenantDidNotUse(int refundPercent, boolean releasedEarly, long micros) {
    assertThat(
            lease(START, refundPercent, releasedEarly)
                .chargeAtEnd(START.plus(Duration.ofMinutes(15))))
        .isEqualTo(new Money(micros, USD));
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, 15, 42000000", // 15 and six tenths of 45
    "true, true, 14, 14000000", // ended by somebody else before
    "true, false, 15, 15000000",
    "false, true, 15, 36000000", // its own rule kept it from starting: six tenths of all
    "false, false, 15, 0"
  })
  void keepsAShareWhereItsTenantsOwnRulesEndIt(
      boolean started, boolean ownRule, int minutes, long micros) {
    WindDown order =
        new WindDown(
            START,
            START.plus(Duration.ofMinutes(15)),
            "system:leasing",
            "Denied.",
            DecisionId.fresh(),
            null,
            ownRule);

    assertThat(
            lease(started ? START : null, 40, false, started, List.of(order))
                .chargeAtEnd(START.plus(Duration.ofMinutes(minutes))))
        .isEqualTo(new Money(micros, USD));
  }

  @Test
  void owesNothingForWhatAnOfficerWouldHaveEnded() {
    WindDown own =
        new WindDown(
            START,
            START.plus(Duration.ofMinutes(15)),
            "system:leasing",
            "Denied.",
            DecisionId.fresh(),
            null,
            true);
    WindDown officers =
        new WindDown(
            START,
            START.plus(Duration.ofMinutes(25)),
            "officer",
            "Ordered.",
            null,
            WindDownOrderId.fresh());

    assertThat(
            lease(START, 40, false, true, List.of(officers, own))
                .chargeAtEnd(START.plus(Duration.ofMinutes(15))))
        .isEqualTo(new Money(21_000_000, USD));
  }

  @Test
  void keepsAShareOfALeaseThatIsGivenBackBeforeItStarts() {
    assertThat(lease(null, 40, true).chargeAtEnd(START.minusSeconds(1)))
        .isEqualTo(new Money(36_000_000, USD));
  }

  @Test
  void keepsNothingOfWhatNeverCame() {
    Instant late = START.plus(Duration.ofMinutes(15));

    assertThat(lease(null, 0, true).chargeAtEnd(late)).isEqualTo(Money.zero(USD));
    // Until then it may come yet.
    assertThat(lease(null, 0, true).chargeAtEnd(late.minusSeconds(1)).micros()).isPositive();
  }

  @Test
  void neverComesToNothingWhereItRan() {
    Money total = Quote.totalOf(new Money(1, USD), 1, 1);

    assertThat(total).isEqualTo(new Money(1, USD));
  }

  @Test
  void chargesNothingForWhatTheTenantNeverHad() {
    assertThat(lease(null).chargeUntil(START.plus(Duration.ofHours(1)))).isEqualTo(Money.zero(USD));
  }

  @Test
  void chargesNothingForTheMinutesOfAnOutage() {
    Lease lease = lease(100, false, outage(5, 630, 1210L), outage(2, 3540, null));

    // Half of eleven begun minutes, and a fifth of the last.
    assertThat(lease.chargeUntil(START.plus(Duration.ofHours(1)))).isEqualTo(usd(54_300_000));
    // What has not begun by then takes nothing off.
    assertThat(lease.chargeUntil(START.plusSeconds(600))).isEqualTo(usd(10_000_000));
    assertThat(lease.creditFor(lease.outages().getFirst(), START.plusSeconds(1800)))
        .isEqualTo(usd(5_500_000));
  }

  @Test
  void takesAMinuteOffOnceThatTwoOutagesOfANodeTouch() {
    NodeId node = NodeId.fresh();
    Lease lease =
        lease(
            100,
            false,
            outage(node, 5, 600, 1230L),
            outage(node, 5, 1240, 1250L),
            outage(node, 5, 1255, 1330L),
            outage(5, 1200, 1260L));

    // Half of the minutes 10 to 22, and of one more of the other node.
    assertThat(lease.chargeUntil(START.plus(Duration.ofHours(1)))).isEqualTo(usd(53_000_000));
  }

  @Test
  void neverPaysTheTenantForOutages() {
    Lease lease = lease(100, false, outage(10, 0, null), outage(7, 600, null));

    assertThat(lease.chargeUntil(START.plus(Duration.ofHours(1)))).isEqualTo(Money.zero(USD));
  }

  @Test
  void refundsInFullWhatIsGivenBackDuringAnOutage() {
    Instant end = START.plus(Duration.ofMinutes(30));

    assertThat(lease(0, true, outage(5, 600, null)).chargeAtEnd(end)).isEqualTo(usd(20_000_000));
    // One that is over gives no reason to leave.
    assertThat(lease(0, true, outage(5, 600, 1200L)).chargeAtEnd(end)).isEqualTo(usd(55_000_000));
  }

  private static Money usd(long micros) {
    return new Money(micros, USD);
  }

  private static LeaseOutage outage(int accelerators, long fromSecond, @Nullable Long untilSecond) {
    return outage(NodeId.fresh(), accelerators, fromSecond, untilSecond);
  }

  private static LeaseOutage outage(
      NodeId node, int accelerators, long fromSecond, @Nullable Long untilSecond) {
    return new LeaseOutage(
        node,
        accelerators,
        START.plusSeconds(fromSecond),
        untilSecond == null ? null : START.plusSeconds(untilSecond),
        "Test.");
  }

  /** An hour of ten accelerators at 6 USD, so a minute costs 1 USD. */
  private static Lease lease(@Nullable Instant activeAt) {
    return lease(activeAt, 100, false);
  }

  private static Lease lease(@Nullable Instant activeAt, int refundPercent, boolean releasedEarly) {
    return lease(activeAt, refundPercent, releasedEarly, true, List.of());
  }

  private static Lease lease(
      @Nullable Instant activeAt,
      int refundPercent,
      boolean releasedEarly,
      boolean startPermitted,
      List<WindDown> windDowns) {
    return lease(activeAt, refundPercent, releasedEarly, startPermitted, windDowns, List.of());
  }

  private static Lease lease(int refundPercent, boolean releasedEarly, LeaseOutage... outages) {
    return lease(START, refundPercent, releasedEarly, true, List.of(), List.of(outages));
  }

  private static Lease lease(
      @Nullable Instant activeAt,
      int refundPercent,
      boolean releasedEarly,
      boolean startPermitted,
      List<WindDown> windDowns,
      List<LeaseOutage> outages) {
    return new Lease(
        LeaseId.fresh(),
        OrganizationId.fresh(),
        OrganizationId.fresh(),
        ClusterId.fresh(),
        NodePoolId.fresh(),
        OfferId.fresh(),
        QuoteId.fresh(),
        DecisionId.fresh(),
        LeaseState.ENDING,
        LeaseTerm.RESERVED,
        null,
        new LeaseRenewal(null, null),
        "nvidia-h100-sxm",
        new Period(START, START.plus(Duration.ofHours(1))),
        Duration.ZERO,
        10,
        new Money(6_000_000, USD),
        LeasePrice.of(
            new Period(START, START.plus(Duration.ofHours(1))), 10, new Money(6_000_000, USD)),
        new Money(60_000_000, USD),
        Money.zero(USD),
        refundPercent,
        List.of(),
        releasedEarly,
        UseProfile.UNKNOWN,
        List.of(),
        Set.of(),
        List.of(),
        activeAt,
        null,
        null,
        null,
        null,
        new LeaseJudgement(DecisionId.fresh(), Verdict.ALLOW, START, START),
        startPermitted,
        windDowns,
        outages,
        START,
        0);
  }
}
