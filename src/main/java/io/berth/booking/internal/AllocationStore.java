package io.berth.booking.internal;

import io.berth.booking.LeasedSlots;
import io.berth.booking.PlanOutdated;
import io.berth.booking.Quote;
import io.berth.booking.QuoteId;
import io.berth.inventory.NodeId;
import io.berth.market.Offer;
import io.berth.matching.Planning.NodeShare;
import io.berth.matching.Slots;
import io.berth.matching.Timeline;
import io.berth.matching.Timeline.Busy;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes allocations. */
@ApplicationScoped
public class AllocationStore {

  private static final String TAKEN =
      "select node_id, slots::text as slots, lower(period) as start_at, upper(period) as end_at,"
          + " expires_at, sole_tenant_id, true as is_demand, case when state = 'LEASED'"
          + " and yields_after_minutes is not null and given_back_at is null then lease_id end"
          + " as yielding_lease_id, id as allocation_id from allocation where state in ('HELD', 'LEASED') and upper(period) > $1";

  /** Where a provider keeps a node from sale, all its slots are taken. */
  private static final String KEPT_FROM_SALE =
      "select node.id, '{[0,' || node.slots || ')}', start_at, end_at, null, null,"
          + " false, null, null"
          + " from maintenance_window join node on node.slots > 0 and (node.id = node_id"
          + " or (node_id is null and node.pool_id = maintenance_window.pool_id))"
          + " where state = 'PLANNED' and end_at > $1";

  /** What is taken of every node, from {@code now} on. */
  Uni<Map<NodeId, Timeline>> timelines(SqlConnection connection, Instant now) {
    return connection
        .preparedQuery(TAKEN + " union all " + KEPT_FROM_SALE)
        .execute(Tuple.of(thisMinute(now)))
        .map(rows -> read(rows, List.of()));
  }

  /** What is taken of nodes, from {@code now} on; each has a timeline, be it empty. */
  Uni<Map<NodeId, Timeline>> timelines(
      SqlConnection connection, Collection<NodeId> nodes, Instant now) {
    return rows(connection, nodes, now).map(rows -> read(rows, nodes));
  }

  /** What these allocations take, from {@code now} on, by node. */
  Uni<Map<NodeId, List<Busy>>> taken(
      SqlConnection connection, Collection<UUID> allocations, Instant now) {
    return connection
        .preparedQuery(TAKEN + " and id = any($2)")
        .execute(Tuple.of(thisMinute(now), allocations.toArray(UUID[]::new)))
        .map(AllocationStore::byNode);
  }

  /** The rows of what is taken of nodes, from {@code now} on, with the leases that yield. */
  Uni<RowSet<Row>> rows(SqlConnection connection, Collection<NodeId> nodes, Instant now) {
    return connection
        .preparedQuery(
            TAKEN + " and node_id = any($2) union all " + KEPT_FROM_SALE + " and node.id = any($2)")
        .execute(Tuple.of(thisMinute(now), ids(nodes)));
  }

  /** What ended within this minute is in the way of a lease that starts now, at its beginning. */
  private static OffsetDateTime thisMinute(Instant now) {
    return utc(now.truncatedTo(ChronoUnit.MINUTES));
  }

  private static Map<NodeId, Timeline> read(RowSet<Row> rows, Collection<NodeId> asked) {
    Map<NodeId, Timeline> timelines = new HashMap<>();
    asked.forEach(node -> timelines.put(node, Timeline.EMPTY));
    byNode(rows).forEach((node, entries) -> timelines.put(node, Timeline.of(entries)));
    return timelines;
  }

  private static Map<NodeId, List<Busy>> byNode(RowSet<Row> rows) {
    Map<NodeId, List<Busy>> busy = new HashMap<>();
    for (Row row : rows) {
      busy.computeIfAbsent(new NodeId(row.getUUID("node_id")), node -> new ArrayList<>())
          .add(busy(row));
    }
    return busy;
  }

  /** What a row says is taken. */
  static Busy busy(Row row) {
    OffsetDateTime expiresAt = row.getOffsetDateTime("expires_at");
    UUID owner = row.getUUID("sole_tenant_id");
    return new Busy(
        Slots.parse(row.getString("slots")),
        new Period(
            row.getOffsetDateTime("start_at").toInstant(),
            row.getOffsetDateTime("end_at").toInstant()),
        expiresAt == null ? null : expiresAt.toInstant(),
        owner == null ? null : new OrganizationId(owner),
        row.getBoolean("is_demand"),
        row.getUUID("allocation_id"));
  }

