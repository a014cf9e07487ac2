package io.berth.leasing;

import io.berth.booking.LeaseTerm;
import io.berth.booking.Quote.HeldSlots;
import io.berth.booking.QuoteId;
import io.berth.identity.UseProfile;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.market.NetworkException;
import io.berth.market.OfferId;
import io.berth.platform.Condition;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.DecisionId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The contract: slots, a period, a price, the parties and the decision that permits it.
 *
 * @param term how long it is meant to last
 * @param interruptionNotice how long before an interruption its tenant is told; null where it is
 *     firm
 * @param renewal whether it renews, where it is on demand
 * @param turnaround how long the slots stay taken after the lease
 * @param accelerators how many it has, or had at its end
 * @param pricePerAcceleratorHour as it was agreed on at first
 * @param price what each stretch of the period costs
 * @param total what the whole period costs, and what is set aside for it
 * @param retained what of the total is owed for capacity that was given back while it ran
 * @param earlyReleaseRefundPercent which share of the unused price comes back where the tenant
 *     gives capacity back early
 * @param networkExceptions what it reaches besides the internet
 * @param releasedEarly whether its tenant ended it before its time
 * @param slots what it has, or had at its end
 * @param formerNodes nodes that it gave back while it ran
 * @param conditions what was observed of its delivery
 * @param activeAt from when the tenant had it; null before
 * @param endingAt from when on it was taken back; null before
 * @param endedAt when nothing of it was left; null before
 * @param transferredAt when the rest of it went to another tenant; null where it did not
 * @param charged what it cost in the end; null before it ended
 * @param judgement what the law said of it last
 * @param startPermitted whether a judgement let it start
 * @param windDowns orders that end it before its time: one that a judgement gave at most, and
 *     officers'; each is taken back for itself
 * @param outages when which of its accelerators could not be used
 */
