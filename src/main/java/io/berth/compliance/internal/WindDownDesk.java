package io.berth.compliance.internal;

import io.berth.audit.AuditTrail;
import io.berth.compliance.SimulationId;
import io.berth.compliance.internal.WindDownApi.WindDownOrderView;
import io.berth.compliance.internal.WindDownApi.WindDownRequest;
import io.berth.compliance.internal.WindDownOrder.Ordered;
import io.berth.leasing.LeaseId;
import io.berth.leasing.WindDown;
import io.berth.leasing.WindDownOrderId;
import io.berth.leasing.WindDowns;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Takes officers' orders to wind leases down, and takes them back. */
@ApplicationScoped
public class WindDownDesk {

  private static final Duration GRACE_MAX = Duration.ofDays(366);

  private final WindDownOrderStore orders;
  private final SimulationStore simulations;
  private final WindDowns windDowns;
  private final AuditTrail audit;
  private final Idempotency idempotency;
  private final Database database;
  private final Clock clock;

  WindDownDesk(
      WindDownOrderStore orders,
      SimulationStore simulations,
      WindDowns windDowns,
      AuditTrail audit,
      Idempotency idempotency,
      Database database,
      Clock clock) {
    this.orders = orders;
    this.simulations = simulations;
    this.windDowns = windDowns;
    this.audit = audit;
    this.idempotency = idempotency;
    this.database = database;
    this.clock = clock;
  }

  /** Orders; all leases or none. */
  Uni<Response> order(Scope scope, @Nullable String idempotencyKey, WindDownRequest request) {
    if (request.gracePeriod().isNegative() || request.gracePeriod().compareTo(GRACE_MAX) > 0) {
      throw ProblemException.malformed("/gracePeriod", "The grace period lies from PT0S to P366D.");
    }
    if ((request.simulationId() == null) == (request.leaseIds() == null)) {
      throw ProblemException.malformed(
          request.simulationId() == null ? "/simulationId" : "/leaseIds",
          "Give either simulationId or leaseIds.");
    }
    return database.sql(
        scope,
        connection ->
            idempotency.once(
                connection,
                scope,
                idempotencyKey,
                "POST /v1/wind-downs",
                request,
                () -> order(connection, scope, request)));
  }

  private Uni<Answer> order(SqlConnection connection, Scope scope, WindDownRequest request) {
    Instant now = clock.instant();
    Instant graceEnd = now.plus(request.gracePeriod());
    WindDownOrderId id = WindDownOrderId.fresh();
    return ends(connection, request, graceEnd)
        .chain(ends -> windDown(connection, scope, id, request.reason(), ends, now))
        .map(leases ->
            new WindDownOrder(
                id,
                scope.actor(),
                scope.organization().orElseThrow(),
                request.reason(),
                request.gracePeriod(),
                request.simulationId(),
                leases,
                null,
                now))
        .call(order -> orders.insert(connection, order))
        .call(order ->
            audit.append(
                Tx.of(connection),
                scope,
                "windDown.order",
                id,
                Map.of(
                    "reason", order.reason(),
                    "gracePeriod", order.grace(),
                    "leases", order.leases().stream().map(Ordered::lease).toList())))
        .map(order ->
            new Answer(
                Response.Status.CREATED.getStatusCode(),
                WindDownOrderView.of(order),
                "/v1/wind-downs/" + id,
                0));
  }

  /** When each lease is to end: after the grace, or when it breaks if that is later. */
  private Uni<Map<LeaseId, Instant>> ends(
      SqlConnection connection, WindDownRequest request, Instant graceEnd) {
    // Locked in one order by everybody, so that two orders do not wait for each other.
    Map<LeaseId, Instant> ends = new TreeMap<>(Comparator.comparing(LeaseId::value));
    SimulationId simulation = request.simulationId();
    if (simulation == null) {
      List<LeaseId> named = request.leaseIds() == null ? List.of() : request.leaseIds();
      named.forEach(lease -> ends.put(lease, graceEnd));
      return Uni.createFrom().item(ends);
    }
    return simulations
        .get(connection, simulation)
        .map(found -> {
          found.leases().stream()
              .filter(lease -> lease.breaksAt() != null)
              .forEach(lease ->
                  ends.put(
                      lease.lease(),
                      lease.breaksAt() != null && lease.breaksAt().isAfter(graceEnd)
                          ? lease.breaksAt()
                          : graceEnd));
          if (ends.isEmpty()) {
            throw ProblemException.unprocessable(
                "/simulationId", "No lease breaks in this simulation: there is nothing to order.");
          }
          if (ends.size() > WindDownOrder.LEASES_MAX) {
            throw ProblemException.unprocessable(
                "/simulationId",
                ends.size()
                    + " leases break in it and one order takes at most "
                    + WindDownOrder.LEASES_MAX
                    + ": name them in several orders with leaseIds.");
          }
          return ends;
        });
  }

  private Uni<List<Ordered>> windDown(
      SqlConnection connection,
      Scope scope,
      WindDownOrderId id,
      String reason,
      Map<LeaseId, Instant> ends,
      Instant now) {
    List<Ordered> ordered = new ArrayList<>();
    Uni<Void> done = Uni.createFrom().voidItem();
    for (var lease : ends.entrySet()) {
      done =
          done.chain(() ->
              windDowns
                  .order(
                      connection,
                      scope,
                      lease.getKey(),
                      new WindDown(now, lease.getValue(), scope.actor(), reason, null, id))
                  .invoke(
                      taken -> ordered.add(new Ordered(lease.getKey(), lease.getValue(), taken)))
                  .replaceWithVoid());
    }
    return done.replaceWith(ordered);
  }

  /** Reads one; fails with 404. */
  Uni<WindDownOrderView> get(Scope scope, WindDownOrderId id) {
    return database
        .sql(scope, connection -> orders.get(connection, id, false))
        .map(WindDownOrderView::of);
  }

  /** Reads a page. */
  Uni<Page<WindDownOrderView>> list(Scope scope, PageRequest page) {
    return database
        .sql(scope, connection -> orders.list(connection, page))
        .map(found -> found.map(WindDownOrderView::of));
  }

  /** Takes one back: leases that it still winds down go on. Twice is the same as once. */
  Uni<WindDownOrderView> withdraw(Scope scope, WindDownOrderId id, String reason) {
    return database
        .sql(
            scope,
            connection ->
                orders
                    .get(connection, id, true)
                    .chain(order ->
                        order.withdrawnAt() != null
                            ? Uni.createFrom().item(order)
                            : withdraw(connection, scope, order, reason)
                                .chain(() -> orders.get(connection, id, false))))
        .map(WindDownOrderView::of);
  }

  private Uni<Void> withdraw(
      SqlConnection connection, Scope scope, WindDownOrder order, String reason) {
    Uni<Void> done =
        orders
            .withdraw(connection, order.id(), scope.actor(), clock.instant())
            .chain(() ->
                audit.append(
                    Tx.of(connection),
                    scope,
                    "windDown.withdraw",
                    order.id(),
                    Map.of("reason", reason)));
    for (Ordered lease : order.leases()) {
      done =
          done.chain(() ->
              windDowns
                  .withdraw(connection, scope, lease.lease(), order.id(), reason)
                  .replaceWithVoid());
    }
    return done;
  }
}
