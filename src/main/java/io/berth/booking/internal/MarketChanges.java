package io.berth.booking.internal;

import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Reads what changed of the market, in an order that cannot skip anything. */
@ApplicationScoped
public class MarketChanges {

  /** How many changes are read at once; more than that, and everything is read anew. */
  static final int BATCH_MAX = 20_000;

  /** How long changes are kept; who did not follow for half of it reads everything anew. */
  static final Duration KEPT = Duration.ofHours(1);

  MarketChanges() {}

  /**
   * How far somebody has followed: everything up to a position, and single changes behind it whose
   * transactions committed before others that began earlier.
   *
   * @param transaction the last transaction's number
   * @param position the last position within it
   * @param ahead positions behind it that were followed already
   */
  record Cursor(String transaction, long position, Set<Long> ahead) {

    /** Copies the set. */
    Cursor {
      ahead = Set.copyOf(ahead);
    }
  }

  /**
   * What is new.
   *
   * @param offers whether any offer changed
   * @param more whether there was more than is read at once
   */
  record Changes(
      Cursor cursor,
      Set<NodeId> allocations,
      Set<NodeId> nodes,
      boolean offers,
      Set<OrganizationId> organizations,
      boolean more) {

    boolean isEmpty() {
      return allocations.isEmpty() && nodes.isEmpty() && !offers && organizations.isEmpty();
    }
  }

  /** From where to follow for one who reads everything after this. */
  Uni<Cursor> now(SqlConnection connection) {
    return connection
        .query("select pg_snapshot_xmin(pg_current_snapshot())::text as oldest")
        .execute()
        .map(rows -> new Cursor(rows.iterator().next().getString("oldest"), -1, Set.of()));
  }

  /** What came after. */
  Uni<Changes> after(SqlConnection connection, Cursor cursor) {
    return connection
        .preparedQuery(
            "select position, kind, subject, transaction::text as transaction,"
                + " transaction < pg_snapshot_xmin(pg_current_snapshot()) as settled"
                + " from market_change where (transaction, position) > ($1::text::xid8, $2)"
                + " order by market_change.transaction, position limit $3")
        .execute(Tuple.of(cursor.transaction(), cursor.position(), BATCH_MAX))
        .map(rows -> {
          Set<NodeId> allocations = new HashSet<>();
          Set<NodeId> nodes = new HashSet<>();
          Set<OrganizationId> organizations = new HashSet<>();
          Set<Long> ahead = new HashSet<>();
          boolean offers = false;
          String transaction = cursor.transaction();
          long position = cursor.position();
          for (Row row : rows) {
            long at = row.getLong("position");
            if (row.getBoolean("settled")) {
              transaction = row.getString("transaction");
              position = at;
            } else {
              ahead.add(at);
            }
            if (cursor.ahead().contains(at)) {
              continue;
            }
            var subject = row.getUUID("subject");
            switch (row.getString("kind")) {
              case "ALLOCATION" -> allocations.add(new NodeId(subject));
              case "NODE" -> nodes.add(new NodeId(subject));
              case "OFFER" -> offers = true;
              default -> organizations.add(new OrganizationId(subject));
            }
          }
          return new Changes(
              new Cursor(transaction, position, ahead),
              allocations,
              nodes,
              offers,
              organizations,
              rows.size() >= BATCH_MAX);
        });
  }

  /** Removes what nobody follows any more. */
  Uni<Void> removeOld(SqlConnection connection) {
    return connection
        .preparedQuery(
            "delete from market_change where (transaction, position) in (select transaction, position"
                + " from market_change where at < now() - $1::text::interval limit $2)")
        .execute(Tuple.of(KEPT.toString(), BATCH_MAX))
        .replaceWithVoid();
  }
}
