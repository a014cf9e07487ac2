package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.BookingConfig;
import io.berth.booking.Bookings;
import io.berth.booking.LeaseTerm;
import io.berth.booking.NodeVerdicts;
import io.berth.booking.PolicyRefusal;
import io.berth.booking.Quote;
import io.berth.booking.QuoteId;
import io.berth.booking.Races;
import io.berth.booking.Refusals;
import io.berth.booking.Substitutes;
import io.berth.inventory.NodeId;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseState;
import io.berth.leasing.LeaseState.LeaseEvent;
import io.berth.leasing.LeasingConfig;
import io.berth.leasing.internal.LeaseApi.LeaseView;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.Outbox;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.Decision;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Decisions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes leases of quotes, shows them and cancels them. */
@ApplicationScoped
public class LeaseDesk {

  private final Bookings bookings;
  private final LeaseStore leases;
  private final RenewalStore renewals;
  private final LeaseEndings endings;
  private final LeaseDebts debts;
  private final LeaseViews views;
  private final NodeVerdicts verdicts;
  private final Decisions decisions;
  private final Refusals refusals;
  private final Substitutes substitutes;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Idempotency idempotency;
  private final Database database;
  private final BookingConfig config;
  private final LeasingConfig leasing;
  private final Clock clock;

  LeaseDesk(
      Bookings bookings,
      LeaseStore leases,
      RenewalStore renewals,
      LeaseEndings endings,
      LeaseDebts debts,
      LeaseViews views,
      NodeVerdicts verdicts,
      Decisions decisions,
      Refusals refusals,
      Substitutes substitutes,
      AuditTrail audit,
      Outbox outbox,
      Idempotency idempotency,
      Database database,
      BookingConfig config,
      LeasingConfig leasing,
      Clock clock) {
    this.bookings = bookings;
    this.leases = leases;
    this.renewals = renewals;
    this.endings = endings;
    this.debts = debts;
    this.views = views;
    this.verdicts = verdicts;
    this.decisions = decisions;
    this.refusals = refusals;
    this.substitutes = substitutes;
    this.audit = audit;
    this.outbox = outbox;
    this.idempotency = idempotency;
    this.database = database;
    this.config = config;
    this.leasing = leasing;
    this.clock = clock;
  }

  /** Confirms a quote: judges its nodes once more, by what is known now, and makes the lease. */
  Uni<Response> confirm(Scope scope, @Nullable String idempotencyKey, QuoteId id) {
    return refusals.recorded(
        scope, Races.retry(config.attemptsMax(), () -> confirmOnce(scope, idempotencyKey, id)));
  }

  private Uni<Response> confirmOnce(Scope scope, @Nullable String idempotencyKey, QuoteId id) {
    Instant now = clock.instant();
    AtomicReference<Quote> confirmed = new AtomicReference<>();
    Uni<Response> answer =
        database.sql(
            scope,
            connection ->
                idempotency.once(
                    connection,
                    scope,
                    idempotencyKey,
                    "POST /v1/quotes/" + id + "/confirm",
                    "",
                    () ->
                        bookings
                            .lockOpen(connection, scope, id, now)
                            .invoke(confirmed::set)
                            .chain(quote -> lease(connection, scope, quote, now))));
    // Only a quote that was found is refused.
    return substitutes.offered(
        scope, () -> holding(Objects.requireNonNull(confirmed.get())), answer);
  }

  private static Substitutes.Holding holding(Quote quote) {
    return new Substitutes.Holding(
        quote.tenant(),
        quote.pool(),
        quote.modelId(),
        quote.held(),
        quote.period(),
        quote.use(),
        DecisionPurpose.CONFIRM);
  }

  private Uni<Answer> lease(SqlConnection connection, Scope scope, Quote quote, Instant now) {
    LeaseId lease = LeaseId.fresh();
    Set<NodeId> nodes =
        quote.held().stream().map(Quote.HeldSlots::node).collect(Collectors.toSet());
    return verdicts
        .held(connection, quote.tenant(), nodes, quote.id())
        .chain(held ->
            verdicts
                .judge(connection, held, quote.use(), quote.period(), DecisionPurpose.CONFIRM)
                .invoke(LeaseDesk::requirePermit)
                .chain(decision -> lease(connection, scope, quote, decision, lease, now))
                .chain(() -> leases.get(connection, scope, lease))
                .map(LeaseViews.Names.of(held)::view))
        .map(view ->
            new Answer(Response.Status.CREATED.getStatusCode(), view, "/v1/leases/" + lease, 0));
  }

