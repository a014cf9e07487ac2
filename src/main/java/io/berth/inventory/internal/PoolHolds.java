package io.berth.inventory.internal;

import io.berth.inventory.ClusterId;
import io.berth.inventory.NodePoolId;
import io.berth.platform.Outbox;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/**
 * Keeps pools from sale, and lets them be sold again: nothing new is booked there meanwhile, and
 * what is leased goes on.
 */
@ApplicationScoped
public class PoolHolds {

  private final Outbox outbox;

  PoolHolds(Outbox outbox) {
    this.outbox = outbox;
  }

  /** In the caller's transaction; whatever else looks at the cluster's nodes waits for its end. */
  Uni<Void> set(SqlConnection connection, ClusterId cluster, NodePoolId pool, boolean held) {
    return connection
        // Who takes over a list of nodes has this lock, too.
        .preparedQuery("select selling from cluster where id = $1 for update")
        .execute(Tuple.of(cluster.value()))
        .map(rows -> rows.iterator().next().getBoolean("selling"))
        .chain(selling ->
            connection
                .preparedQuery("update node_pool set held = $2 where id = $1 and held <> $2")
                .execute(Tuple.of(pool.value(), held))
                .chain(() ->
                    connection
                        .preparedQuery(
                            "update node set sellable = not sellable, version = version + 1"
                                + " where pool_id = $1"
                                + " and sellable is distinct from (offerable and $2 and not $3)")
                        .execute(Tuple.of(pool.value(), selling, held))))
        .chain(moved ->
            moved.rowCount() > 0 && !held
                ? outbox.append(Tx.of(connection), "cluster.capacityCame", cluster, Map.of())
                : Uni.createFrom().voidItem());
  }
}
