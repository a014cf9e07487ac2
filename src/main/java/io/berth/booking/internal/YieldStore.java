package io.berth.booking.internal;

import io.berth.booking.InTheWay;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.matching.Timeline.Busy;
import io.berth.platform.Id;
import io.berth.platform.Period;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what interruptible leases have. */
@ApplicationScoped
public class YieldStore {

  /** So many are considered at most, the cheapest. */
  private static final int LEASES_MAX = 2_000;

  private final AllocationStore allocations;

  YieldStore(AllocationStore allocations) {
    this.allocations = allocations;
  }

  /**
   * An interruptible lease.
   *
   * @param after how long it takes to free its slots: its notice and the turnaround
   * @param nodes where it has slots
   */
  record Yielding(UUID lease, Duration after, Set<NodeId> nodes) {}

  /**
   * What is taken of a node.
   *
   * @param lease whose it is where that lease yields; null of anything else
   */
  record Taken(Busy busy, @Nullable UUID lease) {}

  /**
   * The interruptible leases that have slots in a time, in the order in which they yield: the
   * lowest price first, of several the one that starts last, which has the least to lose.
   *
   * @param pools in which they have some of them
   */
  Uni<List<Yielding>> leases(
      SqlConnection connection, Period within, Collection<NodePoolId> pools) {
    return connection
        .preparedQuery(
            "select lease_id, max(yields_after_minutes) as after, array_agg(node_id) as nodes"
                + " from allocation join node on node.id = node_id and node.pool_id = any($4)"
                + " where state = 'LEASED' and yields_after_minutes is not null"
                + " and given_back_at is null and period && tstzrange($1, $2)"
                + " group by lease_id order by min(yield_price_micros), max(lower(period)) desc,"
                + " lease_id limit $3")
        .execute(
            Tuple.of(
                within.start().atOffset(ZoneOffset.UTC),
                within.end().atOffset(ZoneOffset.UTC),
                LEASES_MAX,
                pools.stream().map(NodePoolId::value).toArray(UUID[]::new)))
        .map(rows -> {
          List<Yielding> leases = new ArrayList<>();
          for (Row row : rows) {
            leases.add(
                new Yielding(
                    row.getUUID("lease_id"),
                    Duration.ofMinutes(row.getInteger("after")),
                    Arrays.stream(row.getArrayOfUUIDs("nodes"))
                        .map(NodeId::new)
                        .collect(Collectors.toCollection(LinkedHashSet::new))));
          }
          return leases;
        });
  }

  /**
   * What of others is in the way of a lease that is to keep its slots for longer, whoever's it is.
   *
   * @param end until when they are to stay taken, turnaround included
   */
  public Uni<List<InTheWay>> inTheWay(
      SqlConnection connection, Id lease, Instant end, Instant now) {
    return connection
        .preparedQuery(
            "with mine as (select * from allocation where lease_id = $1 and state = 'LEASED'"
                + " and given_back_at is null and upper(period) < $2)"
                + " select case when other.state = 'LEASED' and other.given_back_at is null"
                + " and other.yields_after_minutes is not null then other.lease_id end as yielding,"
                + " greatest(lower(other.period), upper(mine.period)) as taken_from,"
                + " other.yields_after_minutes as after from mine"
                + " join allocation other on other.node_id = mine.node_id"
                + " and other.lease_id is distinct from $1 and (other.slots && mine.slots"
                + " or other.sole_tenant_id <> mine.sole_tenant_id)"
                + " and (other.state = 'LEASED' or other.state = 'HELD' and other.expires_at > $3)"
                + " and other.period && tstzrange(upper(mine.period), $2)"
                + " union all select null, greatest(start_at, upper(mine.period)), null"
                + " from mine join node on node.id = mine.node_id"
                + " join maintenance_window kept on kept.state = 'PLANNED'"
                + " and (kept.node_id = node.id"
                + " or (kept.node_id is null and kept.pool_id = node.pool_id))"
                + " and kept.start_at < $2 and kept.end_at > upper(mine.period)")
        .execute(
            Tuple.of(lease.value(), end.atOffset(ZoneOffset.UTC), now.atOffset(ZoneOffset.UTC)))
        .map(rows -> {
          List<InTheWay> found = new ArrayList<>();
          for (Row row : rows) {
            Integer after = row.getInteger("after");
            found.add(
                new InTheWay(
                    row.getUUID("yielding"),
                    row.getOffsetDateTime("taken_from").toInstant(),
                    after == null ? Duration.ZERO : Duration.ofMinutes(after)));
          }
          return found;
        });
  }

  /** All that is taken of nodes, from {@code now} on. */
  Uni<Map<NodeId, List<Taken>>> taken(
      SqlConnection connection, Collection<NodeId> nodes, Instant now) {
    return allocations
        .rows(connection, nodes, now)
        .map(rows -> {
          Map<NodeId, List<Taken>> taken = new HashMap<>();
          nodes.forEach(node -> taken.put(node, new ArrayList<>()));
          for (Row row : rows) {
            taken
                .computeIfAbsent(new NodeId(row.getUUID("node_id")), node -> new ArrayList<>())
                .add(new Taken(AllocationStore.busy(row), row.getUUID("yielding_lease_id")));
          }
          return taken;
        });
  }
}
