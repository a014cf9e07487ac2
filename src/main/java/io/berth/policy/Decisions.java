package io.berth.policy;

import io.berth.audit.AuditTrail;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.internal.DecisionRow;
import io.berth.policy.internal.DecisionStore;
import io.berth.screening.ScreeningLists;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** Keeps decisions: each is written once and never changed. */
@ApplicationScoped
public class Decisions {

  /** The action under which the audit trail keeps a decision. */
  public static final String RECORDED = "decision.record";

  private final DecisionStore store;
  private final AuditTrail audit;
  private final Shadows shadows;
  private final ScreeningLists lists;
  private final Clock clock;

  Decisions(
      DecisionStore store, AuditTrail audit, Shadows shadows, ScreeningLists lists, Clock clock) {
    this.store = store;
    this.audit = audit;
    this.shadows = shadows;
    this.lists = lists;
    this.clock = clock;
  }

  /**
   * Writes a decision and its audit entry in the caller's transaction, and what packs in shadow
   * would have decided otherwise.
   */
  public Uni<Void> record(SqlConnection connection, Scope scope, Decision decision) {
    DecisionRow row = DecisionRow.of(decision, lists.hash());
    return Uni.join()
        .all(
            store.insert(connection, row, clock.instant()),
            audit.append(Tx.of(connection), scope, RECORDED, decision.id(), row.evidence()))
        .andFailFast()
        .chain(() -> shadows.compare(connection, decision));
  }
}
