package io.berth.booking.internal;

import io.berth.booking.Depth.Ask;
import io.berth.platform.Money;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Adds up what is on offer. */
@ApplicationScoped
public class DepthStore {

  /** What is on offer by price; what is taken of a node at one moment never overlaps. */
  private static final String ASKS =
      """
      select o.price_micros, o.price_currency, sum(n.slots - taken.slots)::bigint as free
      from offer o
      join node_pool p on p.id = o.pool_id
      join node n on n.pool_id = p.id and n.sellable
      cross join lateral (
        select coalesce(sum(upper(part) - lower(part)), 0) as slots
        from allocation a, unnest(a.slots) part
        where a.node_id = n.id and a.state in ('HELD', 'LEASED')
          and (a.state = 'LEASED' or a.expires_at > $3::timestamptz)
          and a.period @> $3::timestamptz) taken
      where o.state = 'PUBLISHED' and p.model_id = $1 and p.slot_kind = 'WHOLE_DEVICE'
        and not exists (
          select 1 from maintenance_window w
          where (w.node_id = n.id or (w.node_id is null and w.pool_id = p.id))
            and w.state = 'PLANNED' and w.start_at <= $3 and w.end_at > $3)
        and ($2::text is null or n.region = $2)
        and (o.available_from is null or o.available_from <= $3)
        and (o.available_until is null or o.available_until > $3)
      group by o.price_micros, o.price_currency
      having sum(n.slots - taken.slots) > 0
      order by o.price_micros, o.price_currency
      limit $4
      """;

  /** As {@link io.berth.booking.Depth#asks} says. */
  public Uni<List<Ask>> asks(
      SqlConnection connection, String model, @Nullable String region, Instant now, int levels) {
    return connection
        .preparedQuery(ASKS)
        .execute(Tuple.of(model, region, now.atOffset(ZoneOffset.UTC), levels))
        .map(rows -> {
          List<Ask> asks = new ArrayList<>();
          rows.forEach(row ->
              asks.add(
                  new Ask(
                      new Money(
                          row.getLong("price_micros"),
                          Currency.getInstance(row.getString("price_currency"))),
                      row.getLong("free"))));
          return asks;
        });
  }

  /** As {@link io.berth.booking.Depth#countries} says. */
  public Uni<Set<String>> countries(SqlConnection connection, String model, String region) {
    return connection
        .preparedQuery(
            "select distinct country from node"
                + " where model_id = $1 and region = $2 and country is not null")
        .execute(Tuple.of(model, region))
        .map(rows -> {
          Set<String> countries = new TreeSet<>();
          rows.forEach(row -> countries.add(row.getString("country")));
          return countries;
        });
  }
}
