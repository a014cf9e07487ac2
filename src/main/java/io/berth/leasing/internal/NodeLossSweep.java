package io.berth.leasing.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.Bookings;
import io.berth.booking.NodeSwap;
import io.berth.booking.NodeVerdicts;
import io.berth.booking.Races;
import io.berth.inventory.NodeId;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseOutage;
import io.berth.leasing.LeasingConfig;
import io.berth.leasing.internal.LossStore.Lost;
import io.berth.leasing.internal.LossStore.Reason;
import io.berth.leasing.internal.NodeLosses.Outcome;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.berth.policy.Decision;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks after leases whose nodes are lost: not ready, gone, short of accelerators or with a
 * condition that says that they fail, for longer than a bound, or at a cluster that does not answer
 * for much longer. An equal node takes a lost one's place where there is one; else the accelerators
 * are not charged until the node is back, and another is looked for from time to time. A lease is
 * claimed for a while only: whoever dies over it loses nothing.
 */
@ApplicationScoped
public class NodeLossSweep {

  private static final Logger LOG = Logger.getLogger(NodeLossSweep.class);
  private static final Scope SCOPE = Scope.system("leasing");

  /** How many leases are looked after at the same time: each takes connections in turn. */
  private static final int AT_ONCE = 4;

  /** How many other nodes are tried at a time; equal nodes are mostly judged alike. */
  private static final int SPARES_MAX = 3;

  private final LeaseStore leases;
  private final LossStore losses;
  private final NodeLosses changes;
  private final Bookings bookings;
  private final NodeVerdicts verdicts;
  private final Database database;
  private final BookingConfig booking;
  private final LeasingConfig config;
  private final Clock clock;

  NodeLossSweep(
      LeaseStore leases,
      LossStore losses,
      NodeLosses changes,
      Bookings bookings,
      NodeVerdicts verdicts,
      Database database,
      BookingConfig booking,
      LeasingConfig config,
      Clock clock) {
    this.leases = leases;
    this.losses = losses;
    this.changes = changes;
    this.bookings = bookings;
    this.verdicts = verdicts;
    this.database = database;
    this.booking = booking;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(
      every = "${berth.leasing.node-loss-tick:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tick() {
    return sweep();
  }

  /** Looks after whatever is due, batch after batch. */
  Uni<Void> sweep() {
    Instant now = clock.instant();
    return database
        .sql(
            SCOPE,
            connection ->
                losses
                    .claimDue(
                        connection,
                        now,
                        now.plus(config.nodeLossRetryInterval()),
                        config.nodeLossBatch())
                    .chain(ids -> leases.all(connection, ids)))
        .chain(claimed ->
            Multi.createFrom()
                .iterable(claimed)
                .onItem()
                .transformToUni(lease -> lookAfter(lease, now))
                .merge(AT_ONCE)
                .onItem()
                .ignoreAsUni()
                .chain(() ->
                    claimed.size() < config.nodeLossBatch()
                        ? Uni.createFrom().voidItem()
                        : sweep()));
  }

  /** Never fails: what could not be done comes due again when the claim runs out. */
  private Uni<Void> lookAfter(Lease lease, Instant now) {
    List<NodeId> out =
        lease.outages().stream()
            .filter(outage -> outage.until() == null)
            .map(LeaseOutage::node)
            .toList();
    return database
        .sql(SCOPE, connection -> losses.well(connection, lease.id(), out))
        .chain(well -> well.isEmpty() ? Uni.createFrom().voidItem() : restore(lease, well))
        .chain(() -> database.sql(SCOPE, connection -> losses.of(connection, lease.id(), now)))
        .chain(lost ->
            lost.stream().anyMatch(one -> isNewlySilent(lease, one))
                ? openSilent(lease).replaceWith(lost)
                : Uni.createFrom().item(lost))
        .chain(lost ->
            each(
                lost.stream().filter(one -> one.reason().isReplaceable()).toList(),
                one -> lookAfter(lease, one, now)))
        .onFailure()
        .invoke(failure ->
            LOG.errorf(failure, "A lost node could not be dealt with: leaseId=%s", lease.id()))
        .onFailure()
        .recoverWithNull();
  }

  private interface Step<T> {
    Uni<Void> of(T one);
  }

  private static <T> Uni<Void> each(List<T> all, Step<T> step) {
    Uni<Void> done = Uni.createFrom().voidItem();
    for (T one : all) {
      done = done.chain(() -> step.of(one));
    }
    return done;
  }

  private static boolean isNewlySilent(Lease lease, Lost lost) {
    return lost.reason() == Reason.SILENT
        && lease.activeAt() != null
        && lease.outages().stream()
            .noneMatch(outage -> outage.until() == null && outage.node().equals(lost.node()));
  }

  private Uni<Void> openSilent(Lease lease) {
    return database.sql(SCOPE, connection -> changes.openSilent(connection, lease.id()));
  }

  private Uni<Void> restore(Lease lease, List<NodeId> nodes) {
    return database.sql(SCOPE, connection -> changes.restore(connection, lease.id(), nodes));
  }

  private Uni<Void> lookAfter(Lease lease, Lost lost, Instant now) {
    Optional<NodeSwap> swap = NodeLosses.swap(lease, lost.node(), now);
    if (swap.isEmpty()) {
      return open(lease, lost, null);
    }
    return database
        .sql(SCOPE, connection -> bookings.spares(connection, swap.get(), now, SPARES_MAX))
        .chain(spares -> replace(lease, lost, spares, null));
  }

  /** Tries the first of other nodes, then the rest; notes the loss where none will do. */
  private Uni<Void> replace(
      Lease lease, Lost lost, List<NodeId> spares, @Nullable Decision refusal) {
    if (spares.isEmpty()) {
      return open(lease, lost, refusal);
    }
    return verdicts
        .held(lease.tenant(), Set.of(spares.getFirst()), lease.quote())
        .chain(held ->
            Races.retry(
                booking.attemptsMax(),
                () ->
                    database.sql(
                        SCOPE,
                        connection -> changes.replace(connection, lease.id(), lost.node(), held))))
        .chain(outcome ->
            switch (outcome) {
              case Outcome.Done done -> Uni.createFrom().voidItem();
              case Outcome.NotThis(Decision refused) ->
                  replace(
                      lease,
                      lost,
                      spares.subList(1, spares.size()),
                      refused == null ? refusal : refused);
            });
  }

  private Uni<Void> open(Lease lease, Lost lost, @Nullable Decision refusal) {
    return database.sql(
        SCOPE, connection -> changes.open(connection, lease.id(), lost.node(), refusal));
  }
}
