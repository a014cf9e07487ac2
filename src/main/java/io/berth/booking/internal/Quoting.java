package io.berth.booking.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.Alternative;
import io.berth.booking.BookingConfig;
import io.berth.booking.Fills.Outcome;
import io.berth.booking.Interruptions;
import io.berth.booking.LeaseTerm;
import io.berth.booking.Quote;
import io.berth.booking.QuoteId;
import io.berth.booking.QuoteState;
import io.berth.booking.Races;
import io.berth.booking.Refusals;
import io.berth.booking.internal.AllocationStore.Hold;
import io.berth.booking.internal.Market.Stock;
import io.berth.booking.internal.QuoteApi.NodeView;
import io.berth.booking.internal.QuoteApi.QuoteView;
import io.berth.catalog.SlotKind;
import io.berth.identity.Organization;
import io.berth.identity.UseProfile;
import io.berth.inventory.Node;
import io.berth.inventory.NodePoolId;
import io.berth.ledger.Ledger;
import io.berth.matching.CapacityRequest;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planning;
import io.berth.matching.Planning.NodeShare;
import io.berth.matching.Wanted.SlotWanted;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.ActivePacks;
import io.berth.policy.Approvals;
import io.berth.policy.AuthorisationUse;
import io.berth.policy.Authorisations;
import io.berth.policy.Decision;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Decisions;
import io.berth.policy.Facts;
import io.berth.policy.ReasonView;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes quotes: plans, holds slots and money, and records why policy permits it, in one
 * transaction. The database has the last word on slots; who loses a race plans anew.
 */
@ApplicationScoped
public class Quoting {

  private final Market market;
  private final QuoteViews views;
  private final AllocationStore allocations;
  private final QuoteStore quotes;
  private final Yields yields;
  private final Interruptions interruptions;
  private final AlternativeSearch alternatives;
  private final ActivePacks activePacks;
  private final Approvals approvals;
  private final Decisions decisions;
  private final Refusals refusals;
  private final Authorisations authorisations;
  private final Ledger ledger;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Idempotency idempotency;
  private final Database database;
  private final BookingConfig config;
  private final Clock clock;

