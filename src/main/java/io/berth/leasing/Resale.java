package io.berth.leasing;

import io.berth.booking.LeaseTerm;
import io.berth.booking.Quote;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's offer of the rest of a lease to whoever policy lets have it.
 *
 * @param state as it was written last: one that is open may have ended by itself, see {@link
 *     #restOf}
 * @param from the earliest that a buyer has it, a whole minute; null for from when it is bought
 * @param until until when it can be bought; null for as long as there is a rest
 * @param end until when the lease lasted when it was offered or, once it is sold, when it was sold
 * @param accelerators how many it had
 * @param soldFrom from when on the buyer has it; null unless it is sold
 * @param newLease the buyer's; null unless it is sold
 */
public record Resale(
    ResaleId id,
    LeaseId lease,
    OrganizationId seller,
    ResaleState state,
    Money pricePerAcceleratorHour,
    @Nullable Instant from,
    @Nullable Instant until,
    Instant end,
    int accelerators,
    @Nullable Instant soldFrom,
    @Nullable LeaseId newLease,
    Instant createdAt,
    @Nullable Instant settledAt,
    long version) {

  /**
   * What a buyer would have now; empty where it can no longer be bought: it is settled, its time
   * has passed, or the lease is no longer what was offered. An on-demand lease that was renewed
   * still is, and lasts for longer.
   *
   * @param now at which time
   */
  public Optional<Period> restOf(Lease lease, Instant now) {
    if (state != ResaleState.OPEN || lease.windDown() != null || endedBy(lease, now).isPresent()) {
      return Optional.empty();
    }
    Instant moment = lease.handoverAt(now);
    Instant start = from != null && from.isAfter(moment) ? from : moment;
    return start.isBefore(lease.period().end())
        ? Optional.of(new Period(start, lease.period().end()))
        : Optional.empty();
  }

  /**
   * What ended it for good, as a clause; empty where nothing did, though a wind-down may keep it
   * from being bought until that is taken back.
   *
   * @param now at which time
   */
  public Optional<String> endedBy(Lease lease, Instant now) {
    boolean isSameEnd =
        end.equals(lease.period().end())
            || (lease.term() == LeaseTerm.ON_DEMAND && end.isBefore(lease.period().end()));
    if (state != ResaleState.OPEN) {
      return Optional.empty();
    }
    if (until != null && !now.isBefore(until)) {
      return Optional.of("its time was over");
    }
    if (lease.transferredAt() != null) {
      return Optional.of("another tenant has the rest of the lease");
    }
    if (!lease.state().isLive() || !lease.handoverAt(now).isBefore(lease.period().end())) {
      return Optional.of("the lease is over");
    }
    if (accelerators != lease.accelerators()) {
      return Optional.of("a part of the lease was given back");
    }
    return isSameEnd
        ? Optional.empty()
        : Optional.of("the lease lasts until another time than when it was offered");
  }

  /** What it costs to have all accelerators for a time. */
  public Money totalFor(Period period) {
    return Quote.totalOf(pricePerAcceleratorHour, accelerators, period.minutes());
  }
}