public record Lease(
    LeaseId id,
    OrganizationId tenant,
    OrganizationId provider,
    ClusterId cluster,
    NodePoolId pool,
    OfferId offer,
    QuoteId quote,
    DecisionId decision,
    LeaseState state,
    LeaseTerm term,
    @Nullable Duration interruptionNotice,
    LeaseRenewal renewal,
    String modelId,
    Period period,
    Duration turnaround,
    int accelerators,
    Money pricePerAcceleratorHour,
    LeasePrice price,
    Money total,
    Money retained,
    int earlyReleaseRefundPercent,
    List<NetworkException> networkExceptions,
    boolean releasedEarly,
    UseProfile use,
    List<HeldSlots> slots,
    Set<NodeId> formerNodes,
    List<Condition> conditions,
    @Nullable Instant activeAt,
    @Nullable Instant endingAt,
    @Nullable Instant endedAt,
    @Nullable Instant transferredAt,
    @Nullable Money charged,
    LeaseJudgement judgement,
    boolean startPermitted,
    List<WindDown> windDowns,
    List<LeaseOutage> outages,
    Instant createdAt,
    long version) {

  /**
   * How long delivery may take. Whoever gives capacity back before is not one who never got it:
   * between the start and the delivery everybody could leave for nothing, and again after each
   * handover.
   */
  private static final Duration DELIVERY_GRACE = Duration.ofMinutes(15);

  /** The condition that tells how delivery goes. */
  public static final String DELIVERED = "Delivered";

  /**
   * The condition that tells whether its pods run on its own nodes alone; absent until one did not.
   */
  public static final String PODS_IN_PLACE = "PodsInPlace";

  /** The condition that tells whether its tenant may make pods and workloads in its cluster. */
  public static final String TENANT_WORKLOADS = "TenantWorkloads";

  /** Copies the lists. */
  public Lease {
    networkExceptions = List.copyOf(networkExceptions);
    slots = List.copyOf(slots);
    formerNodes = Set.copyOf(formerNodes);
    conditions = List.copyOf(conditions);
    windDowns = List.copyOf(windDowns);
    outages = List.copyOf(outages);
  }

  /** The order that ends it first; null where there is none. */
  public @Nullable WindDown windDown() {
    return windDowns.stream().min(Comparator.comparing(WindDown::endsAt)).orElse(null);
  }

  /** Whether policy lets anything new start in it as far as is known, and it is not to end soon. */
  public boolean takesWork() {
    return judgement.verdict().permits() && windDowns.stream().allMatch(WindDown::isInterruption);
  }

  /** When it begins to end, unless it is cancelled before: its period's end, or a wind-down's. */
  public Instant endsAt() {
    WindDown first = windDown();
    return first != null && first.endsAt().isBefore(period.end()) ? first.endsAt() : period.end();
  }

  /** What is left of its period at a moment; empty where nothing is. */
  public Optional<Period> rest(Instant now) {
    if (!now.isBefore(period.end())) {
      return Optional.empty();
    }
    return Optional.of(now.isAfter(period.start()) ? new Period(now, period.end()) : period);
  }

  /** From when on another tenant could have it: its start, or else the next whole minute. */
  public Instant handoverAt(Instant now) {
    if (!now.isAfter(period.start())) {
      return period.start();
    }
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
    return minute.equals(now) ? now : minute.plus(1, ChronoUnit.MINUTES);
  }

  /** Who leases from whom; one where a provider leases what is its own. */
  public Set<OrganizationId> parties() {
    return Stream.of(tenant, provider).collect(Collectors.toSet());
  }

  /** The nodes that it leases slots of. */
  public Set<NodeId> nodes() {
    return slots.stream().map(HeldSlots::node).collect(Collectors.toSet());
  }

  /**
   * What it costs in the end where it was taken back at {@code end}: what it was used for, what is
   * owed for capacity that was given back before, and, where its tenant ended it, by rules of its
   * own as well, the share of the rest that does not come back. Never more than the total.
   */
  public Money chargeAtEnd(Instant end) {
    Money charge = chargeUntil(end).plus(retained);
    return releasedEarly || isEndedByOwnRule(end)
        ? charge.plus(notRefunded(unusedFrom(end), end))
        : charge;
  }

  /**
   * The same lease for one who owes another price for it than its tenant: what it comes to in the
   * end follows the same rule.
   */
  public Lease pricedAs(LeasePrice otherPrice, Money otherRetained) {
    return pricedAs(otherPrice, otherPrice.total().plus(otherRetained), otherRetained, charged);
  }

  /**
   * The same lease as it stands in another contract about it.
   *
   * @param otherTotal what it comes to at the most
   * @param otherCharged what it came to in the end; null before
   */
  public Lease pricedAs(
      LeasePrice otherPrice, Money otherTotal, Money otherRetained, @Nullable Money otherCharged) {
    return new Lease(
        id,
        tenant,
        provider,
        cluster,
        pool,
        offer,
        quote,
        decision,
        state,
        term,
        interruptionNotice,
        renewal,
        modelId,
        period,
        turnaround,
        accelerators,
        otherPrice.stretches().getFirst().pricePerAcceleratorHour(),
        otherPrice,
        otherTotal,
        otherRetained,
        earlyReleaseRefundPercent,
        networkExceptions,
        releasedEarly,
        use,
        slots,
        formerNodes,
        conditions,
        activeAt,
        endingAt,
        endedAt,
        transferredAt,
        otherCharged,
        judgement,
        startPermitted,
        windDowns,
        outages,
        createdAt,
        version);
  }

  /** Whether some of it cannot be used now. */
  public boolean hasOpenOutage() {
    return outages.stream().anyMatch(outage -> outage.until() == null);
  }

  /** What an outage takes off its price until a moment, should it be taken back then. */
  public Money creditFor(LeaseOutage outage, Instant until) {
    return activeAt == null
        ? Money.zero(total.currency())
        : price.between(activeAt, until).minus(delivered(List.of(outage), until));
  }

  /** The price of what could be used until a moment. */
  private Money delivered(List<LeaseOutage> missing, Instant until) {
    Instant from = Objects.requireNonNull(activeAt, "only what was delivered can be missing");
    Money whole = price.between(from, until);
    LeasePrice delivered = price;
    Map<NodeId, Instant> missingUntil = new HashMap<>();
    for (LeaseOutage outage :
        missing.stream().sorted(Comparator.comparing(LeaseOutage::from)).toList()) {
      // A minute that two of a node's outages touch is missing once.
      Optional<Period> gap =
          outage.minutesBefore(until, missingUntil.getOrDefault(outage.node(), Instant.MIN));
      if (gap.isPresent()) {
        delivered = delivered.without(gap.get(), outage.accelerators());
        missingUntil.put(outage.node(), gap.get().end());
      }
    }
    Money rest = delivered.between(from, until);
    // Parts may be rounded to more than the whole.
    return rest.compareTo(whole) < 0 ? rest : whole;
  }

  private boolean isEndedByOwnRule(Instant end) {
    WindDown first = windDown();
    return first != null && first.isTenantsMaking() && !end.isBefore(first.endsAt());
  }

  /** When it would have ended but for its tenant. */
  private Instant wouldEndAt() {
    return windDowns.stream()
        .filter(order -> !order.isTenantsMaking())
        .map(WindDown::endsAt)
        .filter(period.end()::isAfter)
        .min(Comparator.naturalOrder())
        .orElse(period.end());
  }

  /** Whether its tenant's own rules are why it never started. */
  private boolean isKeptFromStartingByOwnRule() {
    return !startPermitted && windDowns.stream().anyMatch(WindDown::isTenantsMaking);
  }

  /** The price of what is left from {@code end} until it would have ended anyway. */
  private Money unusedFrom(Instant end) {
    Instant from = activeAt == null ? period.start() : activeAt;
    Money rest = price.between(from, wouldEndAt());
    return isKeptFromStartingByOwnRule() ? rest : rest.minus(price.between(from, end));
  }

  /**
   * The share of an unused price that does not come back.
   *
   * @param moment when the tenant gives the capacity back: what it should have had by then and
   *     never got costs nothing, nor does what it gives back while a part of it cannot be used
   */
  public Money notRefunded(Money unused, Instant moment) {
    int whole = 100;
    boolean neverCame =
        activeAt == null
            && !moment.isBefore(period.start().plus(DELIVERY_GRACE))
            && !isKeptFromStartingByOwnRule();
    return neverCame || hasOpenOutage() || unused.micros() <= 0
        ? Money.zero(total.currency())
        : unused.times(whole - earlyReleaseRefundPercent, whole);
  }

  /**
   * What it costs where it was taken back at {@code end}: the minutes, begun ones included, from
   * when the tenant had it, but not those in which it could not be used; nothing where the tenant
   * never had it. At most the total.
   */
  public Money chargeUntil(Instant end) {
    return activeAt == null ? Money.zero(total.currency()) : delivered(outages, end);
  }
}
