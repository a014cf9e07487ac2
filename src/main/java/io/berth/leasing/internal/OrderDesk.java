package io.berth.leasing.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.Fills;
import io.berth.booking.Fills.Outcome;
import io.berth.booking.Races;
import io.berth.booking.Refusals;
import io.berth.leasing.LeasingConfig;
import io.berth.leasing.Order;
import io.berth.leasing.OrderId;
import io.berth.leasing.OrderState;
import io.berth.leasing.internal.OrderApi.OrderRequest;
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
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes orders: fills them at once, lets them rest where they may, or asks people about what holds
 * them.
 */
@ApplicationScoped
public class OrderDesk {

  private static final String ROUTE = "POST /v1/orders";

  /** What may pass with time alone. */
  private static final Set<ProblemType> PASSING =
      Set.of(
          ProblemType.CAPACITY_UNAVAILABLE,
          ProblemType.INSUFFICIENT_FUNDS,
          ProblemType.SPEND_LIMIT_EXCEEDED);

  private final Fills fills;
  private final OrderDrafts drafts;
  private final OrderPlacing placing;
  private final OrderStore orders;
  private final OrderEndings endings;
  private final Refusals refusals;
  private final Idempotency idempotency;
  private final Database database;
  private final BookingConfig booking;
  private final LeasingConfig config;
  private final Clock clock;

  OrderDesk(
      Fills fills,
      OrderDrafts drafts,
      OrderPlacing placing,
      OrderStore orders,
      OrderEndings endings,
      Refusals refusals,
      Idempotency idempotency,
      Database database,
      BookingConfig booking,
      LeasingConfig config,
      Clock clock) {
    this.fills = fills;
    this.drafts = drafts;
    this.placing = placing;
    this.orders = orders;
    this.endings = endings;
    this.refusals = refusals;
    this.idempotency = idempotency;
    this.database = database;
    this.booking = booking;
    this.config = config;
    this.clock = clock;
  }

  /** Takes an order. */
  Uni<Response> place(Scope scope, @Nullable String idempotencyKey, OrderRequest body) {
    AtomicReference<Fills.Stock> stock = new AtomicReference<>();
    return refusals.recorded(
        scope,
        atOnce(scope, idempotencyKey, body, stock::set)
            // What was tried has left nothing behind, so that resting is a transaction of its own;
            // of two requests with the same key, one or the other is first there, too.
            .onFailure(failure ->
                body.terms().isResting()
                    && failure instanceof ProblemException problem
                    && PASSING.contains(problem.type()))
            .recoverWithUni(
                failure -> rest(scope, idempotencyKey, body, String.valueOf(failure.getMessage())))
            .onFailure()
            .recoverWithUni(failure ->
                stock.get() == null
                    ? Uni.createFrom().failure(failure)
                    : fills.refuse(failure, stock.get())));
  }

  private Uni<Response> atOnce(
      Scope scope,
      @Nullable String idempotencyKey,
      OrderRequest body,
      Consumer<Fills.Stock> plannedOn) {
    OrganizationId tenant = scope.organization().orElseThrow();
    return Races.retry(
        booking.attemptsMax(),
        () -> {
          Instant now = clock.instant();
          return fills
              .stock(tenant, now)
              .invoke(plannedOn)
              .chain(stock ->
                  database.sql(
                      scope,
                      connection ->
                          idempotency.once(
                              connection,
                              scope,
                              idempotencyKey,
                              ROUTE,
                              body.asAsked(),
                              () -> {
                                Order draft =
                                    drafts.draft(tenant, body.request(), body.terms(), now);
                                return placing
                                    .place(connection, scope, draft, stock, now)
                                    .chain(outcome ->
                                        take(connection, scope, draft, outcome, stock, now))
                                    .map(OrderDesk::answer);
                              })));
        });
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
      Order draft,
      Outcome outcome,
      Fills.Stock stock,
      Instant now) {
    Uni<Order> taken =
        switch (outcome) {
          case Outcome.Held held -> endings.lease(connection, scope, draft, held, stock, now);
          case Outcome.OnHold onHold ->
              requireRoom(connection, draft.tenant(), OrderState.IN_REVIEW, now)
                  .chain(() -> endings.ask(connection, scope, draft, onHold, now));
        };
    return taken
        .call(order ->
            order.state() == OrderState.OPEN
                ? requireRoom(connection, order.tenant(), OrderState.OPEN, now)
                : Uni.createFrom().voidItem())
        .call(order ->
            // What is filled competes for nothing; what rests after a part does so for what is
            // left.
            endings.enter(
                connection,
                scope,
                order,
                drafts.rivalry(order.state() == OrderState.OPEN ? order : draft)));
  }

