package io.berth.booking;

import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.berth.policy.Decisions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Records the decision behind a refusal. The booking that was refused leaves nothing behind, so
 * this is a transaction of its own.
 */
@ApplicationScoped
public class Refusals {

  private final Decisions decisions;
  private final Database database;

  Refusals(Decisions decisions, Database database) {
    this.decisions = decisions;
    this.database = database;
  }

  /** Lets an answer pass; a {@link PolicyRefusal} becomes a recorded decision and a 422. */
  public <T> Uni<T> recorded(Scope scope, Uni<T> answer) {
    return answer
        .onFailure(PolicyRefusal.class)
        .recoverWithUni(failure -> {
          PolicyRefusal refusal = (PolicyRefusal) failure;
          return database
              .sql(scope, connection -> decisions.record(connection, scope, refusal.decision()))
              .chain(() -> Uni.createFrom().<T>failure(refusal.toProblem()));
        });
  }
}