  Quoting(
      Market market,
      QuoteViews views,
      AllocationStore allocations,
      QuoteStore quotes,
      Yields yields,
      Interruptions interruptions,
      AlternativeSearch alternatives,
      ActivePacks activePacks,
      Approvals approvals,
      Decisions decisions,
      Refusals refusals,
      Authorisations authorisations,
      Ledger ledger,
      AuditTrail audit,
      Outbox outbox,
      Idempotency idempotency,
      Database database,
      BookingConfig config,
      Clock clock) {
    this.market = market;
    this.views = views;
    this.allocations = allocations;
    this.quotes = quotes;
    this.yields = yields;
    this.interruptions = interruptions;
    this.alternatives = alternatives;
    this.activePacks = activePacks;
    this.approvals = approvals;
    this.decisions = decisions;
    this.refusals = refusals;
    this.authorisations = authorisations;
    this.ledger = ledger;
    this.audit = audit;
    this.outbox = outbox;
    this.idempotency = idempotency;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Quotes.
   *
   * @param scope the tenant's
   * @param idempotencyKey the request's key
   * @param body what the key stands for
   * @param request what to plan; asked for only where the key is new, since what is read of the
   *     body depends on the time, and a repeated request has its answer at any time
   * @param use how it will be used, as far as stated
   * @param term how long it is meant to last
   */
  Uni<Response> quote(
      Scope scope,
      @Nullable String idempotencyKey,
      Object body,
      Supplier<CapacityRequest> request,
      @Nullable UseProfile use,
      LeaseTerm term) {
    OrganizationId tenant = scope.organization().orElseThrow();
    AtomicReference<Placement> refused = new AtomicReference<>();
    Uni<Response> answer =
        Races.retry(
            config.attemptsMax(),
            () -> {
              Instant now = clock.instant();
              return market
                  .view()
                  .chain(view ->
                      database.sql(
                          scope,
                          connection ->
                              idempotency.once(
                                  connection,
                                  scope,
                                  idempotencyKey,
                                  "POST /v1/quotes",
                                  body,
                                  () ->
                                      market
                                          .stock(connection, view, tenant)
                                          .chain(stock ->
                                              book(
                                                      connection,
                                                      scope,
                                                      stock,
                                                      request.get(),
                                                      use,
                                                      term,
                                                      now,
                                                      refused::set)
                                                  .map(quote -> answer(quote, stock))))));
            });
    return refusals.recorded(
        scope,
        answer.onFailure().recoverWithUni(failure -> alternatives.refuse(failure, refused.get())));
  }

  private static Answer answer(Quote quote, Stock stock) {
    return new Answer(
        Response.Status.CREATED.getStatusCode(),
        view(quote, stock),
        "/v1/quotes/" + quote.id(),
        quote.version());
  }

  private static QuoteView view(Quote quote, Stock stock) {
    List<NodeView> nodes =
        quote.held().stream()
            .map(held -> {
              Node node = stock.node(quote.pool(), held.node());
              return new NodeView(
                  held.node().toString(), node.country(), node.region(), held.slots().count());
            })
            .toList();
    return QuoteView.of(quote, stock.organization(quote.provider()).name(), nodes);
  }

  private Uni<Quote> book(
      SqlConnection connection,
      Scope scope,
      Stock stock,
      CapacityRequest request,
      @Nullable UseProfile stated,
      LeaseTerm term,
      Instant now,
      Consumer<Placement> refused) {
    OrganizationId tenant = scope.organization().orElseThrow();
    return Uni.combine()
        .all()
        .unis(
            quotes.countOpen(connection, tenant, now).invoke(this::requireRoomForOneMore),
            place(connection, stock, request, stated, term, DecisionPurpose.QUOTE, now))
        .with((open, placement) -> placement)
        .chain(placement ->
            switch (placement.plan()) {
              case Planning.Plan plan ->
                  hold(
                          connection,
                          scope,
                          placement,
                          plan,
                          placement.decision(plan),
                          term,
                          plan.offered().offer().earlyReleaseRefundPercent())
                      // Counted again: the account is locked now, so that none of the tenant's
                      // other quotes can come in between.
                      .call(() ->
                          quotes
                              .countOpen(connection, tenant, now)
                              .invoke(open -> requireRoomForOneMore(open - 1)));
              case Planning.Shortfall shortfall -> {
                refused.accept(placement);
                yield Uni.createFrom().failure(placement.refusal(shortfall));
              }
            });
  }

  /**
   * Fills an order, or says what holds it; fails where neither can be.
   *
   * @param refused is told what does not fit
   */
  public Uni<Outcome> fill(
      SqlConnection connection,
      Scope scope,
      Stock stock,
      CapacityRequest request,
      @Nullable UseProfile stated,
      LeaseTerm term,
      Instant now,
      Consumer<Placement> refused) {
    return place(connection, stock, request, stated, term, DecisionPurpose.ORDER, now)
        .chain(placement ->
            switch (placement.plan()) {
              case Planning.Plan plan ->
                  fillWith(
                      connection,
                      scope,
                      placement,
                      plan,
                      placement.decision(plan),
                      term,
                      plan.offered().offer().earlyReleaseRefundPercent());
              case Planning.Shortfall shortfall -> {
                refused.accept(placement);
                yield interrupting(connection, scope, placement, shortfall, term);
              }
            });
  }

  /** Fills an order where others must make room, or says why not. */
  private Uni<Outcome> interrupting(
      SqlConnection connection,
      Scope scope,
      Placement placement,
      Planning.Shortfall shortfall,
      LeaseTerm term) {
    Uni<Outcome> nothing =
        Uni.createFrom()
            .deferred(() ->
                placement
                    .held(shortfall)
                    .map(decision ->
                        Uni.createFrom()
                            .<Outcome>item(new Outcome.OnHold(decision, shortfall.summary())))
                    .orElseGet(() -> Uni.createFrom().failure(placement.refusal(shortfall))));
    boolean mayHelp = shortfall.isForWantOfSlots() || placement.request().startMax().isPresent();
    if (!term.isFirm() || !mayHelp) {
      return nothing;
    }
    return yields
        .find(connection, placement)
        .chain(room ->
            room.map(found ->
                    interruptions
                        .interrupt(connection, found.leases(), found.plan().occupied().start())
                        .chain(() ->
                            fillWith(
                                connection,
                                scope,
                                found.placement(),
                                found.plan(),
                                found.placement().decision(found.plan()),
                                term,
                                // Driving others out and cancelling must not be free.
                                found.leases().isEmpty()
                                    ? found.plan().offered().offer().earlyReleaseRefundPercent()
                                    : 0)))
                .orElse(nothing));
  }

  /**
   * How many accelerators of a request would fit, from {@code least} to {@code most}; or 0. Of a
   * firm one for which nothing is free, how many would if interruptible leases made room.
   */
  public Uni<Integer> fitting(
      SqlConnection connection,
      Stock stock,
      CapacityRequest request,
      @Nullable UseProfile stated,
      LeaseTerm term,
      int least,
      int most,
      Instant now) {
    return place(connection, stock, request, stated, term, DecisionPurpose.ORDER, now)
        .chain(placement -> {
          int free = placement.fitting(least, most);
          return free > 0 || !term.isFirm()
              ? Uni.createFrom().item(free)
              : yields.fitting(connection, placement, least, most);
        });
  }

  private Uni<Outcome> fillWith(
      SqlConnection connection,
      Scope scope,
      Placement placement,
      Planning.Plan plan,
      Decision decision,
      LeaseTerm term,
      int refundPercent) {
    return hold(connection, scope, placement, plan, decision, term, refundPercent)
        .map(quote -> new Outcome.Held(quote, decision));
  }

  /** Sets out what there is to plan with, as it stands in the transaction. */
  Uni<Placement> place(
      SqlConnection connection,
      Stock stock,
      CapacityRequest request,
      @Nullable UseProfile stated,
      LeaseTerm term,
      DecisionPurpose purpose,
      Instant now) {
    Organization organization = stock.tenant();
    UseProfile use = organization.facts().profile().overlaidBy(stated);
    return Uni.combine()
        .all()
        .unis(
            activePacks.locked(connection),
            approvals.standing(
                connection, organization.id(), Facts.of(organization), Facts.of(use)))
        .with((packs, approved) ->
            new Placement(
                organization,
                request,
                use,
                stock.offered(term),
                (period, accelerators) ->
                    new Judge(packs, approved, organization, use, period, accelerators, stock),
                purpose,
                now));
  }

  /**
   * What would take a request elsewhere, or with other accelerators; records nothing.
   *
   * @param like of whose kind of slots
   */
  public Uni<List<Alternative>> alternatives(
      Scope scope,
      Stock stock,
      NodePoolId like,
      CapacityRequest request,
      UseProfile use,
      DecisionPurpose purpose,
      Instant now) {
    SlotWanted slot =
        stock.offered().stream()
            .filter(offered -> offered.pool().id().equals(like))
            .findFirst()
            .map(offered -> new SlotWanted(offered.pool().slotKind(), offered.pool().profile()))
            .orElse(SlotWanted.WHOLE_DEVICES);
    CapacityRequest same = request.of(request.wanted().withSlot(slot));
    return database
        .sql(
            scope,
            connection -> place(connection, stock, same, use, LeaseTerm.RESERVED, purpose, now))
        .chain(alternatives::find);
  }

  private void requireRoomForOneMore(int open) {
    if (open >= config.openQuotesMax()) {
      throw new ProblemException(
              ProblemType.TOO_MANY_REQUESTS,
              "There are "
                  + open
                  + " open quotes already, which is the most: confirm or release some, or let them"
                  + " lapse.")
          .retryAfter(config.quoteHold());
    }
  }

  /**
   * Holds slots and money for a plan, and records why policy permits it.
   *
   * @param refundPercent which share of the unused price comes back on an early release
   */
  Uni<Quote> hold(
      SqlConnection connection,
      Scope scope,
      Placement placement,
      Planning.Plan plan,
      Decision decision,
      LeaseTerm term,
      int refundPercent) {
    OrganizationId tenant = placement.tenant();
    CapacityRequest request = placement.request();
    Instant now = placement.now();
    OfferedPool offered = plan.offered();
    List<AuthorisationUse> uses = placement.usesOf(plan);
    int accelerators = request.shape().accelerators();
    Quote quote =
        new Quote(
            QuoteId.fresh(),
            tenant,
            offered.offer().provider(),
            offered.pool().cluster(),
            offered.pool().id(),
            offered.offer().id(),
            decision.id(),
            QuoteState.OPEN,
            term,
            noticeOf(term, offered),
            offered.model().id(),
            plan.period(),
            offered.offer().turnaround(),
            refundPercent,
            offered.offer().networkExceptions(),
            accelerators,
            offered.offer().pricePerAcceleratorHour(),
            Quote.totalOf(
                offered.offer().pricePerAcceleratorHour(), accelerators, plan.period().minutes()),
            placement.use(),
            decision.reasons().stream().map(ReasonView::of).toList(),
            List.of(),
            now.plus(config.quoteHold()),
            now,
            0);
    // Sent together, done one after the other.
    // By itself: it may roll back to a savepoint of its own, with whatever was sent meanwhile.
    return decisions
        .record(connection, scope, decision)
        .chain(() ->
            Uni.combine()
                .all()
                .unis(
                    quotes.insert(connection, quote),
                    allocations.hold(connection, hold(quote, plan), now))
                .with((inserted, held) -> held))
        .onFailure()
        .invoke(() -> market.suspect(plan.shares().stream().map(NodeShare::node).toList()))
        .map(quote::holding)
        .call(() ->
            authorisations.reserve(connection, quote.id(), tenant, uses, quote.expiresAt(), now))
        .call(
            () -> ledger.reserve(connection, tenant, quote.total(), quote.id(), quote.expiresAt()))
        .call(() ->
            Uni.join()
                .all(
                    audit.append(
                        Tx.of(connection),
                        scope,
                        "quote.open",
                        quote.id(),
                        Map.of(
                            "decision",
                            decision.id(),
                            "total",
                            Money.Wire.of(quote.total()),
                            "authorisations",
                            AuthorisationUse.summedUp(uses))),
                    outbox.append(
                        Tx.of(connection), "quote.opened", quote.id(), Map.of("tenant", tenant)))
                .andFailFast());
  }

  private static @Nullable Duration noticeOf(LeaseTerm term, OfferedPool offered) {
    return term.isFirm() ? null : offered.offer().interruptible().orElseThrow().notice();
  }

  private static Hold hold(Quote quote, Planning.Plan plan) {
    return new Hold(
        quote.id(),
        plan.offered().offer(),
        plan.shares(),
        plan.occupied(),
        plan.offered().pool().slotKind() == SlotKind.SHARE ? quote.tenant() : null,
        quote.interruptionNotice() == null
            ? null
            : quote.interruptionNotice().plus(quote.turnaround()),
        quote.expiresAt());
  }

  /** Reads one quote; fails with 404. */
  Uni<QuoteView> get(Scope scope, QuoteId id) {
    return database
        .sql(scope, connection -> quotes.get(connection, scope, id, clock.instant()))
        .chain(views::of);
  }

  /** Reads a page of quotes. */
  Uni<Page<QuoteView>> list(Scope scope, PageRequest page) {
    return database
        .sql(scope, connection -> quotes.list(connection, scope, page, clock.instant()))
        .chain(found ->
            views.of(found.items()).map(items -> new Page<>(items, found.nextPageToken())));
  }

  /** Gives back what a quote holds; releasing twice is the same as once. */
  Uni<QuoteView> release(Scope scope, QuoteId id) {
    Instant now = clock.instant();
    return database
        .sql(
            scope,
            connection ->
                quotes
                    .lock(connection, scope, id, now)
                    .chain(quote ->
                        switch (quote.state()) {
                          case RELEASED -> Uni.createFrom().item(quote);
                          case OPEN ->
                              quotes
                                  .close(connection, id, QuoteState.RELEASED, now)
                                  .chain(() -> allocations.release(connection, id))
                                  .chain(() -> authorisations.release(connection, id))
                                  .chain(() -> ledger.release(connection, id))
                                  .chain(() ->
                                      audit.append(
                                          Tx.of(connection), scope, "quote.release", id, Map.of()))
                                  .chain(() ->
                                      outbox.append(
                                          Tx.of(connection),
                                          "quote.released",
                                          id,
                                          Map.of("model", quote.modelId())))
                                  .chain(() -> quotes.get(connection, scope, id, now));
                          case CONFIRMED, LAPSED ->
                              throw ProblemException.conflict(
                                  "The quote is "
                                      + quote.state().name().toLowerCase(Locale.ROOT)
                                      + "; only an open one can be released.");
                        }))
        .chain(views::of);
  }
}
