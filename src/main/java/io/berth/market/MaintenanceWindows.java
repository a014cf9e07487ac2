package io.berth.market;

import io.berth.audit.AuditTrail;
import io.berth.market.internal.MaintenanceStore;
import io.berth.platform.Outbox;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/**
 * Windows in which nodes are kept from sale, as the service itself enters them, in the caller's
 * transaction. The caller sees to it that nobody books the nodes meanwhile.
 */
@ApplicationScoped
public class MaintenanceWindows {

  private final MaintenanceStore store;
  private final AuditTrail audit;
  private final Outbox outbox;

  MaintenanceWindows(MaintenanceStore store, AuditTrail audit, Outbox outbox) {
    this.store = store;
    this.audit = audit;
    this.outbox = outbox;
  }

  /** Enters one. */
  public Uni<Void> enter(SqlConnection connection, Scope scope, MaintenanceWindow window) {
    return store
        .insert(connection, window)
        .chain(() -> tell(connection, scope, "maintenance.enter", "maintenance.entered", window));
  }

  /** Takes one back where it still stands; does nothing else. */
  public Uni<Void> cancel(SqlConnection connection, Scope scope, MaintenanceWindowId id) {
    return store
        .cancel(connection, id)
        .chain(stood ->
            stood
                ? store
                    .get(connection, scope, id)
                    .chain(window ->
                        tell(
                            connection,
                            scope,
                            "maintenance.cancel",
                            "maintenance.cancelled",
                            window))
                : Uni.createFrom().voidItem());
  }

  private Uni<Void> tell(
      SqlConnection connection,
      Scope scope,
      String action,
      String event,
      MaintenanceWindow window) {
    return audit
        .append(
            Tx.of(connection),
            scope,
            action,
            window.id(),
            Map.of("pool", window.pool(), "period", window.period()))
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                event,
                window.id(),
                Map.of("provider", window.provider(), "pool", window.pool())));
  }
}
