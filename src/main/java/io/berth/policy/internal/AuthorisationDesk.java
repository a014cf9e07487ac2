package io.berth.policy.internal;

import io.berth.audit.AuditTrail;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.Evidence;
import io.berth.identity.Organizations;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Preconditions;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.Authorisation;
import io.berth.policy.Authorisation.Finding;
import io.berth.policy.Authorisation.Terms;
import io.berth.policy.AuthorisationId;
import io.berth.policy.AuthorisationState;
import io.berth.policy.Quantity;
import io.berth.policy.internal.AuthorisationApi.Entry;
import io.berth.policy.internal.AuthorisationApi.FindingBody;
import io.berth.policy.internal.AuthorisationApi.UseView;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Enters authorisations and keeps what is found about them; what one enters another verifies. */
@ApplicationScoped
public class AuthorisationDesk {

  /** A holder's authorisations are read whole for each of its nodes, so their number is bounded. */
  private static final int LIVE_MAX = 1_000;

  private static final Scope SYSTEM = Scope.system("policy");
  private static final String UNIQUE_VIOLATION = "23505";

  private final AuthorisationStore store;
  private final AuthorisationUseStore uses;
  private final Organizations organizations;
  private final AcceleratorCatalog catalog;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Database database;
  private final Clock clock;

  AuthorisationDesk(
      AuthorisationStore store,
      AuthorisationUseStore uses,
      Organizations organizations,
      AcceleratorCatalog catalog,
      AuditTrail audit,
      Outbox outbox,
      Database database,
      Clock clock) {
    this.store = store;
    this.uses = uses;
    this.organizations = organizations;
    this.catalog = catalog;
    this.audit = audit;
    this.outbox = outbox;
    this.database = database;
    this.clock = clock;
  }

  /** Enters one, which counts for nothing yet. */
  Uni<Authorisation> enter(Scope scope, Entry entry) {
    Instant now = clock.instant();
    Authorisation fresh =
        new Authorisation(
            AuthorisationId.fresh(),
            terms(holder(scope, entry), entry),
            entry.toEvidence(),
            AuthorisationState.ENTERED,
            null,
            scope.actor(),
            new Quantity(0L, 0L),
            new Quantity(0L, 0L),
            0,
            now);
    return requireOrganization(fresh.terms().holder())
        .chain(() ->
            database.sql(
                scope,
                connection ->
                    store
                        .countLive(connection, fresh.terms().holder())
                        .invoke(AuthorisationDesk::requireRoom)
                        .chain(() -> store.insert(connection, fresh))
                        .chain(() -> tell(connection, scope, "authorisation.enter", fresh, ""))))
        .replaceWith(fresh)
        .onFailure(AuthorisationDesk::isThereTwice)
        .transform(failure ->
            ProblemException.conflict(
                "An authorisation of this authority under this number is entered already."));
  }

  private static OrganizationId holder(Scope scope, Entry entry) {
    OrganizationId own = scope.organization().orElseThrow();
    OrganizationId holder = entry.holderId() == null ? own : entry.holderId();
    if (!scope.sees(holder)) {
      throw new ProblemException(
              ProblemType.FORBIDDEN,
              "Only operators and compliance officers enter authorisations of others.")
          .at("/holderId", "Leave it out to enter one of your own organization.");
    }
    return holder;
  }

