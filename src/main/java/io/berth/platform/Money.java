package io.berth.platform;

import jakarta.validation.constraints.NotNull;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An exact amount: millionths of the currency's unit, so 2.95 USD is 2,950,000 micros. On the wire
 * {@code {"amountMicros": "2950000", "currency": "USD"}}, the amount as a string so that no client
 * loses digits.
 *
 * @param micros millionths of the currency unit; negative for a debt
 * @param currency ISO 4217
 */
public record Money(long micros, Currency currency) implements Comparable<Money> {

  private static final int MICROS_SCALE = 6;

  /** No money. */
  public static Money zero(Currency currency) {
    return new Money(0, currency);
  }

  /** The sum; throws {@link ArithmeticException} past {@code long}. */
  public Money plus(Money other) {
    requireSameCurrency(other);
    return new Money(Math.addExact(micros, other.micros), currency);
  }

  /** The difference; throws {@link ArithmeticException} past {@code long}. */
  public Money minus(Money other) {
    requireSameCurrency(other);
    return new Money(Math.subtractExact(micros, other.micros), currency);
  }

  /** The same amount owed the other way. */
  public Money negated() {
    return new Money(Math.negateExact(micros), currency);
  }

  /**
   * This amount times {@code numerator / denominator}, rounded half up to a micro, with no loss in
   * between: a price per hour times minutes over sixty, say.
   *
   * @throws ArithmeticException where the result does not fit {@code long}
   */
  public Money times(long numerator, long denominator) {
    BigInteger product = BigInteger.valueOf(micros).multiply(BigInteger.valueOf(numerator));
    BigDecimal quotient =
        new BigDecimal(product).divide(BigDecimal.valueOf(denominator), 0, RoundingMode.HALF_UP);
    return new Money(quotient.longValueExact(), currency);
  }

  @Override
  public int compareTo(Money other) {
    requireSameCurrency(other);
    return Long.compare(micros, other.micros);
  }

  /** For people, such as {@code 2.950000 USD}. */
  @Override
  public String toString() {
    return BigDecimal.valueOf(micros, MICROS_SCALE).toPlainString() + " " + currency;
  }

  private void requireSameCurrency(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException("cannot mix " + currency + " and " + other.currency);
    }
  }

  /** The wire form of an amount. In a body it stands under {@code @Valid}. */
  @Schema(name = "Money", description = "An exact amount in millionths of the currency's unit")
  public record Wire(
      @NotNull
          @Schema(
              description =
                  "Millionths of the currency's unit, a whole number as a string so that no digit is lost; negative for a debt",
              pattern = "-?[0-9]{1,18}",
              examples = "2950000")
          String amountMicros,
      @NotNull @Schema(description = "ISO 4217", pattern = "[A-Z]{3}", examples = "USD")
          String currency) {

    /** Digits as everybody writes them; Java also reads those of other scripts. */
    private static final Pattern AMOUNT = Pattern.compile("-?[0-9]{1,19}");

    /** The wire form of {@code money}. */
    public static Wire of(Money money) {
      return new Wire(Long.toString(money.micros()), money.currency().getCurrencyCode());
    }

    /**
     * The amount.
     *
     * @throws IllegalArgumentException where the amount is not a whole number or the currency is
     *     not in ISO 4217
     */
    public Money toMoney() {
      if (!AMOUNT.matcher(amountMicros).matches()) {
        throw new IllegalArgumentException("not a whole number");
      }
      return new Money(Long.parseLong(amountMicros), Currency.getInstance(currency));
    }
  }
}
