package io.berth.inventory.internal;

import io.berth.audit.AuditTrail;
import io.berth.inventory.domain.Standing.Outcome;
import io.berth.inventory.internal.VerificationStore.Asked;
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
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Takes in what officers say of pools whose devices are not as listed. Approved, such a pool is
 * sold as it is; once that holds no more, it is probed anew.
 */
@ApplicationScoped
public class VerificationAnswers implements OutboxConsumer {

  private static final Scope SCOPE = Scope.system("inventory");

  private final Database database;
  private final VerificationStore store;
  private final PoolHolds holds;
  private final ReviewCases cases;
  private final AuditTrail audit;
  private final Clock clock;

  VerificationAnswers(
      Database database,
      VerificationStore store,
      PoolHolds holds,
      ReviewCases cases,
      AuditTrail audit,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.holds = holds;
    this.cases = cases;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "pool-verification-cases";
  }

  @Override
  public Set<String> types() {
    return Set.of("case.approved", "case.expired", "case.withdrawn");
  }

  @Override
  public Uni<Void> handle(OutboxEvent event) {
    if (!event.payload().path("kind").asText().equals(CaseKind.POOL_DEVICES.wire())) {
      return Uni.createFrom().voidItem();
    }
    CaseId id = CaseId.fromString(event.subject());
    return database.sql(
        SCOPE,
        connection ->
            store
                .lockOfCase(connection, id)
                .chain(asked ->
                    asked.isEmpty()
                        ? Uni.createFrom().voidItem()
                        // Events may come late: what counts is where the case stands now.
                        : cases
                            .get(connection, SCOPE, id)
                            .chain(review -> take(connection, asked.get(), review.state(), id))));
  }

  private Uni<Void> take(SqlConnection connection, Asked asked, CaseState state, CaseId id) {
    Outcome outcome = asked.standing().outcome();
    if (state == CaseState.APPROVED && outcome == Outcome.MISMATCH) {
      return store
          .accept(connection, asked.pool(), clock.instant())
          .chain(() -> holds.accept(connection, asked.cluster(), asked.pool()))
          .chain(() ->
              audit.append(
                  Tx.of(connection), SCOPE, "pool.accept", asked.pool(), Map.of("case", id)));
    }
    boolean over = state == CaseState.EXPIRED || state == CaseState.WITHDRAWN;
    return over && outcome != Outcome.PASSED
        ? store.hurry(connection, asked.pool(), clock.instant(), Duration.ZERO).replaceWithVoid()
        : Uni.createFrom().voidItem();
  }
}
