package io.berth.booking.internal;

import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.platform.OrganizationId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Reads what changed of the market, in an order that cannot skip anything. */
@ApplicationScoped
public class MarketChanges {

  /** How many changes are read at once; more than that, and everything is read anew. */
  static final int BATCH_MAX = 20_000;

  /** How long changes are kept; who did not follow for half of it reads everything anew. */
  static final Duration KEPT = Duration.ofHours(1);

  MarketChanges() {}

  /**
   * How far somebody has followed: everything of transactions that were over when the oldest that
   * ran then began, and single changes of later ones, as they were seen.
   *
   * @param oldest the number of the oldest transaction that ran at the last look
   * @param ahead by position, the transactions of later changes that were followed already
   */
  record Cursor(long oldest, Map<Long, Long> ahead) {

    /** Copies the map. */
    Cursor {
      ahead = Map.copyOf(ahead);
    }
  }

  /**
   * What is new.
   *
   * @param parts of nodes, the allocations that changed
   * @param allocations nodes of which any allocation may have changed
   * @param pools all nodes of which changed
   * @param offers whether any offer changed
   * @param isLost whether there was more than is read at once, or the database has gone back in
   *     time: what is new is not known, and all is to be read anew
   */
  record Changes(
      Cursor cursor,
      Map<NodeId, Set<UUID>> parts,
      Set<NodeId> allocations,
      Set<NodePoolId> pools,
      Set<NodeId> nodes,
      boolean offers,
      Set<OrganizationId> organizations,
      boolean isLost) {

    boolean isEmpty() {
      return parts.isEmpty()
          && allocations.isEmpty()
          && pools.isEmpty()
          && nodes.isEmpty()
          && !offers
          && organizations.isEmpty();
    }
  }

  /** From where to follow for one who reads everything after this. */
  Uni<Cursor> now(SqlConnection connection) {
    return look(connection, Long.MAX_VALUE, new Long[0], Integer.MAX_VALUE)
        .map(rows -> {
          Map<Long, Long> ahead = new HashMap<>();
          long oldest = 0;
          for (Row row : rows) {
            oldest = row.getLong("oldest");
            if (row.getLong("position") != null) {
              ahead.put(row.getLong("position"), row.getLong("transaction"));
            }
          }
          return new Cursor(oldest, ahead);
        });
  }

  /** What came after. */
  Uni<Changes> after(SqlConnection connection, Cursor cursor) {
    return look(
            connection, cursor.oldest(), cursor.ahead().keySet().toArray(Long[]::new), BATCH_MAX)
        .map(rows -> changes(cursor, rows));
  }

  /**
   * The oldest transaction that runs, on every row, and changes of it and later ones or, where it
   * is smaller, of a transaction and later ones; on one row without a change where there is none.
   */
  private static Uni<RowSet<Row>> look(
      SqlConnection connection, long transaction, Long[] seen, int limit) {
    return connection
        .preparedQuery(
            "with horizon as (select pg_snapshot_xmin(pg_current_snapshot()) as edge)"
                + " select edge::text::bigint as oldest, position, kind, subject, allocation_id,"
                + " transaction::text::bigint as transaction from horizon left join lateral ("
                + "select * from market_change where transaction >= least(edge, $1::text::xid8)"
                + " and position <> all($2) order by market_change.transaction, position limit $3)"
                + " as change on true")
        .execute(Tuple.of(Long.toString(transaction), seen, limit));
  }

  private static Changes changes(Cursor cursor, RowSet<Row> rows) {
    Map<NodeId, Set<UUID>> parts = new HashMap<>();
    Set<NodeId> allocations = new HashSet<>();
    Set<NodePoolId> pools = new HashSet<>();
    Set<NodeId> nodes = new HashSet<>();
    Set<OrganizationId> organizations = new HashSet<>();
    Map<Long, Long> ahead = new HashMap<>(cursor.ahead());
    boolean offers = false;
    long oldest = cursor.oldest();
    for (Row row : rows) {
      oldest = row.getLong("oldest");
      if (row.getLong("position") == null) {
        continue;
      }
      ahead.put(row.getLong("position"), row.getLong("transaction"));
      UUID subject = row.getUUID("subject");
      switch (row.getString("kind")) {
        case "ALLOCATION" -> {
          UUID allocation = row.getUUID("allocation_id");
          if (allocation == null) {
            allocations.add(new NodeId(subject));
          } else {
            parts.computeIfAbsent(new NodeId(subject), node -> new HashSet<>()).add(allocation);
          }
        }
        case "POOL" -> pools.add(new NodePoolId(subject));
        case "NODE" -> nodes.add(new NodeId(subject));
        case "OFFER" -> offers = true;
        default -> organizations.add(new OrganizationId(subject));
      }
    }
    long horizon = oldest;
    ahead.values().removeIf(transaction -> transaction < horizon);
    return new Changes(
        new Cursor(oldest, ahead),
        parts,
        allocations,
        pools,
        nodes,
        offers,
        organizations,
        rows.size() >= BATCH_MAX || oldest < cursor.oldest());
  }

  /** Removes some of what nobody follows any more; gives how much. */
  Uni<Integer> removeOld(SqlConnection connection) {
    return connection
        .preparedQuery(
            "delete from market_change where (transaction, position) in (select transaction, position"
                + " from market_change where at < now() - $1::text::interval order by at limit $2"
                + " for update skip locked)")
        .execute(Tuple.of(KEPT.toString(), BATCH_MAX))
        .map(RowSet::rowCount);
  }
}
