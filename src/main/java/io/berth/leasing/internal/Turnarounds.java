package io.berth.leasing.internal;

import io.berth.booking.Bookings;
import io.berth.booking.Quote.HeldSlots;
import io.berth.leasing.Lease;
import io.berth.platform.Period;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

/**
 * The turnaround between a lease and whoever comes next, where the next was to be one to which its
 * slots pass without a gap, and that one never began.
 */
@ApplicationScoped
class Turnarounds {

  private final Bookings bookings;
  private final LeaseStore leases;

  Turnarounds(Bookings bookings, LeaseStore leases) {
    this.bookings = bookings;
    this.leases = leases;
  }

  /**
   * Keeps slots taken that a locked lease gives back before it began, for as long as they rest
   * after the lease of which it was to be the rest, or until whoever bought the rest of this one
   * gets them. Where the former lease ends sooner they rest then, and are free by the time that
   * this one would have begun.
   *
   * @param given what is free again
   */
  Uni<Void> keep(SqlConnection connection, Lease lease, List<HeldSlots> given, Instant now) {
    Instant start = lease.period().start();
    if (lease.turnaround().isZero() || given.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Instant rested = start.plus(lease.turnaround());
    Instant end = lease.transferredAt() == null ? rested : earlier(rested, lease.period().end());
    return bookings
        .leasedUpTo(connection, given, start)
        .chain(before -> leases.lockPassedOn(connection, before, start))
        .chain(before ->
            before.isEmpty()
                ? Uni.createFrom().voidItem()
                : bookings.keepTaken(
                    connection, lease.tenant(), before, given, new Period(start, end), now));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
