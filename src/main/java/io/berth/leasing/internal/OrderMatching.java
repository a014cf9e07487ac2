package io.berth.leasing.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.Fills;
import io.berth.booking.Fills.Outcome;
import io.berth.booking.PolicyRefusal;
import io.berth.booking.Races;
import io.berth.leasing.LeasingConfig;
import io.berth.leasing.Order;
import io.berth.leasing.OrderId;
import io.berth.leasing.OrderState;
import io.berth.leasing.internal.OrderMatchStore.Claimed;
import io.berth.leasing.internal.OrderMatchStore.Finding;
import io.berth.platform.Database;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.policy.Decisions;
import io.berth.policy.ReasonView;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Matches resting orders anew: those that news made due, and all of them from time to time. A claim
 * decides who tries which orders in which order, and is only about that; each fill is one
 * transaction that begins by locking the order where it is still open, so that whoever is late, or
 * comes twice, finds nothing to do.
 */
@ApplicationScoped
public class OrderMatching {

  private static final Logger LOG = Logger.getLogger(OrderMatching.class);
  private static final Scope SYSTEM = Scope.system("leasing");

  /** How far back a replica that starts looks for quotes that lapsed while none was there. */
  private static final Duration LOOK_BACK = Duration.ofMinutes(1);

  private final Fills fills;
  private final OrderPlacing placing;
  private final OrderStore orders;
  private final OrderMatchStore matches;
  private final OrderEndings endings;
  private final Decisions decisions;
  private final Database database;
  private final BookingConfig booking;
  private final LeasingConfig config;
  private final Clock clock;
  private volatile Instant lapsesSeen;

  OrderMatching(
      Fills fills,
      OrderPlacing placing,
      OrderStore orders,
      OrderMatchStore matches,
      OrderEndings endings,
      Decisions decisions,
      Database database,
      BookingConfig booking,
      LeasingConfig config,
      Clock clock) {
    this.fills = fills;
    this.placing = placing;
    this.orders = orders;
    this.matches = matches;
    this.endings = endings;
    this.decisions = decisions;
    this.database = database;
    this.booking = booking;
    this.config = config;
    this.clock = clock;
    lapsesSeen = clock.instant().minus(LOOK_BACK);
  }

  @Scheduled(
      every = "${berth.leasing.order-match-tick:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tick() {
    return wakeLapsed().chain(() -> matchDue());
  }

  /** Nobody tells of a quote that lapses: it does so by time alone. */
  private Uni<Void> wakeLapsed() {
    Instant now = clock.instant();
    Instant seen = lapsesSeen;
    return database
        .sql(SYSTEM, connection -> matches.wakeLapsed(connection, seen, now))
        .invoke(() -> lapsesSeen = now);
  }

  /** Tries whatever is due, batch after batch; within one, the best price and the oldest first. */
  Uni<Void> matchDue() {
    return matchDue(clock.instant(), new HashSet<>());
  }

  /**
   * Only what was due at a moment: what comes due meanwhile must not keep a tick from its end.
   *
   * @param gaveWay orders that gave way and are left for the next tick, so that others have time to
   *     hear what they were let before for
   */
  private Uni<Void> matchDue(Instant due, Set<OrderId> gaveWay) {
    Instant claim = clock.instant().plus(config.orderMatchClaim());
    return database
        .sql(
            SYSTEM,
            connection ->
                matches.claimDue(connection, due, claim, config.orderMatchBatch(), gaveWay))
        .chain(claimed -> {
          Uni<Void> tried = Uni.createFrom().voidItem();
          for (Claimed order : claimed) {
            tried = tried.chain(() -> match(order, claim, gaveWay));
          }
          return claimed.size() < config.orderMatchBatch()
              ? tried
              : tried.chain(() -> matchDue(due, gaveWay));
        });
  }

  /** Never fails: one order that breaks must not hold up the others. */
  Uni<Void> match(Claimed order, Instant claim) {
    return match(order, claim, new HashSet<>());
  }

  private Uni<Void> match(Claimed order, Instant claim, Set<OrderId> gaveWay) {
    return tryOnce(order)
        .chain(goesOn -> goesOn ? match(order, claim, gaveWay) : Uni.createFrom().voidItem())
        .onFailure(GivesWay.class)
        .recoverWithUni(() -> {
          gaveWay.add(order.id());
          return giveWay(order);
        })
        .onFailure(PolicyRefusal.class)
        .recoverWithUni(failure -> refused(order, (PolicyRefusal) failure, claim))
        .onFailure(ProblemException.class)
        .recoverWithUni(failure -> {
          Instant now = clock.instant();
          return stays(
              order,
              claim,
              ((ProblemException) failure)
                  .retryAfter()
                  .map(now::plus)
                  .orElse(endings.nextRound(now)),
              (connection, found) ->
                  Uni.createFrom()
                      .item(
                          new Finding(String.valueOf(failure.getMessage()), List.of(), null, now)));
        })
        .onFailure()
        .recoverWithUni(failure -> {
          LOG.errorf(failure, "An order could not be matched: orderId=%s", order.id());
          return leaveAlone(order);
        })
        .onFailure()
        .invoke(failure ->
            LOG.errorf(
                failure, "An order stays claimed until its claim runs out: orderId=%s", order.id()))
        .onFailure()
        .recoverWithNull();
  }

