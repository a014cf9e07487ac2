package io.berth.booking;

import io.berth.booking.internal.ProbeStore;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.market.MaintenanceWindow;
import io.berth.market.MaintenanceWindowId;
import io.berth.market.MaintenanceWindows;
import io.berth.platform.Period;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Keeps nodes from sale for as long as they are probed; never one that somebody has slots of. */
@ApplicationScoped
public class ProbeWindows {

  private static final Scope SCOPE = Scope.system("booking");
  private static final String REASON = "The marketplace looks at what the devices are.";

  private final ProbeStore store;
  private final MaintenanceWindows windows;

  ProbeWindows(ProbeStore store, MaintenanceWindows windows) {
    this.store = store;
    this.windows = windows;
  }

  /**
   * Keeps nodes from sale of which no slot is taken, and which are not kept from it already, in the
   * caller's transaction. Whoever books one of the candidates waits until its end, and finds what
   * was done.
   *
   * @param candidates of the pool, the one that it is best to take first
   * @param nodesMax how many at most
   * @param period whole minutes that begin now
   * @return the nodes, each with its window
   */
  public Uni<Map<NodeId, UUID>> reserve(
      SqlConnection connection,
      NodePool pool,
      List<NodeId> candidates,
      int nodesMax,
      Period period,
      Instant now) {
    return store
        .free(connection, candidates, period, now)
        .map(free -> candidates.stream().filter(free::contains).limit(nodesMax).toList())
        .chain(nodes -> {
          Map<NodeId, UUID> reserved = new LinkedHashMap<>();
          Uni<Void> entered = Uni.createFrom().voidItem();
          for (NodeId node : nodes) {
            MaintenanceWindowId id = MaintenanceWindowId.fresh();
            reserved.put(node, id.value());
            MaintenanceWindow window =
                new MaintenanceWindow(
                    id, pool.provider(), pool.id(), node, period, REASON, false, now, 0);
            entered = entered.chain(() -> windows.enter(connection, SCOPE, window));
          }
          return entered.replaceWith(reserved);
        });
  }

  /** Lets nodes be sold again, in the caller's transaction; windows that are over stay as is. */
  public Uni<Void> release(SqlConnection connection, Collection<UUID> ended) {
    Uni<Void> released = Uni.createFrom().voidItem();
    for (UUID window : ended) {
      released =
          released.chain(() -> windows.cancel(connection, SCOPE, new MaintenanceWindowId(window)));
    }
    return released;
  }
}
