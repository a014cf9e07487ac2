package io.berth.booking;

import io.berth.identity.UseProfile;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.market.NetworkException;
import io.berth.market.OfferId;
import io.berth.market.OfferTerms;
import io.berth.matching.Planning.NodeShare;
import io.berth.matching.Slots;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.DecisionId;
import io.berth.policy.ReasonView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A firm price with slots held until a moment.
 *
 * @param term how long the lease is meant to last
 * @param interruptionNotice how long before an interruption its tenant is told; null where it is
 *     firm
 * @param warnings what policy permits but warns of
 * @param pricePerAcceleratorHour the price, fixed here
 * @param total the price of the whole period
 * @param turnaround how long after the period the slots stay taken
 * @param earlyReleaseRefundPercent which share of the unused price comes back on an early release
 * @param networkExceptions what the lease is to reach besides the internet
 * @param expiresAt until when slots and money are held
 */
public record Quote(
    QuoteId id,
    OrganizationId tenant,
    OrganizationId provider,
    ClusterId cluster,
    NodePoolId pool,
    OfferId offer,
    DecisionId decision,
    QuoteState state,
    LeaseTerm term,
    @Nullable Duration interruptionNotice,
    String modelId,
    Period period,
    Duration turnaround,
    int earlyReleaseRefundPercent,
    List<NetworkException> networkExceptions,
    int accelerators,
    Money pricePerAcceleratorHour,
    Money total,
    UseProfile use,
    List<ReasonView> warnings,
    List<HeldSlots> held,
    Instant expiresAt,
    Instant createdAt,
    long version) {

  /** Copies the lists. */
  public Quote {
    networkExceptions = List.copyOf(networkExceptions);
    held = List.copyOf(held);
    warnings = List.copyOf(warnings);
  }

  /** The same, with what is held for it. */
  public Quote holding(List<NodeShare> shares) {
    return new Quote(
        id,
        tenant,
        provider,
        cluster,
        pool,
        offer,
        decision,
        state,
        term,
        interruptionNotice,
        modelId,
        period,
        turnaround,
        earlyReleaseRefundPercent,
        networkExceptions,
        accelerators,
        pricePerAcceleratorHour,
        total,
        use,
        warnings,
        shares.stream().map(share -> new HeldSlots(share.node(), share.slots())).toList(),
        expiresAt,
        createdAt,
        version);
  }

  /** Slots of one node. */
  public record HeldSlots(NodeId node, Slots slots) {}

  /**
   * What {@code accelerators} cost over a period of whole minutes, rounded half up; a micro at
   * least, since nothing is given away by rounding.
   *
   * @param minutes at least 1
   */
  public static Money totalOf(Money pricePerAcceleratorHour, int accelerators, long minutes) {
    return OfferTerms.totalOf(pricePerAcceleratorHour, accelerators, minutes);
  }
}
