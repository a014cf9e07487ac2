package io.berth.leasing.internal;

import io.berth.inventory.NodeId;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeasingConfig;
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
 * where its cluster answers and was seen with the failure after the bound, and where its cluster
 * has not answered for much longer: what nobody sees is not known to fail, and is not known to work
 * either.
 */
@ApplicationScoped
public class LossStore {

  /**
   * Slots that a lease has now on a node that fails, or that has not so many slots any more, and
   * since when.
   */
  private static final String FAILING =
      "select a.lease_id, n.id as node_id, n.name, least(n.failing_since, short.since) as since,"
          + " case when n.gone_at is not null then 'GONE' when n.failing_since is null then 'SHORT'"
          + " else 'FAILING' end as reason"
          + " from node n join cluster c on c.id = n.cluster_id"
          + " join allocation a on a.node_id = n.id and a.state = 'LEASED'"
          + " and a.given_back_at is null and a.period @> $1::timestamptz"
          + " cross join lateral (select case when not a.slots <@ int4multirange(int4range(0, n.slots))"
          + " then (n.slots_lost::jsonb ->> (upper(a.slots) - 1)::text)::timestamptz end as since) as short"
          // As the index has it.
          + " where (n.failing_since is not null or n.slots_lost <> '{}') and c.looks_failed = 0"
          + " and c.unanswered_since is null"
          + " and least(n.failing_since, short.since) <= c.last_synced_at - make_interval(secs => $2)";

  /** Slots that a lease has now at a cluster that does not answer, and since when it does not. */
  private static final String SILENT =
      "select a.lease_id, n.id as node_id, n.name, c.unanswered_since as since, 'SILENT' as reason"
          + " from cluster c join node n on n.cluster_id = c.id"
          + " join allocation a on a.node_id = n.id and a.state = 'LEASED'"
          + " and a.given_back_at is null and a.period @> $1::timestamptz"
          + " where c.unanswered_since <= case when c.state = 'RETIRED' then $1::timestamptz"
          + " else c.unanswered_at end - make_interval(secs => $3)";

  /** Parameters: 1 now, 2 and 3 the bounds of a node and of a cluster in seconds. */
  private static final String LOST = "(" + FAILING + " union all " + SILENT + ") as lost";

  /** Why a node is lost. */
  enum Reason {
    /** It is not there any more. */
    GONE("its cluster no longer has it", true),
    /** Slots of it are missing. */
    SHORT("it has fewer accelerators than are leased", true),
    /** It is not ready, or says that it fails. */
    FAILING("its cluster reports that it fails", true),
    /** Nothing is known of it. */
    SILENT("its cluster does not answer, or does not let Berth read its nodes", false);

    private final String words;
    private final boolean replaceable;

    Reason(String words, boolean replaceable) {
      this.words = words;
      this.replaceable = replaceable;
    }

    /** In words for the parties. */
    String words() {
      return words;
    }

    /** Whether another node of its pool may take its place. */
    boolean isReplaceable() {
      return replaceable;
    }
  }

  /** A lost node. */
  record Lost(NodeId node, String name, Instant since, Reason reason) {}

  private final LeasingConfig config;

  LossStore(LeasingConfig config) {
    this.config = config;
  }

  /**
   * Claims leases that use lost nodes, or that are without some of their accelerators: they come
   * due again at {@code until}.
   */
  Uni<List<LeaseId>> claimDue(SqlConnection connection, Instant now, Instant until, int limit) {
    return connection
        .preparedQuery(
            "update lease set next_loss_check_at = $4 where id in (select id from lease"
                + " where id in (select id from lease where outage_open"
                + " union select lease_id from "
                + LOST
                + ") and state in ('PROVISIONING', 'ACTIVE')"
                + " and (next_loss_check_at is null or next_loss_check_at <= $1)"
                + " order by id limit $5 for update skip locked) returning id")
        .execute(
            Tuple.of(
                utc(now),
                seconds(config.nodeLossAfter()),
                seconds(config.clusterSilenceMax()),
                utc(until),
                limit))
        .map(rows -> {
          List<LeaseId> ids = new ArrayList<>();
          rows.forEach(row -> ids.add(new LeaseId(row.getUUID("id"))));
          return ids;
        });
  }

  /** The lost nodes of a lease, by identifier. */
  Uni<List<Lost>> of(SqlConnection connection, LeaseId id, Instant now) {
    return connection
        .preparedQuery("select * from " + LOST + " where lease_id = $4 order by node_id")
        .execute(
            Tuple.of(
                utc(now),
                seconds(config.nodeLossAfter()),
                seconds(config.clusterSilenceMax()),
                id.value()))
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
        Reason.valueOf(row.getString("reason")));
  }

  /** Those of a lease's nodes that do not fail and have all slots that it leases of them. */
  Uni<List<NodeId>> well(SqlConnection connection, LeaseId id, List<NodeId> nodes) {
    return connection
        .preparedQuery(
            "select n.id from node n join cluster c on c.id = n.cluster_id"
                + " join allocation a on a.node_id = n.id and a.lease_id = $1"
                + " and a.state = 'LEASED' and a.given_back_at is null"
                + " where n.id = any($2) and c.looks_failed = 0 and c.unanswered_since is null"
                + " and n.failing_since is null"
                + " and a.slots <@ int4multirange(int4range(0, n.slots))")
        .execute(Tuple.of(id.value(), nodes.stream().map(NodeId::value).toArray(UUID[]::new)))
        .map(rows -> {
          List<NodeId> well = new ArrayList<>();
          rows.forEach(row -> well.add(new NodeId(row.getUUID("id"))));
          return well;
        });
  }

  private static double seconds(Duration bound) {
    return bound.toSeconds();
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