  /** It has found capacity that others are to be asked about first. */
  private static final class GivesWay extends RuntimeException {

    private static final long serialVersionUID = 1L;

    GivesWay(Claimed order) {
      super("others come before " + order.id(), null, false, false);
    }
  }

  private Uni<Void> giveWay(Claimed order) {
    // It locks several orders, as news does at the same time.
    return Races.retry(
        booking.attemptsMax(),
        () ->
            database.sql(
                SYSTEM, connection -> matches.giveWay(connection, order, clock.instant())));
  }

  /** One try; whether a part was filled, so that the rest should be tried at once. */
  private Uni<Boolean> tryOnce(Claimed claimed) {
    Scope scope = scope(claimed);
    return Races.retry(
        booking.attemptsMax(),
        () -> {
          Instant now = clock.instant();
          return fills
              .stock(claimed.tenant(), now)
              .chain(stock ->
                  whereOpen(
                      claimed,
                      false,
                      (connection, order) ->
                          placing
                              .place(connection, scope, order, stock, now)
                              .chain(outcome ->
                                  settle(connection, claimed, order, outcome, stock, now))));
        });
  }

  private Uni<Boolean> settle(
      SqlConnection connection,
      Claimed claimed,
      Order order,
      Outcome outcome,
      Fills.Stock stock,
      Instant now) {
    Scope scope = scope(claimed);
    return switch (outcome) {
      case Outcome.Held held ->
          matches
              .mustGiveWay(connection, claimed, clock.instant())
              .invoke(must -> {
                if (must) {
                  throw new GivesWay(claimed);
                }
              })
              .chain(() -> endings.lease(connection, scope, order, held, stock, now))
              .call(filled -> endings.fill(connection, scope, filled))
              .map(filled -> filled.state() == OrderState.OPEN);
      case Outcome.OnHold onHold ->
          endings
              .ask(connection, scope, order, onHold, now)
              .call(asked -> endings.change(connection, scope, asked))
              .replaceWith(false);
    };
  }

  /**
   * What policy denies stays open: it may be another node's turn tomorrow, and a queue once left is
   * lost. The decision is recorded where it says something new.
   */
  private Uni<Void> refused(Claimed claimed, PolicyRefusal refusal, Instant claim) {
    List<ReasonView> reasons = refusal.decision().reasons().stream().map(ReasonView::of).toList();
    Instant now = clock.instant();
    return stays(
        claimed,
        claim,
        endings.nextRound(now),
        (connection, order) -> {
          Finding known = new Finding(String.valueOf(refusal.getMessage()), reasons, null, now);
          if (order.decision() != null && order.reasons().equals(reasons)) {
            return Uni.createFrom().item(known);
          }
          return decisions
              .record(connection, scope(claimed), refusal.decision())
              .replaceWith(new Finding(known.detail(), reasons, refusal.decision().id(), now));
        });
  }

  private interface Work<T> {
    Uni<T> on(SqlConnection connection, Order order);
  }

  private Uni<Void> stays(Claimed claimed, Instant claim, Instant next, Work<Finding> finding) {
    return whereOpen(
            claimed,
            false,
            (connection, order) ->
                finding
                    .on(connection, order)
                    .chain(found -> matches.note(connection, order.id(), found, claim, next))
                    .replaceWith(true))
        .replaceWithVoid();
  }

  private Uni<Void> leaveAlone(Claimed claimed) {
    return database.sql(
        scope(claimed),
        connection ->
            matches.leaveAlone(
                connection,
                claimed.id(),
                clock.instant(),
                config.orderMatchInterval(),
                config.orderFailureWaitMax()));
  }

  /** Does something with an order in a transaction, where it is still open and has its time. */
  private <T> Uni<T> whereOpen(Claimed claimed, T otherwise, Work<T> work) {
    Scope scope = scope(claimed);
    return database.sql(
        scope,
        connection ->
            orders
                .lockOpen(connection, claimed.id())
                .chain(found -> {
                  if (found.isEmpty()) {
                    return Uni.createFrom().item(otherwise);
                  }
                  // Asked once the lock is there: the time may have passed while it was waited for.
                  return found.get().isOver(clock.instant())
                      ? endings.expire(connection, scope, found.get()).replaceWith(otherwise)
                      : work.on(connection, found.get());
                }));
  }

  private static Scope scope(Claimed claimed) {
    return Scope.of(claimed.tenant(), "system:leasing");
  }
}
