package io.berth.policy;

import io.berth.platform.Database;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.policy.internal.AuthorisationStore;
import io.berth.policy.internal.AuthorisationUseStore;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What verified authorisations permit, and how much of each is taken: reserved with a quote,
 * committed with its lease, released at the end of either. A quote that lapses holds nothing from
 * that moment on, whether or not anybody writes it down.
 *
 * <p>Events: {@code authorisation.changed} with {@code holder}, {@code state}, {@code destinations}
 * and {@code models}, when one is entered, verified, rejected or revoked.
 */
@ApplicationScoped
public class Authorisations {

  private static final Scope SCOPE = Scope.system("policy");

  private final AuthorisationStore store;
  private final AuthorisationUseStore uses;
  private final Database database;
  private final Clock clock;

  Authorisations(
      AuthorisationStore store, AuthorisationUseStore uses, Database database, Clock clock) {
    this.store = store;
    this.uses = uses;
    this.database = database;
    this.clock = clock;
  }

  /** What some holders have, as it stands now. */
  public Uni<AuthorisationBook> book(Collection<OrganizationId> holders) {
    return database.sql(SCOPE, connection -> book(connection, holders));
  }

  /** The same in the caller's transaction. */
  public Uni<AuthorisationBook> book(SqlConnection connection, Collection<OrganizationId> holders) {
    return store.verifiedOf(connection, holders, clock.instant()).map(AuthorisationBook::of);
  }

  /** What a quote, or the lease that was made of it, holds of authorisations that still count. */
  public Uni<AuthorisationBook> heldBy(SqlConnection connection, Id quote) {
    return store.verifiedHeldBy(connection, quote, clock.instant()).map(AuthorisationBook::ofHeld);
  }

  /**
   * Reserves for a quote until a moment. Whoever else uses the same authorisation waits.
   *
   * @param wanted how much of which
   * @return fails with {@link AuthorisationTaken} where there is no longer enough
   */
  public Uni<Void> reserve(
      SqlConnection connection,
      Id quote,
      OrganizationId tenant,
      Collection<AuthorisationUse> wanted,
      Instant expiresAt,
      Instant now) {
    List<AuthorisationUse> summed = AuthorisationUse.summedUp(wanted);
    if (summed.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<AuthorisationId> ids = summed.stream().map(AuthorisationUse::authorisation).toList();
    return store
        .lock(connection, ids)
        .chain(() -> uses.markOverdue(connection, ids, now))
        .chain(() -> store.verified(connection, ids, now))
        .invoke(current -> summed.forEach(use -> requireRoom(use, current)))
        .chain(() -> uses.insert(connection, quote, tenant, summed, expiresAt, now));
  }

  private static void requireRoom(AuthorisationUse use, List<Authorisation> current) {
    boolean hasRoom =
        current.stream()
            .filter(authorisation -> authorisation.id().equals(use.authorisation()))
            .anyMatch(authorisation -> authorisation.free().holds(use.quantity()));
    if (!hasRoom) {
      throw new AuthorisationTaken(use.authorisation());
    }
  }

  /**
   * Makes a quote's reservations its lease's: those that the decision saw; others are given back.
   *
   * @param decision what permits the lease
   * @return fails with {@link AuthorisationTaken} where one no longer counts or has lapsed
   */
  public Uni<Void> commit(
      SqlConnection connection, Id quote, Id lease, Decision decision, Instant now) {
    Set<String> seen = seenBy(decision);
    return Uni.combine()
        .all()
        .unis(store.share(connection, quote), uses.lockOf(connection, quote))
        .with((shared, held) -> held)
        .chain(held -> {
          if (held.isEmpty()) {
            return Uni.createFrom().voidItem();
          }
          List<AuthorisationId> relied =
              held.stream().filter(id -> seen.contains(id.toString())).toList();
          return store
              .verified(connection, relied, now)
              .invoke(current -> relied.forEach(id -> requireThere(id, current)))
              .chain(() -> uses.commit(connection, quote, lease, relied, now))
              .invoke(committed -> {
                if (committed != relied.size()) {
                  throw new AuthorisationTaken(relied.getFirst());
                }
              })
              .chain(() -> uses.release(connection, quote));
        });
  }

  private static Set<String> seenBy(Decision decision) {
    return decision.nodes().stream()
        .map(node -> node.facts().authorisations())
        .filter(java.util.Objects::nonNull)
        .flatMap(List::stream)
        .map(NodeFacts.Authorisation::id)
        .collect(Collectors.toSet());
  }

  private static void requireThere(AuthorisationId id, List<Authorisation> current) {
    if (current.stream().noneMatch(authorisation -> authorisation.id().equals(id))) {
      throw new AuthorisationTaken(id);
    }
  }

  /** Gives back what a quote or a lease holds; does nothing where it holds nothing. */
  public Uni<Void> release(SqlConnection connection, Id quoteOrLease) {
    return uses.release(connection, quoteOrLease);
  }
}
