package io.berth.identity;

import io.berth.audit.AuditTrail;
import io.berth.identity.internal.OrganizationChanges;
import io.berth.identity.internal.OrganizationRow;
import io.berth.identity.internal.OrganizationStore;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The organizations. Their verification is given as it counts when they are read: one that has
 * expired is {@link VerificationState#UNVERIFIED}.
 *
 * <p>Events: {@code organization.created} with {@code version}; {@code organization.factsChanged}
 * with {@code version}, {@code changed} (JSON pointers) and {@code verificationReset}; {@code
 * organization.verified} and {@code organization.rejected} with {@code version}.
 */
@ApplicationScoped
public class Organizations {

  private final Database database;
  private final OrganizationStore store;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final OrganizationChanges changes;
  private final Clock clock;

  Organizations(
      Database database,
      OrganizationStore store,
      AuditTrail audit,
      Outbox outbox,
      OrganizationChanges changes,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.audit = audit;
    this.outbox = outbox;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Reads one.
   *
   * @return fails with {@link ProblemException} 404 where there is none or the scope does not see
   *     it
   */
  public Uni<Organization> get(Scope scope, OrganizationId id) {
    return all(scope, List.of(id))
        .map(found ->
            Optional.ofNullable(found.get(id))
                .orElseThrow(() -> ProblemException.notFound("organization", id)));
  }

  /** Reads those of the given that exist and that the scope sees; others are left out. */
  public Uni<Map<OrganizationId, Organization>> all(Scope scope, Collection<OrganizationId> ids) {
    return database.sql(scope, connection -> all(connection, scope, ids));
  }

  /** The same in the caller's transaction. */
  public Uni<Map<OrganizationId, Organization>> all(
      SqlConnection connection, Scope scope, Collection<OrganizationId> ids) {
    return store
        .all(connection, scope, ids)
        .map(rows -> {
          Instant now = clock.instant();
          return rows.stream()
              .map(row -> row.asOf(now))
              .collect(Collectors.toUnmodifiableMap(Organization::id, Function.identity()));
        });
  }

  /** Reads those that the scope sees, by identifier, from after one of them on. */
  public Uni<List<Organization>> after(Scope scope, Optional<OrganizationId> after, int limit) {
    Instant now = clock.instant();
    return database
        .orm(scope, session -> store.list(session, scope, after, limit, null, null, now))
        .map(rows -> rows.stream().map(row -> row.asOf(now)).toList());
  }

  /** Enters an organization with a new identifier; nothing about it is verified. */
  public Uni<Organization> create(Scope scope, String name, LegalFacts facts) {
    Instant now = clock.instant();
    OrganizationId id = OrganizationId.fresh();
    OrganizationRow row = new OrganizationRow(id, name, facts, scope.actor(), now);
    return database.orm(
        scope,
        session ->
            session
                .persist(row)
                .call(session::flush)
                .call(() ->
                    audit.append(
                        Tx.of(session),
                        scope,
                        "organization.create",
                        id,
                        Map.of("name", name, "facts", facts)))
                .call(() ->
                    outbox.append(
                        Tx.of(session),
                        "organization.created",
                        id,
                        Map.of("version", row.version())))
                .replaceWith(() -> row.asOf(now)));
  }

  /**
   * Records how an organization came out against the denied-party lists, in the caller's
   * transaction. Leaves the version as it is: nothing that people edit has changed.
   */
  public Uni<Void> screened(Tx tx, OrganizationId id, Screening screening) {
    return tx.execute(
            "update organization set screening_state = $2,"
                + " screening_at = cast(nullif($3, '') as timestamptz),"
                + " screening_lists_hash = nullif($4, '') where id = $1",
            id.value(),
            screening.state().name(),
            screening.at() == null ? "" : screening.at().toString(),
            screening.listsHash() == null ? "" : screening.listsHash())
        .replaceWithVoid();
  }

  /**
   * Records an officer's finding that a denied-party list names the organization, or one of its
   * owners, in a transaction of its own. Finding it twice changes nothing. The verification stays:
   * this is what was found about the facts, not another fact claimed.
   *
   * @param listing one of {@link LegalFacts#KNOWN_LISTINGS}
   * @param ownerName the owner that is listed, as the facts name it; null for the organization
   */
  public Uni<Organization> found(
      Scope scope, OrganizationId id, String listing, @Nullable String ownerName) {
    return changes.found(scope, id, listing, ownerName);
  }
}
