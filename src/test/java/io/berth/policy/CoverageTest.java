package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.identity.Evidence;
import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.Authorisation.Terms;
import io.berth.policy.NodeFacts.Authorisation;
import io.berth.policy.domain.Coverage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CoverageTest {

  private static final Instant START = Questions.moment("2026-11-01");
  private static final Instant END = Questions.moment("2026-12-01");
  private static final Period PERIOD = new Period(START, END);
  private static final AcceleratorFacts H100 = Accelerators.named("H100");
  private static final RulePack BASELINE = RulePack.exportBaseline();

  @Test
  void coversDevicesThatItNamesWhereItNamesThem() {
    var named = authorisation(Set.of("AE"), Set.of("nvidia-h100-sxm"), null, START, END);

    assertThat(Coverage.covers(named, H100, PERIOD)).isTrue();
    assertThat(Coverage.coversDestination(named, "AE")).isTrue();
    assertThat(Coverage.coversDestination(named, "CN")).isFalse();
    assertThat(Coverage.coversDestination(named, null)).isFalse();
    assertThat(Coverage.covers(named, Accelerators.named("H20"), PERIOD)).isFalse();
    assertThat(Coverage.covers(named, Facts.unknownAccelerator(), PERIOD)).isFalse();
  }

  @Test
  void coversDevicesUpToACeilingByTheMostThatTheyCanBe() {
    var ceiling = authorisation(Set.of("AE"), Set.of(), 16_000L, START, END);

    assertThat(Coverage.covers(ceiling, tpp("15832", "15832"), PERIOD)).isTrue();
    assertThat(Coverage.covers(ceiling, tpp("15832", "16001"), PERIOD)).isFalse();
    assertThat(Coverage.covers(ceiling, Facts.unknownAccelerator(), PERIOD)).isFalse();
  }

  @Test
  void coversPeriodsThatItShares() {
    var verified = authorisation(Set.of("AE"), Set.of("nvidia-h100-sxm"), null, START, END);

    assertThat(Coverage.covers(verified, H100, over(START.minusSeconds(60), START))).isFalse();
    assertThat(Coverage.covers(verified, H100, over(START.minusSeconds(60), END))).isTrue();
    assertThat(Coverage.covers(verified, H100, over(END, END.plusSeconds(60)))).isFalse();
  }

  @Test
  void countsNoLongerThanWhatItRestsOn() {
    Instant expiry = START.plusSeconds(60);
    var fragile =
        new io.berth.policy.Authorisation(
            AuthorisationId.fresh(),
            terms(Set.of("AE"), Set.of("nvidia-h100-sxm"), null, START, END),
            List.of(new Evidence("letter", "1", null), new Evidence("letter", "2", expiry)),
            AuthorisationState.VERIFIED,
            null,
            "test",
            new Quantity(0L, 0L),
            new Quantity(0L, 0L),
            0,
            START);

    assertThat(fragile.countsUntil()).isEqualTo(expiry);
    assertThat(Coverage.covers(fragile, H100, over(expiry, END))).isFalse();
  }

  @Test
  void hasNoRoomForWhatIsNotKnown() {
    Quantity limit = new Quantity(null, 20_000L);

    assertThat(limit.holds(Coverage.quantity(1, H100))).isTrue();
    assertThat(limit.holds(Coverage.quantity(2, H100))).isFalse();
    assertThat(limit.holds(Coverage.quantity(1, Facts.unknownAccelerator()))).isFalse();
    assertThat(new Quantity(1L, null).holds(Coverage.quantity(1, Facts.unknownAccelerator())))
        .isTrue();
  }

  @Test
  void reliesOnNothingWhereNothingIsNeeded() {
    PolicyQuestion atHome = with(Questions.domestic(), held("a", "2026-01-01", null));

    assertThat(Coverage.reliedOn(atHome, BASELINE::judge)).isEmpty();
  }

  @Test
  void reliesOnTheFirstOfSeveralThatWouldDo() {
    Authorisation first = held("first", "2026-01-01", null);
    Authorisation second = held("second", "2026-01-01", null);

    assertThat(
            Coverage.reliedOn(
                with(Questions.domestic().nodeIn("AE"), first, second), BASELINE::judge))
        .containsExactly(first);
  }

  @Test
  void reliesOnEachThatAloneCoversAPart() {
    Authorisation early = held("early", "2026-01-01", "2026-11-10");
    Authorisation within = held("within", "2026-11-05", "2026-11-09");
    Authorisation late = held("late", "2026-11-10", null);
    PolicyQuestion question =
        with(
            Questions.domestic().nodeIn("AE").during("2026-11-01", "2026-12-01"),
            within,
            early,
            late);

    assertThat(BASELINE.judge(question).verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(Coverage.reliedOn(question, BASELINE::judge)).containsExactly(early, late);
  }

  @Test
  void aPeriodThatBeginsBeforeItsAuthorisationIsCutAtIt() {
    Judgement judgement =
        BASELINE.judge(
            with(
                Questions.domestic().nodeIn("AE").during("2026-11-01", "2026-12-01"),
                held("late", "2026-11-10", null)));

    assertThat(judgement.verdict()).isEqualTo(Verdict.HOLD_LICENCE);
    assertThat(judgement.allowedUntil()).isNull();
    assertThat(judgement.intervals())
        .extracting(Judgement.Interval::verdict)
        .containsExactly(Verdict.HOLD_LICENCE, Verdict.ALLOW);
  }

  private static PolicyQuestion with(Questions questions, Authorisation... authorisations) {
    questions.authorisations = List.of(authorisations);
    return questions.ask();
  }

  private static Authorisation held(String id, String from, @Nullable String until) {
    return new Authorisation(
        id, Questions.moment(from), until == null ? null : Questions.moment(until), Regime.US_BIS);
  }

  private static Period over(Instant start, Instant end) {
    return new Period(start, end);
  }

  private static AcceleratorFacts tpp(String min, String max) {
    return new AcceleratorFacts(
        "nvidia-h100-sxm",
        "NVIDIA",
        "US",
        true,
        Figure.of(new BigDecimal(min), new BigDecimal(max)),
        Figure.unknown(),
        Figure.unknown(),
        Figure.unknown());
  }

  private static io.berth.policy.Authorisation authorisation(
      Set<String> countries,
      Set<String> models,
      @Nullable Long ceiling,
      Instant from,
      @Nullable Instant until) {
    return new io.berth.policy.Authorisation(
        AuthorisationId.fresh(),
        terms(countries, models, ceiling, from, until),
        List.of(),
        AuthorisationState.VERIFIED,
        null,
        "test",
        new Quantity(0L, 0L),
        new Quantity(0L, 0L),
        0,
        from.minus(Duration.ofDays(1)));
  }

  private static Terms terms(
      Set<String> countries,
      Set<String> models,
      @Nullable Long ceiling,
      Instant from,
      @Nullable Instant until) {
    return new Terms(
        OrganizationId.fresh(),
        "BIS",
        Regime.US_BIS,
        "D1",
        countries,
        models,
        ceiling,
        new Quantity(8L, null),
        from,
        until,
        null);
  }
}
