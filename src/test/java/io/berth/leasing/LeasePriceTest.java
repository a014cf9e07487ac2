package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.booking.Quote;
import io.berth.leasing.LeasePrice.Stretch;
import io.berth.platform.Money;
import io.berth.platform.Period;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeasePriceTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Currency USD = Currency.getInstance("USD");

  /** An accelerator costs 1 USD a minute. */
  private static final Money PRICE = usd(60);

  /** Ten accelerators for an hour. */
  private static final LeasePrice HOUR = LeasePrice.of(new Period(START, at(60)), 10, PRICE);

  @Test
  void costsTheSameAsAQuoteAtFirst() {
    assertThat(HOUR.total()).isEqualTo(Quote.totalOf(PRICE, 10, 60));
  }

  @Test
  void joinsWhatIsAddedAtTheSamePrice() {
    assertThat(HOUR.extendedTo(at(90), PRICE))
        .isEqualTo(LeasePrice.of(new Period(START, at(90)), 10, PRICE));
  }

  @Test
  void keepsThePriceOfWhatWasAgreedOnBefore() {
    LeasePrice dearer = HOUR.extendedTo(at(90), usd(120));

    assertThat(dearer.total()).isEqualTo(usd(600 + 600));
    assertThat(dearer.between(START, at(60))).isEqualTo(usd(600));
    assertThat(dearer.between(START, at(61))).isEqualTo(usd(620));
    assertThat(dearer.between(at(60), at(120))).isEqualTo(usd(600));
    assertThat(dearer.last()).isEqualTo(usd(120));
  }

  @Test
  void costsLessFromWhenSomeIsGivenBack() {
    LeasePrice fewer = HOUR.withAccelerators(at(20), 4);

    assertThat(fewer.stretches())
        .containsExactly(
            new Stretch(new Period(START, at(20)), 10, PRICE),
            new Stretch(new Period(at(20), at(60)), 4, PRICE));
    assertThat(fewer.total()).isEqualTo(usd(200 + 160));
    // Half a minute late: the last begun minute is the shorter lease's.
    Instant activeAt = START.plusSeconds(30);
    assertThat(fewer.between(activeAt, at(20))).isEqualTo(usd(200));
    assertThat(fewer.between(activeAt, at(60))).isEqualTo(usd(200 + 160));
    assertThat(fewer.between(activeAt, at(20).plusSeconds(31))).isEqualTo(usd(200 + 4));
  }

  @Test
  void changesAsAWholeBeforeItStarts() {
    assertThat(HOUR.withAccelerators(at(-5), 4))
        .isEqualTo(LeasePrice.of(new Period(START, at(60)), 4, PRICE));
  }

  @Test
  void isCutInTwoWithoutLoss() {
    LeasePrice whole = HOUR.extendedTo(at(90), usd(120)).withAccelerators(at(75), 3);

    assertThat(whole.until(at(65)).total().plus(whole.from(at(65)).total()))
        .isEqualTo(whole.total());
    assertThat(whole.until(at(60)).stretches()).hasSize(1);
    assertThat(whole.from(at(75)).stretches())
        .containsExactly(new Stretch(new Period(at(75), at(90)), 3, usd(120)));
  }

  @Test
  void neverOwesMoreThanTheTotalNorLessForLonger() {
    Random random = new Random(4);
    for (int i = 0; i < 500; i++) {
      LeasePrice price =
          LeasePrice.of(
              new Period(START, at(1 + random.nextInt(50))),
              1 + random.nextInt(9),
              new Money(1 + random.nextInt(100), USD));
      for (int change = 0; change < 4; change++) {
        Instant end = price.stretches().getLast().period().end();
        price =
            random.nextBoolean()
                ? price.extendedTo(
                    end.plus(Duration.ofMinutes(1 + random.nextInt(9))),
                    new Money(1 + random.nextInt(100), USD))
                : price.withAccelerators(
                    at(random.nextInt((int) Duration.between(START, end).toMinutes())),
                    1 + random.nextInt(9));
      }
      Instant activeAt = START.plusMillis(random.nextInt(120_000));
      Money before = Money.zero(USD);
      for (int second = 0; second < 6000; second += 13) {
        Money owed = price.between(activeAt, START.plusSeconds(second));
        assertThat(owed).isGreaterThanOrEqualTo(before).isLessThanOrEqualTo(price.total());
        before = owed;
      }
      assertThat(price.between(START, START.plus(Duration.ofDays(1)))).isEqualTo(price.total());
    }
  }

  @Test
  void hasNoGaps() {
    assertThatThrownBy(() -> new LeasePrice(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            new LeasePrice(
                List.of(
                    new Stretch(new Period(START, at(1)), 1, PRICE),
                    new Stretch(new Period(at(2), at(3)), 1, PRICE))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Instant at(long minute) {
    return START.plus(Duration.ofMinutes(minute));
  }

  private static Money usd(long amount) {
    return new Money(amount * 1_000_000, USD);
  }
}
