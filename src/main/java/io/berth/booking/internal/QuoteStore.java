package io.berth.booking.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.booking.LeaseTerm;
import io.berth.booking.Quote;
import io.berth.booking.QuoteId;
import io.berth.booking.QuoteState;
import io.berth.identity.UseProfile;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodePoolId;
import io.berth.market.NetworkException;
import io.berth.market.OfferId;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.policy.DecisionId;
import io.berth.policy.ReasonView;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes quotes. */
@ApplicationScoped
public class QuoteStore {

  private static final String COLUMNS =
      "id, tenant_id, provider_id, cluster_id, pool_id, offer_id, decision_id, state, model_id,"
          + " start_at, end_at, turnaround_seconds, accelerators, price_micros, total_micros,"
          + " currency, use_profile, warnings, expires_at, created_at, version,"
          + " early_release_refund_percent, term, interruption_notice_minutes, network_exceptions";

  private final AllocationStore allocations;
  private final StoredJson json;

  QuoteStore(AllocationStore allocations, StoredJson json) {
    this.allocations = allocations;
    this.json = json;
  }

  Uni<Integer> countOpen(SqlConnection connection, OrganizationId tenant, Instant now) {
    return connection
        .preparedQuery(
            "select count(*)::int as open from quote"
                + " where tenant_id = $1 and state = 'OPEN' and expires_at > $2")
        .execute(Tuple.of(tenant.value(), utc(now)))
        .map(rows -> rows.iterator().next().getInteger("open"));
  }

  /** Writes a new quote. */
  public Uni<Void> insert(SqlConnection connection, Quote quote) {
    return connection
        .preparedQuery(
            "insert into quote ("
                + COLUMNS
                + ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
                + " $17, $18, $19, $20, $21, $22, $23, $24, $25)")
        .execute(
            Tuple.tuple()
                .addUUID(quote.id().value())
                .addUUID(quote.tenant().value())
                .addUUID(quote.provider().value())
                .addUUID(quote.cluster().value())
                .addUUID(quote.pool().value())
                .addUUID(quote.offer().value())
                .addUUID(quote.decision().value())
                .addString(quote.state().name())
                .addString(quote.modelId())
                .addOffsetDateTime(utc(quote.period().start()))
                .addOffsetDateTime(utc(quote.period().end()))
                .addLong(quote.turnaround().toSeconds())
                .addInteger(quote.accelerators())
                .addLong(quote.pricePerAcceleratorHour().micros())
                .addLong(quote.total().micros())
                .addString(quote.total().currency().getCurrencyCode())
                .addString(json.write(quote.use()))
                .addString(json.write(quote.warnings()))
                .addOffsetDateTime(utc(quote.expiresAt()))
                .addOffsetDateTime(utc(quote.createdAt()))
                .addLong(quote.version())
                .addInteger(quote.earlyReleaseRefundPercent())
                .addString(quote.term().name())
                .addInteger(minutes(quote.interruptionNotice()))
                .addString(json.write(quote.networkExceptions())))
        .replaceWithVoid();
  }

  /** Changes the state of an open quote whose time has not passed; gives the number changed. */
  public Uni<Integer> close(SqlConnection connection, QuoteId id, QuoteState to, Instant now) {
    return connection
        .preparedQuery(
            "update quote set state = $2, version = version + 1"
                + " where id = $1 and state = 'OPEN' and expires_at > $3")
        .execute(Tuple.of(id.value(), to.name(), utc(now)))
        .map(rows -> rows.rowCount());
  }

  /** One quote that the scope sees, locked against change; fails with 404. */
  public Uni<Quote> lock(SqlConnection connection, Scope scope, QuoteId id, Instant now) {
    return one(connection, scope, id, now, " for update");
  }

  /** One quote that the scope sees; fails with 404. */
  public Uni<Quote> get(SqlConnection connection, Scope scope, QuoteId id, Instant now) {
    return one(connection, scope, id, now, "");
  }

