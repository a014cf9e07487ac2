package io.berth.booking.internal;

import io.berth.platform.Period;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.UUID;

/**
 * Has those wait for each other that book the same nodes, until the end of their transactions. All
 * take their locks in the same order: nodes as they are given, which is by identifier, then days.
 */
final class BookingLocks {

  private static final long SECONDS_PER_DAY = 86_400;

  /** How many locks a booking takes; for more days and nodes than that, nodes are locked. */
  private static final int DAYS_LOCKED_MAX = 32;

  private BookingLocks() {}

  /**
   * Waits for those that book these nodes for any of the same days. Nodes are shared and days are
   * taken, so that who takes a node as a whole, since it is for many days, waits for all.
   */
  static Uni<Void> days(SqlConnection connection, UUID[] nodes, Period occupied) {
    long first = Math.floorDiv(occupied.start().getEpochSecond(), SECONDS_PER_DAY);
    long last = Math.floorDiv(occupied.end().getEpochSecond(), SECONDS_PER_DAY);
    if ((last - first + 1) * nodes.length > DAYS_LOCKED_MAX) {
      return nodes(connection, nodes);
    }
    return Uni.combine()
        .all()
        .unis(
            connection
                .preparedQuery(
                    "select pg_advisory_xact_lock_shared(hashtextextended('booking:' || node, 0))"
                        + " from unnest($1::uuid[]) with ordinality as wanted(node, number)"
                        + " order by number")
                .execute(Tuple.of((Object) nodes)),
            connection
                .preparedQuery(
                    "select pg_advisory_xact_lock(hashtextextended('booking:' || node || ':' || day, 0))"
                        + " from unnest($1::uuid[]) with ordinality as wanted(node, number),"
                        + " generate_series($2::bigint, $3::bigint) as day order by number, day")
                .execute(Tuple.of(nodes, first, last)))
        .with((shared, taken) -> taken)
        .replaceWithVoid();
  }

  /** Waits for all that book these nodes, whenever. */
  static Uni<Void> nodes(SqlConnection connection, UUID[] nodes) {
    return connection
        .preparedQuery(
            "select pg_advisory_xact_lock(hashtextextended('booking:' || node, 0))"
                + " from unnest($1::uuid[]) with ordinality as wanted(node, number)"
                + " order by number")
        .execute(Tuple.of((Object) nodes))
        .replaceWithVoid();
  }
}
