package io.berth.leasing.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.booking.QuoteRequest;
import io.berth.leasing.LeaseId;
import io.berth.leasing.Order;
import io.berth.leasing.OrderFill;
import io.berth.leasing.OrderId;
import io.berth.leasing.OrderState;
import io.berth.leasing.OrderTerms;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.policy.DecisionId;
import io.berth.policy.ReasonView;
import io.berth.review.CaseId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes orders and what was made of them. */
@ApplicationScoped
public class OrderStore {

  private static final String COLUMNS =
      "id, tenant_id, state, request, terms, case_id, decision_id, detail, reasons, good_until,"
          + " expires_at, tried_at, created_at, settled_at, version";

  /** What state an order is in once its time is over, whoever has written that down. */
  private static final String STATE_NOW =
      "case when state = 'IN_REVIEW' and expires_at <= $4 and good_until > $4 then 'OPEN'"
          + " when state in ('OPEN', 'IN_REVIEW') and expires_at <= $4 then 'EXPIRED'"
          + " else state end";

  private final StoredJson json;

  OrderStore(StoredJson json) {
    this.json = json;
  }

  /**
   * What an order competes for, kept beside it to find its rivals.
   *
   * @param models every model that will do
   * @param regions region labels; empty for any
   * @param countries empty for any
   * @param limit the most that it pays for an accelerator-hour; null for any price
   */
  record Rivalry(
      List<String> models, List<String> regions, List<String> countries, @Nullable Money limit) {}

  /**
   * Writes a new one with what was made of it.
   *
   * @param nextMatchAt when to match it, where it rests
   */
  Uni<Void> insert(
      SqlConnection connection, Order order, Rivalry rivalry, @Nullable Instant nextMatchAt) {
    Uni<Void> written =
        connection
            .preparedQuery(
                "insert into capacity_order ("
                    + COLUMNS
                    + ", accelerators, filled_accelerators, models, regions, countries,"
                    + " limit_micros, next_match_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
                    + " $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)")
            .execute(
                Tuple.tuple()
                    .addUUID(order.id().value())
                    .addUUID(order.tenant().value())
                    .addString(order.state().name())
                    .addString(json.write(order.request()))
                    .addString(json.write(order.terms()))
                    .addUUID(order.review() == null ? null : order.review().value())
                    .addUUID(order.decision() == null ? null : order.decision().value())
                    .addString(order.detail())
                    .addString(json.write(order.reasons()))
                    .addOffsetDateTime(utc(order.goodUntil()))
                    .addOffsetDateTime(utc(order.expiresAt()))
                    .addOffsetDateTime(utc(order.triedAt()))
                    .addOffsetDateTime(utc(order.createdAt()))
                    .addOffsetDateTime(utc(order.settledAt()))
                    .addLong(order.version())
                    .addInteger(order.accelerators())
                    .addInteger(order.filled())
                    .addArrayOfString(rivalry.models().toArray(String[]::new))
                    .addArrayOfString(rivalry.regions().toArray(String[]::new))
                    .addArrayOfString(rivalry.countries().toArray(String[]::new))
                    .addLong(rivalry.limit() == null ? null : rivalry.limit().micros())
                    .addOffsetDateTime(utc(nextMatchAt)))
            .replaceWithVoid();
    for (OrderFill fill : order.fills()) {
      written = written.chain(() -> insertFill(connection, order.id(), fill));
    }
    return written;
  }

