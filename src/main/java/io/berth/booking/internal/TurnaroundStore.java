package io.berth.booking.internal;

import io.berth.booking.Quote.HeldSlots;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The turnaround of leases whose slots were to pass to another lease without one, where they do not
 * after all. It is a row of its own, of the former lease, that goes with it: given back as soon as
 * it is written, so that it is none of what the lease has.
 */
@ApplicationScoped
public class TurnaroundStore {

  /** The leases that have some of these slots up to a moment, and not beyond. */
  public Uni<Set<UUID>> upTo(SqlConnection connection, List<HeldSlots> slots, Instant moment) {
    return connection
        .preparedQuery(
            "select distinct former.lease_id from allocation former"
                + " join unnest($1::uuid[], $2::text[]) as given(node_id, slots)"
                + " on given.node_id = former.node_id"
                + " and given.slots::int4multirange && former.slots"
                + " where former.state = 'LEASED' and upper(former.period) = $3")
        .execute(Tuple.of(nodes(slots), ranges(slots), utc(moment)))
        .map(rows -> {
          Set<UUID> leases = new LinkedHashSet<>();
          rows.forEach(row -> leases.add(row.getUUID("lease_id")));
          return leases;
        });
  }

  /**
   * Keeps slots that are free again taken after leases that had them before.
   *
   * @param tenant who gives them back: what else it has on a node of its own alone may stay there
   * @param leases that had them up to the start of {@code turnaround}
   */
  public Uni<Void> keep(
      SqlConnection connection,
      OrganizationId tenant,
      Collection<UUID> leases,
      List<HeldSlots> slots,
      Period turnaround,
      Instant now) {
    return connection
        .preparedQuery(
            "insert into allocation (id, quote_id, lease_id, node_id, slots, period, state,"
                + " sole_tenant_id, joined, given_back_at)"
                + " select gen_random_uuid(), former.quote_id, former.lease_id, former.node_id,"
                + " former.slots * given.slots::int4multirange, tstzrange($3, $4), 'LEASED',"
                + " case when former.sole_tenant_id is not null then $7::uuid end,"
                + " former.joined, $5 from allocation former"
                + " join unnest($1::uuid[], $2::text[]) as given(node_id, slots)"
                + " on given.node_id = former.node_id"
                + " and given.slots::int4multirange && former.slots"
                + " where former.state = 'LEASED' and upper(former.period) = $3"
                + " and former.lease_id = any($6) order by former.node_id")
        .execute(
            Tuple.from(
                List.of(
                    nodes(slots),
                    ranges(slots),
                    utc(turnaround.start()),
                    utc(turnaround.end()),
                    utc(now),
                    leases.toArray(UUID[]::new),
                    tenant.value())))
        .replaceWithVoid();
  }

  /**
   * Takes what {@link #keep} wrote after a lease back, as far as the lease has the slots still: it
   * goes on with them for longer after all.
   */
  public Uni<Void> forget(SqlConnection connection, Id lease) {
    return connection
        .preparedQuery(
            "with rest as (select after.id, after.slots - range_agg(mine.slots) as slots"
                + " from allocation after join allocation mine on mine.node_id = after.node_id"
                + " and mine.slots && after.slots and upper(mine.period) = lower(after.period)"
                + " where after.lease_id = $1 and after.state = 'LEASED'"
                + " and after.given_back_at is not null and mine.lease_id = $1"
                + " and mine.state = 'LEASED' and mine.given_back_at is null group by after.id)"
                + " update allocation set"
                + " state = case when isempty(rest.slots) then 'RELEASED' else state end,"
                + " slots = case when isempty(rest.slots) then allocation.slots else rest.slots end"
                + " from rest where allocation.id = rest.id")
        .execute(Tuple.of(lease.value()))
        .replaceWithVoid();
  }

  private static UUID[] nodes(List<HeldSlots> slots) {
    return slots.stream().map(held -> held.node().value()).toArray(UUID[]::new);
  }

  private static String[] ranges(List<HeldSlots> slots) {
    return slots.stream().map(held -> held.slots().toMultirange()).toArray(String[]::new);
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
