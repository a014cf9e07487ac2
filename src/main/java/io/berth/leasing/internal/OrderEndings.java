package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.Bookings;
import io.berth.booking.Fills;
import io.berth.booking.Fills.Outcome;
import io.berth.booking.Quote;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeasingConfig;
import io.berth.leasing.Order;
import io.berth.leasing.OrderFill;
import io.berth.leasing.OrderState;
import io.berth.leasing.internal.OrderStore.Rivalry;
import io.berth.platform.Outbox;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.Decision;
import io.berth.policy.Decisions;
import io.berth.policy.OrderReview;
import io.berth.policy.ReasonView;
import io.berth.review.ReviewCases;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of orders, always inside the caller's transaction, which has locked them. */
@ApplicationScoped
public class OrderEndings {

  private final OrderStore orders;
  private final LeaseStore leases;
  private final Bookings bookings;
  private final ReviewCases cases;
  private final Decisions decisions;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final LeasingConfig config;
  private final Clock clock;

  OrderEndings(
      OrderStore orders,
      LeaseStore leases,
      Bookings bookings,
      ReviewCases cases,
      Decisions decisions,
      AuditTrail audit,
      Outbox outbox,
      LeasingConfig config,
      Clock clock) {
    this.orders = orders;
    this.leases = leases;
    this.bookings = bookings;
    this.cases = cases;
    this.decisions = decisions;
    this.audit = audit;
    this.outbox = outbox;
    this.config = config;
    this.clock = clock;
  }

  /**
   * An order as it stands once a lease is made of a quote that this transaction has opened; the
   * quote's decision permits both. Nothing is written of the order yet.
   */
  Uni<Order> lease(
      SqlConnection connection,
      Scope scope,
      Order order,
      Outcome.Held held,
      Fills.Stock stock,
      Instant now) {
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
        .map(done ->
            order.filledWith(
                new OrderFill(
                    order.fills().size() + 1,
                    lease,
                    quote.decision(),
                    quote.modelId(),
                    stock.region(quote),
                    quote.accelerators(),
                    quote.pricePerAcceleratorHour(),
                    quote.total(),
                    now),
                quote.warnings()));
  }

  /** An order as it stands once people are asked about what holds it; nothing is written of it. */
  Uni<Order> ask(
      SqlConnection connection, Scope scope, Order order, Outcome.OnHold onHold, Instant now) {
    OrderReview review = OrderReview.of(onHold.decision());
    return decisions
        .record(connection, scope, onHold.decision())
        .chain(() ->
            cases.open(
                Tx.of(connection),
                scope,
                review.toCase(order.tenant(), order.id(), onHold.summary())))
        .map(found ->
            order.inReview(
                found,
                onHold.decision().id(),
                review.isForPeopleAlone()
                    ? onHold.summary() + " Two compliance officers must let it pass."
                    : onHold.summary()
                        + " Beside people's word it needs what the reasons say: see wouldChange.",
                onHold.decision().reasons().stream().map(ReasonView::of).toList(),
                now.plus(config.orderWaitMax()),
                now));
  }

  /** Writes a new order with what has become of it. */
  Uni<Void> enter(SqlConnection connection, Scope scope, Order order, Rivalry rivalry) {
    return orders
        .insert(connection, order, rivalry, nextMatch(order, order.createdAt()))
        .chain(() -> tell(connection, scope, order));
  }

  /** Writes what was made of an order, with its last lease, where it was not there before. */
  Uni<Void> fill(SqlConnection connection, Scope scope, Order after) {
    return orders
        .insertFill(connection, after.id(), after.fills().getLast())
        .chain(() -> change(connection, scope, after));
  }

  /** Writes what an order has become. */
  Uni<Void> change(SqlConnection connection, Scope scope, Order after) {
    Instant now = clock.instant();
    return orders
        .update(connection, after, nextMatch(after, now), now)
        .chain(() -> tell(connection, scope, after));
  }

  /** Ends an order against which a recorded decision stands. */
  Uni<Void> reject(
      SqlConnection connection, Scope scope, Order order, Decision decision, String detail) {
    return change(
        connection,
        scope,
        order.ended(
            OrderState.REJECTED,
            detail,
            decision.id(),
            decision.reasons().stream().map(ReasonView::of).toList(),
            clock.instant()));
  }

  /** Ends an order without a lease and without another decision. */
  Uni<Void> settle(
      SqlConnection connection, Scope scope, Order order, OrderState state, String detail) {
    return change(
        connection,
        scope,
        order.ended(state, detail, order.decision(), order.reasons(), clock.instant()));
  }

  /** Ends an order whose time is over; one whose people alone had their time rests again. */
  Uni<Void> expire(SqlConnection connection, Scope scope, Order order) {
    Instant now = clock.instant();
    if (order.restsAgain(now)) {
      return change(connection, scope, order.open(order.expiry(), now));
    }
    return settle(connection, scope, order, OrderState.EXPIRED, order.expiry());
  }

  /** What becomes of an order that people let pass and that cannot be filled now. */
  Uni<Void> unfilled(SqlConnection connection, Scope scope, Order order, String detail) {
    return order.isResting()
        ? change(connection, scope, order.open(detail, clock.instant()))
        : settle(connection, scope, order, OrderState.EXPIRED, detail);
  }

  /** When an order is tried next: all that rest together, at whole multiples of the interval. */
  @Nullable Instant nextMatch(Order order, Instant now) {
    return order.state() == OrderState.OPEN ? nextRound(now) : null;
  }

  /** When all that rest are tried next. */
  Instant nextRound(Instant now) {
    Duration interval = config.orderMatchInterval();
    long rounds = now.toEpochMilli() / interval.toMillis();
    return Instant.ofEpochMilli((rounds + 1) * interval.toMillis());
  }

  /** Writes to the audit trail and to the outbox what has become of an order. */
  private Uni<Void> tell(SqlConnection connection, Scope scope, Order order) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("tenant", order.tenant());
    if (order.decision() != null) {
      detail.put("decision", order.decision());
    }
    if (order.review() != null) {
      detail.put("case", order.review());
    }
    List<OrderFill> fills = order.fills();
    if (!fills.isEmpty()) {
      detail.put("lease", fills.getLast().lease());
      detail.put("filled", order.filled());
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
