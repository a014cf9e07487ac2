package io.berth.market;

import io.berth.audit.AuditTrail;
import io.berth.inventory.Inventory;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.Verifications;
import io.berth.market.domain.TermsRules;
import io.berth.market.internal.OfferRow;
import io.berth.market.internal.OfferStore;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.Preconditions;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Offers: what of the inventory is for lease, at what price and on which terms. */
@ApplicationScoped
public class Offers {

  private final Database database;
  private final OfferStore store;
  private final Inventory inventory;
  private final Verifications verifications;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final MarketConfig config;
  private final Clock clock;

  Offers(
      Database database,
      OfferStore store,
      Inventory inventory,
      Verifications verifications,
      AuditTrail audit,
      Outbox outbox,
      MarketConfig config,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.inventory = inventory;
    this.verifications = verifications;
    this.audit = audit;
    this.outbox = outbox;
    this.config = config;
    this.clock = clock;
  }

  /**
   * What an event about an offer says beside its id.
   *
   * @param provider who offers
   * @param pool whose slots it offers
   * @param state where it is in its life after what happened
   * @param version its version after what happened
   */
  public record Change(OrganizationId provider, NodePoolId pool, OfferState state, long version) {}

  /**
   * Every published offer that {@code now} or later leaves something to lease, of all providers and
   * for any tenant, in the order in which they were made. There is at most one a pool.
   */
  public Uni<List<Offer>> published(Scope scope, Instant now) {
    return database.orm(scope, session -> store.published(session, now));
  }

  /**
   * An offer that is published, or that the scope sees.
   *
   * @return fails with {@link ProblemException} 404 where there is none
   */
  public Uni<Offer> get(Scope scope, OfferId id) {
    return database.orm(
        scope,
        session ->
            store
                .find(session, id)
                .map(found ->
                    found
                        .filter(offer ->
                            offer.state() == OfferState.PUBLISHED || scope.sees(offer.provider()))
                        .orElseThrow(() -> ProblemException.notFound("offer", id))));
  }

  /**
   * Drafts an offer of the scope's organization.
   *
   * @return fails with {@link ProblemException}: 400 or 422 where the terms make no offer, 422
   *     where the pool is not the organization's or its accelerator model is not known
   */
  public Uni<Offer> draft(Scope scope, NodePoolId pool, OfferTerms terms) {
    OrganizationId provider = scope.organization().orElseThrow();
    TermsRules.check(terms, config.currency());
    return requireOfferable(scope, provider, pool)
        .chain(() ->
            database.orm(
                scope,
                session -> {
                  OfferRow row = new OfferRow(provider, pool, terms, clock.instant());
                  return session
                      .persist(row)
                      .chain(session::flush)
                      .map(flushed -> row.toOffer())
                      .call(offer ->
                          audit.append(
                              Tx.of(session), scope, "offer.draft", offer.id(), summary(offer)));
                }));
  }

  /**
   * Changes price and terms of an offer of the scope's organization; leases made on it keep theirs.
   *
   * @param ifMatch the header {@code If-Match}
   * @param change from the present terms to the wanted ones
   * @return fails with {@link ProblemException}: 404, 428 and 412 as {@link Preconditions} has it,
   *     409 where the offer is retired, 400 or 422 where the new terms make no offer
   */
  public Uni<Offer> change(
      Scope scope, OfferId id, @Nullable String ifMatch, UnaryOperator<OfferTerms> change) {
    return database.orm(
        scope,
        session ->
            lockOwn(session, scope, id)
                .chain(row -> {
                  Offer before = row.toOffer();
                  Preconditions.requireMatch(ifMatch, before.version());
                  if (!before.state().allowsChanges()) {
                    throw ProblemException.conflict(
                        "The offer is " + before.state().wire() + ": its terms are final.");
                  }
                  OfferTerms terms = change.apply(before.terms());
                  TermsRules.check(terms, config.currency());
                  if (terms.equals(before.terms())) {
                    return Uni.createFrom().item(before);
                  }
                  row.setTerms(terms);
                  Offer wanted = row.toOffer();
                  if (wanted.state() == OfferState.PUBLISHED && wanted.isOver(clock.instant())) {
                    throw ProblemException.unprocessable(
                        "/availableUntil",
                        "A published offer must end in the future: pause or retire it instead.");
                  }
                  return session
                      .flush()
                      .map(flushed -> row.toOffer())
                      .call(after ->
                          record(
                              session,
                              scope,
                              "offer.change",
                              "offer.changed",
                              after,
                              Map.of("before", before.terms(), "after", after.terms())));
                }));
  }

  /**
   * Takes an offer of the scope's organization to another state.
   *
   * @return fails with {@link ProblemException}: 404, or 409 where the state does not allow the
   *     action, or where what is to be published is over, another offer of its pool is published,
   *     or its pool is not verified where it must be
   */
  public Uni<Offer> act(Scope scope, OfferId id, OfferAction action) {
    return action == OfferAction.PUBLISH
        ? requireVerified(scope, id).chain(() -> take(scope, id, action))
        : take(scope, id, action);
  }