  private Terms terms(OrganizationId holder, Entry entry) {
    List<String> models = entry.models() == null ? List.of() : entry.models();
    if (models.isEmpty() == (entry.tppPerDeviceMax() == null)) {
      throw ProblemException.unprocessable(
          "/models", "Name either models or a tppPerDeviceMax: what the authorisation is for.");
    }
    for (int i = 0; i < models.size(); i++) {
      if (catalog.find(models.get(i)).isEmpty()) {
        throw ProblemException.unprocessable(
            "/models/" + i,
            "There is no accelerator '" + models.get(i) + "': GET /v1/accelerators lists them.");
      }
    }
    Quantity quantity = new Quantity(entry.quantity().units(), entry.quantity().tpp());
    if (quantity.units() == null && quantity.tpp() == null) {
      throw ProblemException.unprocessable(
          "/quantity", "Say how much: units of devices, tpp of all of them together, or both.");
    }
    if (entry.until() != null && !entry.until().isAfter(entry.from())) {
      throw ProblemException.unprocessable("/until", "An authorisation ends after it starts.");
    }
    return new Terms(
        holder,
        entry.authority().strip(),
        entry.regime(),
        entry.reference().strip(),
        Set.copyOf(entry.destinations()),
        Set.copyOf(models),
        entry.tppPerDeviceMax(),
        quantity,
        entry.from(),
        entry.until(),
        entry.conditions());
  }

  private Uni<Void> requireOrganization(OrganizationId holder) {
    return organizations
        .get(SYSTEM, holder)
        .onFailure(ProblemException.class)
        .transform(failure ->
            ProblemException.unprocessable("/holderId", "There is no organization " + holder + "."))
        .replaceWithVoid();
  }

  private static void requireRoom(int live) {
    if (live >= LIVE_MAX) {
      throw ProblemException.conflict(
          "A holder has at most " + LIVE_MAX + " authorisations that count: revoke some first.");
    }
  }

  /** Reads one; fails with 404. */
  Uni<Authorisation> get(Scope scope, AuthorisationId id) {
    return database.sql(scope, connection -> store.get(connection, scope, id, clock.instant()));
  }

  /** Reads a page. */
  Uni<Page<Authorisation>> list(
      Scope scope,
      PageRequest page,
      @Nullable OrganizationId holder,
      @Nullable AuthorisationState state) {
    return database
        .sql(
            scope,
            connection ->
                store.list(
                    connection,
                    scope,
                    new AuthorisationStore.Filter(holder, state),
                    page,
                    clock.instant()))
        .map(found -> page.page(found, authorisation -> authorisation.id().toString()));
  }

  /** Reads a page of what is used of one; fails with 404. */
  Uni<Page<UseView>> uses(Scope scope, AuthorisationId id, PageRequest page) {
    Instant now = clock.instant();
    return database
        .sql(
            scope,
            connection ->
                store
                    .get(connection, scope, id, now)
                    .chain(() -> uses.list(connection, id, page, now)))
        .map(found -> page.page(found, use -> use.id().toString()));
  }

  /** A compliance officer stands behind it. */
  Uni<Authorisation> verify(
      Scope scope, AuthorisationId id, @Nullable String ifMatch, FindingBody finding) {
    return decide(scope, id, ifMatch, finding, AuthorisationState.VERIFIED)
        .onFailure(AuthorisationDesk::isThereTwice)
        .transform(failure ->
            ProblemException.conflict(
                "An authorisation of this authority under this number is verified already: its"
                    + " quantity must not count twice."));
  }

  /** A compliance officer finds that it does not hold. */
  Uni<Authorisation> reject(
      Scope scope, AuthorisationId id, @Nullable String ifMatch, FindingBody finding) {
    return decide(scope, id, ifMatch, finding, AuthorisationState.REJECTED);
  }

  /** Its holder gives it back, or it was taken away: nothing is reserved of it any more. */
  Uni<Authorisation> revoke(
      Scope scope, AuthorisationId id, @Nullable String ifMatch, FindingBody finding) {
    return decide(scope, id, ifMatch, finding, AuthorisationState.REVOKED);
  }

  private Uni<Authorisation> decide(
      Scope scope,
      AuthorisationId id,
      @Nullable String ifMatch,
      FindingBody body,
      AuthorisationState to) {
    Instant now = clock.instant();
    return database.sql(
        scope,
        connection ->
            store
                .lock(connection, scope, id, now)
                .chain(before -> {
                  requireFourEyes(scope, before, to);
                  Preconditions.requireMatch(ifMatch, before.version());
                  Authorisation after = after(scope, before, body, to, now);
                  return store
                      .find(
                          connection,
                          id,
                          to,
                          new Finding(scope.actor(), now, body.reason()),
                          after.evidence(),
                          after.countsUntil())
                      .chain(() ->
                          tell(
                              connection,
                              scope,
                              "authorisation." + verb(to),
                              after,
                              body.reason()));
                })
                .chain(() -> store.get(connection, scope, id, now)));
  }

