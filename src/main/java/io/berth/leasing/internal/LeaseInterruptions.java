package io.berth.leasing.internal;

import io.berth.booking.Bookings;
import io.berth.booking.Interruptions;
import io.berth.booking.PlanOutdated;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseState;
import io.berth.leasing.WindDown;
import io.berth.leasing.WindDowns;
import io.berth.ledger.Ledger;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Interrupts leases: each is cut at the last minute that leaves its turnaround before the firm
 * lease, its slots and its price with it, and ends there as if its period were over. One that would
 * not even have begun by then ends at once.
 */
@ApplicationScoped
public class LeaseInterruptions implements Interruptions {

  private static final Scope SYSTEM = Scope.system("leasing");
  private static final String REASON =
      "A firm lease needs its slots. To come back, place an order of the term interruptible that"
          + " rests until there is room.";

  private final LeaseStore leases;
  private final WindDowns windDowns;
  private final LeaseEndings endings;
  private final Bookings bookings;
  private final Ledger ledger;
  private final Clock clock;

  LeaseInterruptions(
      LeaseStore leases,
      WindDowns windDowns,
      LeaseEndings endings,
      Bookings bookings,
      Ledger ledger,
      Clock clock) {
    this.leases = leases;
    this.windDowns = windDowns;
    this.endings = endings;
    this.bookings = bookings;
    this.ledger = ledger;
    this.clock = clock;
  }

  @Override
  public Uni<Map<UUID, Long>> interruptible(
      SqlConnection connection, Collection<UUID> ids, OrganizationId tenant) {
    return connection
        .preparedQuery(
            "select id, version from lease where id = any($1) and term = 'INTERRUPTIBLE'"
                + " and tenant_id <> $2 and state in ('RESERVED', 'PROVISIONING', 'ACTIVE')")
        .execute(Tuple.of(ids.toArray(UUID[]::new), tenant.value()))
        .map(rows -> {
          Map<UUID, Long> found = new HashMap<>();
          rows.forEach(row -> found.put(row.getUUID(0), row.getLong(1)));
          return found;
        });
  }

  @Override
  public Uni<Void> interrupt(SqlConnection connection, Map<UUID, Long> ids, Instant freeAt) {
    Uni<List<Lease>> locked = Uni.createFrom().item(List.of());
    // In one order, so that two who interrupt the same leases queue up.
    for (UUID id : ids.keySet().stream().sorted().toList()) {
      locked =
          locked.chain(before ->
              leases
                  .lock(connection, SYSTEM, new LeaseId(id))
                  .map(lease -> Stream.concat(before.stream(), Stream.of(lease)).toList()));
    }
    return locked.chain(all -> {
      // Asked once the locks are there: the notice counts from now.
      Instant now = clock.instant();
      Uni<Void> interrupted = Uni.createFrom().voidItem();
      for (Lease lease : all) {
        requireAsPlanned(lease, ids.getOrDefault(lease.id().value(), -1L), freeAt, now);
        interrupted = interrupted.chain(() -> interrupt(connection, lease, freeAt, now));
      }
      return interrupted;
    });
  }

  private static void requireAsPlanned(Lease lease, long version, Instant freeAt, Instant now) {
    if (lease.version() != version
        || !lease.state().isLive()
        || lease.interruptionNotice() == null
        || freeAt.minus(lease.turnaround()).isBefore(now.plus(lease.interruptionNotice()))) {
      throw new PlanOutdated("not to be interrupted as planned any more: " + lease.id());
    }
  }

  private Uni<Void> interrupt(SqlConnection connection, Lease lease, Instant freeAt, Instant now) {
    Instant end = freeAt.minus(lease.turnaround());
    boolean begins = lease.state() != LeaseState.RESERVED || end.isAfter(lease.period().start());
    return windDowns
        .order(connection, SYSTEM, lease, WindDown.interruption(now, begins ? end : now, REASON))
        .chain(() ->
            begins
                ? cut(connection, lease, end, now)
                    .chain(() -> bookings.shorten(connection, lease.id(), freeAt))
                : endings.end(connection, lease, now));
  }

  private Uni<Void> cut(SqlConnection connection, Lease lease, Instant end, Instant now) {
    LeaseStore.Terms terms =
        new LeaseStore.Terms(
            end,
            lease.turnaround(),
            lease.accelerators(),
            lease.price().until(end),
            lease.retained());
    Money less = lease.total().minus(terms.total());
    return ledger
        .lower(connection, lease.id(), less)
        .chain(() -> leases.amend(connection, lease, terms, now));
  }
}
