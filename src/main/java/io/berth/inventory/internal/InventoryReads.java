package io.berth.inventory.internal;

import io.berth.inventory.Cluster;
import io.berth.inventory.ClusterId;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.internal.ClusterStore.NodeFilter;
import io.berth.inventory.internal.ClusterStore.PoolCount;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads of the inventory, each in one transaction. */
@ApplicationScoped
public class InventoryReads {

  private static final Scope SYSTEM = Scope.system("inventory");

  private final Database database;
  private final ClusterStore store;
  private final NodeQueries nodes;

  InventoryReads(Database database, ClusterStore store, NodeQueries nodes) {
    this.database = database;
    this.store = store;
    this.nodes = nodes;
  }

  /** As {@link io.berth.inventory.Inventory#pool}. */
  public Uni<NodePool> pool(Scope scope, NodePoolId id) {
    return pools(scope, List.of(id))
        .map(pools ->
            pools.stream()
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("node pool", id)));
  }

  /** As {@link io.berth.inventory.Inventory#pools}. */
  public Uni<List<NodePool>> pools(Scope scope, Collection<NodePoolId> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return database.orm(
        scope,
        session ->
            store
                .pools(session, scope, ids)
                .map(rows -> rows.stream().map(NodePoolRow::toPool).toList()));
  }

  /** As {@link io.berth.inventory.Inventory#nodesOfPools}. */
  public Uni<List<Node>> nodesOfPools(Scope scope, Collection<NodePoolId> pools) {
    return pools.isEmpty()
        ? Uni.createFrom().item(List.of())
        : database.sql(scope, connection -> nodes.ofPools(connection, scope, pools));
  }

  /** As {@link io.berth.inventory.Inventory#node}. */
  public Uni<Node> node(Scope scope, NodeId id) {
    return nodes(scope, List.of(id))
        .map(found ->
            found.stream().findFirst().orElseThrow(() -> ProblemException.notFound("node", id)));
  }

  /** As {@link io.berth.inventory.Inventory#nodes(Scope, Collection)}. */
  public Uni<List<Node>> nodes(Scope scope, Collection<NodeId> ids) {
    return ids.isEmpty()
        ? Uni.createFrom().item(List.of())
        : database.sql(scope, connection -> nodes(connection, scope, ids));
  }

  /** As {@link io.berth.inventory.Inventory#nodes(SqlConnection, Scope, Collection)}. */
  public Uni<List<Node>> nodes(SqlConnection connection, Scope scope, Collection<NodeId> ids) {
    return nodes.byId(connection, scope, ids);
  }

  /** As {@link io.berth.inventory.Inventory#clusters}. */
  public Uni<Map<ClusterId, Cluster>> clusters(Scope scope, Collection<ClusterId> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return database.orm(
        scope,
        session ->
            store
                .clusters(session, scope, ids)
                .map(rows ->
                    rows.stream()
                        .map(store::cluster)
                        .collect(Collectors.toMap(Cluster::id, Function.identity()))));
  }

  /** As {@link io.berth.inventory.Inventory#isProvider}. */
  public Uni<Boolean> isProvider(OrganizationId organization) {
    return database.orm(SYSTEM, session -> store.hasCluster(session, organization));
  }

  /** A pool with what it holds at the moment. */
  record PoolWithCount(NodePool pool, PoolCount count) {}

  /** One page of a cluster's pools; 404 where there is no such cluster. */
  Uni<Page<PoolWithCount>> poolsOf(Scope scope, ClusterId cluster, PageRequest page) {
    return database.orm(
        scope,
        session ->
            store
                .find(session, scope, cluster)
                .invoke(found -> requireFound(found, cluster))
                .chain(() -> store.pools(session, scope, cluster, page))
                .chain(rows ->
                    store
                        .counts(session, rows.stream().map(row -> row.id).toList())
                        .map(counts ->
                            page.page(rows, row -> new NodePoolId(row.id).toString())
                                .map(row ->
                                    new PoolWithCount(
                                        row.toPool(),
                                        counts.getOrDefault(row.id, PoolCount.NONE))))));
  }

  /** One page of a cluster's nodes; 404 where there is no such cluster. */
  Uni<Page<NodeRow>> nodesOf(Scope scope, ClusterId cluster, NodeFilter filter, PageRequest page) {
    return database.orm(
        scope,
        session ->
            store
                .find(session, scope, cluster)
                .invoke(found -> requireFound(found, cluster))
                .chain(() -> store.nodes(session, scope, cluster, filter, page))
                .map(rows -> page.page(rows, row -> new NodeId(row.id).toString())));
  }

  /** A node of a cluster, whether it offers anything or not; 404 where there is none. */
  Uni<NodeRow> nodeOf(Scope scope, ClusterId cluster, NodeId id) {
    return database.orm(
        scope,
        session ->
            store
                .node(session, scope, id)
                .map(found ->
                    found
                        .filter(row -> row.clusterId.equals(cluster.value()))
                        .orElseThrow(() -> ProblemException.notFound("node", id))));
  }

  private static void requireFound(Optional<ClusterRow> found, ClusterId cluster) {
    if (found.isEmpty()) {
      throw ProblemException.notFound("cluster", cluster);
    }
  }
}
