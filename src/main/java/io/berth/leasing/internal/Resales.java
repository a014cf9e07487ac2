package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.BookingConfig;
import io.berth.booking.LeaseTerm;
import io.berth.booking.NodeVerdicts;
import io.berth.booking.Races;
import io.berth.booking.Refusals;
import io.berth.booking.Substitutes;
import io.berth.identity.Organization;
import io.berth.identity.Organizations;
import io.berth.identity.UseProfile;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.Resale;
import io.berth.leasing.ResaleId;
import io.berth.leasing.ResaleState;
import io.berth.leasing.internal.LeaseApi.LeasedNodeView;
import io.berth.leasing.internal.ResaleApi.BuyRequest;
import io.berth.leasing.internal.ResaleApi.OfferRequest;
import io.berth.leasing.internal.ResaleApi.ResaleView;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.DecisionPurpose;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Offers of the rest of leases, and what becomes of them. */
@ApplicationScoped
public class Resales {

  private static final Scope SYSTEM = Scope.system("leasing");

  private final ResaleStore resales;
  private final ResaleEndings endings;
  private final ResaleTerms terms;
  private final ResaleViews shown;
  private final TransferStore transfers;
  private final LeaseStore leases;
  private final LeaseHandover handover;
  private final NodeVerdicts verdicts;
  private final Organizations organizations;
  private final Refusals refusals;
  private final Substitutes substitutes;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Idempotency idempotency;
  private final Database database;
  private final BookingConfig config;
  private final Clock clock;

