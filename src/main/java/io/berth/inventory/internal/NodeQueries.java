package io.berth.inventory.internal;

import io.berth.inventory.ClusterId;
import io.berth.inventory.FactSource;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.Node;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodeObservation;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.NodeResources;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads nodes as other rooms see them: those that have a pool. With the SQL client, since every
 * booking reads some and a start reads all there are; who changes nodes reads {@link NodeRow}s.
 */
@ApplicationScoped
public class NodeQueries {

  private static final String SELECT =
      "select id, pool_id, cluster_id, provider_id, name, model_id, slots, label_key, label_value,"
          + " country, country_source, country_discovered, country_declared, country_verified,"
          + " region, zone, fabric, nvlink_domain, flags, observation, sellable, failures,"
          + " gone_at is not null as gone, failing_since is not null as failing, version"
          + " from node where pool_id is not null and ($2::uuid is null or provider_id = $2) and ";

  private final StoredJson json;

  NodeQueries(StoredJson json) {
    this.json = json;
  }

  /** Those of the nodes that are there, by identifier. */
  Uni<List<Node>> byId(SqlConnection connection, Scope scope, Collection<NodeId> ids) {
    return read(connection, scope, "id = any($1)", ids);
  }

  /** Nodes of pools that their clusters still have, by identifier. */
  Uni<List<Node>> ofPools(SqlConnection connection, Scope scope, Collection<NodePoolId> pools) {
    return read(connection, scope, "gone_at is null and pool_id = any($1)", pools);
  }

  private Uni<List<Node>> read(
      SqlConnection connection, Scope scope, String condition, Collection<? extends Id> ids) {
    return connection
        .preparedQuery(SELECT + condition + " order by id")
        .execute(
            Tuple.of(ids.stream().map(Id::value).toArray(UUID[]::new), scope.organizationFilter()))
        .map(this::nodes);
  }

  private List<Node> nodes(RowSet<Row> rows) {
    // Nodes of a pool are mostly alike.
    Map<String, NodeFlags> flags = new HashMap<>();
    Map<String, NodeObservation> observations = new HashMap<>();
    List<Node> nodes = new ArrayList<>(rows.size());
    for (Row row : rows) {
      nodes.add(
          node(
              row,
              flags.computeIfAbsent(row.getString("flags"), json::readFlags),
              observations.computeIfAbsent(row.getString("observation"), json::readObservation)));
    }
    return nodes;
  }

  private static Node node(Row row, NodeFlags flags, NodeObservation observed) {
    return new Node(
        new NodeId(row.getUUID("id")),
        new NodePoolId(row.getUUID("pool_id")),
        new ClusterId(row.getUUID("cluster_id")),
        new OrganizationId(row.getUUID("provider_id")),
        row.getString("name"),
        Optional.ofNullable(row.getString("model_id")),
        row.getInteger("slots"),
        NodePoolRow.label(row.getString("label_key"), row.getString("label_value")),
        new Jurisdiction(
            row.getString("country"),
            source(row.getString("country_source")),
            row.getString("country_discovered"),
            row.getString("country_declared"),
            row.getString("country_verified")),
        row.getString("country"),
        row.getString("region"),
        row.getString("zone"),
        row.getString("fabric"),
        row.getString("nvlink_domain"),
        flags,
        row.getBoolean("sellable"),
        row.getBoolean("gone"),
        row.getBoolean("failing"),
        new NodeResources(
            observed.cpuMillis(), observed.memoryMib(), 1 / (1 + row.getDouble("failures"))),
        observed.taints(),
        row.getLong("version"));
  }

  private static @Nullable FactSource source(@Nullable String name) {
    return name == null ? null : FactSource.valueOf(name);
  }
}
