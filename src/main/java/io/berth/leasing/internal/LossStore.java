package io.berth.leasing.internal;

import io.berth.inventory.NodeId;
import io.berth.leasing.LeaseId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Finds leased nodes that are lost, and keeps who looks after which lease. A node counts as lost
 * only where its cluster answers and was seen with the failure after the bound: what nobody sees is
 * not known to fail.
 */
@ApplicationScoped
public class LossStore {

  /**
   * Slots that a lease has now on a node that fails, or that has not so many slots any more, and
   * since when. Parameters: 1 now, 2 the bound in seconds.
   */
  private static final String LOST =
      "select a.lease_id, n.id as node_id, n.name, n.gone_at is not null as gone,"
          + " n.failing_since is null as short, least(n.failing_since, short.since) as since"
          + " from node n join cluster c on c.id = n.cluster_id"
          + " join allocation a on a.node_id = n.id and a.state = 'LEASED'"
          + " and a.given_back_at is null and a.period @> $1::timestamptz"
          + " cross join lateral (select case when not a.slots <@ int4multirange(int4range(0, n.slots))"
          + " then (n.slots_lost::jsonb ->> (upper(a.slots) - 1)::text)::timestamptz end as since) as short"
          // As the index has it.
          + " where (n.failing_since is not null or n.slots_lost <> '{}') and c.looks_failed = 0"
          + " and least(n.failing_since, short.since) <= c.last_synced_at - make_interval(secs => $2)";

  /** A lost node. */
  record Lost(NodeId node, String name, Instant since, String reason) {}

  /**
   * Claims leases that use lost nodes, or that are without some of their accelerators: they come
   * due again at {@code until}.
   */
  Uni<List<LeaseId>> claimDue(
      SqlConnection connection, Duration bound, Instant now, Instant until, int limit) {
    return connection
        .preparedQuery(
            "update lease set next_loss_check_at = $3 where id in (select id from lease"
                + " where id in (select id from lease where outage_open"
                + " union select lease_id from ("
                + LOST
                + ") as lost) and state in ('PROVISIONING', 'ACTIVE')"
                + " and (next_loss_check_at is null or next_loss_check_at <= $1)"
                + " order by id limit $4 for update skip locked) returning id")
        .execute(Tuple.of(utc(now), (double) bound.toSeconds(), utc(until), limit))
        .map(rows -> {
          List<LeaseId> ids = new ArrayList<>();
          rows.forEach(row -> ids.add(new LeaseId(row.getUUID("id"))));
          return ids;
        });
  }

  /** The lost nodes of a lease, by identifier. */
  Uni<List<Lost>> of(SqlConnection connection, LeaseId id, Duration bound, Instant now) {
    return connection
        .preparedQuery("select * from (" + LOST + ") as lost where lease_id = $3 order by node_id")
        .execute(Tuple.of(utc(now), (double) bound.toSeconds(), id.value()))
        .map(rows -> {
          List<Lost> lost = new ArrayList<>();
          rows.forEach(row -> lost.add(lost(row)));
          return lost;
        });
  }

  private static Lost lost(Row row) {
    return new Lost(
        new NodeId(row.getUUID("node_id")),
        row.getString("name"),
        row.getOffsetDateTime("since").toInstant(),
        row.getBoolean("gone")
            ? "its cluster no longer has it"
            : row.getBoolean("short")
                ? "it has fewer accelerators than are leased"
                : "its cluster reports that it fails");
  }

  /** Those of a lease's nodes that do not fail and have all slots that it leases of them. */
  Uni<List<NodeId>> well(SqlConnection connection, LeaseId id, List<NodeId> nodes) {
    return connection
        .preparedQuery(
            "select n.id from node n join cluster c on c.id = n.cluster_id"
                + " join allocation a on a.node_id = n.id and a.lease_id = $1"
                + " and a.state = 'LEASED' and a.given_back_at is null"
                + " where n.id = any($2) and c.looks_failed = 0 and n.failing_since is null"
                + " and a.slots <@ int4multirange(int4range(0, n.slots))")
        .execute(Tuple.of(id.value(), nodes.stream().map(NodeId::value).toArray(UUID[]::new)))
        .map(rows -> {
          List<NodeId> well = new ArrayList<>();
          rows.forEach(row -> well.add(new NodeId(row.getUUID("id"))));
          return well;
        });
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
