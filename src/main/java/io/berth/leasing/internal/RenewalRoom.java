package io.berth.leasing.internal;

import io.berth.booking.Bookings;
import io.berth.booking.InTheWay;
import io.berth.leasing.Lease;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Makes room for a firm lease that goes on: interruptible leases that have its slots yield, by the
 * same way and with the same notice as to a firm order. There is no choice of which, since the
 * lease has its slots already.
 */
@ApplicationScoped
class RenewalRoom {

  private final Bookings bookings;
  private final LeaseInterruptions interruptions;

  RenewalRoom(Bookings bookings, LeaseInterruptions interruptions) {
    this.bookings = bookings;
    this.interruptions = interruptions;
  }

  /**
   * What came of it.
   *
   * @param taken since when somebody has the slots who does not yield, in which case nobody was
   *     interrupted; empty where nobody does
   * @param interrupted whether leases were
   */
  record Made(Optional<Instant> taken, boolean interrupted) {}

  /**
   * Interrupts what is in a locked lease's way, where all of it yields in time.
   *
   * @param end until when the lease is to keep its slots, turnaround included
   */
  Uni<Made> make(SqlConnection connection, Lease lease, Instant end, Instant now) {
    return bookings
        .inTheWay(connection, lease.id(), end, now)
        .chain(found ->
            interruptions
                .interruptible(
                    connection,
                    found.stream().map(InTheWay::yielding).filter(Objects::nonNull).toList(),
                    lease.tenant())
                .chain(versions -> make(connection, found, versions, now)));
  }

  private Uni<Made> make(
      SqlConnection connection, List<InTheWay> found, Map<UUID, Long> versions, Instant now) {
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
    Instant next = minute.equals(now) ? minute : minute.plus(1, ChronoUnit.MINUTES);
    Optional<Instant> taken =
        found.stream()
            .filter(one ->
                one.yielding() == null
                    || !versions.containsKey(one.yielding())
                    || one.from().isBefore(next.plus(one.after())))
            .map(InTheWay::from)
            .min(Instant::compareTo);
    if (taken.isPresent() || found.isEmpty()) {
      return Uni.createFrom().item(new Made(taken, false));
    }
    Uni<Void> interrupted = Uni.createFrom().voidItem();
    for (Map.Entry<Instant, Map<UUID, Long>> group : byMoment(found, versions).entrySet()) {
      interrupted =
          interrupted.chain(
              () -> interruptions.interrupt(connection, group.getValue(), group.getKey()));
    }
    return interrupted.replaceWith(new Made(Optional.empty(), true));
  }

  /** Which leases are to be gone at which moment: each when the first of its slots is needed. */
  private static Map<Instant, Map<UUID, Long>> byMoment(
      Collection<InTheWay> found, Map<UUID, Long> versions) {
    Map<UUID, Instant> moments = new HashMap<>();
    for (InTheWay one : found) {
      moments.merge(
          Objects.requireNonNull(one.yielding()),
          one.from(),
          (some, other) -> some.isBefore(other) ? some : other);
    }
    Map<Instant, Map<UUID, Long>> byMoment = new TreeMap<>();
    moments.forEach((lease, moment) ->
        byMoment
            .computeIfAbsent(moment, key -> new HashMap<>())
            .put(lease, Objects.requireNonNull(versions.get(lease))));
    return byMoment;
  }
}
