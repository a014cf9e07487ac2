package io.berth.leasing.internal;

import io.berth.booking.Bookings;
import io.berth.booking.Interruptions;
import io.berth.booking.PlanOutdated;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseState;
import io.berth.leasing.WindDown;
import io.berth.leasing.WindDowns;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Interrupts leases: each goes on until the last minute that leaves its turnaround before the firm
 * lease, and ends as if its period were over. One that would not even have begun by then ends at
 * once.
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

  LeaseInterruptions(
      LeaseStore leases, WindDowns windDowns, LeaseEndings endings, Bookings bookings) {
    this.leases = leases;
    this.windDowns = windDowns;
    this.endings = endings;
    this.bookings = bookings;
  }

  @Override
  public Uni<Set<UUID>> interruptible(SqlConnection connection, Collection<UUID> ids) {
    return connection
        .preparedQuery(
            "select id from lease where id = any($1) and term = 'INTERRUPTIBLE'"
                + " and state in ('RESERVED', 'PROVISIONING', 'ACTIVE')")
        .execute(Tuple.of((Object) ids.toArray(UUID[]::new)))
        .map(rows -> {
          Set<UUID> found = new HashSet<>();
          rows.forEach(row -> found.add(row.getUUID(0)));
          return found;
        });
  }

  @Override
  public Uni<Void> interrupt(
      SqlConnection connection, Collection<UUID> ids, Instant freeAt, Instant now) {
    // In one order, so that two who interrupt the same leases queue up.
    List<UUID> ordered = ids.stream().sorted().toList();
    Uni<Void> interrupted = Uni.createFrom().voidItem();
    for (UUID id : ordered) {
      interrupted =
          interrupted
              .chain(() -> leases.lock(connection, SYSTEM, new LeaseId(id)))
              .chain(lease -> interrupt(connection, lease, freeAt, now));
    }
    return interrupted;
  }

  private Uni<Void> interrupt(SqlConnection connection, Lease lease, Instant freeAt, Instant now) {
    Instant end = freeAt.minus(lease.turnaround());
    if (!lease.state().isLive()
        || lease.interruptionNotice() == null
        || end.isBefore(now.plus(lease.interruptionNotice()))) {
      return Uni.createFrom()
          .failure(new PlanOutdated("not to be interrupted any more: " + lease.id()));
    }
    boolean begins = lease.state() != LeaseState.RESERVED || end.isAfter(lease.period().start());
    return windDowns
        .order(connection, SYSTEM, lease, WindDown.interruption(now, begins ? end : now, REASON))
        .chain(() ->
            begins
                ? bookings.shorten(connection, lease.id(), freeAt)
                : endings.end(connection, lease, now));
  }
}
