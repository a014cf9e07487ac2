package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.BookingConfig;
import io.berth.booking.Bookings;
import io.berth.booking.Quote.HeldSlots;
import io.berth.booking.Races;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.leasing.Job;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseOutage;
import io.berth.leasing.LeasePrice;
import io.berth.leasing.internal.LeaseApi.ShrinkRequest;
import io.berth.ledger.Ledger;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.Money;
import io.berth.platform.Outbox;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives a part of a lease back while the rest goes on: the slots are for sale again after the
 * turnaround, and from the next whole minute on the lease costs less.
 */
@ApplicationScoped
public class LeaseShrinking {

  private final Bookings bookings;
  private final Turnarounds turnarounds;
  private final LeaseStore leases;
  private final JobStore jobs;
  private final LeaseViews views;
  private final LeaseDebts debts;
  private final Ledger ledger;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Idempotency idempotency;
  private final Database database;
  private final BookingConfig config;
  private final Clock clock;

  LeaseShrinking(
      Bookings bookings,
      Turnarounds turnarounds,
      LeaseStore leases,
      JobStore jobs,
      LeaseViews views,
      LeaseDebts debts,
      Ledger ledger,
      AuditTrail audit,
      Outbox outbox,
      Idempotency idempotency,
      Database database,
      BookingConfig config,
      Clock clock) {
    this.bookings = bookings;
    this.turnarounds = turnarounds;
    this.leases = leases;
    this.jobs = jobs;
    this.views = views;
    this.debts = debts;
    this.ledger = ledger;
    this.audit = audit;
    this.outbox = outbox;
    this.idempotency = idempotency;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /** Shrinks a tenant's lease. */
  Uni<Response> shrink(
      Scope scope, @Nullable String idempotencyKey, LeaseId id, ShrinkRequest request) {
    List<NodeId> nodes = nodes(request);
    return database
        .sql(scope, connection -> leases.get(connection, scope, id))
        .invoke(lease -> LeaseExtension.requireTenant(scope, lease))
        .chain(seen ->
            // It gives back what bookings and sales may be taking just then, in another order.
            Races.retry(
                config.attemptsMax(),
                () ->
                    database.sql(
                        scope,
                        connection ->
                            idempotency.once(
                                connection,
                                scope,
                                idempotencyKey,
                                "POST /v1/leases/" + id + "/shrink",
                                request,
                                () -> shrink(connection, scope, id, request, nodes)))));
  }

  private Uni<Answer> shrink(
      SqlConnection connection,
      Scope scope,
      LeaseId id,
      ShrinkRequest request,
      List<NodeId> nodes) {
    return leases
        .lock(connection, scope, id)
        .chain(lease ->
            // Only now: another node may have taken the place of one that was lost.
            views
                .names(connection, lease.nodes(), lease.parties())
                .call(names ->
                    jobs.live(connection, List.of(id))
                        .map(live -> plan(lease, names, live, request, nodes))
                        .chain(plan -> shrink(connection, scope, lease, plan))))
        .chain(names ->
            leases
                .get(connection, scope, id)
                .map(lease ->
                    new Answer(
                        Response.Status.ACCEPTED.getStatusCode(),
                        names.view(lease),
                        "/v1/leases/" + id,
                        lease.version())));
  }

  private static ShrinkPlan plan(
      Lease lease,
      LeaseViews.Names names,
      List<Job> live,
      ShrinkRequest request,
      List<NodeId> nodes) {
    Map<NodeId, String> byId =
        names.nodes().values().stream().collect(Collectors.toMap(Node::id, Node::name));
    Integer accelerators = request.accelerators();
    return accelerators != null
        ? ShrinkPlan.keeping(accelerators, lease.slots(), byId, live)
        : ShrinkPlan.without(nodes, lease.slots(), byId, live);
  }

  private Uni<Void> shrink(SqlConnection connection, Scope scope, Lease lease, ShrinkPlan plan) {
    if (lease.windDown() != null) {
      throw ProblemException.conflict(
          "The lease is being wound down and ends at "
              + lease.endsAt()
              + ": nothing of it can be given back before. Cancel it to end it sooner.");
    }
    Instant now = clock.instant();
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
    Instant nextMinute = minute.equals(now) ? now : minute.plus(1, ChronoUnit.MINUTES);
    boolean begun = now.isAfter(lease.period().start());
    Instant moment = begun ? nextMinute : lease.period().start();
    if (!lease.state().isLive() || !moment.isBefore(lease.endsAt())) {
      throw ProblemException.conflict(
          "The lease is "
              + (lease.state().isLive()
                  ? "about to end"
                  : lease.state().name().toLowerCase(Locale.ROOT))
              + ": nothing of it can be given back any more.");
    }
    LeasePrice price = lease.price().withAccelerators(moment, plan.keptCount());
    Money unused = lease.price().total().minus(price.total());
    Money kept = lease.notRefunded(unused, now);
    LeaseStore.Terms terms =
        new LeaseStore.Terms(
            lease.period().end(),
            lease.turnaround(),
            plan.keptCount(),
            price,
            lease.retained().plus(kept));
    Money less = lease.total().minus(terms.total());
    return bookings
        .giveBack(
            connection,
            lease.id(),
            plan.given(),
            begun ? moment.plus(lease.turnaround()) : null,
            now)
        .chain(() ->
            begun
                ? Uni.createFrom().voidItem()
                : turnarounds.keep(connection, lease, plan.given(), now))
        .chain(() -> ledger.lower(connection, lease.id(), less))
        .chain(() -> debts.shrink(connection, lease, moment, plan.keptCount(), now))
        .chain(() -> leases.amend(connection, lease, terms, now))
        .chain(() -> endOutages(connection, lease, plan, moment))
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.shrink",
                lease.id(),
                Map.of(
                    "from",
                    moment,
                    "accelerators",
                    plan.keptCount(),
                    "given",
                    plan.given().stream()
                        .collect(
                            Collectors.toMap(
                                held -> held.node().toString(), held -> held.slots().count())),
                    "retained",
                    Money.Wire.of(kept))))
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                "lease.shrunk",
                lease.id(),
                Map.of(
                    "from", moment, "accelerators", plan.keptCount(), "model", lease.modelId())));
  }

  /** What is given back is missed no more; the loss of what stays on the node is noted anew. */
  private Uni<Void> endOutages(
      SqlConnection connection, Lease lease, ShrinkPlan plan, Instant moment) {
    Set<NodeId> given = plan.given().stream().map(HeldSlots::node).collect(Collectors.toSet());
    List<LeaseOutage> outages =
        lease.outages().stream()
            .map(outage ->
                outage.until() == null && given.contains(outage.node())
                    ? outage.endedAt(moment)
                    : outage)
            .toList();
    return outages.equals(lease.outages())
        ? Uni.createFrom().voidItem()
        : leases.outages(connection, lease.id(), outages);
  }

  private static List<NodeId> nodes(ShrinkRequest request) {
    List<String> names = request.nodes();
    if ((names == null) == (request.accelerators() == null)) {
      throw ProblemException.malformed(
          names == null ? "/accelerators" : "/nodes",
          "Give either accelerators, how many to keep, or nodes, which to give back.");
    }
    List<NodeId> nodes = new ArrayList<>();
    for (int i = 0; names != null && i < names.size(); i++) {
      try {
        nodes.add(NodeId.fromString(names.get(i)));
      } catch (IllegalArgumentException e) {
        throw ProblemException.malformed("/nodes/" + i, "This is not the id of a node.");
      }
    }
    return nodes;
  }
}