  private Uni<Response> rest(
      Scope scope, @Nullable String idempotencyKey, OrderRequest body, String why) {
    OrganizationId tenant = scope.organization().orElseThrow();
    return database.sql(
        scope,
        connection ->
            idempotency.once(
                connection,
                scope,
                idempotencyKey,
                ROUTE,
                body.asAsked(),
                () -> {
                  Instant now = clock.instant();
                  Order draft = drafts.draft(tenant, body.request(), body.terms(), now);
                  Order open = draft.open(why, now);
                  return requireRoom(connection, tenant, OrderState.OPEN, now)
                      .chain(() -> endings.enter(connection, scope, open, drafts.rivalry(draft)))
                      .replaceWith(answer(open));
                }));
  }

  private Uni<Void> requireRoom(
      SqlConnection connection, OrganizationId tenant, OrderState state, Instant now) {
    int most = state == OrderState.OPEN ? config.openOrdersMax() : config.waitingOrdersMax();
    return orders
        .lockAndCount(connection, tenant, state, now)
        .invoke(waiting -> {
          if (waiting >= most) {
            throw new ProblemException(
                ProblemType.TOO_MANY_REQUESTS,
                "There are "
                    + waiting
                    + (state == OrderState.OPEN
                        ? " open orders already, which is the most: cancel some, or wait until some"
                            + " are filled."
                        : " orders in review already, which is the most: cancel some, or wait for"
                            + " the decision."));
          }
        })
        .replaceWithVoid();
  }

  /** Reads one; fails with 404. */
  Uni<OrderView> get(Scope scope, OrderId id) {
    return database.sql(scope, connection -> orders.get(connection, scope, id)).map(this::view);
  }

  /** Reads a page. */
  Uni<Page<OrderView>> list(Scope scope, @Nullable OrderState state, PageRequest page) {
    return database
        .sql(scope, connection -> orders.list(connection, scope, state, page, clock.instant()))
        .map(found -> found.map(this::view));
  }

  private OrderView view(Order order) {
    return OrderView.of(order.at(clock.instant()));
  }

  /** Gives up an order that waits; giving up twice is the same as once. */
  Uni<OrderView> cancel(Scope scope, OrderId id) {
    return database
        .sql(
            scope,
            connection ->
                orders
                    .lock(connection, scope, id)
                    .map(order -> order.at(clock.instant()))
                    .chain(order ->
                        switch (order.state()) {
                          case CANCELLED -> Uni.createFrom().item(order);
                          case OPEN, IN_REVIEW ->
                              endings
                                  .settle(
                                      connection,
                                      scope,
                                      order,
                                      OrderState.CANCELLED,
                                      "The tenant gave it up.")
                                  .chain(() -> orders.get(connection, scope, id));
                          case FILLED, REJECTED, EXPIRED ->
                              throw ProblemException.conflict(
                                  "The order is "
                                      + order.state().wire()
                                      + "; only one that is open or in review can be cancelled.");
                        }))
        .map(OrderView::of);
  }

  /** Writes down that orders have expired whose time is over, so many at most; their number. */
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
                    expired = expired.chain(() -> endings.expire(connection, scope, order));
                  }
                  return expired;
                })
                .map(List::size));
  }
}
