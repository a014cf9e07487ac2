package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.Bookings;
import io.berth.booking.Fills.Outcome;
import io.berth.booking.Quote;
import io.berth.leasing.LeaseId;
import io.berth.leasing.Order;
import io.berth.leasing.OrderState;
import io.berth.platform.Outbox;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.berth.policy.ReasonView;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How orders come to their end, always inside the caller's transaction. */
@ApplicationScoped
public class OrderEndings {

  private final OrderStore orders;
  private final LeaseStore leases;
  private final Bookings bookings;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Clock clock;

  OrderEndings(
      OrderStore orders,
      LeaseStore leases,
      Bookings bookings,
      AuditTrail audit,
      Outbox outbox,
      Clock clock) {
    this.orders = orders;
    this.leases = leases;
    this.bookings = bookings;
    this.audit = audit;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Makes a lease of a quote that this transaction has opened; its decision permits both. */
  Uni<LeaseId> lease(SqlConnection connection, Scope scope, Outcome.Held held, Instant now) {
    Quote quote = held.quote();
    LeaseId lease = LeaseId.fresh();
    return leases
        .insert(connection, lease, quote, held.decision(), now)
        .chain(() -> bookings.confirm(connection, quote, held.decision(), lease, now))
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.create",
                lease,
                Map.of("quote", quote.id(), "decision", quote.decision())))
        .chain(() ->
            outbox.append(
                Tx.of(connection), "lease.reserved", lease, Map.of("tenant", quote.tenant())))
        .replaceWith(lease);
  }

  /** Ends a locked order with a lease. */
  Uni<Void> fill(SqlConnection connection, Scope scope, Order order, Quote quote, LeaseId lease) {
    return settle(
        connection,
        scope,
        order,
        OrderState.FILLED,
        null,
        lease,
        quote.decision(),
        quote.warnings());
  }

  /** Ends a locked order against which a recorded decision stands. */
  Uni<Void> refuse(
      SqlConnection connection, Scope scope, Order order, Decision decision, String detail) {
    return settle(
        connection,
        scope,
        order,
        OrderState.REFUSED,
        detail,
        null,
        decision.id(),
        decision.reasons().stream().map(ReasonView::of).toList());
  }

  /** Ends a locked order without a lease and without another decision. */
  Uni<Void> settle(
      SqlConnection connection, Scope scope, Order order, OrderState state, String detail) {
    return settle(connection, scope, order, state, detail, null, order.decision(), order.reasons());
  }

  private Uni<Void> settle(
      SqlConnection connection,
      Scope scope,
      Order order,
      OrderState state,
      @Nullable String detail,
      @Nullable LeaseId lease,
      DecisionId decision,
      List<ReasonView> reasons) {
    Order settled =
        new Order(
            order.id(),
            order.tenant(),
            state,
            order.request(),
            order.review(),
            lease,
            decision,
            detail,
            reasons,
            order.expiresAt(),
            order.createdAt(),
            clock.instant(),
            order.version() + 1);
    return orders.settle(connection, settled).chain(() -> tell(connection, scope, settled));
  }

  /** Writes to the audit trail and to the outbox what an order has come to. */
  Uni<Void> tell(SqlConnection connection, Scope scope, Order order) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("tenant", order.tenant());
    detail.put("decision", order.decision());
    if (order.review() != null) {
      detail.put("case", order.review());
    }
    if (order.lease() != null) {
      detail.put("lease", order.lease());
    }
    if (order.detail() != null) {
      detail.put("detail", order.detail());
    }
    String event = "order." + order.state().wire();
    return audit
        .append(Tx.of(connection), scope, event, order.id(), detail)
        .chain(() -> outbox.append(Tx.of(connection), event, order.id(), detail));
  }
}
