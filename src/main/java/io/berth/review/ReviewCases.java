package io.berth.review;

import io.berth.audit.AuditTrail;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.platform.Tx;
import io.berth.review.internal.CaseStore;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Where other rooms ask people, and learn what these have answered. Answers come as events {@code
 * case.approved}, {@code case.refused}, {@code case.expired} and {@code case.withdrawn}, whose
 * subject is the case and whose payload holds kind, organization, reason, factsHash and subject.
 */
@ApplicationScoped
public class ReviewCases {

  /** How often a case may be answered between two looks at it before opening gives up. */
  private static final int OPEN_ATTEMPTS_MAX = 5;

  private final CaseStore store;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final StoredJson json;
  private final Database database;
  private final Clock clock;

  ReviewCases(
      CaseStore store,
      AuditTrail audit,
      Outbox outbox,
      StoredJson json,
      Database database,
      Clock clock) {
    this.store = store;
    this.audit = audit;
    this.outbox = outbox;
    this.json = json;
    this.database = database;
    this.clock = clock;
  }

  /**
   * Asks, in the caller's transaction. Where the same is asked already (kind, organization, reason
   * and facts) and not answered, that case is given instead of a second one, and nobody answers it
   * before the caller's transaction has ended: what waits for the answer cannot miss it.
   */
  public Uni<CaseId> open(Tx tx, Scope scope, NewCase fresh) {
    return open(tx, scope, fresh, OPEN_ATTEMPTS_MAX);
  }

  private Uni<CaseId> open(Tx tx, Scope scope, NewCase fresh, int attempts) {
    CaseId id = CaseId.fresh();
    return tx.execute(
            "insert into review_case (id, organization_id, kind, reason, facts_hash, subject,"
                + " summary, detail, state, opened_by, created_at)"
                + " values ($1, $2, $3, $4, $5, $6, $7, $8, 'OPEN', $9, $10)"
                + " on conflict (organization_id, kind, facts_hash, reason)"
                + " where state in ('OPEN', 'PROPOSED') do nothing",
            id.value(),
            fresh.organization().value(),
            fresh.kind().name(),
            fresh.reason(),
            fresh.factsHash(),
            fresh.subject().toString(),
            fresh.summary(),
            json.write(fresh.detail()),
            scope.actor(),
            clock.instant().atOffset(ZoneOffset.UTC))
        .chain(inserted -> inserted > 0 ? announce(tx, scope, id, fresh) : pending(tx, fresh))
        .chain(found -> {
          if (!found.isEmpty()) {
            return Uni.createFrom().item(new CaseId(found.getFirst()));
          }
          if (attempts == 1) {
            throw new IllegalStateException("a case was answered each time it was looked at");
          }
          return open(tx, scope, fresh, attempts - 1);
        });
  }

  private Uni<List<UUID>> announce(Tx tx, Scope scope, CaseId id, NewCase fresh) {
    return audit
        .append(
            tx,
            scope,
            "case.open",
            id,
            Map.of(
                "kind", fresh.kind(),
                "organization", fresh.organization(),
                "reason", fresh.reason(),
                "factsHash", fresh.factsHash(),
                "subject", fresh.subject().toString(),
                "summary", fresh.summary()))
        .chain(() ->
            outbox.append(
                tx,
                "case.opened",
                id,
                Map.of(
                    "kind", fresh.kind(),
                    "organization", fresh.organization(),
                    "reason", fresh.reason(),
                    "factsHash", fresh.factsHash(),
                    "subject", fresh.subject().toString())))
        .replaceWith(List.of(id.value()));
  }

  /** The pending case, kept from being answered until the transaction ends. */
  private static Uni<List<UUID>> pending(Tx tx, NewCase fresh) {
    return tx.ids(
        "select id from review_case where organization_id = $1 and kind = $2 and reason = $3"
            + " and facts_hash = $4 and state in ('OPEN', 'PROPOSED') for share",
        fresh.organization().value(),
        fresh.kind().name(),
        fresh.reason(),
        fresh.factsHash());
  }

  /**
   * Takes a question back that is no longer asked, in the caller's transaction. One that was
   * answered meanwhile keeps its answer.
   *
   * @param reason why; the organization reads it too
   */
  public Uni<Void> withdraw(SqlConnection connection, Scope scope, CaseId id, String reason) {
    Tx tx = Tx.of(connection);
    return store
        .withdrawPending(
            connection,
            scope,
            id,
            new ReviewCase.Word(scope.actor(), clock.instant(), reason, null))
        .chain(withdrawn ->
            withdrawn.isEmpty()
                ? Uni.createFrom().voidItem()
                : audit
                    .append(tx, scope, "case.withdraw", id, Map.of("reason", reason))
                    .chain(() ->
                        outbox.append(
                            tx,
                            CaseAction.WITHDRAW.eventType(),
                            id,
                            Map.of(
                                "kind", withdrawn.get().kind(),
                                "organization", withdrawn.get().organization(),
                                "reason", withdrawn.get().reason(),
                                "factsHash", withdrawn.get().factsHash(),
                                "subject", withdrawn.get().subject()))));
  }

  /** The approvals of an organization that hold now, oldest first. */
  public Uni<List<ReviewCase>> standing(Scope scope, CaseKind kind, OrganizationId organization) {
    return database.sql(scope, connection -> standing(connection, scope, kind, organization));
  }

  /** The same in the caller's transaction. */
  public Uni<List<ReviewCase>> standing(
      SqlConnection connection, Scope scope, CaseKind kind, OrganizationId organization) {
    return store.standing(connection, scope, kind, organization, clock.instant());
  }

  /** One case that the scope sees; fails with 404. */
  public Uni<ReviewCase> get(Scope scope, CaseId id) {
    return database.sql(scope, connection -> get(connection, scope, id));
  }

  /** The same in the caller's transaction. */
  public Uni<ReviewCase> get(SqlConnection connection, Scope scope, CaseId id) {
    return store.get(connection, scope, id);
  }
}