  private Uni<Void> lease(
      SqlConnection connection,
      Scope scope,
      Quote quote,
      Decision decision,
      LeaseId lease,
      Instant now) {
    // By itself: it may roll back to a savepoint of its own, with whatever was sent meanwhile.
    return decisions
        .record(connection, scope, decision)
        .chain(() ->
            // Sent together, done one after the other.
            Uni.join()
                .all(
                    leases.insertJudged(
                        connection,
                        lease,
                        quote,
                        decision,
                        JudgementStore.next(
                            quote.period().start(),
                            decision,
                            now,
                            now.plus(leasing.judgementInterval())),
                        now),
                    bookings.confirm(connection, quote, decision, lease, now),
                    audit.append(
                        Tx.of(connection),
                        scope,
                        "lease.create",
                        lease,
                        Map.of("quote", quote.id(), "decision", decision.id())),
                    outbox.append(
                        Tx.of(connection),
                        "lease.reserved",
                        lease,
                        Map.of("tenant", quote.tenant())))
                .andFailFast())
        .replaceWithVoid();
  }

  private static void requirePermit(Decision decision) {
    if (!decision.verdict().permits()) {
      throw new PolicyRefusal(
          decision,
          "Policy no longer permits what the quote holds: "
              + decision.reasons().getFirst().message());
    }
  }

  /** Reads one; fails with 404. */
  Uni<LeaseView> get(Scope scope, LeaseId id) {
    return database
        .sql(
            scope,
            connection ->
                leases
                    .get(connection, scope, id)
                    .chain(lease -> debts.asSeenBy(connection, scope, List.of(lease))))
        .chain(views::of)
        .map(List::getFirst);
  }

  /** Reads a page. */
  Uni<Page<LeaseView>> list(Scope scope, @Nullable LeaseState state, PageRequest page) {
    return database
        .sql(
            scope,
            connection ->
                leases
                    .list(connection, scope, state, page)
                    .chain(found ->
                        debts
                            .asSeenBy(connection, scope, found.items())
                            .map(items -> new Page<>(items, found.nextPageToken()))))
        .chain(found ->
            views.of(found.items()).map(items -> new Page<>(items, found.nextPageToken())));
  }

  /**
   * Cancels: one that has not started ends at once and costs nothing; a running one begins to end.
   * Cancelling what ends or has ended changes nothing.
   */
  Uni<LeaseView> cancel(Scope scope, LeaseId id) {
    // It gives back what bookings and sales may be taking just then, in another order.
    return Races.retry(
            config.attemptsMax(),
            () ->
                database.sql(
                    scope,
                    connection ->
                        leases
                            .lock(connection, scope, id)
                            .call(lease -> requireTenant(scope, lease))
                            .call(lease -> cancel(connection, scope, lease, clock.instant()))
                            .chain(() -> leases.get(connection, scope, id))))
        .chain(views::of);
  }

  /** Lets an on-demand lease end at its end; stopping again changes nothing. */
  Uni<LeaseView> stopRenewal(Scope scope, LeaseId id) {
    return database
        .sql(
            scope,
            connection ->
                leases
                    .lock(connection, scope, id)
                    .call(lease -> requireTenant(scope, lease))
                    .call(lease -> stopRenewal(connection, scope, lease))
                    .chain(() -> leases.get(connection, scope, id)))
        .chain(views::of);
  }

  private Uni<Void> stopRenewal(SqlConnection connection, Scope scope, Lease lease) {
    if (lease.term() != LeaseTerm.ON_DEMAND) {
      throw ProblemException.conflict("The lease does not renew by itself; it ends at its end.");
    }
    return lease.renewal().nextAt() == null
        ? Uni.createFrom().voidItem()
        : renewals
            .next(connection, lease.id(), null, null)
            .chain(() ->
                audit.append(
                    Tx.of(connection),
                    scope,
                    "lease.stopRenewal",
                    lease.id(),
                    Map.of("endsAt", lease.endsAt())));
  }

  private static Uni<Void> requireTenant(Scope scope, Lease lease) {
    if (!scope.sees(lease.tenant())) {
      // Its provider sees it, but only its tenant may cancel it.
      throw ProblemException.notFound("lease of your organization", lease.id());
    }
    return Uni.createFrom().voidItem();
  }

  private Uni<Void> cancel(SqlConnection connection, Scope scope, Lease lease, Instant now) {
    return lease
        .state()
        .after(LeaseEvent.CANCEL)
        .map(next ->
            // An operator who cancels is not the tenant who gives something back.
            (scope.organization().filter(lease.tenant()::equals).isPresent()
                    ? leases.releasedEarly(connection, lease.id())
                    : Uni.createFrom().voidItem())
                .chain(() ->
                    audit.append(
                        Tx.of(connection),
                        scope,
                        "lease.cancel",
                        lease.id(),
                        Map.of("state", lease.state().name().toLowerCase(Locale.ROOT))))
                .chain(() ->
                    next == LeaseState.ENDED
                        ? leases
                            .get(connection, scope, lease.id())
                            .chain(released -> endings.end(connection, released, now))
                        : leases
                            .move(connection, lease.id(), next, now)
                            .chain(() -> leases.dueAt(connection, lease.id(), now))
                            .chain(() ->
                                outbox.append(
                                    Tx.of(connection),
                                    "lease.ending",
                                    lease.id(),
                                    Map.of("at", now)))))
        .orElseGet(() -> Uni.createFrom().voidItem());
  }
}
