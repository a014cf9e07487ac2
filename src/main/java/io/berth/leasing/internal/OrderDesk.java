package io.berth.leasing.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.Fills;
import io.berth.booking.Fills.Outcome;
import io.berth.booking.QuoteRequest;
import io.berth.booking.Races;
import io.berth.booking.Refusals;
import io.berth.leasing.LeasingConfig;
import io.berth.leasing.Order;
import io.berth.leasing.OrderId;
import io.berth.leasing.OrderState;
import io.berth.leasing.internal.OrderApi.OrderView;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.Decisions;
import io.berth.policy.OrderReview;
import io.berth.policy.ReasonView;
import io.berth.review.ReviewCases;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes orders: fills them at once, or asks people about what holds them. */
@ApplicationScoped
public class OrderDesk {

  private final Fills fills;
  private final OrderStore orders;
  private final OrderEndings endings;
  private final ReviewCases cases;
  private final Decisions decisions;
  private final Refusals refusals;
  private final Idempotency idempotency;
  private final Database database;
  private final BookingConfig booking;
  private final LeasingConfig config;
  private final Clock clock;

  OrderDesk(
      Fills fills,
      OrderStore orders,
      OrderEndings endings,
      ReviewCases cases,
      Decisions decisions,
      Refusals refusals,
      Idempotency idempotency,
      Database database,
      BookingConfig booking,
      LeasingConfig config,
      Clock clock) {
    this.fills = fills;
    this.orders = orders;
    this.endings = endings;
    this.cases = cases;
    this.decisions = decisions;
    this.refusals = refusals;
    this.idempotency = idempotency;
    this.database = database;
    this.booking = booking;
    this.config = config;
    this.clock = clock;
  }

  /** Takes an order. */
  Uni<Response> place(Scope scope, @Nullable String idempotencyKey, QuoteRequest request) {
    OrganizationId tenant = scope.organization().orElseThrow();
    return refusals.recorded(
        scope,
        Races.retry(
            booking.attemptsMax(),
            () -> {
              Instant now = clock.instant();
              return fills
                  .stock(tenant, now)
                  .chain(stock ->
                      database.sql(
                          scope,
                          connection ->
                              idempotency.once(
                                  connection,
                                  scope,
                                  idempotencyKey,
                                  "POST /v1/orders",
                                  request,
                                  () ->
                                      fills
                                          .fill(connection, scope, stock, request)
                                          .chain(outcome ->
                                              take(
                                                  connection, scope, tenant, request, outcome, now))
                                          .map(OrderDesk::answer))));
            }));
  }

  private static Answer answer(Order order) {
    return new Answer(
        Response.Status.CREATED.getStatusCode(),
        OrderView.of(order),
        "/v1/orders/" + order.id(),
        order.version());
  }

  private Uni<Order> take(
      SqlConnection connection,
      Scope scope,
      OrganizationId tenant,
      QuoteRequest request,
      Outcome outcome,
      Instant now) {
    OrderId id = OrderId.fresh();
    Uni<Order> taken =
        switch (outcome) {
          case Outcome.Held held ->
              endings
                  .lease(connection, scope, held, now)
                  .map(lease ->
                      new Order(
                          id,
                          tenant,
                          OrderState.FILLED,
                          request,
                          null,
                          lease,
                          held.quote().decision(),
                          null,
                          held.quote().warnings(),
                          null,
                          now,
                          now,
                          0));
          case Outcome.OnHold onHold -> ask(connection, scope, tenant, id, request, onHold, now);
        };
    return taken
        .call(order -> orders.insert(connection, order))
        .call(order -> endings.tell(connection, scope, order));
  }

  private Uni<Order> ask(
      SqlConnection connection,
      Scope scope,
      OrganizationId tenant,
      OrderId id,
      QuoteRequest request,
      Outcome.OnHold onHold,
      Instant now) {
    OrderReview review = OrderReview.of(onHold.decision());
    return orders
        .lockAndCountWaiting(connection, tenant)
        .invoke(this::requireRoomForOneMore)
        .chain(() -> decisions.record(connection, scope, onHold.decision()))
        .chain(
            () -> cases.open(Tx.of(connection), scope, review.toCase(tenant, id, onHold.summary())))
        .map(found ->
            new Order(
                id,
                tenant,
                OrderState.IN_REVIEW,
                request,
                found,
                null,
                onHold.decision().id(),
                review.isForPeopleAlone()
                    ? onHold.summary() + " Two compliance officers must let it pass."
                    : onHold.summary()
                        + " Beside people's word it needs what the reasons say: see wouldChange.",
                onHold.decision().reasons().stream().map(ReasonView::of).toList(),
                now.plus(config.orderWaitMax()),
                now,
                null,
                0));
  }

  private void requireRoomForOneMore(int waiting) {
    if (waiting >= config.waitingOrdersMax()) {
      throw new ProblemException(
          ProblemType.TOO_MANY_REQUESTS,
          "There are "
              + waiting
              + " orders in review already, which is the most: cancel some, or wait for the"
              + " decision.");
    }
  }

  /** Reads one; fails with 404. */
  Uni<OrderView> get(Scope scope, OrderId id) {
    return database.sql(scope, connection -> orders.get(connection, scope, id)).map(OrderView::of);
  }

  /** Reads a page. */
  Uni<Page<OrderView>> list(Scope scope, @Nullable OrderState state, PageRequest page) {
    return database
        .sql(scope, connection -> orders.list(connection, scope, state, page))
        .map(found -> found.map(OrderView::of));
  }

  /** Gives up an order in review; giving up twice is the same as once. */
  Uni<OrderView> cancel(Scope scope, OrderId id) {
    return database
        .sql(
            scope,
            connection ->
                orders
                    .lock(connection, scope, id)
                    .chain(order ->
                        switch (order.state()) {
                          case CANCELLED -> Uni.createFrom().item(order);
                          case IN_REVIEW ->
                              endings
                                  .settle(
                                      connection,
                                      scope,
                                      order,
                                      OrderState.CANCELLED,
                                      "The tenant gave it up.")
                                  .chain(() -> orders.get(connection, scope, id));
                          case FILLED, REFUSED, UNFILLED, EXPIRED ->
                              throw ProblemException.conflict(
                                  "The order is "
                                      + order.state().wire()
                                      + "; only one in review can be cancelled.");
                        }))
        .map(OrderView::of);
  }

  /** Lets orders expire that have waited too long, so many at most; gives their number. */
  Uni<Integer> expire(int limit) {
    Scope scope = Scope.system("leasing");
    return database.sql(
        scope,
        connection ->
            orders
                .lockOverdue(connection, clock.instant(), limit)
                .call(overdue -> {
                  Uni<Void> expired = Uni.createFrom().voidItem();
                  for (Order order : overdue) {
                    expired =
                        expired.chain(() ->
                            endings.settle(
                                connection,
                                scope,
                                order,
                                OrderState.EXPIRED,
                                "Nobody decided in time."));
                  }
                  return expired;
                })
                .map(List::size));
  }
}
