package io.berth.market.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.berth.market.OfferTerms;
import io.berth.market.PriceBasis;
import io.berth.platform.Money;
import io.berth.platform.Problem.FieldError;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TermsRulesTest {

  private static final Currency USD = Currency.getInstance("USD");
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({"0,false", "1,true", "1000000000000,true", "1000000000001,false", "-1,false"})
  void boundsThePrice(long micros, boolean accepted) {
    assertVerdict(
        OfferTerms.priced(new Money(micros, USD)),
        accepted,
        ProblemType.MALFORMED,
        "/pricePerAcceleratorHour/amountMicros");
  }

  @Test
  void refusesAnotherCurrency() {
    assertVerdict(
        OfferTerms.priced(new Money(1, Currency.getInstance("EUR"))),
        false,
        ProblemType.MALFORMED,
        "/pricePerAcceleratorHour/currency");
  }

  @ParameterizedTest
  @CsvSource({
    "PT59S,false",
    "PT1M,true",
    "PT1M1S,false",
    "PT1M0.001S,false",
    "PT720H,true",
    "-PT1H,false"
  })
  void takesShortestTermsOfWholeMinutes(Duration termMin, boolean accepted) {
    assertVerdict(
        with(termMin, Duration.ofDays(30), Duration.ZERO),
        accepted,
        ProblemType.MALFORMED,
        "/termMin");
  }

  @ParameterizedTest
  @CsvSource({"P366D,true", "P366DT1M,false", "PT1M,true", "PT0S,false", "PT87654321H,false"})
  void takesLongestTermsUpToAYear(Duration termMax, boolean accepted) {
    assertVerdict(
        with(Duration.ofMinutes(1), termMax, Duration.ZERO),
        accepted,
        ProblemType.MALFORMED,
        "/termMax");
  }

  @ParameterizedTest
  @CsvSource({"PT0S,true", "P7D,true", "P7DT1M,false", "PT30S,false", "-PT1M,false"})
  void takesTurnaroundsUpToAWeek(Duration turnaround, boolean accepted) {
    assertVerdict(
        with(Duration.ofMinutes(1), Duration.ofHours(1), turnaround),
        accepted,
        ProblemType.MALFORMED,
        "/turnaround");
  }

  @Test
  void refusesAShortestTermLongerThanTheLongest() {
    assertVerdict(
        with(Duration.ofMinutes(61), Duration.ofHours(1), Duration.ZERO),
        false,
        ProblemType.UNPROCESSABLE,
        "/termMin");
  }

  @ParameterizedTest
  @CsvSource({"0,false", "1,true", "100000,true", "-1,false"})
  void boundsTheFewestAccelerators(int count, boolean accepted) {
    assertVerdict(
        counting(count, OfferTerms.ACCELERATORS_MAX),
        accepted,
        ProblemType.MALFORMED,
        "/acceleratorsMin");
  }

  @ParameterizedTest
  @CsvSource({"0,false", "1,true", "100000,true", "100001,false"})
  void boundsTheMostAccelerators(int count, boolean accepted) {
    assertVerdict(counting(1, count), accepted, ProblemType.MALFORMED, "/acceleratorsMax");
  }

  @Test
  void refusesFewestAcceleratorsAboveTheMost() {
    assertVerdict(counting(9, 8), false, ProblemType.UNPROCESSABLE, "/acceleratorsMin");
  }

  @ParameterizedTest
  @CsvSource({"PT0S,false", "-PT1H,false", "PT59M,false", "PT1H,true"})
  void wantsRoomForTheShortestLeaseBetweenTheDates(Duration window, boolean accepted) {
    assertVerdict(
        dated(Optional.of(NOON), Optional.of(NOON.plus(window))),
        accepted,
        ProblemType.UNPROCESSABLE,
        "/availableUntil");
  }

  @ParameterizedTest
  @CsvSource({
    "1999-12-31T23:59:59Z,false",
    "2000-01-01T00:00:00Z,true",
    "2199-12-31T23:59:59Z,true",
    "2200-01-01T00:00:00Z,false",
    "+1000000000-12-31T23:59:59.999999999Z,false"
  })
  void takesDatesOfTheseCenturies(Instant date, boolean accepted) {
    assertVerdict(
        dated(Optional.of(date), Optional.empty()),
        accepted,
        ProblemType.MALFORMED,
        "/availableFrom");
    assertVerdict(
        dated(Optional.empty(), Optional.of(date)),
        accepted,
        ProblemType.MALFORMED,
        "/availableUntil");
  }

  @ParameterizedTest
  @CsvSource({
    "QUOTED,'',true",
    "OBSERVED,'',false",
    "ILLUSTRATIVE,' ',false",
    "OBSERVED,price list of 2026-10,true"
  })
  void wantsANoteOnPricesThatNobodyAsked(PriceBasis basis, String note, boolean accepted) {
    assertVerdict(noted(basis, note), accepted, ProblemType.UNPROCESSABLE, "/priceNote");
  }

  @Test
  void namesEveryValueOutOfRangeAtOnce() {
    OfferTerms terms =
        new OfferTerms(
            new Money(0, Currency.getInstance("EUR")),
            Duration.ZERO,
            Duration.ZERO,
            0,
            0,
            Optional.of(Instant.MIN),
            Optional.of(Instant.MAX),
            Duration.ofDays(8),
            PriceBasis.QUOTED,
            "");

    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> TermsRules.check(terms, USD));

    assertThat(refusal.errors())
        .extracting(FieldError::pointer)
        .containsExactlyInAnyOrder(
            "/pricePerAcceleratorHour/amountMicros",
            "/pricePerAcceleratorHour/currency",
            "/termMin",
            "/termMax",
            "/acceleratorsMin",
            "/acceleratorsMax",
            "/availableFrom",
            "/availableUntil",
            "/turnaround");
  }

  @Test
  void cutsDatesToWhatTheDatabaseKeeps() {
    OfferTerms terms = dated(Optional.of(NOON.plusNanos(1_999)), Optional.empty());

    assertThat(terms.availableFrom()).contains(NOON.plusNanos(1_000));
  }

  private static void assertVerdict(
      OfferTerms terms, boolean accepted, ProblemType type, String pointer) {
    if (accepted) {
      assertThatCode(() -> TermsRules.check(terms, USD)).doesNotThrowAnyException();
      return;
    }
    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> TermsRules.check(terms, USD));
    assertThat(refusal).isNotNull();
    assertThat(refusal.type()).isEqualTo(type);
    assertThat(refusal.errors()).extracting(FieldError::pointer).containsExactly(pointer);
  }

  private static OfferTerms with(Duration termMin, Duration termMax, Duration turnaround) {
    return new OfferTerms(
        new Money(1, USD),
        termMin,
        termMax,
        1,
        1,
        Optional.empty(),
        Optional.empty(),
        turnaround,
        PriceBasis.QUOTED,
        "");
  }

  private static OfferTerms counting(int min, int max) {
    return new OfferTerms(
        new Money(1, USD),
        Duration.ofHours(1),
        Duration.ofHours(1),
        min,
        max,
        Optional.empty(),
        Optional.empty(),
        Duration.ZERO,
        PriceBasis.QUOTED,
        "");
  }

  private static OfferTerms dated(Optional<Instant> from, Optional<Instant> until) {
    return new OfferTerms(
        new Money(1, USD),
        Duration.ofHours(1),
        Duration.ofHours(1),
        1,
        1,
        from,
        until,
        Duration.ZERO,
        PriceBasis.QUOTED,
        "");
  }

  private static OfferTerms noted(PriceBasis basis, String note) {
    return new OfferTerms(
        new Money(1, USD),
        Duration.ofHours(1),
        Duration.ofHours(1),
        1,
        1,
        Optional.empty(),
        Optional.empty(),
        Duration.ZERO,
        basis,
        note);
  }
}
