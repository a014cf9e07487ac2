package io.berth.booking.internal;

import io.berth.booking.NodeSwap;
import io.berth.inventory.NodeId;
import io.berth.matching.Slots;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lets nodes take the place of others in leases. */
@ApplicationScoped
public class SwapStore {

  /**
   * Which change of its nodes brought a node to a lease, by lease and node; those that a lease
   * began with are left out.
   */
  public Uni<Map<UUID, Map<NodeId, Integer>>> joined(
      SqlConnection connection, Collection<UUID> leases) {
    return connection
        .preparedQuery(
            "select lease_id, node_id, min(joined) as joined from allocation"
                + " where lease_id = any($1) group by lease_id, node_id having min(joined) > 0")
        .execute(Tuple.of(leases.toArray(UUID[]::new)))
        .map(rows -> {
          Map<UUID, Map<NodeId, Integer>> joined = new HashMap<>();
          rows.forEach(row ->
              joined
                  .computeIfAbsent(row.getUUID("lease_id"), lease -> new HashMap<>())
                  .put(new NodeId(row.getUUID("node_id")), row.getInteger("joined")));
          return joined;
        });
  }

  /**
   * Which of their nodes leases share with others at a moment: others have something of it, or the
   * node had slots that the lease does not have, and lost them since the lease began.
   */
  public Uni<Map<UUID, Set<NodeId>>> shared(
      SqlConnection connection, Collection<UUID> leases, Instant now) {
    return connection
        .preparedQuery(
            """
            select distinct mine.lease_id, mine.node_id
            from allocation mine join node on node.id = mine.node_id
            where mine.lease_id = any($1) and mine.state = 'LEASED'
              and (exists (
                  select from allocation other
                  where other.node_id = mine.node_id and other.lease_id <> mine.lease_id
                    and other.state = 'LEASED' and other.period @> $2::timestamptz)
                or exists (
                  select from jsonb_each_text(node.slots_lost::jsonb) lost
                  where not mine.slots @> lost.key::int
                    and lost.value::timestamptz > lower(mine.period)))
            """)
        .execute(Tuple.of(leases.toArray(UUID[]::new), now.atOffset(ZoneOffset.UTC)))
        .map(rows -> {
          Map<UUID, Set<NodeId>> shared = new HashMap<>();
          rows.forEach(row ->
              shared
                  .computeIfAbsent(row.getUUID("lease_id"), lease -> new HashSet<>())
                  .add(new NodeId(row.getUUID("node_id"))));
          return shared;
        });
  }

  /** A node that could take another's place, with the slots that it would give. */
  private record Spare(NodeId node, Slots slots) {}

  /** Nodes that could take a lost one's place, the best first, at most {@code limit}. */
  public Uni<List<NodeId>> spares(SqlConnection connection, NodeSwap swap, Instant now, int limit) {
    return spares(connection, swap, null, now, limit)
        .map(spares -> spares.stream().map(Spare::node).toList());
  }