  Resales(
      ResaleStore resales,
      ResaleEndings endings,
      ResaleTerms terms,
      ResaleViews shown,
      TransferStore transfers,
      LeaseStore leases,
      LeaseHandover handover,
      NodeVerdicts verdicts,
      Organizations organizations,
      Refusals refusals,
      Substitutes substitutes,
      AuditTrail audit,
      Outbox outbox,
      Idempotency idempotency,
      Database database,
      BookingConfig config,
      Clock clock) {
    this.resales = resales;
    this.endings = endings;
    this.terms = terms;
    this.shown = shown;
    this.transfers = transfers;
    this.leases = leases;
    this.handover = handover;
    this.verdicts = verdicts;
    this.organizations = organizations;
    this.refusals = refusals;
    this.substitutes = substitutes;
    this.audit = audit;
    this.outbox = outbox;
    this.idempotency = idempotency;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /** Offers the rest of a lease; nothing of it changes until somebody buys it. */
  Uni<Response> offer(
      Scope scope, @Nullable String idempotencyKey, LeaseId id, OfferRequest request) {
    Money price = terms.price(request);
    return database
        .sql(scope, connection -> leases.get(connection, scope, id))
        .invoke(lease -> LeaseExtension.requireTenant(scope, lease))
        .chain(lease -> shown.ground(List.of(lease)))
        .chain(ground ->
            database.sql(
                scope,
                connection ->
                    idempotency.once(
                        connection,
                        scope,
                        idempotencyKey,
                        "POST /v1/leases/" + id + "/resale",
                        request,
                        () ->
                            leases
                                .lock(connection, scope, id)
                                .chain(lease ->
                                    offer(connection, scope, lease, price, request, ground.names())
                                        .map(resale -> answer(resale, lease, ground))))));
  }

  private Answer answer(Resale resale, Lease lease, ResaleViews.Ground ground) {
    return new Answer(
        Response.Status.CREATED.getStatusCode(),
        ResaleViews.offered(resale, lease, ground, clock.instant()),
        "/v1/resales/" + resale.id(),
        resale.version());
  }

  private Uni<Resale> offer(
      SqlConnection connection,
      Scope scope,
      Lease lease,
      Money price,
      OfferRequest request,
      LeaseViews.Names names) {
    Instant now = clock.instant();
    LeaseTransfers.requireTransferable(lease, now);
    requireFirm(lease);
    ResaleTerms.check(request, lease, now);
    Resale resale =
        new Resale(
            ResaleId.fresh(),
            lease.id(),
            lease.tenant(),
            ResaleState.OPEN,
            price,
            request.from(),
            request.until(),
            lease.period().end(),
            lease.accelerators(),
            null,
            null,
            now,
            null,
            0);
    return transfers
        .isProposed(connection, lease.id())
        .invoke(proposed -> {
          if (proposed) {
            throw ProblemException.conflict(
                "The lease's transfer is proposed: withdraw that proposal first.");
          }
        })
        .chain(() -> endStale(connection, lease, now))
        .chain(() ->
            resales.insert(
                connection,
                resale,
                places(names, lease, LeasedNodeView::country),
                places(names, lease, LeasedNodeView::region),
                scope.actor()))
        .invoke(added -> {
          if (added == 0) {
            throw ProblemException.conflict(
                "The lease is offered for resale already: withdraw that offer first.");
          }
        })
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.offerForResale",
                lease.id(),
                Map.of("resale", resale.id(), "pricePerAcceleratorHour", Money.Wire.of(price))))
        .chain(() ->
            outbox.append(
                Tx.of(connection), "resale.opened", resale.id(), Map.of("model", lease.modelId())))
        .replaceWith(resale);
  }

  /** What the seller does not have for sure, or no longer, it cannot sell. */
  private static void requireFirm(Lease lease) {
    if (lease.term() != LeaseTerm.RESERVED && lease.term() != LeaseTerm.ON_DEMAND) {
      throw ProblemException.conflict(
          "The lease may end at any time: only what is reserved or on demand can be sold.");
    }
  }

  /** Where the nodes are; the empty text for one of which that is not known. */
  private static Set<String> places(
      LeaseViews.Names names, Lease lease, Function<LeasedNodeView, @Nullable String> place) {
    return names.nodes(lease).stream()
        .map(node -> Objects.requireNonNullElse(place.apply(node), ""))
        .collect(Collectors.toSet());
  }

  /** One that has ended by itself makes room for another. */
  private Uni<Void> endStale(SqlConnection connection, Lease lease, Instant now) {
    return resales
        .lockOpen(connection, lease.id())
        .chain(former ->
            former.isPresent()
                ? endings.endIfOver(connection, lease, former.get(), now)
                : Uni.createFrom().voidItem());
  }

  /** The seller keeps the lease; twice is as once. */
  Uni<ResaleView> withdraw(Scope scope, ResaleId id) {
    Instant now = clock.instant();
    return database
        .sql(
            scope,
            connection ->
                resales
                    .lock(connection, id)
                    .invoke(resale -> requireSeller(scope, resale))
                    .chain(resale -> withdraw(connection, scope, resale, now)))
        .chain(() -> shown.get(scope, id));
  }

  private static void requireSeller(Scope scope, Resale resale) {
    if (scope.organization().filter(resale.seller()::equals).isEmpty()) {
      throw ProblemException.notFound("resale of your organization", resale.id());
    }
  }

  private Uni<Void> withdraw(SqlConnection connection, Scope scope, Resale resale, Instant now) {
    if (resale.state() == ResaleState.SOLD) {
      throw ProblemException.conflict("It was sold.");
    }
    if (resale.state() != ResaleState.OPEN) {
      return Uni.createFrom().voidItem();
    }
    return resales
        .settle(connection, resale.id(), ResaleState.WITHDRAWN, now)
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.withdrawResale",
                resale.lease(),
                Map.of("resale", resale.id())))
        .chain(() ->
            outbox.append(
                Tx.of(connection), "resale.settled", resale.id(), Map.of("state", "withdrawn")));
  }

  /**
   * Buys: the rest of the lease is judged for the buyer, its price set aside, and its slots pass
   * without a gap, in one transaction.
   */
  Uni<Response> buy(Scope scope, @Nullable String idempotencyKey, ResaleId id, BuyRequest request) {
    Money totalMax = ResaleTerms.totalMax(request);
    return refusals.recorded(
        scope,
        Races.retry(
            config.attemptsMax(),
            () ->
                database
                    .sql(SYSTEM, connection -> resales.get(connection, id))
                    .chain(resale ->
                        database
                            .sql(
                                SYSTEM,
                                connection -> leases.get(connection, SYSTEM, resale.lease()))
                            .chain(lease ->
                                buy(scope, idempotencyKey, resale, lease, request, totalMax)))));
  }

  private Uni<Response> buy(
      Scope scope,
      @Nullable String idempotencyKey,
      Resale resale,
      Lease lease,
      BuyRequest request,
      @Nullable Money totalMax) {
    OrganizationId buyer = scope.organization().orElseThrow();
    if (buyer.equals(resale.seller())) {
      throw new ProblemException(
          ProblemType.UNPROCESSABLE, "The lease is your organization's already.");
    }
    return organizations
        .get(SYSTEM, buyer)
        .chain(organization -> {
          UseProfile use = use(organization, request);
          Uni<Response> answer =
              database.sql(
                  scope,
                  connection ->
                      idempotency.once(
                          connection,
                          scope,
                          idempotencyKey,
                          "POST /v1/resales/" + resale.id() + "/buy",
                          request,
                          () ->
                              buy(
                                  connection,
                                  scope,
                                  resale,
                                  new Bid(buyer, use, request, totalMax))));
          return resale
              .restOf(lease, clock.instant())
              .map(rest ->
                  substitutes.offered(
                      scope,
                      () ->
                          new Substitutes.Holding(
                              buyer,
                              lease.pool(),
                              lease.modelId(),
                              lease.slots(),
                              rest,
                              use,
                              DecisionPurpose.CONFIRM),
                      answer))
              .orElse(answer);
        });
  }

  private static UseProfile use(Organization buyer, BuyRequest request) {
    return buyer.facts().profile().overlaidBy(request.use());
  }

  /** Who wants it, what for, and at most for how much. */
  private record Bid(
      OrganizationId buyer, UseProfile use, BuyRequest request, @Nullable Money totalMax) {}

  private Uni<Answer> buy(SqlConnection connection, Scope scope, Resale seen, Bid bid) {
    Instant now = clock.instant();
    LeaseId fresh = LeaseId.fresh();
    return leases
        .lock(connection, SYSTEM, seen.lease())
        .chain(lease ->
            resales
                .lock(connection, seen.id())
                .chain(resale -> {
                  Period rest = rest(resale, lease, bid, now);
                  // Only now: another node may have taken the place of one that was lost.
                  return verdicts
                      .offered(connection, bid.buyer(), lease.nodes(), lease.accelerators())
                      .call(held ->
                          handover.handOver(
                              connection,
                              scope,
                              lease,
                              LeaseHandover.Passing.of(resale, bid.buyer(), rest),
                              held,
                              bid.use(),
                              fresh,
                              now))
                      .call(() -> resales.sold(connection, resale.id(), rest, fresh, now))
                      .call(() ->
                          outbox.append(
                              Tx.of(connection),
                              "resale.settled",
                              resale.id(),
                              Map.of("state", "sold")));
                }))
        .chain(held ->
            leases
                .get(connection, SYSTEM, fresh)
                .map(lease ->
                    new Answer(
                        Response.Status.CREATED.getStatusCode(),
                        LeaseViews.Names.of(held).view(lease),
                        "/v1/leases/" + fresh,
                        lease.version())));
  }

  /** What the buyer gets; fails with 409 where that is nothing, or not what the buyer saw. */
  private static Period rest(Resale resale, Lease lease, Bid bid, Instant now) {
    if (resale.state() == ResaleState.SOLD) {
      throw ProblemException.conflict("It was sold to somebody else a moment ago, or before.");
    }
    Period rest =
        resale
            .restOf(lease, now)
            .orElseThrow(() ->
                ProblemException.conflict(
                    resale.state() == ResaleState.WITHDRAWN
                        ? "Its seller has withdrawn it."
                        : "It is no longer for sale: its time has passed, or the lease has changed."));
    Instant end = bid.request().end();
    if (end != null && !end.equals(rest.end())) {
      throw ProblemException.conflict("It lasts until " + rest.end() + " by now: look again.");
    }
    Money total = resale.totalFor(rest);
    Money totalMax = bid.totalMax();
    if (lease.term() == LeaseTerm.ON_DEMAND && end == null && totalMax == null) {
      // Renewed or extended since it was shown, it would be longer, and dearer.
      throw ProblemException.malformed(
          "/end",
          "The lease is on demand and may have been renewed since you saw it: give the end that you"
              + " saw, or totalMax.");
    }
    if (totalMax != null
        && (!totalMax.currency().equals(total.currency()) || total.compareTo(totalMax) > 0)) {
      throw ProblemException.unprocessable("/totalMax", "It costs " + total + " in all.");
    }
    return rest;
  }
}
