package io.berth.leasing.internal;

import static io.berth.leasing.internal.OrderStore.utc;

import io.berth.booking.Depth;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.leasing.internal.OrderBookApi.AskView;
import io.berth.leasing.internal.OrderBookApi.BidView;
import io.berth.leasing.internal.OrderBookApi.LastFillView;
import io.berth.leasing.internal.OrderBookApi.OrderBookView;
import io.berth.market.MarketConfig;
import io.berth.platform.Database;
import io.berth.platform.Money;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what all tenants want and all providers offer of a model. It reads everybody's rows, and
 * so gives out nothing but sums by price. Whole devices alone: parts of them are not the same
 * goods.
 */
@ApplicationScoped
public class OrderBook {

  static final int DEPTH_DEFAULT = 20;
  static final int DEPTH_MAX = 100;

  private static final Scope SYSTEM = Scope.system("leasing");

  private static final String BIDS =
      """
      select limit_micros, sum(accelerators - filled_accelerators)::bigint as wanted,
        count(*)::int as orders
      from capacity_order
      where state = 'OPEN' and expires_at > $1 and models @> array[$2::text]
        and coalesce(request::jsonb ->> 'slotKind', 'WHOLE_DEVICE') = 'WHOLE_DEVICE'
        and coalesce(request::jsonb ->> 'term', 'reserved') <> 'interruptible'
        and ($3::text is null
          or ((regions = '{}' or regions @> array[$3::text])
            and (countries = '{}' or countries && $4::text[])
            and not coalesce(jsonb_exists(request::jsonb -> 'excludedRegions', $3), false)
            and not coalesce(
              jsonb_exists_any(request::jsonb -> 'excludedCountries', $4::text[]), false)))
      group by limit_micros order by limit_micros desc nulls first limit $5
      """;

  private static final String FILLS =
      """
      select f.price_micros, f.currency, f.accelerators, date_trunc('minute', f.filled_at) as minute
      from order_fill f join lease l on l.id = f.lease_id and l.term <> 'INTERRUPTIBLE'
      join node_pool p on p.id = l.pool_id and p.slot_kind = 'WHOLE_DEVICE'
      where f.model_id = $1 and ($2::text is null or f.region = $2)
      order by f.filled_at desc limit $3
      """;

  private final Depth depth;
  private final AcceleratorCatalog catalog;
  private final Database database;
  private final MarketConfig market;
  private final Clock clock;

  OrderBook(
      Depth depth,
      AcceleratorCatalog catalog,
      Database database,
      MarketConfig market,
      Clock clock) {
    this.depth = depth;
    this.catalog = catalog;
    this.database = database;
    this.market = market;
    this.clock = clock;
  }

  /** The book of a model; fails with 400 where there is no such model, or the depth is none. */
  Uni<OrderBookView> of(@Nullable String model, @Nullable String region, @Nullable Integer asked) {
    if (model == null || catalog.find(model).isEmpty()) {
      throw ProblemException.malformed(
          "?model",
          model == null
              ? "Say of which accelerator model: GET /v1/accelerators lists them."
              : "There is no accelerator model '" + model + "': GET /v1/accelerators lists them.");
    }
    int levels = asked == null ? DEPTH_DEFAULT : asked;
    if (levels < 1 || levels > DEPTH_MAX) {
      throw ProblemException.malformed("?depth", "depth must be from 1 to " + DEPTH_MAX + ".");
    }
    Instant now = clock.instant();
    return database.sql(
        SYSTEM,
        connection ->
            bids(connection, model, region, now, levels)
                .chain(bids ->
                    depth
                        .asks(connection, model, region, now, levels)
                        .chain(asks ->
                            fills(connection, model, region, levels)
                                .map(fills ->
                                    new OrderBookView(
                                        model,
                                        region,
                                        bids,
                                        asks.stream()
                                            .map(ask ->
                                                new AskView(
                                                    Money.Wire.of(ask.pricePerAcceleratorHour()),
                                                    ask.accelerators()))
                                            .toList(),
                                        fills,
                                        now)))));
  }

  private Uni<List<BidView>> bids(
      SqlConnection connection, String model, @Nullable String region, Instant now, int levels) {
    Uni<Set<String>> countries =
        region == null
            ? Uni.createFrom().item(Set.of())
            : depth.countries(connection, model, region);
    return countries
        .chain(found ->
            connection
                .preparedQuery(BIDS)
                .execute(Tuple.of(utc(now), model, region, found.toArray(String[]::new), levels)))
        .map(rows -> {
          List<BidView> bids = new ArrayList<>();
          rows.forEach(row -> {
            Long limit = row.getLong("limit_micros");
            bids.add(
                new BidView(
                    limit == null ? null : Money.Wire.of(new Money(limit, market.currency())),
                    row.getLong("wanted"),
                    row.getInteger("orders")));
          });
          return bids;
        });
  }

  private static Uni<List<LastFillView>> fills(
      SqlConnection connection, String model, @Nullable String region, int levels) {
    return connection
        .preparedQuery(FILLS)
        .execute(Tuple.of(model, region, levels))
        .map(rows -> {
          List<LastFillView> fills = new ArrayList<>();
          rows.forEach(row ->
              fills.add(
                  new LastFillView(
                      Money.Wire.of(
                          new Money(
                              row.getLong("price_micros"),
                              Currency.getInstance(row.getString("currency")))),
                      row.getInteger("accelerators"),
                      row.getOffsetDateTime("minute").toInstant())));
          return fills;
        });
  }
}