  /** Writes what was made of an order. */
  Uni<Void> insertFill(SqlConnection connection, OrderId order, OrderFill fill) {
    return connection
        .preparedQuery(
            "insert into order_fill (order_id, number, lease_id, decision_id, model_id, region,"
                + " accelerators, price_micros, total_micros, currency, filled_at)"
                + " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
        .execute(
            Tuple.tuple()
                .addUUID(order.value())
                .addInteger(fill.number())
                .addUUID(fill.lease().value())
                .addUUID(fill.decision().value())
                .addString(fill.model())
                .addString(fill.region())
                .addInteger(fill.accelerators())
                .addLong(fill.pricePerAcceleratorHour().micros())
                .addLong(fill.total().micros())
                .addString(fill.total().currency().getCurrencyCode())
                .addOffsetDateTime(utc(fill.at())))
        .replaceWithVoid();
  }

  /**
   * Writes what a locked order that waited has become.
   *
   * @param nextMatchAt when to match it next, where it rests
   */
  Uni<Void> update(
      SqlConnection connection, Order after, @Nullable Instant nextMatchAt, Instant now) {
    // What was spent and what remains make another limit of what is left of its total.
    Money.Wire limit = after.state() == OrderState.OPEN ? after.limit(now) : null;
    return connection
        .preparedQuery(
            "update capacity_order set state = $2, case_id = $3, decision_id = $4, detail = $5,"
                + " reasons = $6, filled_accelerators = $7, expires_at = $8, tried_at = $9,"
                + " next_match_at = $10, settled_at = $11, version = $12,"
                + " gave_way = case when $2 = 'OPEN' then 0 else gave_way end,"
                + " claimed_until = case when $2 = 'OPEN' then claimed_until end,"
                + " limit_micros = case when $2 = 'OPEN' then $13 else limit_micros end"
                + " where id = $1 and state in ('OPEN', 'IN_REVIEW') and version = $12 - 1")
        .execute(
            Tuple.tuple()
                .addUUID(after.id().value())
                .addString(after.state().name())
                .addUUID(after.review() == null ? null : after.review().value())
                .addUUID(after.decision() == null ? null : after.decision().value())
                .addString(after.detail())
                .addString(json.write(after.reasons()))
                .addInteger(after.filled())
                .addOffsetDateTime(utc(after.expiresAt()))
                .addOffsetDateTime(utc(after.triedAt()))
                .addOffsetDateTime(utc(nextMatchAt))
                .addOffsetDateTime(utc(after.settledAt()))
                .addLong(after.version())
                .addLong(limit == null ? null : limit.toMoney().micros()))
        .invoke(rows -> {
          if (rows.rowCount() != 1) {
            throw new IllegalStateException("only a locked order that waits is changed");
          }
        })
        .replaceWithVoid();
  }

  /** One order that the scope sees; fails with 404. */
  Uni<Order> get(SqlConnection connection, Scope scope, OrderId id) {
    return one(connection, scope, id, "");
  }

  /** One order that the scope sees, locked against change; fails with 404. */
  Uni<Order> lock(SqlConnection connection, Scope scope, OrderId id) {
    return one(connection, scope, id, " for update");
  }

  private Uni<Order> one(SqlConnection connection, Scope scope, OrderId id, String suffix) {
    return read(
            connection,
            "where ($1::uuid is null or tenant_id = $1) and id = $2" + suffix,
            Tuple.of(scope.organizationFilter(), id.value()))
        .map(found -> {
          if (found.isEmpty()) {
            throw ProblemException.notFound("order", id);
          }
          return found.getFirst();
        });
  }

  /** Orders that the scope sees, by id, in a state that they are in at a moment. */
  Uni<Page<Order>> list(
      SqlConnection connection,
      Scope scope,
      @Nullable OrderState state,
      PageRequest page,
      Instant now) {
    UUID after = page.afterId(OrderId::fromString).map(OrderId::value).orElse(null);
    return read(
            connection,
            "where ($1::uuid is null or tenant_id = $1) and ($2::uuid is null or id > $2)"
                + " and ($3::text is null or $3 = "
                + STATE_NOW
                + ") order by id limit $5",
            Tuple.of(
                scope.organizationFilter(),
                after,
                state == null ? null : state.name(),
                utc(now),
                page.limit()))
        .map(found -> page.page(found, order -> order.id().toString()));
  }

  /**
   * How many orders of a tenant wait in a state. Until the end of the transaction nobody else
   * counts them, so that two orders at once cannot both take the last place.
   */
  Uni<Integer> lockAndCount(
      SqlConnection connection, OrganizationId tenant, OrderState state, Instant now) {
    return connection
        .preparedQuery(
            "select pg_advisory_xact_lock(hashtextextended('waiting-orders:' || $1::uuid, 0))")
        .execute(Tuple.of(tenant.value()))
        // A statement of its own: it must see what was written while the lock was waited for.
        .chain(() ->
            connection
                .preparedQuery(
                    "select count(*)::int as waiting from capacity_order"
                        + " where tenant_id = $1 and state = $2 and expires_at > $3")
                .execute(Tuple.of(tenant.value(), state.name(), utc(now))))
        .map(rows -> rows.iterator().next().getInteger("waiting"));
  }

  /** Orders that wait for a case, the oldest first. */
  Uni<List<Order>> waitingFor(SqlConnection connection, CaseId review, int limit) {
    return read(
        connection,
        "where case_id = $1 and state = 'IN_REVIEW' order by id limit $2",
        Tuple.of(review.value(), limit));
  }

  /** The order that became a lease; none where the lease was made of a quote alone. */
  Uni<List<Order>> ofLease(SqlConnection connection, LeaseId lease) {
    return read(
        connection,
        "where id in (select order_id from order_fill where lease_id = $1) order by id",
        Tuple.of(lease.value()));
  }

  /** Orders that wait for people, by identifier; after one of them, where given. */
  public Uni<List<Order>> waitingAfter(
      SqlConnection connection, @Nullable OrderId after, int limit) {
    return read(
        connection,
        "where state = 'IN_REVIEW' and ($1::uuid is null or id > $1) order by id limit $2",
        Tuple.of(after == null ? null : after.value(), limit));
  }

  /** One order, locked, where it still waits for people. */
  Uni<Optional<Order>> lockWaiting(SqlConnection connection, OrderId id) {
    return lockIn(connection, id, OrderState.IN_REVIEW);
  }

  /** One order, locked, where it still rests. */
  Uni<Optional<Order>> lockOpen(SqlConnection connection, OrderId id) {
    return lockIn(connection, id, OrderState.OPEN);
  }

  private Uni<Optional<Order>> lockIn(SqlConnection connection, OrderId id, OrderState state) {
    return read(
            connection,
            "where id = $1 and state = $2 for update",
            Tuple.of(id.value(), state.name()))
        .map(found -> found.stream().findFirst());
  }

  /** Orders whose time is over, locked; those that others hold are left out. */
  Uni<List<Order>> lockOverdue(SqlConnection connection, Instant now, int limit) {
    return read(
        connection,
        "where state in ('OPEN', 'IN_REVIEW') and expires_at <= $1"
            + " order by expires_at limit $2 for update skip locked",
        Tuple.of(utc(now), limit));
  }

  private Uni<List<Order>> read(SqlConnection connection, String where, Tuple parameters) {
    return connection
        .preparedQuery("select " + COLUMNS + " from capacity_order " + where)
        .execute(parameters)
        .chain(rows -> {
          List<Row> read = new ArrayList<>();
          rows.forEach(read::add);
          return fills(connection, read.stream().map(row -> row.getUUID("id")).toList())
              .map(fills ->
                  read.stream()
                      .map(row -> order(row, fills.getOrDefault(row.getUUID("id"), List.of())))
                      .toList());
        });
  }

  private static Uni<Map<UUID, List<OrderFill>>> fills(
      SqlConnection connection, List<UUID> orders) {
    if (orders.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return connection
        .preparedQuery("select * from order_fill where order_id = any($1) order by number")
        .execute(Tuple.of((Object) orders.toArray(UUID[]::new)))
        .map(rows -> {
          Map<UUID, List<OrderFill>> fills = new HashMap<>();
          for (Row row : rows) {
            fills.computeIfAbsent(row.getUUID("order_id"), key -> new ArrayList<>()).add(fill(row));
          }
          return fills;
        });
  }

  private static OrderFill fill(Row row) {
    Currency currency = Currency.getInstance(row.getString("currency"));
    return new OrderFill(
        row.getInteger("number"),
        new LeaseId(row.getUUID("lease_id")),
        new DecisionId(row.getUUID("decision_id")),
        row.getString("model_id"),
        row.getString("region"),
        row.getInteger("accelerators"),
        new Money(row.getLong("price_micros"), currency),
        new Money(row.getLong("total_micros"), currency),
        row.getOffsetDateTime("filled_at").toInstant());
  }

  private Order order(Row row, List<OrderFill> fills) {
    UUID review = row.getUUID("case_id");
    UUID decision = row.getUUID("decision_id");
    return new Order(
        new OrderId(row.getUUID("id")),
        new OrganizationId(row.getUUID("tenant_id")),
        OrderState.valueOf(row.getString("state")),
        json.read(row.getString("request"), new TypeReference<QuoteRequest>() {}),
        json.read(row.getString("terms"), new TypeReference<OrderTerms>() {}),
        review == null ? null : new CaseId(review),
        fills,
        decision == null ? null : new DecisionId(decision),
        row.getString("detail"),
        json.read(row.getString("reasons"), new TypeReference<List<ReasonView>>() {}),
        instant(row, "good_until"),
        instant(row, "expires_at"),
        instant(row, "tried_at"),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row, "settled_at"),
        row.getLong("version"));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime moment = row.getOffsetDateTime(column);
    return moment == null ? null : moment.toInstant();
  }

  static @Nullable OffsetDateTime utc(@Nullable Instant moment) {
    return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
  }
}