  /** Refuses to publish what is not verified, and has it verified. */
  private Uni<Void> requireVerified(Scope scope, OfferId id) {
    return database
        .orm(scope, session -> store.find(session, id))
        .chain(found -> {
          // Whether it is there, the caller's, and may be published is said further on.
          if (found.isEmpty()
              || scope.organization().filter(found.get().provider()::equals).isEmpty()
              || found.get().state().after(OfferAction.PUBLISH).isEmpty()) {
            return Uni.createFrom().voidItem();
          }
          NodePoolId pool = found.get().pool();
          return inventory
              .pool(scope, pool)
              .chain(known -> verifications.mayPublish(scope, known))
              .chain(may ->
                  may
                      ? Uni.createFrom().voidItem()
                      : verifications
                          .request(scope, pool)
                          .chain(() -> Uni.createFrom().failure(notVerified(pool))));
        });
  }

  private static ProblemException notVerified(NodePoolId pool) {
    return new ProblemException(
            ProblemType.POOL_NOT_VERIFIED,
            "The devices of "
                + pool
                + " are not known to be what it is listed as. A probe was asked for: publish once"
                + " the pool's verification has passed.")
        .with("poolId", pool);
  }

  private Uni<Offer> take(Scope scope, OfferId id, OfferAction action) {
    return database
        .orm(
            scope,
            session ->
                lockOwn(session, scope, id)
                    .chain(row -> {
                      Offer before = row.toOffer();
                      OfferState next = next(before, action);
                      return requireAlone(session, before, next)
                          .invoke(() -> row.setState(next))
                          .chain(session::flush)
                          .map(flushed -> row.toOffer())
                          .call(after ->
                              record(
                                  session,
                                  scope,
                                  "offer." + action.verb(),
                                  action.eventType(),
                                  after,
                                  summary(after)));
                    }))
        .onFailure(OfferStore::isSecondPublished)
        .transform(failure -> secondPublished("Another offer"));
  }

  /**
   * Looks before the index has to refuse, to name the other offer; of two at the same moment, only
   * the index sees both.
   */
  private Uni<Void> requireAlone(Mutiny.Session session, Offer offer, OfferState next) {
    if (next != OfferState.PUBLISHED) {
      return Uni.createFrom().voidItem();
    }
    return store
        .publishedOf(session, offer.pool())
        .invoke(others ->
            others.stream()
                .findFirst()
                .ifPresent(other -> {
                  throw secondPublished("The offer " + other.id());
                }))
        .replaceWithVoid();
  }

  private static ProblemException secondPublished(String which) {
    return ProblemException.conflict(
        which + " of the same pool is published: pause or retire that one first.");
  }

  private OfferState next(Offer offer, OfferAction action) {
    OfferState next =
        offer
            .state()
            .after(action)
            .orElseThrow(() ->
                ProblemException.conflict(
                    "The offer is "
                        + offer.state().wire()
                        + ": it cannot be taken through '"
                        + action.verb()
                        + "'; from here it may go through "
                        + offer.state().actions().stream().map(OfferAction::verb).toList()
                        + "."));
    if (next == OfferState.PUBLISHED && offer.isOver(clock.instant())) {
      throw ProblemException.conflict(
          "The offer's availableUntil has passed: change it, then publish.");
    }
    return next;
  }

  private Uni<Void> requireOfferable(Scope scope, OrganizationId provider, NodePoolId pool) {
    return inventory
        .pool(scope, pool)
        .onFailure(failure ->
            failure instanceof ProblemException refusal && refusal.type() == ProblemType.NOT_FOUND)
        .transform(failure -> noSuchPool(pool))
        .invoke(found -> requireOfferable(provider, found))
        .replaceWithVoid();
  }

  private static void requireOfferable(OrganizationId provider, NodePool pool) {
    // One who oversees the market sees every pool, which does not make them theirs to offer.
    if (!pool.provider().equals(provider)) {
      throw noSuchPool(pool.id());
    }
    if (pool.modelId().isEmpty()) {
      throw ProblemException.unprocessable(
          "/poolId",
          "The pool's accelerator model is not known: declare it on the pool, then offer it.");
    }
  }

  private static ProblemException noSuchPool(NodePoolId pool) {
    return ProblemException.unprocessable(
        "/poolId", "Your organization has no node pool " + pool + ".");
  }

  /**
   * The lock makes a racing change wait and then see the other's outcome, so that its refusal can
   * name it.
   */
  private Uni<OfferRow> lockOwn(Mutiny.Session session, Scope scope, OfferId id) {
    OrganizationId provider = scope.organization().orElseThrow();
    return store
        .lock(session, id)
        .map(found ->
            found
                .filter(row -> row.isOf(provider))
                .orElseThrow(() -> ProblemException.notFound("offer of your organization", id)));
  }

  private Uni<Void> record(
      Mutiny.Session session,
      Scope scope,
      String action,
      String eventType,
      Offer offer,
      Object detail) {
    Tx tx = Tx.of(session);
    return audit
        .append(tx, scope, action, offer.id(), detail)
        .chain(() -> outbox.append(tx, eventType, offer.id(), summary(offer)));
  }

  private static Change summary(Offer offer) {
    return new Change(offer.provider(), offer.pool(), offer.state(), offer.version());
  }
}
