package io.berth.review.internal;

import io.berth.audit.AuditTrail;
import io.berth.platform.Database;
import io.berth.platform.Id;
import io.berth.platform.Outbox;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Preconditions;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.review.CaseAction;
import io.berth.review.CaseId;
import io.berth.review.CaseState;
import io.berth.review.ReviewCase;
import io.berth.review.ReviewCase.Word;
import io.berth.review.ReviewConfig;
import io.berth.review.internal.CaseApi.Approval;
import io.berth.review.internal.CaseApi.EvidenceEntry;
import io.berth.review.internal.CaseApi.Finding;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where people answer cases: yes by two officers, no by one, nobody about their own. */
@ApplicationScoped
public class CaseDesk {

  private final CaseStore store;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Database database;
  private final ReviewConfig config;
  private final Clock clock;

  CaseDesk(
      CaseStore store,
      AuditTrail audit,
      Outbox outbox,
      Database database,
      ReviewConfig config,
      Clock clock) {
    this.store = store;
    this.audit = audit;
    this.outbox = outbox;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /** A case with its evidence. */
  record File(ReviewCase review, List<Evidence> evidence) {}

  /** Reads one; fails with 404. */
  Uni<File> get(Scope scope, CaseId id) {
    return database.sql(scope, connection -> file(connection, scope, id));
  }

  private Uni<File> file(SqlConnection connection, Scope scope, CaseId id) {
    return store
        .get(connection, scope, id)
        .chain(found -> store.evidence(connection, id).map(evidence -> new File(found, evidence)));
  }

  /** Reads a page. */
  Uni<Page<ReviewCase>> list(Scope scope, CaseStore.Filter filter, PageRequest page) {
    return database.sql(scope, connection -> store.list(connection, scope, filter, page));
  }

  /** Attaches evidence; fails with 409 where the case is answered or has the most it may have. */
  Uni<File> attach(Scope scope, CaseId id, EvidenceEntry entry) {
    Evidence evidence =
        new Evidence(
            Id.fresh(),
            entry.kind(),
            entry.reference(),
            entry.note(),
            scope.organization().orElseThrow(),
            scope.actor(),
            clock.instant());
    return database.sql(
        scope,
        connection ->
            store
                .lock(connection, scope, id)
                .invoke(found -> {
                  if (!found.state().isPending()) {
                    throw ProblemException.conflict(
                        "The case is " + found.state().wire() + ": nothing more is attached.");
                  }
                })
                .chain(() -> store.evidence(connection, id))
                .invoke(attached -> {
                  if (attached.size() >= config.evidenceMax()) {
                    throw ProblemException.conflict(
                        "The case has "
                            + attached.size()
                            + " pieces of evidence, which is the most.");
                  }
                })
                .chain(() -> store.attach(connection, id, evidence))
                .chain(() ->
                    audit.append(Tx.of(connection), scope, "case.attachEvidence", id, evidence))
                .chain(() -> file(connection, scope, id)));
  }

  /** Proposes to approve until a date. */
  Uni<File> approve(Scope scope, CaseId id, @Nullable String ifMatch, Approval approval) {
    Instant now = clock.instant();
    Duration held = Duration.between(now, approval.expiresAt());
    if (held.isNegative() || held.isZero() || held.compareTo(config.approvalMax()) > 0) {
      throw ProblemException.unprocessable(
          "/expiresAt",
          "An approval expires in the future, at most " + config.approvalMax() + " from now.");
    }
    Word proposal = new Word(scope.actor(), now, approval.reason(), approval.note());
    return act(
        scope,
        id,
        ifMatch,
        CaseAction.APPROVE,
        (connection, file) -> store.propose(connection, id, proposal, approval.expiresAt()),
        detail(approval.reason(), approval.note(), approval.expiresAt()));
  }

  /** Confirms what another officer proposed. */
  Uni<File> confirm(Scope scope, CaseId id, @Nullable String ifMatch, Finding finding) {
    return act(
        scope,
        id,
        ifMatch,
        CaseAction.CONFIRM,
        (connection, file) -> {
          requireSecondPair(scope, file);
          return store.decide(connection, id, CaseState.APPROVED, word(scope, finding));
        },
        detail(finding.reason(), finding.note(), null));
  }

  /** Says no. */
  Uni<File> refuse(Scope scope, CaseId id, @Nullable String ifMatch, Finding finding) {
    return act(
        scope,
        id,
        ifMatch,
        CaseAction.REFUSE,
        (connection, file) -> store.decide(connection, id, CaseState.REFUSED, word(scope, finding)),
        detail(finding.reason(), finding.note(), null));
  }

  /** Takes back the question, or an approval. */
  Uni<File> withdraw(Scope scope, CaseId id, @Nullable String ifMatch, Finding finding) {
    return act(
        scope,
        id,
        ifMatch,
        CaseAction.WITHDRAW,
        (connection, file) ->
            store.decide(connection, id, CaseState.WITHDRAWN, word(scope, finding)),
        detail(finding.reason(), finding.note(), null));
  }

  /** Lets approvals whose time has passed expire, so many at most; gives their number. */
  Uni<Integer> expire(int limit) {
    Scope scope = Scope.system("review");
    Instant now = clock.instant();
    return database.sql(
        scope,
        connection ->
            store
                .lockOverdue(connection, now, limit)
                .call(overdue -> {
                  Uni<Void> expired = Uni.createFrom().voidItem();
                  for (ReviewCase found : overdue) {
                    expired =
                        expired
                            .chain(() -> store.expire(connection, found.id()))
                            .chain(() ->
                                tell(
                                    connection,
                                    scope,
                                    found,
                                    CaseAction.EXPIRE,
                                    Map.of("expiresAt", String.valueOf(found.expiresAt()))));
                  }
                  return expired;
                })
                .map(List::size));
  }

  /** What an action writes, once it is found to be allowed. */
  @FunctionalInterface
  private interface Change {
    Uni<Void> on(SqlConnection connection, File file);
  }

  private Uni<File> act(
      Scope scope,
      CaseId id,
      @Nullable String ifMatch,
      CaseAction action,
      Change change,
      Map<String, Object> detail) {
    return database.sql(
        scope,
        connection ->
            store
                .lock(connection, scope, id)
                .invoke(found -> {
                  requireOther(scope, found);
                  Preconditions.requireMatch(ifMatch, found.version());
                  requireAllowed(found, action);
                })
                .call(found ->
                    store
                        .evidence(connection, id)
                        .chain(evidence -> change.on(connection, new File(found, evidence))))
                .call(found -> tell(connection, scope, found, action, detail))
                .chain(() -> file(connection, scope, id)));
  }

  private Uni<Void> tell(
      SqlConnection connection,
      Scope scope,
      ReviewCase found,
      CaseAction action,
      Map<String, Object> detail) {
    return audit
        .append(Tx.of(connection), scope, "case." + action.verb(), found.id(), detail)
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                action.eventType(),
                found.id(),
                Map.of(
                    "kind", found.kind(),
                    "organization", found.organization(),
                    "reason", found.reason(),
                    "factsHash", found.factsHash(),
                    "subject", found.subject())));
  }

  private static void requireOther(Scope scope, ReviewCase found) {
    if (scope.organization().filter(found.organization()::equals).isPresent()) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "Nobody decides about their own organization: a compliance officer of another one must.");
    }
  }

  private static void requireAllowed(ReviewCase found, CaseAction action) {
    if (found.state().after(action).isEmpty()) {
      throw ProblemException.conflict(
          "The case is "
              + found.state().wire()
              + ", which does not allow to "
              + action.verb()
              + " it.");
    }
  }

  /** Who confirms has neither proposed it, nor brought all that it rests on, and is in time. */
  private void requireSecondPair(Scope scope, File file) {
    Word proposal = file.review().proposal();
    Instant expiresAt = file.review().expiresAt();
    if (proposal == null || expiresAt == null) {
      throw new IllegalStateException("a proposed case has a proposal");
    }
    if (proposal.by().equals(scope.actor())) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "You proposed this approval yourself: another compliance officer must confirm it.");
    }
    if (!file.evidence().isEmpty()
        && file.evidence().stream().allMatch(evidence -> evidence.by().equals(scope.actor()))) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "All of the evidence is yours: a compliance officer who did not attach it must confirm.");
    }
    if (!expiresAt.isAfter(clock.instant())) {
      throw ProblemException.conflict(
          "The proposed approval would have expired already: propose it anew.");
    }
  }

  private Word word(Scope scope, Finding finding) {
    return new Word(scope.actor(), clock.instant(), finding.reason(), finding.note());
  }

  private static Map<String, Object> detail(
      String reason, @Nullable String note, @Nullable Instant expiresAt) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("reason", reason);
    if (note != null) {
      detail.put("note", note);
    }
    if (expiresAt != null) {
      detail.put("expiresAt", expiresAt);
    }
    return detail;
  }
}