  /**
   * What is held for a quote.
   *
   * @param offer as it was planned on
   * @param yieldsAfter how long it takes to free the slots again where the lease is to yield to
   *     firm ones; null where it does not
   * @param soleTenant who alone may be on these nodes meanwhile; null where slots are isolated
   */
  record Hold(
      QuoteId quote,
      Offer offer,
      List<NodeShare> shares,
      Period occupied,
      @Nullable OrganizationId soleTenant,
      @Nullable Duration yieldsAfter,
      Instant expiresAt) {}

  /**
   * Holds slots for a quote. Bookings of a node at the same time queue up, by order of node: two
   * that insert at once would each wait for the other's row, which PostgreSQL ends as a deadlock
   * after a second. Holds on these nodes whose time has passed are marked first, since the
   * constraint cannot know the time.
   */
  Uni<List<NodeShare>> hold(SqlConnection connection, Hold hold, Instant now) {
    UUID[] nodes = ids(hold.shares().stream().map(NodeShare::node).toList());
    // Sent together, done one after the other: what is free is read when nobody else books there.
    return Uni.combine()
        .all()
        .unis(
            BookingLocks.days(connection, nodes, hold.occupied()),
            markOverdue(connection, nodes, hold.occupied(), now),
            stillFree(connection, hold, nodes))
        .with((queued, marked, shares) -> shares)
        .call(shares ->
            connection
                .preparedQuery(
                    "insert into allocation"
                        + " (id, quote_id, node_id, slots, period, state, expires_at,"
                        + " sole_tenant_id, yields_after_minutes, yield_price_micros)"
                        + " select id, $2, node_id, slots::int4multirange, tstzrange($5, $6),"
                        + " 'HELD', $7, $8, $9, $10"
                        + " from unnest($1::uuid[], $3::uuid[], $4::text[])"
                        + " as share(id, node_id, slots) order by node_id")
                .execute(
                    Tuple.tuple()
                        .addArrayOfUUID(
                            shares.stream().map(share -> Id.fresh()).toArray(UUID[]::new))
                        .addUUID(hold.quote().value())
                        .addArrayOfUUID(
                            shares.stream().map(share -> share.node().value()).toArray(UUID[]::new))
                        .addArrayOfString(
                            shares.stream()
                                .map(share -> share.slots().toMultirange())
                                .toArray(String[]::new))
                        .addOffsetDateTime(utc(hold.occupied().start()))
                        .addOffsetDateTime(utc(hold.occupied().end()))
                        .addOffsetDateTime(utc(hold.expiresAt()))
                        .addUUID(hold.soleTenant() == null ? null : hold.soleTenant().value())
                        .addInteger(QuoteStore.minutes(hold.yieldsAfter()))
                        .addLong(
                            hold.yieldsAfter() == null
                                ? null
                                : hold.offer().pricePerAcceleratorHour().micros())));
  }

