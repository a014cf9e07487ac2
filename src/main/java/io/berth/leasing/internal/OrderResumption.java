package io.berth.leasing.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.Fills;
import io.berth.booking.Fills.Outcome;
import io.berth.booking.PolicyRefusal;
import io.berth.booking.Races;
import io.berth.leasing.Order;
import io.berth.leasing.OrderId;
import io.berth.leasing.OrderState;
import io.berth.platform.Database;
import io.berth.platform.OutboxConsumer;
import io.berth.platform.OutboxEvent;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.policy.Decision;
import io.berth.policy.Decisions;
import io.berth.review.CaseId;
import io.berth.review.ReviewCases;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Goes on with orders when people have decided: what is let pass is matched anew, by what is known
 * and free now. Each order is one transaction that begins by locking it where it still waits, so
 * that a repeated event, another replica, or a service that was killed over it changes nothing.
 */
@ApplicationScoped
public class OrderResumption implements OutboxConsumer {

  private static final String APPROVED = "case.approved";
  private static final int BATCH = 20;
  private static final Scope SYSTEM = Scope.system("leasing");

  private final Fills fills;
  private final OrderPlacing placing;
  private final OrderStore orders;
  private final OrderEndings endings;
  private final OrderQuestions questions;
  private final ReviewCases cases;
  private final Decisions decisions;
  private final Database database;
  private final BookingConfig booking;
  private final Clock clock;

  OrderResumption(
      Fills fills,
      OrderPlacing placing,
      OrderStore orders,
      OrderEndings endings,
      OrderQuestions questions,
      ReviewCases cases,
      Decisions decisions,
      Database database,
      BookingConfig booking,
      Clock clock) {
    this.fills = fills;
    this.placing = placing;
    this.orders = orders;
    this.endings = endings;
    this.questions = questions;
    this.cases = cases;
    this.decisions = decisions;
    this.database = database;
    this.booking = booking;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "leasing.orders";
  }

  @Override
  public Set<String> types() {
    return Set.of(APPROVED, "case.refused", "case.expired", "case.withdrawn");
  }

  @Override
  public Uni<Void> handle(OutboxEvent event) {
    return decided(CaseId.fromString(event.subject()), event.type().equals(APPROVED));
  }

  /** Goes on with every order that waits for a decided case. */
  Uni<Void> decided(CaseId review, boolean isApproved) {
    return database
        .sql(SYSTEM, connection -> orders.waitingFor(connection, review, BATCH))
        .chain(waiting -> {
          if (waiting.isEmpty()) {
            return Uni.createFrom().voidItem();
          }
          return resume(waiting, isApproved, review).chain(() -> decided(review, isApproved));
        });
  }

  private Uni<Void> resume(List<Order> waiting, boolean isApproved, CaseId review) {
    Uni<Void> resumed = Uni.createFrom().voidItem();
    for (Order order : waiting) {
      resumed = resumed.chain(() -> isApproved ? match(order, true) : turnDown(order, review));
    }
    return resumed;
  }

  /**
   * Matches an order anew where something else than people's word has come. What still holds it
   * leaves it waiting, and so does a want of capacity or money, which nobody has asked about yet.
   */
  Uni<Void> matchAgain(OrderId id) {
    return database
        .sql(SYSTEM, connection -> orders.lockWaiting(connection, id))
        .chain(found ->
            found.map(order -> match(order, false)).orElseGet(() -> Uni.createFrom().voidItem()));
  }

  private static Scope scope(Order order) {
    return Scope.of(order.tenant(), "system:leasing");
  }

  private Uni<Void> match(Order order, boolean isApproved) {
    Scope scope = scope(order);
    return Races.retry(
            booking.attemptsMax(),
            () -> {
              Instant now = clock.instant();
              return fills
                  .stock(order.tenant(), now)
                  .chain(stock ->
                      waiting(
                          order,
                          (connection, found) ->
                              placing
                                  .place(connection, scope, found, stock, now)
                                  .chain(outcome ->
                                      settle(
                                          connection,
                                          scope,
                                          found,
                                          outcome,
                                          isApproved,
                                          stock,
                                          now))));
            })
        .onFailure(PolicyRefusal.class)
        .recoverWithUni(failure -> {
          PolicyRefusal refusal = (PolicyRefusal) failure;
          return waiting(
              order,
              (connection, found) ->
                  refuse(
                      connection,
                      scope,
                      found,
                      refusal.decision(),
                      String.valueOf(refusal.getMessage())));
        })
        // What may succeed in a moment comes back with the event.
        .onFailure(failure ->
            failure instanceof ProblemException problem && problem.retryAfter().isEmpty())
        .recoverWithUni(failure ->
            isApproved
                ? waiting(
                    order,
                    (connection, found) ->
                        endings.unfilled(
                            connection, scope, found, String.valueOf(failure.getMessage())))
                : Uni.createFrom().voidItem());
  }

  private Uni<Void> settle(
      SqlConnection connection,
      Scope scope,
      Order order,
      Outcome outcome,
      boolean isApproved,
      Fills.Stock stock,
      Instant now) {
    return switch (outcome) {
      case Outcome.Held held ->
          endings
              .lease(connection, scope, order, held, stock, now)
              .chain(filled -> endings.fill(connection, scope, filled));
      case Outcome.OnHold onHold ->
          isApproved
              ? refuse(
                  connection,
                  scope,
                  order,
                  onHold.decision(),
                  "The review let it pass, and this still holds it: " + onHold.summary())
              : questions.askAgain(connection, scope, order, onHold);
    };
  }

  private Uni<Void> refuse(
      SqlConnection connection, Scope scope, Order order, Decision decision, String detail) {
    return decisions
        .record(connection, scope, decision)
        .chain(() -> endings.reject(connection, scope, order, decision, detail));
  }

  private Uni<Void> turnDown(Order order, CaseId review) {
    Scope scope = scope(order);
    return waiting(
        order,
        (connection, found) ->
            cases
                .get(connection, scope, review)
                .chain(decided ->
                    endings.settle(
                        connection,
                        scope,
                        found,
                        OrderState.REJECTED,
                        "The review is "
                            + decided.state().wire()
                            + (decided.decision() == null
                                ? "."
                                : ": " + decided.decision().reason()))));
  }

  /** Does something with an order in a transaction, where it still waits. */
  private Uni<Void> waiting(Order order, BiFunction<SqlConnection, Order, Uni<Void>> work) {
    return database.sql(
        scope(order),
        connection ->
            orders
                .lockWaiting(connection, order.id())
                .chain(found ->
                    found
                        .map(still ->
                            isOverdue(still)
                                ? expire(connection, still)
                                : work.apply(connection, still))
                        .orElseGet(() -> Uni.createFrom().voidItem())));
  }

  private boolean isOverdue(Order order) {
    return order.isOver(clock.instant());
  }

  /** An answer that comes too late finds it expired, whoever gets there first. */
  private Uni<Void> expire(SqlConnection connection, Order order) {
    return endings.expire(connection, scope(order), order);
  }
}
