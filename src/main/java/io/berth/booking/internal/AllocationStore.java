package io.berth.booking.internal;

import io.berth.booking.Quote;
import io.berth.booking.QuoteId;
import io.berth.inventory.NodeId;
import io.berth.matching.Planning.NodeShare;
import io.berth.matching.Slots;
import io.berth.matching.SnapshotNode.Busy;
import io.berth.platform.Id;
import io.berth.platform.Period;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads and writes allocations. */
@ApplicationScoped
public class AllocationStore {

  /** What is taken of each node from {@code from} on, as it stands at {@code now}. */
  Uni<Map<NodeId, List<Busy>>> busy(
      SqlConnection connection, Collection<NodeId> nodes, Instant from, Instant now) {
    return connection
        .preparedQuery(
            "select node_id, slots::text as slots, lower(period) as start_at, upper(period) as end_at"
                + " from allocation"
                + " where node_id = any($1) and state in ('HELD', 'LEASED')"
                + " and (state = 'LEASED' or expires_at > $3)"
                + " and period && tstzrange($2, null)")
        .execute(Tuple.of(ids(nodes), utc(from), utc(now)))
        .map(rows -> {
          Map<NodeId, List<Busy>> busy = new HashMap<>();
          for (Row row : rows) {
            busy.computeIfAbsent(new NodeId(row.getUUID("node_id")), node -> new ArrayList<>())
                .add(
                    new Busy(
                        Slots.parse(row.getString("slots")),
                        new Period(
                            row.getOffsetDateTime("start_at").toInstant(),
                            row.getOffsetDateTime("end_at").toInstant())));
          }
          return busy;
        });
  }

  /**
   * Holds slots for a quote. Bookings of a node queue up, by order of node: two that insert at once
   * would each wait for the other's row, which PostgreSQL ends as a deadlock after a second. Holds
   * on these nodes whose time has passed are marked first, since the constraint cannot know the
   * time.
   */
  Uni<Void> hold(
      SqlConnection connection,
      QuoteId quote,
      List<NodeShare> shares,
      Period occupied,
      Instant expiresAt,
      Instant now) {
    List<Tuple> rows =
        shares.stream()
            .map(share ->
                Tuple.tuple()
                    .addUUID(Id.fresh())
                    .addUUID(quote.value())
                    .addUUID(share.node().value())
                    .addString(share.slots().toMultirange())
                    .addOffsetDateTime(utc(occupied.start()))
                    .addOffsetDateTime(utc(occupied.end()))
                    .addOffsetDateTime(utc(expiresAt)))
            .toList();
    UUID[] nodes = ids(shares.stream().map(NodeShare::node).toList());
    return connection
        .preparedQuery(
            "select pg_advisory_xact_lock(hashtextextended('booking:' || node, 0))"
                + " from unnest($1::uuid[]) with ordinality as wanted(node, number)"
                + " order by number")
        .execute(Tuple.of((Object) nodes))
        .chain(() -> markOverdue(connection, nodes, now))
        .chain(() ->
            connection
                .preparedQuery(
                    "insert into allocation"
                        + " (id, quote_id, node_id, slots, period, state, expires_at)"
                        + " values ($1, $2, $3, $4::text::int4multirange,"
                        + " tstzrange($5, $6), 'HELD', $7)")
                .executeBatch(rows))
        .replaceWithVoid();
  }

  private static Uni<Void> markOverdue(SqlConnection connection, UUID[] nodes, Instant now) {
    return connection
        .preparedQuery(
            "with overdue as (select id from allocation where node_id = any($1) and state = 'HELD'"
                + " and expires_at <= $2 order by id for update)"
                + " update allocation set state = 'LAPSED'"
                + " where id in (select id from overdue)")
        .execute(Tuple.of(nodes, utc(now)))
        .replaceWithVoid();
  }

  /** Makes held slots leased, those only whose time has not passed; gives their number. */
  public Uni<Integer> lease(SqlConnection connection, QuoteId quote, Id lease, Instant now) {
    return connection
        .preparedQuery(
            "update allocation set state = 'LEASED', lease_id = $2, expires_at = null"
                + " where quote_id = $1 and state = 'HELD' and expires_at > $3")
        .execute(Tuple.of(quote.value(), lease.value(), utc(now)))
        .map(RowSet::rowCount);
  }

  /** Frees what a quote holds. */
  Uni<Void> release(SqlConnection connection, QuoteId quote) {
    return connection
        .preparedQuery(
            "update allocation set state = 'RELEASED' where quote_id = $1 and state = 'HELD'")
        .execute(Tuple.of(quote.value()))
        .replaceWithVoid();
  }

  /** Frees a lease's slots as if they had never been leased. */
  public Uni<Void> free(SqlConnection connection, Id lease) {
    return connection
        .preparedQuery(
            "update allocation set state = 'RELEASED' where lease_id = $1 and state = 'LEASED'")
        .execute(Tuple.of(lease.value()))
        .replaceWithVoid();
  }

  /** Lets a lease's slots go at {@code end}, where they were to stay taken for longer. */
  public Uni<Void> shorten(SqlConnection connection, Id lease, Instant end) {
    return connection
        .preparedQuery(
            "update allocation set"
                + " state = case when lower(period) < $2 then state else 'RELEASED' end,"
                + " period = case when lower(period) < $2 then tstzrange(lower(period), $2)"
                + " else period end"
                + " where lease_id = $1 and state = 'LEASED' and upper(period) > $2")
        .execute(Tuple.of(lease.value(), utc(end)))
        .replaceWithVoid();
  }

  /** The slots of quotes, by quote. */
  public Uni<Map<QuoteId, List<Quote.HeldSlots>>> ofQuotes(
      SqlConnection connection, Collection<QuoteId> quotes) {
    return connection
        .preparedQuery(
            "select quote_id, node_id, slots::text as slots from allocation"
                + " where quote_id = any($1) order by node_id")
        .execute(Tuple.of(quotes.stream().map(QuoteId::value).toArray(UUID[]::new)))
        .map(rows -> {
          Map<QuoteId, List<Quote.HeldSlots>> held = new HashMap<>();
          for (Row row : rows) {
            held.computeIfAbsent(new QuoteId(row.getUUID("quote_id")), quote -> new ArrayList<>())
                .add(
                    new Quote.HeldSlots(
                        new NodeId(row.getUUID("node_id")), Slots.parse(row.getString("slots"))));
          }
          return held;
        });
  }

  private static UUID[] ids(Collection<NodeId> nodes) {
    return nodes.stream().map(NodeId::value).sorted().toArray(UUID[]::new);
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
