package io.berth.market;

import io.berth.inventory.NodePoolId;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A provider's listing of a node pool's slots.
 *
 * @param id identifies it
 * @param provider the organization that offers
 * @param pool the pool whose slots it offers
 * @param pricePerAcceleratorHour see {@link OfferTerms}, as for all terms that follow
 * @param termMin the shortest lease
 * @param termMax the longest lease
 * @param acceleratorsMin the fewest accelerators a lease takes
 * @param acceleratorsMax the most accelerators a lease takes
 * @param availableFrom before this moment no lease starts; empty for no bound
 * @param availableUntil every lease has ended by this moment; empty for no bound
 * @param turnaround how long slots rest after a lease
 * @param priceBasis where the price comes from
 * @param priceNote a remark on the price, empty for none
 * @param earlyReleaseRefundPercent which share of the unused price comes back on an early release
 * @param interruptible what leases that yield to firm ones cost; empty where there are none
 * @param networkExceptions what leases reach besides the internet
 * @param state where it is in its life
 * @param version goes up with every change
 */
public record Offer(
    OfferId id,
    OrganizationId provider,
    NodePoolId pool,
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
    List<NetworkException> networkExceptions,
    OfferState state,
    long version) {

  /** Copies the list. */
  public Offer {
    networkExceptions = List.copyOf(networkExceptions);
  }

  /** An offer under which all of the unused price comes back. */
  public Offer(
      OfferId id,
      OrganizationId provider,
      NodePoolId pool,
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
      OfferState state,
      long version) {
    this(
        id,
        provider,
        pool,
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
        OfferTerms.REFUND_PERCENT_WHOLE,
        Optional.empty(),
        List.of(),
        state,
        version);
  }

  /** Price and limits without the rest. */
  public OfferTerms terms() {
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
        networkExceptions);
  }

  /** The same at the price of its interruptible leases; empty where it has none. */
  public Optional<Offer> interruptibly() {
    return interruptible.map(terms ->
        new Offer(
            id,
            provider,
            pool,
            terms.pricePerAcceleratorHour(),
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
            networkExceptions,
            state,
            version));
  }

  /** Whether its dates leave nothing to lease at {@code moment} or later. */
  public boolean isOver(Instant moment) {
    return availableUntil.filter(until -> !until.isAfter(moment)).isPresent();
  }
}
