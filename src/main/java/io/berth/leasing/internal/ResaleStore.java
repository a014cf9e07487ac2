package io.berth.leasing.internal;

import io.berth.leasing.LeaseId;
import io.berth.leasing.Resale;
import io.berth.leasing.ResaleId;
import io.berth.leasing.ResaleState;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.PageRequest;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads and writes offers of the rest of leases. */
@ApplicationScoped
public class ResaleStore {

  private static final String COLUMNS =
      "r.id, r.lease_id, r.seller_id, r.state, r.price_micros, r.currency, r.from_at, r.until_at,"
          + " r.end_at, r.accelerators, r.sold_from, r.new_lease_id, r.created_at, r.settled_at,"
          + " r.version";

  /** Says in SQL that nothing has ended it, as {@link Resale#endedBy} does, of $1 as now. */
  private static final String STANDS =
      """
      (r.until_at is null or r.until_at > $1)
        and l.state in ('RESERVED', 'PROVISIONING', 'ACTIVE') and l.transferred_at is null
        and l.accelerators = r.accelerators
        and (l.end_at = r.end_at or (l.term = 'ON_DEMAND' and l.end_at > r.end_at))
        and l.end_at - interval '1 minute' >= $1
      """;

  /** Says in SQL what {@link Resale#restOf} does, of $1 as now. */
  private static final String CAN_BE_BOUGHT =
      "r.state = 'OPEN' and l.wind_downs = '[]' and " + STANDS;

  /**
   * What is looked for; empty sets ask for nothing.
   *
   * @param countries where all nodes must be
   * @param regions in which all nodes must be
   */
  record Query(
      Set<String> models,
      Set<String> countries,
      Set<String> regions,
      @Nullable Integer acceleratorsMin,
      @Nullable Integer acceleratorsMax,
      @Nullable Long priceMicrosMax) {}

  /** Where lists of what can be bought go on: the lowest price first, then the oldest. */
  static String keyOf(Resale resale) {
    return resale.pricePerAcceleratorHour().micros() + "/" + resale.id();
  }

  /** Adds an open one; gives 0 where there is one of the lease already. */
  Uni<Integer> insert(
      SqlConnection connection,
      Resale resale,
      Collection<String> countries,
      Collection<String> regions,
      String by) {
    return connection
        .preparedQuery(
            "insert into resale (id, lease_id, seller_id, state, price_micros, currency, from_at,"
                + " until_at, end_at, accelerators, countries, regions, offered_by, created_at)"
                + " values ($1, $2, $3, 'OPEN', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
                + " on conflict (lease_id) where state = 'OPEN' do nothing")
        .execute(
            Tuple.tuple()
                .addUUID(resale.id().value())
                .addUUID(resale.lease().value())
                .addUUID(resale.seller().value())
                .addLong(resale.pricePerAcceleratorHour().micros())
                .addString(resale.pricePerAcceleratorHour().currency().getCurrencyCode())
                .addOffsetDateTime(utc(resale.from()))
                .addOffsetDateTime(utc(resale.until()))
                .addOffsetDateTime(utc(resale.end()))
                .addInteger(resale.accelerators())
                .addArrayOfString(countries.toArray(String[]::new))
                .addArrayOfString(regions.toArray(String[]::new))
                .addString(by)
                .addOffsetDateTime(utc(resale.createdAt())))
        .map(rows -> rows.rowCount());
  }

  /** One, whoever asks; fails with 404. */
  Uni<Resale> get(SqlConnection connection, ResaleId id) {
    return one(connection, id, "");
  }

  /** The same, locked against change. Who also locks its lease does that first. */
  Uni<Resale> lock(SqlConnection connection, ResaleId id) {
    return one(connection, id, " for update");
  }

