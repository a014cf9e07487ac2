package io.berth.inventory;

import io.berth.inventory.internal.InventoryReads;
import io.berth.inventory.internal.NodeFailures;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What capacity exists. A provider's scope sees its own; a room that plans for tenants reads as the
 * system, since tenants see no nodes.
 *
 * <p>Events: {@code cluster.registered} with {@code provider} and {@code name}; {@code
 * cluster.changed} with {@code state}, on every change by a person and when it becomes active;
 * {@code node.flagsChanged} with {@code cluster}, {@code modelId}, {@code country} and {@code
 * flags} as they are now, when one of the last three changes on a node that was known before.
 */
@ApplicationScoped
public class Inventory {

  private final InventoryReads reads;
  private final NodeFailures failures;

  Inventory(InventoryReads reads, NodeFailures failures) {
    this.reads = reads;
    this.failures = failures;
  }

  /** A pool; fails with {@link io.berth.platform.ProblemException} 404 where there is none. */
  public Uni<NodePool> pool(Scope scope, NodePoolId id) {
    return reads.pool(scope, id);
  }

  /** Those of the pools that are there. */
  public Uni<List<NodePool>> pools(Scope scope, Collection<NodePoolId> ids) {
    return reads.pools(scope, ids);
  }

  /** The nodes of pools that their clusters still have, sellable or not. */
  public Uni<List<Node>> nodesOfPools(Scope scope, Collection<NodePoolId> pools) {
    return reads.nodesOfPools(scope, pools);
  }

  /**
   * A node that offers slots or did, one that is gone included; fails with {@link
   * io.berth.platform.ProblemException} 404 where there is none.
   */
  public Uni<Node> node(Scope scope, NodeId id) {
    return reads.node(scope, id);
  }

  /** Those of the nodes that are there, ones that are gone included. */
  public Uni<List<Node>> nodes(Scope scope, Collection<NodeId> ids) {
    return reads.nodes(scope, ids);
  }

  /** The same in the caller's transaction. */
  public Uni<List<Node>> nodes(SqlConnection connection, Scope scope, Collection<NodeId> ids) {
    return reads.nodes(connection, scope, ids);
  }

  /**
   * Counts a failure of a node that no look at its cluster has counted, such as the loss of leased
   * slots, in the caller's transaction. Once for each time.
   *
   * @param since when it began; what was counted after counts not again
   */
  public Uni<Void> countFailure(SqlConnection connection, NodeId node, Instant since, Instant now) {
    return failures.count(connection, node, since, now);
  }

  /** Those of the clusters that are there. */
  public Uni<Map<ClusterId, Cluster>> clusters(Scope scope, Collection<ClusterId> ids) {
    return reads.clusters(scope, ids);
  }

  /** Whether an organization provides capacity: it has a cluster that is not retired. */
  public Uni<Boolean> isProvider(OrganizationId organization) {
    return reads.isProvider(organization);
  }
}