  private static Authorisation after(
      Scope scope, Authorisation before, FindingBody body, AuthorisationState to, Instant now) {
    boolean allowed =
        switch (to) {
          case VERIFIED, REJECTED -> before.state() == AuthorisationState.ENTERED;
          case REVOKED ->
              before.state() == AuthorisationState.ENTERED
                  || before.state() == AuthorisationState.VERIFIED;
          case ENTERED, EXPIRED -> false;
        };
    if (!allowed) {
      throw ProblemException.conflict(
          "The authorisation is "
              + before.state().wire()
              + (to == AuthorisationState.REVOKED
                  ? "; only an entered or verified one can be revoked."
                  : "; only an entered one can be decided about. Enter it anew."));
    }
    List<Evidence> evidence =
        Stream.concat(before.evidence().stream(), body.toEvidence().stream()).distinct().toList();
    Authorisation after =
        new Authorisation(
            before.id(),
            before.terms(),
            evidence,
            to,
            new Finding(scope.actor(), now, body.reason()),
            before.enteredBy(),
            before.reserved(),
            before.committed(),
            before.version() + 1,
            before.createdAt());
    if (to == AuthorisationState.VERIFIED) {
      requireWorth(after, now);
    }
    return after;
  }

  private static void requireWorth(Authorisation verified, Instant now) {
    if (verified.evidence().isEmpty()) {
      throw ProblemException.unprocessable(
          "/evidence", "A verification needs at least one piece of evidence.");
    }
    Instant until = verified.countsUntil();
    if (until != null && !until.isAfter(now)) {
      throw ProblemException.unprocessable(
          "/evidence", "The authorisation, or evidence that it rests on, has expired already.");
    }
  }

  /** Nobody verifies or rejects what is their own organization's, or what they entered. */
  private static void requireFourEyes(
      Scope scope, Authorisation authorisation, AuthorisationState to) {
    if (to == AuthorisationState.REVOKED) {
      return;
    }
    if (scope.organization().filter(authorisation.terms().holder()::equals).isPresent()) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "Nobody decides about their own organization's: a compliance officer of another must.");
    }
    if (scope.actor().equals(authorisation.enteredBy())) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "You entered this yourself: another compliance officer must decide about it.");
    }
  }

  private static String verb(AuthorisationState to) {
    return switch (to) {
      case VERIFIED -> "verify";
      case REJECTED -> "reject";
      case REVOKED -> "revoke";
      case ENTERED, EXPIRED -> throw new IllegalArgumentException("nobody's doing: " + to);
    };
  }

  private Uni<Void> tell(
      SqlConnection connection,
      Scope scope,
      String action,
      Authorisation authorisation,
      String reason) {
    Terms terms = authorisation.terms();
    Tx tx = Tx.of(connection);
    return audit
        .append(
            tx,
            scope,
            action,
            authorisation.id(),
            Map.of(
                "terms",
                terms,
                "evidence",
                authorisation.evidence(),
                "version",
                authorisation.version(),
                "reason",
                reason))
        .chain(() ->
            outbox.append(
                tx,
                "authorisation.changed",
                authorisation.id(),
                Map.of(
                    "holder", terms.holder(),
                    "state", authorisation.state(),
                    "destinations", terms.destinations().stream().sorted().toList(),
                    "models", terms.models().stream().sorted().toList())));
  }

  private static boolean isThereTwice(Throwable failure) {
    return failure instanceof PgException postgres
        && UNIQUE_VIOLATION.equals(postgres.getSqlState());
  }
}