  private Uni<Resale> one(SqlConnection connection, ResaleId id, String suffix) {
    return connection
        .preparedQuery("select " + COLUMNS + " from resale r where r.id = $1" + suffix)
        .execute(Tuple.of(id.value()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("resale", id);
          }
          return resale(rows.iterator().next());
        });
  }

  /** The one of a locked lease that is written as open, if it has ended by itself or not. */
  Uni<Optional<Resale>> lockOpen(SqlConnection connection, LeaseId lease) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from resale r where r.lease_id = $1 and r.state = 'OPEN' for update")
        .execute(Tuple.of(lease.value()))
        .map(rows ->
            rows.size() == 0 ? Optional.empty() : Optional.of(resale(rows.iterator().next())));
  }

  /** Those that are written as open and have ended by themselves, so many at most. */
  Uni<List<Resale>> ended(SqlConnection connection, Instant now, int limit) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from resale r join lease l on l.id = r.lease_id where r.state = 'OPEN' and not ("
                + STANDS
                + ") order by r.id limit $2")
        .execute(Tuple.of(utc(now), limit))
        .map(this::all);
  }

  /** Those of one seller, or of all, by id. */
  Uni<List<Resale>> ofSeller(SqlConnection connection, @Nullable UUID seller, PageRequest page) {
    UUID after = page.afterId(ResaleId::fromString).map(ResaleId::value).orElse(null);
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from resale r where ($1::uuid is null or r.seller_id = $1)"
                + " and ($2::uuid is null or r.id > $2) order by r.id limit $3")
        .execute(Tuple.of(seller, after, page.limit()))
        .map(this::all);
  }

  /** Those of others that can be bought, the lowest price first. */
  Uni<List<Resale>> search(
      SqlConnection connection, OrganizationId buyer, Query query, PageRequest page, Instant now) {
    Optional<After> after = page.after().map(After::of);
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from resale r join lease l on l.id = r.lease_id where "
                + CAN_BE_BOUGHT
                + " and r.seller_id <> $2"
                + " and ($3::text[] is null or l.model_id = any($3))"
                + " and ($4::text[] is null or r.countries <@ $4)"
                + " and ($5::text[] is null or r.regions <@ $5)"
                + " and ($6::int is null or r.accelerators >= $6)"
                + " and ($7::int is null or r.accelerators <= $7)"
                + " and ($8::bigint is null or r.price_micros <= $8)"
                + " and ($9::bigint is null or (r.price_micros, r.id) > ($9, $10))"
                + " order by r.price_micros, r.id limit $11")
        .execute(
            Tuple.tuple()
                .addOffsetDateTime(utc(now))
                .addUUID(buyer.value())
                .addArrayOfString(asked(query.models()))
                .addArrayOfString(asked(query.countries()))
                .addArrayOfString(asked(query.regions()))
                .addInteger(query.acceleratorsMin())
                .addInteger(query.acceleratorsMax())
                .addLong(query.priceMicrosMax())
                .addLong(after.map(After::micros).orElse(null))
                .addUUID(after.map(After::id).orElse(null))
                .addInteger(page.limit()))
        .map(this::all);
  }

  /** Ends one that is locked and open, unsold. */
  Uni<Void> settle(SqlConnection connection, ResaleId id, ResaleState state, Instant now) {
    return connection
        .preparedQuery(
            "update resale set state = $2, settled_at = $3, version = version + 1"
                + " where id = $1 and state = 'OPEN'")
        .execute(Tuple.of(id.value(), state.name(), utc(now)))
        .replaceWithVoid();
  }

  /** Ends one that is locked and open by a sale. */
  Uni<Void> sold(
      SqlConnection connection, ResaleId id, Period rest, LeaseId newLease, Instant now) {
    return connection
        .preparedQuery(
            "update resale set state = 'SOLD', sold_from = $2, end_at = $3, new_lease_id = $4,"
                + " settled_at = $5, version = version + 1 where id = $1 and state = 'OPEN'")
        .execute(
            Tuple.of(id.value(), utc(rest.start()), utc(rest.end()), newLease.value(), utc(now)))
        .replaceWithVoid();
  }

  /** The last one shown. */
  private record After(long micros, UUID id) {

    static After of(String key) {
      int slash = key.indexOf('/');
      try {
        return new After(
            Long.parseLong(key.substring(0, Math.max(slash, 0))),
            ResaleId.fromString(key.substring(slash + 1)).value());
      } catch (IllegalArgumentException e) {
        throw ProblemException.malformed(
            "?pageToken", "pageToken does not belong to this list: start again without it.");
      }
    }
  }

  private static String @Nullable [] asked(Set<String> values) {
    return values.isEmpty() ? null : values.toArray(String[]::new);
  }

  private List<Resale> all(Iterable<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(ResaleStore::resale).toList();
  }

  private static Resale resale(Row row) {
    UUID newLease = row.getUUID("new_lease_id");
    return new Resale(
        new ResaleId(row.getUUID("id")),
        new LeaseId(row.getUUID("lease_id")),
        new OrganizationId(row.getUUID("seller_id")),
        ResaleState.valueOf(row.getString("state")),
        new Money(row.getLong("price_micros"), Currency.getInstance(row.getString("currency"))),
        instant(row, "from_at"),
        instant(row, "until_at"),
        row.getOffsetDateTime("end_at").toInstant(),
        row.getInteger("accelerators"),
        instant(row, "sold_from"),
        newLease == null ? null : new LeaseId(newLease),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row, "settled_at"),
        row.getLong("version"));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime moment = row.getOffsetDateTime(column);
    return moment == null ? null : moment.toInstant();
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant moment) {
    return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
  }
}
