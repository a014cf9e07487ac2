package io.berth.leasing.internal;

import io.berth.booking.Bookings;
import io.berth.leasing.Job;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseState;
import io.berth.platform.Money;
import io.berth.platform.Outbox;
import io.berth.platform.Tx;
import io.berth.policy.Authorisations;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The end of a lease: jobs final, slots gone, paid for; all in one transaction. */
@ApplicationScoped
public class LeaseEndings {

  private final LeaseStore leases;
  private final JobStore jobs;
  private final Bookings bookings;
  private final Turnarounds turnarounds;
  private final Authorisations authorisations;
  private final LeaseDebts debts;
  private final Outbox outbox;

  LeaseEndings(
      LeaseStore leases,
      JobStore jobs,
      Bookings bookings,
      Turnarounds turnarounds,
      Authorisations authorisations,
      LeaseDebts debts,
      Outbox outbox) {
    this.leases = leases;
    this.jobs = jobs;
    this.bookings = bookings;
    this.turnarounds = turnarounds;
    this.authorisations = authorisations;
    this.debts = debts;
    this.outbox = outbox;
  }

  /**
   * Ends a locked lease of which nothing is left in a cluster. Slots of one that was started stay
   * taken for the offer's turnaround time; those of one that never was are free at once.
   */
  public Uni<Void> end(SqlConnection connection, Lease lease, Instant now) {
    Uni<Void> slotsGone =
        isUntouched(lease)
            ? bookings
                .free(connection, lease.id())
                .chain(() -> turnarounds.keep(connection, lease, lease.slots(), now))
            : bookings.shorten(connection, lease.id(), now.plus(lease.turnaround()));
    return end(connection, lease, slotsGone, now);
  }

  /** Ends a locked lease all of which went to another tenant before it began. */
  Uni<Void> endPassedOn(SqlConnection connection, Lease lease, Instant now) {
    return end(connection, lease, bookings.free(connection, lease.id()), now);
  }

  private Uni<Void> end(SqlConnection connection, Lease lease, Uni<Void> slotsGone, Instant now) {
    Instant takenBackAt = lease.endingAt() == null ? now : lease.endingAt();
    Money charge = lease.chargeAtEnd(takenBackAt);
    return jobs.live(connection, List.of(lease.id()))
        .chain(live -> cancel(connection, live, now))
        .chain(() -> slotsGone)
        .chain(() -> authorisations.release(connection, lease.id()))
        .chain(() -> debts.settle(connection, lease, takenBackAt, charge))
        .chain(() -> leases.charge(connection, lease.id(), charge))
        .chain(() -> leases.move(connection, lease.id(), LeaseState.ENDED, now))
        .chain(() -> leases.dueAt(connection, lease.id(), null))
        .chain(() ->
            // Both parties may hear of it, and each has a price of its own.
            outbox.append(
                Tx.of(connection), "lease.ended", lease.id(), Map.of("model", lease.modelId())));
  }

  /** Whether nothing of it can ever have been in its cluster. */
  private static boolean isUntouched(Lease lease) {
    return lease.state() == LeaseState.RESERVED
        || (lease.activeAt() == null && !lease.startPermitted());
  }

  private Uni<Void> cancel(SqlConnection connection, List<Job> live, Instant now) {
    Uni<Void> cancelled = Uni.createFrom().voidItem();
    for (Job job : live) {
      JobObservation seen = job.seen();
      cancelled =
          cancelled.chain(() ->
              jobs.observe(
                  connection,
                  job,
                  new JobObservation(
                      JobState.CANCELLED,
                      "The lease ended before the job did.",
                      seen.nodes(),
                      seen.events(),
                      seen.startedAt(),
                      now,
                      seen.attempt(),
                      seen.failures())));
    }
    return cancelled;
  }
}