  /**
   * The same numbers of slots of the same nodes, as they are free now that nobody else can take
   * them: others may have been quicker since the plan was made, and a node whose other slots do as
   * well need not be planned anew. Fails with {@link PlanOutdated} where a node does not have them,
   * or is no longer for sale, or is offered otherwise by now.
   */
  private static Uni<List<NodeShare>> stillFree(SqlConnection connection, Hold hold, UUID[] nodes) {
    return connection
        .preparedQuery(
            "select id, slots, sellable and pool_id = $2"
                + " and exists (select from offer where offer.id = $5 and offer.version = $6"
                + " and offer.state = 'PUBLISHED')"
                + " and not exists (select from maintenance_window kept where kept.state = 'PLANNED'"
                + " and (kept.node_id = node.id"
                + " or (kept.node_id is null and kept.pool_id = node.pool_id))"
                + " and kept.start_at < $4 and kept.end_at > $3) as for_sale,"
                + " (select coalesce(range_agg(taken), '{}')::text from allocation, unnest(slots)"
                + " as taken where node_id = node.id and state in ('HELD', 'LEASED')"
                + " and period && tstzrange($3, $4)) as taken"
                + " from node where id = any($1)")
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(nodes)
                .addUUID(hold.offer().pool().value())
                .addOffsetDateTime(utc(hold.occupied().start()))
                .addOffsetDateTime(utc(hold.occupied().end()))
                .addUUID(hold.offer().id().value())
                .addLong(hold.offer().version()))
        .map(rows -> {
          Map<NodeId, Row> found = new HashMap<>();
          rows.forEach(row -> found.put(new NodeId(row.getUUID("id")), row));
          return hold.shares().stream()
              .map(share -> fresh(share, found.get(share.node())))
              .toList();
        });
  }

  private static NodeShare fresh(NodeShare share, @Nullable Row node) {
    if (node == null || !node.getBoolean("for_sale")) {
      throw new PlanOutdated("no longer for sale: " + share.node());
    }
    Slots taken = Slots.parse(node.getString("taken"));
    Slots free = Slots.first(node.getInteger("slots")).without(taken);
    if (share.slots().minus(free).count() == 0) {
      return share;
    }
    if (free.count() < share.slots().count()) {
      throw new PlanOutdated("taken meanwhile: " + share.node());
    }
    return new NodeShare(share.node(), free.lowest(share.slots().count()));
  }

  /**
   * When a lease's slots are taken by somebody else next, or kept from sale by their provider,
   * before {@code end}; empty where they are free until then. Others that book these nodes wait
   * until the end of the transaction.
   *
   * @param nodes the lease's
   */
  public Uni<Optional<Instant>> takenNext(
      SqlConnection connection, Id lease, Collection<NodeId> nodes, Instant end, Instant now) {
    UUID[] ids = ids(nodes);
    return BookingLocks.nodes(connection, ids)
        .chain(() -> markOverdue(connection, ids, now))
        .chain(() ->
            connection
                .preparedQuery(
                    "with mine as (select * from allocation where lease_id = $1 and state = 'LEASED'"
                        + " and given_back_at is null and upper(period) < $2)"
                        + " select min(taken_from) as next from ("
                        + "select lower(other.period) as taken_from from mine"
                        + " join allocation other on other.node_id = mine.node_id"
                        + " and other.lease_id is distinct from $1"
                        + " and (other.slots && mine.slots"
                        + " or other.sole_tenant_id <> mine.sole_tenant_id)"
                        + " and other.state in ('HELD', 'LEASED')"
                        + " and other.period && tstzrange(upper(mine.period), $2)"
                        + " union all select start_at from mine join node on node.id = mine.node_id"
                        + " join maintenance_window kept on kept.state = 'PLANNED'"
                        + " and (kept.node_id = node.id"
                        + " or (kept.node_id is null and kept.pool_id = node.pool_id))"
                        + " and kept.start_at < $2 and kept.end_at > upper(mine.period)) as taken")
                .execute(Tuple.of(lease.value(), utc(end))))
        .map(rows ->
            Optional.ofNullable(rows.iterator().next().getOffsetDateTime("next"))
                .map(OffsetDateTime::toInstant));
  }

  /** Keeps a lease's slots taken until a later end; the database refuses what overlaps. */
  public Uni<Void> extend(SqlConnection connection, Id lease, Instant end) {
    return connection
        .preparedQuery(
            "update allocation set period = tstzrange(lower(period), $2)"
                + " where lease_id = $1 and state = 'LEASED' and given_back_at is null")
        .execute(Tuple.of(lease.value(), utc(end)))
        .replaceWithVoid();
  }

  /**
   * Lets some of a lease's slots go before its end.
   *
   * @param given what of which node
   * @param end until when they stay taken, turnaround included; null where they are free as if they
   *     had never been leased
   */
  public Uni<Void> giveBack(
      SqlConnection connection,
      Id lease,
      List<Quote.HeldSlots> given,
      @Nullable Instant end,
      Instant now) {
    List<Tuple> parts =
        given.stream()
            .map(part ->
                Tuple.tuple()
                    .addUUID(lease.value())
                    .addUUID(part.node().value())
                    .addString(part.slots().toMultirange())
                    .addOffsetDateTime(end == null ? null : utc(end))
                    .addOffsetDateTime(utc(now)))
            .toList();
    // What stays first: the row of what goes must find its slots free.
    return connection
        .preparedQuery(
            "update allocation set slots = case when slots <@ $3::text::int4multirange then slots"
                + " else slots - $3::text::int4multirange end,"
                + " given_back_at = case when slots <@ $3::text::int4multirange then $5"
                + " else given_back_at end,"
                + " state = case when slots <@ $3::text::int4multirange and $4::timestamptz is null"
                + " then 'RELEASED' else state end,"
                + " period = case when slots <@ $3::text::int4multirange"
                + " then tstzrange(lower(period), least(upper(period), $4)) else period end"
                + " where lease_id = $1 and node_id = $2 and state = 'LEASED'"
                + " and given_back_at is null")
        .executeBatch(parts)
        .chain(() ->
            connection
                .preparedQuery(
                    "insert into allocation (id, quote_id, lease_id, node_id, slots, period, state,"
                        + " sole_tenant_id, joined, given_back_at)"
                        + " select gen_random_uuid(), quote_id, lease_id, node_id,"
                        + " $3::text::int4multirange,"
                        + " tstzrange(lower(period), least(upper(period), $4)),"
                        + " case when $4::timestamptz is null then 'RELEASED' else 'LEASED' end,"
                        + " sole_tenant_id, joined, $5"
                        + " from allocation where lease_id = $1 and node_id = $2"
                        + " and state = 'LEASED' and given_back_at is null")
                .executeBatch(parts))
        .replaceWithVoid();
  }

  /**
   * Cuts a lease's slots off at the start of another tenant's quote, which holds them from there
   * on.
   *
   * @param quote for the rest of the lease, or for all of it
   */
  public Uni<Void> handOver(SqlConnection connection, Id lease, Quote quote) {
    Instant moment = quote.period().start();
    return connection
        .preparedQuery(
            "update allocation set"
                + " state = case when lower(period) < $2 then state else 'RELEASED' end,"
                + " period = case when lower(period) < $2 then tstzrange(lower(period), $2)"
                + " else period end"
                + " where lease_id = $1 and state = 'LEASED' and given_back_at is null")
        .execute(Tuple.of(lease.value(), utc(moment)))
        .chain(() ->
            connection
                .preparedQuery(
                    "insert into allocation (id, quote_id, node_id, slots, period, state,"
                        + " expires_at, sole_tenant_id, yields_after_minutes, yield_price_micros)"
                        + " select gen_random_uuid(), $2, node_id,"
                        + " slots, tstzrange($3, $4), 'HELD', $5,"
                        + " case when sole_tenant_id is not null then $6::uuid end,"
                        + " yields_after_minutes, yield_price_micros from allocation"
                        + " where lease_id = $1 and given_back_at is null")
                .execute(
                    Tuple.of(
                        lease.value(),
                        quote.id().value(),
                        utc(moment),
                        utc(quote.period().end().plus(quote.turnaround())),
                        utc(quote.expiresAt()),
                        quote.tenant().value())))
        .replaceWithVoid();
  }

  /** What leases have and had, by the quotes that they were made of. */
  public Uni<Map<QuoteId, LeasedSlots>> leased(
      SqlConnection connection, Collection<QuoteId> quotes) {
    return connection
        .preparedQuery(
            "select quote_id, node_id, slots::text as slots, given_back_at is null as kept"
                + " from allocation where quote_id = any($1) order by node_id")
        .execute(Tuple.of(quotes.stream().map(QuoteId::value).toArray(UUID[]::new)))
        .map(rows -> {
          Map<QuoteId, List<Quote.HeldSlots>> kept = new HashMap<>();
          Map<QuoteId, Set<NodeId>> all = new HashMap<>();
          for (Row row : rows) {
            QuoteId quote = new QuoteId(row.getUUID("quote_id"));
            NodeId node = new NodeId(row.getUUID("node_id"));
            all.computeIfAbsent(quote, key -> new HashSet<>()).add(node);
            if (row.getBoolean("kept")) {
              kept.computeIfAbsent(quote, key -> new ArrayList<>())
                  .add(new Quote.HeldSlots(node, Slots.parse(row.getString("slots"))));
            }
          }
          Map<QuoteId, LeasedSlots> leased = new HashMap<>();
          all.forEach((quote, nodes) ->
              leased.put(quote, LeasedSlots.of(kept.getOrDefault(quote, List.of()), nodes)));
          return leased;
        });
  }

  /** Those alone that are in the way of a period, so that nobody waits who books another. */
  private static Uni<Void> markOverdue(
      SqlConnection connection, UUID[] nodes, Period occupied, Instant now) {
    return connection
        .preparedQuery(
            "with overdue as (select id from allocation where node_id = any($1) and state = 'HELD'"
                + " and expires_at <= $2 and period && tstzrange($3, $4) order by id for update)"
                + " update allocation set state = 'LAPSED'"
                + " where id in (select id from overdue)")
        .execute(Tuple.of(nodes, utc(now), utc(occupied.start()), utc(occupied.end())))
        .replaceWithVoid();
  }

  /** All of nodes whose time has passed, since the constraint cannot know the time. */
  static Uni<Void> markOverdue(SqlConnection connection, UUID[] nodes, Instant now) {
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

  /** What quotes hold or held, by quote; also where some of it was given back since. */
  public Uni<Map<QuoteId, List<Quote.HeldSlots>>> ofQuotes(
      SqlConnection connection, Collection<QuoteId> quotes) {
    return connection
        .preparedQuery(
            "select quote_id, node_id, range_agg(slots)::text as slots from allocation"
                + " where quote_id = any($1) and joined = 0 group by quote_id, node_id order by node_id")
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