  private static Uni<List<Spare>> spares(
      SqlConnection connection, NodeSwap swap, @Nullable NodeId only, Instant now, int limit) {
    return connection
        .preparedQuery(
            "select spare.id, spare.slots, taken.slots::text as taken, spare.slots - taken.count as free"
                + " from node lost, node spare cross join lateral (select coalesce(range_agg(part), '{}') as slots,"
                + " coalesce(sum(upper(part) - lower(part)), 0) as count"
                + " from allocation other, unnest(other.slots) as part where other.node_id = spare.id"
                + " and other.state in ('HELD', 'LEASED') and (other.expires_at is null or other.expires_at > $5)"
                + " and other.period && tstzrange($5, $6)) as taken"
                + " where lost.id = $1 and spare.id <> lost.id and spare.pool_id = $2 and spare.sellable"
                + " and ($7::uuid is null or spare.id = $7)"
                + " and ($8 or (spare.fabric is not distinct from lost.fabric"
                + " and spare.nvlink_domain is not distinct from lost.nvlink_domain))"
                + " and spare.slots - taken.count >= $4"
                + " and not exists (select from allocation other where other.node_id = spare.id"
                + " and other.state in ('HELD', 'LEASED') and other.period && tstzrange($5, $6)"
                + " and (other.lease_id = $3 or other.sole_tenant_id <> (select mine.sole_tenant_id"
                + " from allocation mine where mine.lease_id = $3 limit 1)))"
                + " and not exists (select from maintenance_window kept where kept.state = 'PLANNED'"
                + " and (kept.node_id = spare.id"
                + " or (kept.node_id is null and kept.pool_id = spare.pool_id))"
                + " and kept.start_at < $6 and kept.end_at > $5)"
                // As the planner chooses: what breaks up the least, then what failed the least.
                + " order by free, spare.failures, spare.id limit $9")
        .execute(
            Tuple.tuple()
                .addUUID(swap.lost().value())
                .addUUID(swap.pool().value())
                .addUUID(swap.lease().value())
                .addInteger(swap.count())
                .addOffsetDateTime(utc(now))
                .addOffsetDateTime(utc(swap.end()))
                .addUUID(only == null ? null : only.value())
                .addBoolean(swap.isAlone())
                .addInteger(limit))
        .map(rows -> {
          List<Spare> spares = new ArrayList<>();
          rows.forEach(row ->
              spares.add(
                  new Spare(
                      new NodeId(row.getUUID("id")),
                      Slots.first(row.getInteger("slots"))
                          .without(Slots.parse(row.getString("taken")))
                          .lowest(swap.count()))));
          return spares;
        });
  }

  /**
   * Lets a spare node take the place of a lost one in a lease from a moment on. Others that book it
   * wait until the end of the transaction.
   *
   * @param freeAt until when the lost node's slots stay taken
   * @return false, with nothing changed, where it has not the room any more
   */
  public Uni<Boolean> swap(
      SqlConnection connection, NodeSwap swap, NodeId spare, Instant freeAt, Instant now) {
    UUID[] nodes = {spare.value()};
    return BookingLocks.nodes(connection, nodes)
        .chain(() -> AllocationStore.markOverdue(connection, nodes, now))
        .chain(() -> spares(connection, swap, spare, now, 1))
        .chain(found ->
            found.isEmpty()
                ? Uni.createFrom().item(false)
                : swap(connection, swap, found.getFirst(), freeAt, now).replaceWith(true));
  }

  private static Uni<Void> swap(
      SqlConnection connection, NodeSwap swap, Spare spare, Instant freeAt, Instant now) {
    return connection
        .preparedQuery(
            "insert into allocation (id, quote_id, lease_id, node_id, slots, period, state,"
                + " sole_tenant_id, yields_after_minutes, yield_price_micros, joined)"
                + " select gen_random_uuid(), quote_id, lease_id, $3, $4::text::int4multirange,"
                + " tstzrange($5, $6), 'LEASED', sole_tenant_id, yields_after_minutes,"
                + " yield_price_micros, (select max(joined) + 1 from allocation where lease_id = $1)"
                + " from allocation where lease_id = $1 and node_id = $2 and state = 'LEASED'"
                + " and given_back_at is null limit 1")
        .execute(
            Tuple.tuple()
                .addUUID(swap.lease().value())
                .addUUID(swap.lost().value())
                .addUUID(spare.node().value())
                .addString(spare.slots().toMultirange())
                .addOffsetDateTime(utc(now))
                .addOffsetDateTime(utc(swap.end())))
        .chain(() ->
            connection
                .preparedQuery(
                    "update allocation set given_back_at = $3,"
                        + " state = case when lower(period) < $4 then state else 'RELEASED' end,"
                        + " period = case when lower(period) < $4"
                        + " then tstzrange(lower(period), least(upper(period), $4)) else period end"
                        + " where lease_id = $1 and node_id = $2 and state = 'LEASED'"
                        + " and given_back_at is null")
                .execute(
                    Tuple.of(swap.lease().value(), swap.lost().value(), utc(now), utc(freeAt))))
        .replaceWithVoid();
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
