package io.berth.leasing.domain;

import io.berth.booking.QuoteRequest;
import io.berth.platform.Money;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much of an order is asked for at a time, and for how much at the most. */
public final class OrderSizing {

  private static final long MINUTES_AN_HOUR = 60;

  private OrderSizing() {}

  /** How many accelerators a request asks for in all; one that a reader has found to make sense. */
  public static int accelerators(QuoteRequest request) {
    if (request.accelerators() != null) {
      return request.accelerators();
    }
    if (request.nodes() == null || request.acceleratorsPerNode() == null) {
      throw new IllegalArgumentException("a request says how many");
    }
    return Math.multiplyExact(request.nodes(), request.acceleratorsPerNode());
  }

  /**
   * The most that one lease may take of what is left where not all of it fits: what is left after
   * it must again be enough for a lease.
   *
   * @param remaining what is left
   * @param least the fewest accelerators of a lease
   * @return less than {@code least} where what is left cannot be divided
   */
  public static int partMax(int remaining, int least) {
    return remaining - least;
  }

  /**
   * The most that an accelerator-hour may cost: the stated limit, or less where what is left of the
   * total would not do for all that remains.
   *
   * @param spent what its leases cost
   * @param remaining how many accelerators are still to be filled
   * @return null for any price
   * @throws IllegalArgumentException where a price is not one, or the currencies differ
   */
  public static Money.@Nullable Wire limit(
      QuoteRequest request, List<Money> spent, int remaining, Instant now) {
    Money.Wire totalMax = request.totalMax();
    if (totalMax == null) {
      return request.pricePerAcceleratorHourMax();
    }
    Money left = totalMax.toMoney();
    for (Money total : spent) {
      left = left.minus(total);
    }
    BigInteger acceleratorMinutes =
        BigInteger.valueOf(remaining)
            .multiply(BigInteger.valueOf(Math.max(1, minutes(request, now))));
    long micros =
        BigInteger.valueOf(Math.max(0, left.micros()))
            .multiply(BigInteger.valueOf(MINUTES_AN_HOUR))
            .divide(acceleratorMinutes)
            .min(BigInteger.valueOf(Long.MAX_VALUE))
            .longValueExact();
    // Down to a price that nothing is offered for.
    Money byTotal = new Money(Math.max(1, micros), left.currency());
    if (request.pricePerAcceleratorHourMax() != null) {
      Money stated = request.pricePerAcceleratorHourMax().toMoney();
      if (stated.compareTo(byTotal) < 0) {
        return request.pricePerAcceleratorHourMax();
      }
    }
    return Money.Wire.of(byTotal);
  }

  /** How long a lease is that is made of the request now; 0 where that cannot be said. */
  public static long minutes(QuoteRequest request, Instant now) {
    if (request.duration() != null) {
      return request.duration().toMinutes();
    }
    Instant start = request.start() == null ? now.truncatedTo(ChronoUnit.MINUTES) : request.start();
    return request.end() == null ? 0 : Duration.between(start, request.end()).toMinutes();
  }

  /**
   * The request for so many accelerators, all else as it is; an earliest start that is past is now.
   *
   * @param limit what takes the place of its limits of price; null where they stand
   */
  public static QuoteRequest part(
      QuoteRequest request, int accelerators, Money.@Nullable Wire limit, Instant now) {
    Instant earliest = request.earliestStart();
    boolean isPast =
        earliest != null
            && request.latestEnd() != null
            && earliest.isBefore(now.truncatedTo(ChronoUnit.MINUTES));
    Integer perNode = request.accelerators() == null ? request.acceleratorsPerNode() : null;
    return request.sized(
        perNode == null ? (Integer) accelerators : null,
        perNode == null ? null : (Integer) (accelerators / perNode),
        isPast ? null : earliest,
        limit == null ? request.pricePerAcceleratorHourMax() : limit,
        limit == null ? request.totalMax() : null);
  }

  /**
   * From when on the request itself makes no sense any more: a stated start, or the latest that
   * leaves enough time, is too late once its minute is over. Empty where it makes sense at any
   * time.
   */
  public static Optional<Instant> lastMoment(QuoteRequest request) {
    if (request.start() != null) {
      return Optional.of(request.start().plus(1, ChronoUnit.MINUTES));
    }
    return request.latestEnd() != null && request.duration() != null
        ? Optional.of(request.latestEnd().minus(request.duration()).plus(1, ChronoUnit.MINUTES))
        : Optional.ofNullable(request.end());
  }
}
