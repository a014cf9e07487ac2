package io.berth.identity.internal;

import io.berth.audit.AuditTrail;
import io.berth.identity.LegalFacts;
import io.berth.identity.Organization;
import io.berth.identity.Verification;
import io.berth.identity.VerificationState;
import io.berth.identity.domain.Editor;
import io.berth.identity.domain.FactsChange;
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
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Changes of organizations: of their facts, and of what is found about these. */
@ApplicationScoped
public class OrganizationChanges {

  private final Database database;
  private final OrganizationStore store;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Clock clock;

  OrganizationChanges(
      Database database, OrganizationStore store, AuditTrail audit, Outbox outbox, Clock clock) {
    this.database = database;
    this.store = store;
    this.audit = audit;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** A name and facts to be. */
  record Draft(String name, LegalFacts facts) {}

  Uni<Page<Organization>> list(
      Scope scope, PageRequest page, @Nullable String name, @Nullable VerificationState state) {
    Instant now = clock.instant();
    var after = page.afterId(OrganizationId::fromString);
    return database
        .orm(scope, session -> store.list(session, scope, after, page.limit(), name, state, now))
        .map(rows ->
            page.page(rows, row -> row.organizationId().toString()).map(row -> row.asOf(now)));
  }

  /**
   * Changes name and facts; what leaves them as they are changes nothing at all.
   *
   * @param redraft makes the draft out of what is stored
   */
  Uni<Organization> change(
      Scope scope,
      OrganizationId id,
      @Nullable String ifMatch,
      Editor editor,
      Function<Organization, Draft> redraft) {
    Instant now = clock.instant();
    return database.orm(
        scope,
        session ->
            store
                .lock(session, scope, id)
                .chain(row -> {
                  Preconditions.requireMatch(ifMatch, row.version);
                  Draft draft = redraft.apply(row.asOf(now));
                  FactsChange change =
                      new FactsChange(row.name, row.facts(), draft.name(), draft.facts());
                  if (change.pointers().isEmpty()) {
                    return Uni.createFrom().item(row.asOf(now));
                  }
                  refuse(editor.refused(change.pointers()));
                  return write(session, scope, row, change, change.resetsVerification())
                      .map(done -> row.asOf(now));
                }));
  }

  /** Records that a list names the organization, or the owner of that name. */
  public Uni<Organization> found(
      Scope scope, OrganizationId id, String listing, @Nullable String ownerName) {
    Instant now = clock.instant();
    return database.orm(
        scope,
        session ->
            store
                .lock(session, scope, id)
                .chain(row -> {
                  LegalFacts before = row.facts();
                  LegalFacts after =
                      ownerName == null
                          ? before.listedOn(listing)
                          : before.ownerListed(ownerName, listing);
                  FactsChange change = new FactsChange(row.name, before, row.name, after);
                  return change.pointers().isEmpty()
                      ? Uni.createFrom().item(row.asOf(now))
                      : write(session, scope, row, change, false).map(done -> row.asOf(now));
                }));
  }

  /** Records that a compliance officer stands behind the facts, on evidence. */
  Uni<Organization> verify(
      Scope scope, OrganizationId id, @Nullable String ifMatch, OrganizationApi.Finding finding) {
    Instant now = clock.instant();
    finding.requireEvidenceAt(now);
    return find(
        scope,
        id,
        ifMatch,
        Verification.verified(scope.actor(), now, finding.reason(), finding.toEvidence()),
        now);
  }

  /** Records that the facts do not hold. */
  Uni<Organization> reject(
      Scope scope, OrganizationId id, @Nullable String ifMatch, OrganizationApi.Finding finding) {
    Instant now = clock.instant();
    return find(
        scope,
        id,
        ifMatch,
        Verification.rejected(scope.actor(), now, finding.reason(), finding.toEvidence()),
        now);
  }

  private Uni<Organization> find(
      Scope scope, OrganizationId id, @Nullable String ifMatch, Verification finding, Instant now) {
    boolean isVerified = finding.state() == VerificationState.VERIFIED;
    return database.orm(
        scope,
        session ->
            store
                .lock(session, scope, id)
                .invoke(row -> {
                  requireFourEyes(scope, row);
                  Preconditions.requireMatch(ifMatch, row.version);
                  row.found(finding);
                })
                .call(session::flush)
                .call(row ->
                    audit.append(
                        Tx.of(session),
                        scope,
                        isVerified ? "organization.verify" : "organization.reject",
                        id,
                        Map.of("version", row.version, "finding", finding)))
                .call(row ->
                    outbox.append(
                        Tx.of(session),
                        isVerified ? "organization.verified" : "organization.rejected",
                        id,
                        Map.of("version", row.version)))
                .map(row -> row.asOf(now)));
  }

  private Uni<Void> write(
      Mutiny.Session session,
      Scope scope,
      OrganizationRow row,
      FactsChange change,
      boolean isReset) {
    row.change(change.name(), change.facts(), isReset ? scope.actor() : row.factsChangedBy);
    if (isReset) {
      row.found(Verification.NONE);
    }
    return session
        .flush()
        .call(() ->
            audit.append(
                Tx.of(session),
                scope,
                "organization.changeFacts",
                row.organizationId(),
                Map.of(
                    "version", row.version,
                    "changed", change.pointers(),
                    "nameBefore", change.nameBefore(),
                    "before", change.before(),
                    "name", change.name(),
                    "facts", change.facts())))
        .call(() ->
            outbox.append(
                Tx.of(session),
                "organization.factsChanged",
                row.organizationId(),
                Map.of(
                    "version",
                    row.version,
                    "changed",
                    change.pointers(),
                    "verificationReset",
                    isReset)));
  }

  /** Nobody verifies what is their own, or what they have stated themselves. */
  private static void requireFourEyes(Scope scope, OrganizationRow row) {
    if (scope.organization().filter(row.organizationId()::equals).isPresent()) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "Nobody decides about their own organization: a compliance officer of another one must.");
    }
    if (scope.actor().equals(row.factsChangedBy)) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "You stated these facts yourself: another compliance officer must decide about them.");
    }
  }

  static void refuse(SortedSet<String> pointers) {
    if (pointers.isEmpty()) {
      return;
    }
    ProblemException refusal =
        new ProblemException(
            ProblemType.UNPROCESSABLE,
            "Compliance officers of another organization change /facts/listings, and nothing else;"
                + " the organization's members and operators change the rest.");
    pointers.forEach(pointer -> refusal.at(pointer, "is not yours to change"));
    throw refusal;
  }
}
