package io.berth.leasing;

import io.berth.audit.AuditTrail;
import io.berth.leasing.internal.JudgementStore;
import io.berth.leasing.internal.LeaseStore;
import io.berth.leasing.internal.NoticeStore;
import io.berth.platform.Outbox;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Ends leases before their time, never without notice: both parties are told, the lease goes on
 * until the order's end, and then ends as if its period were over. Charged is what was used.
 *
 * <p>Events: {@code lease.windDownOrdered} with {@code endsAt} and {@code reason}, {@code
 * lease.windDownWithdrawn}; for an interruption {@code lease.interrupted} as the first.
 */
@ApplicationScoped
public class WindDowns {

  /** How many of officers' orders stand beside each other on one lease. */
  static final int OFFICERS_ORDERS_MAX = 20;

  private final LeaseStore leases;
  private final JudgementStore judgements;
  private final NoticeStore notices;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Clock clock;

  WindDowns(
      LeaseStore leases,
      JudgementStore judgements,
      NoticeStore notices,
      AuditTrail audit,
      Outbox outbox,
      Clock clock) {
    this.leases = leases;
    this.judgements = judgements;
    this.notices = notices;
    this.audit = audit;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * Gives an order for a lease in the caller's transaction. Orders stand beside each other, and the
   * first to end the lease counts. A lease that has begun to end stays as it is. An officer's order
   * is kept even where the period ends as soon, so that nobody lengthens the lease past it. A
   * judgement's is not, since added time is judged for itself; nor is it where an earlier judgement
   * ends the lease as soon, unless that was of the tenant's own making and this one is not.
   *
   * @return whether the order was taken
   */
  public Uni<Boolean> order(SqlConnection connection, Scope scope, LeaseId id, WindDown order) {
    return leases
        .lock(connection, scope, id)
        .chain(lease -> order(connection, scope, lease, order));
  }

  /** The same for a lease that the transaction has locked. */
  public Uni<Boolean> order(SqlConnection connection, Scope scope, Lease lease, WindDown order) {
    if (!lease.state().isLive() || (order.isAutomatic() && isMoot(lease, order))) {
      return Uni.createFrom().item(false);
    }
    List<WindDown> orders = with(lease.windDowns(), order);
    if (!orders.contains(order)) {
      return Uni.createFrom().item(false);
    }
    Map<String, Object> detail = new HashMap<>();
    detail.put("endsAt", order.endsAt());
    detail.put("reason", order.reason());
    if (order.decision() != null) {
      detail.put("decision", order.decision());
    }
    if (order.order() != null) {
      detail.put("order", order.order());
    }
    return judgements
        .windDowns(connection, lease.id(), orders, order.endsAt(), null)
        .chain(() ->
            notices.tell(
                connection,
                lease,
                order.isInterruption() ? NoticeKind.INTERRUPTED : NoticeKind.WIND_DOWN_ORDERED,
                order.reason(),
                order.decision(),
                order.endsAt(),
                order.orderedAt()))
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                order.isInterruption() ? "lease.interrupt" : "lease.windDown",
                lease.id(),
                detail))
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                order.isInterruption() ? "lease.interrupted" : "lease.windDownOrdered",
                lease.id(),
                detail))
        .replaceWith(true);
  }

  /** Whether a judgement's order would change nothing. */
  private static boolean isMoot(Lease lease, WindDown order) {
    return !order.endsAt().isBefore(lease.period().end())
        || lease.windDowns().stream()
            .anyMatch(other ->
                other.isAutomatic()
                    && !order.endsAt().isBefore(other.endsAt())
                    && (order.isTenantsMaking() || !other.isTenantsMaking()));
  }

  /**
   * The orders with one more. A judgement's takes the place of another judgement's. Of officers'
   * {@value #OFFICERS_ORDERS_MAX} are kept, those that end the lease first: what would come after
   * all of these is not taken.
   */
  static List<WindDown> with(List<WindDown> standing, WindDown order) {
    if (order.isAutomatic() || order.isInterruption()) {
      // One interruption alone stands, too: the slots are gone by the first.
      return Stream.concat(
              standing.stream()
                  .filter(other ->
                      other.isAutomatic() != order.isAutomatic()
                          || other.isInterruption() != order.isInterruption()),
              Stream.of(order))
          .toList();
    }
    List<WindDown> officers =
        Stream.concat(standing.stream().filter(other -> other.order() != null), Stream.of(order))
            .sorted(Comparator.comparing(WindDown::endsAt))
            .limit(OFFICERS_ORDERS_MAX)
            .toList();
    return Stream.concat(standing.stream(), Stream.of(order))
        .filter(other -> other.order() == null || officers.contains(other))
        .toList();
  }

  /**
   * Takes back what an officer's order did to a lease; the lease is judged anew. Other orders
   * stand.
   *
   * @return whether the lease was wound down by it
   */
  public Uni<Boolean> withdraw(
      SqlConnection connection, Scope scope, LeaseId id, WindDownOrderId order, String reason) {
    return leases
        .lock(connection, scope, id)
        .chain(lease ->
            withdraw(connection, scope, lease, other -> order.equals(other.order()), reason));
  }

  /** Takes back what a judgement ordered for a locked lease, which policy permits again. */
  public Uni<Boolean> withdrawJudged(SqlConnection connection, Scope scope, Lease lease) {
    return withdraw(
        connection, scope, lease, WindDown::isAutomatic, "Policy permits the lease again.");
  }

  private Uni<Boolean> withdraw(
      SqlConnection connection,
      Scope scope,
      Lease lease,
      Predicate<WindDown> which,
      String message) {
    if (!lease.state().isLive() || lease.windDowns().stream().noneMatch(which)) {
      return Uni.createFrom().item(false);
    }
    Instant now = clock.instant();
    List<WindDown> left = lease.windDowns().stream().filter(which.negate()).toList();
    return judgements
        .windDowns(connection, lease.id(), left, null, now)
        .chain(() ->
            notices.tell(
                connection, lease, NoticeKind.WIND_DOWN_WITHDRAWN, message, null, null, now))
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.windDownWithdraw",
                lease.id(),
                Map.of("reason", message)))
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                "lease.windDownWithdrawn",
                lease.id(),
                Map.of("reason", message)))
        .replaceWith(true);
  }
}
