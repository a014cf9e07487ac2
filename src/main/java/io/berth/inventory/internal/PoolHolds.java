package io.berth.inventory.internal;

import io.berth.inventory.ClusterId;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.ProbeId;
import io.berth.platform.Id;
import io.berth.platform.Outbox;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/**
 * Keeps pools and nodes from sale that are not what they are listed as, and lets them be sold
 * again: nothing new is booked there meanwhile, and what is leased goes on. Everything is done in
 * the caller's transaction; whatever else looks at the cluster's nodes waits for its end.
 */
@ApplicationScoped
public class PoolHolds {

  private final Outbox outbox;

  PoolHolds(Outbox outbox) {
    this.outbox = outbox;
  }

  /** Keeps a pool from sale, or ends that. */
  Uni<Void> set(SqlConnection connection, ClusterId cluster, NodePoolId pool, boolean held) {
    return lock(connection, cluster)
        .call(() -> hold(connection, pool, held))
        .chain(selling -> sell(connection, cluster, pool, selling));
  }

  /** Ends that a pool is kept from sale, and each of its nodes, as they are. */
  Uni<Void> accept(SqlConnection connection, ClusterId cluster, NodePoolId pool) {
    return lock(connection, cluster)
        .call(() -> hold(connection, pool, false))
        .call(() ->
            connection
                .preparedQuery(
                    "update node set mismatched_model = null, version = version + 1"
                        + " where pool_id = $1 and gone_at is null"
                        + " and mismatched_model is not null")
                .execute(Tuple.of(pool.value())))
        .chain(selling -> sell(connection, cluster, pool, selling));
  }

  /**
   * Keeps from sale the nodes that probes found not to be the model that they are listed as, and
   * ends that for those that they found to be.
   */
  Uni<Void> judge(
      SqlConnection connection, ClusterId cluster, NodePoolId pool, Collection<ProbeId> probes) {
    return lock(connection, cluster)
        .call(() ->
            connection
                .preparedQuery(
                    """
                    update node set version = version + 1,
                      mismatched_model = case when probe.state = 'MISMATCH' then probe.model_id end
                    from node_probe probe
                    where probe.id = any($1) and probe.node_id = node.id
                      and probe.state in ('PASSED', 'MISMATCH')
                      and mismatched_model is distinct from
                        case when probe.state = 'MISMATCH' then probe.model_id end
                    """)
                .execute(Tuple.of((Object) probes.stream().map(Id::value).toArray(UUID[]::new))))
        .chain(selling -> sell(connection, cluster, pool, selling));
  }

  /** Whoever takes over a list of nodes has this lock, too. Gives whether the cluster sells. */
  private static Uni<Boolean> lock(SqlConnection connection, ClusterId cluster) {
    return connection
        .preparedQuery("select selling from cluster where id = $1 for update")
        .execute(Tuple.of(cluster.value()))
        .map(rows -> rows.iterator().next().getBoolean("selling"));
  }

  private static Uni<Void> hold(SqlConnection connection, NodePoolId pool, boolean held) {
    return connection
        .preparedQuery("update node_pool set held = $2 where id = $1 and held <> $2")
        .execute(Tuple.of(pool.value(), held))
        .replaceWithVoid();
  }

  private Uni<Void> sell(
      SqlConnection connection, ClusterId cluster, NodePoolId pool, boolean selling) {
    return connection
        .preparedQuery(
            """
            update node set sellable = not sellable, version = version + 1
            where pool_id = $1 and sellable is distinct from (
              offerable and $2 and mismatched_model is distinct from model_id
              and not exists (select from node_pool where id = $1 and held))
            returning sellable
            """)
        .execute(Tuple.of(pool.value(), selling))
        .map(rows -> rows.stream().anyMatch(row -> row.getBoolean("sellable")))
        .chain(isMore ->
            isMore
                ? outbox.append(Tx.of(connection), "cluster.capacityCame", cluster, Map.of())
                : Uni.createFrom().voidItem());
  }
}