  private Uni<Quote> one(
      SqlConnection connection, Scope scope, QuoteId id, Instant now, String suffix) {
    // Sent together; the slots are read when the quote is locked.
    return Uni.combine()
        .all()
        .unis(
            connection
                .preparedQuery(
                    "select "
                        + COLUMNS
                        + " from quote where id = $1 and ($2::uuid is null or tenant_id = $2)"
                        + suffix)
                .execute(Tuple.of(id.value(), scope.organizationFilter())),
            allocations.ofQuotes(connection, List.of(id)))
        .with((rows, held) -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("quote", id);
          }
          return quote(rows.iterator().next(), held.getOrDefault(id, List.of()), now);
        });
  }

  /** Quotes that the scope sees, by id. */
  Uni<Page<Quote>> list(SqlConnection connection, Scope scope, PageRequest page, Instant now) {
    UUID after = page.afterId(QuoteId::fromString).map(QuoteId::value).orElse(null);
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from quote where ($1::uuid is null or tenant_id = $1)"
                + " and ($2::uuid is null or id > $2) order by id limit $3")
        .execute(Tuple.of(scope.organizationFilter(), after, page.limit()))
        .chain(rows -> withSlots(connection, rows, now))
        .map(quotes -> page.page(quotes, quote -> quote.id().toString()));
  }

  private Uni<List<Quote>> withSlots(SqlConnection connection, Iterable<Row> rows, Instant now) {
    List<Row> read = new ArrayList<>();
    rows.forEach(read::add);
    return allocations
        .ofQuotes(connection, read.stream().map(row -> new QuoteId(row.getUUID("id"))).toList())
        .map(held ->
            read.stream()
                .map(row ->
                    quote(row, held.getOrDefault(new QuoteId(row.getUUID("id")), List.of()), now))
                .toList());
  }

  private Quote quote(Row row, List<Quote.HeldSlots> held, Instant now) {
    Currency currency = Currency.getInstance(row.getString("currency"));
    Instant expiresAt = row.getOffsetDateTime("expires_at").toInstant();
    QuoteState state = QuoteState.valueOf(row.getString("state"));
    if (state == QuoteState.OPEN && !expiresAt.isAfter(now)) {
      state = QuoteState.LAPSED;
    }
    return new Quote(
        new QuoteId(row.getUUID("id")),
        new OrganizationId(row.getUUID("tenant_id")),
        new OrganizationId(row.getUUID("provider_id")),
        new ClusterId(row.getUUID("cluster_id")),
        new NodePoolId(row.getUUID("pool_id")),
        new OfferId(row.getUUID("offer_id")),
        new DecisionId(row.getUUID("decision_id")),
        state,
        LeaseTerm.valueOf(row.getString("term")),
        notice(row),
        row.getString("model_id"),
        new Period(
            row.getOffsetDateTime("start_at").toInstant(),
            row.getOffsetDateTime("end_at").toInstant()),
        Duration.ofSeconds(row.getLong("turnaround_seconds")),
        row.getInteger("early_release_refund_percent"),
        json.read(
            row.getString("network_exceptions"), new TypeReference<List<NetworkException>>() {}),
        row.getInteger("accelerators"),
        new Money(row.getLong("price_micros"), currency),
        new Money(row.getLong("total_micros"), currency),
        json.read(row.getString("use_profile"), new TypeReference<UseProfile>() {}),
        json.read(row.getString("warnings"), new TypeReference<List<ReasonView>>() {}),
        held,
        expiresAt,
        row.getOffsetDateTime("created_at").toInstant(),
        row.getLong("version"));
  }

  /** How long a notice is, in whole minutes; null for none. */
  static @Nullable Integer minutes(@Nullable Duration notice) {
    return notice == null ? null : Math.toIntExact(notice.toMinutes());
  }

  private static @Nullable Duration notice(Row row) {
    Integer minutes = row.getInteger("interruption_notice_minutes");
    return minutes == null ? null : Duration.ofMinutes(minutes);
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
