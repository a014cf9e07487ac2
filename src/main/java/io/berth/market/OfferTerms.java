package io.berth.market;

import io.berth.platform.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Price and limits of an offer. Leases copy what they were made on, so that a later change of the
 * offer never touches them. Whether the values make an offer is for {@code TermsRules} to say.
 *
 * @param pricePerAcceleratorHour what one accelerator costs an hour, billed by the minute
 * @param termMin the shortest lease, in whole minutes
 * @param termMax the longest lease, in whole minutes
 * @param acceleratorsMin the fewest accelerators a lease takes
 * @param acceleratorsMax the most accelerators a lease takes
 * @param availableFrom before this moment no lease starts; empty for no bound
 * @param availableUntil every lease has ended by this moment; empty for no bound
 * @param turnaround how long slots rest after a lease, for wiping and checking, in whole minutes
 * @param priceBasis where the price comes from
 * @param priceNote a remark on the price, empty for none
 * @param earlyReleaseRefundPercent which share of the unused price comes back where a tenant gives
 *     capacity back early, from 0 to 100
 * @param interruptible what leases that yield to firm ones cost; empty where there are none
 * @param networkExceptions what leases reach besides the internet
 */
public record OfferTerms(
    Money pricePerAcceleratorHour,
    Duration termMin,
    Duration termMax,
    int acceleratorsMin,
    int acceleratorsMax,
    Optional<Instant> availableFrom,
    Optional<Instant> availableUntil,
    Duration turnaround,
    PriceBasis priceBasis,
    String priceNote,
    int earlyReleaseRefundPercent,
    Optional<InterruptibleTerms> interruptible,
    List<NetworkException> networkExceptions) {

  /** The most accelerators that one lease takes on any offer. */
  public static final int ACCELERATORS_MAX = 100_000;

  /** The whole of the unused price comes back. */
  public static final int REFUND_PERCENT_WHOLE = 100;

  /** The characters of a price note at most. */
  public static final int PRICE_NOTE_LENGTH_MAX = 500;

  private static final Duration TERM_MIN_DEFAULT = Duration.ofHours(1);
  private static final Duration TERM_MAX_DEFAULT = Duration.ofDays(30);
  private static final Duration TURNAROUND_DEFAULT = Duration.ofMinutes(5);

  /** Cuts moments to microseconds, which is what PostgreSQL keeps, and copies the list. */
  public OfferTerms {
    availableFrom = availableFrom.map(moment -> moment.truncatedTo(ChronoUnit.MICROS));
    availableUntil = availableUntil.map(moment -> moment.truncatedTo(ChronoUnit.MICROS));
    networkExceptions = List.copyOf(networkExceptions);
  }

  /** Terms under which all of the unused price comes back. */
  public OfferTerms(
      Money pricePerAcceleratorHour,
      Duration termMin,
      Duration termMax,
      int acceleratorsMin,
      int acceleratorsMax,
      Optional<Instant> availableFrom,
      Optional<Instant> availableUntil,
      Duration turnaround,
      PriceBasis priceBasis,
      String priceNote) {
    this(
        pricePerAcceleratorHour,
        termMin,
        termMax,
        acceleratorsMin,
        acceleratorsMax,
        availableFrom,
        availableUntil,
        turnaround,
        priceBasis,
        priceNote,
        REFUND_PERCENT_WHOLE,
        Optional.empty(),
        List.of());
  }

  /** The same with leases that yield to firm ones, or without. */
  public OfferTerms withInterruptible(Optional<InterruptibleTerms> other) {
    return new OfferTerms(
        pricePerAcceleratorHour,
        termMin,
        termMax,
        acceleratorsMin,
        acceleratorsMax,
        availableFrom,
        availableUntil,
        turnaround,
        priceBasis,
        priceNote,
        earlyReleaseRefundPercent,
        other,
        networkExceptions);
  }

  /** The same with other exceptions of the network. */
  public OfferTerms withNetworkExceptions(List<NetworkException> other) {
    return new OfferTerms(
        pricePerAcceleratorHour,
        termMin,
        termMax,
        acceleratorsMin,
        acceleratorsMax,
        availableFrom,
        availableUntil,
        turnaround,
        priceBasis,
        priceNote,
        earlyReleaseRefundPercent,
        interruptible,
        other);
  }

  /**
   * The terms of an offer that says no more than its price: one hour to thirty days, any number of
   * accelerators, no bounds in time, five minutes between leases.
   */
  public static OfferTerms priced(Money pricePerAcceleratorHour) {
    return new OfferTerms(
        pricePerAcceleratorHour,
        TERM_MIN_DEFAULT,
        TERM_MAX_DEFAULT,
        1,
        ACCELERATORS_MAX,
        Optional.empty(),
        Optional.empty(),
        TURNAROUND_DEFAULT,
        PriceBasis.QUOTED,
        "");
  }

  /**
   * What {@code accelerators} cost over a period of whole minutes, rounded half up; a micro at
   * least, since nothing is given away by rounding.
   *
   * @param minutes at least 1
   */
  public static Money totalOf(Money pricePerAcceleratorHour, int accelerators, long minutes) {
    long minutesPerHour = 60;
    Money total =
        pricePerAcceleratorHour.times(Math.multiplyExact(accelerators, minutes), minutesPerHour);
    return total.micros() == 0 ? new Money(1, total.currency()) : total;
  }
}
