package io.berth.screening.internal;

import io.berth.audit.AuditTrail;
import io.berth.identity.Organizations;
import io.berth.platform.Database;
import io.berth.platform.OutboxConsumer;
import io.berth.platform.OutboxEvent;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.review.CaseId;
import io.berth.review.CaseKind;
import io.berth.review.CaseState;
import io.berth.review.ReviewCases;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes in what officers find about hits. To approve is to let the organization pass, which needs
 * two of them and ends at a date; so it says that the list names another party. To refuse says that
 * it is the same party, for which one is enough.
 */
@ApplicationScoped
public class CaseAnswers implements OutboxConsumer {

  static final String APPROVED_MEANS =
      "Another party: the entry is set aside for these facts until the approval expires, or the"
          + " entry or the facts change.";
  static final String REFUSED_MEANS =
      "The same party: the listing is set on the organization, or its owner counts as listed.";

  private static final Scope SCOPE = Scope.system("screening");

  private final Database database;
  private final MatchStore store;
  private final ReviewCases cases;
  private final Organizations organizations;
  private final AuditTrail audit;
  private final Clock clock;

  CaseAnswers(
      Database database,
      MatchStore store,
      ReviewCases cases,
      Organizations organizations,
      AuditTrail audit,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.cases = cases;
    this.organizations = organizations;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "screening-cases";
  }

  @Override
  public Set<String> types() {
    return Set.of("case.approved", "case.refused", "case.expired", "case.withdrawn");
  }

  @Override
  public Uni<Void> handle(OutboxEvent event) {
    if (!event.payload().path("kind").asText().equals(CaseKind.SCREENING.wire())) {
      return Uni.createFrom().voidItem();
    }
    CaseId id = CaseId.fromString(event.subject());
    // Events may come late and out of order: what counts is where the case stands now.
    return cases
        .get(SCOPE, id)
        .chain(review -> {
          Optional<MatchState> finding = finding(review.state());
          return finding.isEmpty()
              ? Uni.createFrom().voidItem()
              : database
                  .sql(SCOPE, connection -> store.lockOfCase(connection, id))
                  .chain(match ->
                      match.isEmpty()
                          ? Uni.createFrom().voidItem()
                          : take(id, match.get(), finding.get()));
        });
  }

  private static Optional<MatchState> finding(CaseState state) {
    return switch (state) {
      case OPEN, PROPOSED -> Optional.empty();
      case APPROVED -> Optional.of(MatchState.ANOTHER_PARTY);
      case REFUSED -> Optional.of(MatchState.SAME_PARTY);
      // Found again at the next screening, it is asked anew.
      case EXPIRED, WITHDRAWN -> Optional.of(MatchState.GONE);
    };
  }

  private Uni<Void> take(CaseId id, Match match, MatchState finding) {
    Uni<Void> listed =
        finding == MatchState.SAME_PARTY
            // First, so that nothing in between lets the organization pass.
            ? organizations
                .found(
                    SCOPE,
                    match.organization(),
                    match.listing(),
                    match.owner().isEmpty() ? null : match.owner())
                .replaceWithVoid()
            : Uni.createFrom().voidItem();
    return listed.chain(() ->
        database.sql(
            SCOPE,
            connection ->
                store
                    .lockOfCase(connection, id)
                    .chain(present ->
                        present.isEmpty() || present.get().state() == finding
                            ? Uni.createFrom().voidItem()
                            : store
                                .set(connection, match.id(), finding)
                                .chain(() ->
                                    audit.append(
                                        Tx.of(connection),
                                        SCOPE,
                                        "screening.find",
                                        match.id(),
                                        Map.of(
                                            "case",
                                            id,
                                            "organization",
                                            match.organization(),
                                            "entry",
                                            match.listing() + "/" + match.uid(),
                                            "finding",
                                            finding))))
                    .chain(() -> store.wish(connection, match.organization(), clock.instant()))));
  }
}
