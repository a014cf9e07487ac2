package io.berth.leasing.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.booking.QuoteRequest;
import io.berth.leasing.LeaseId;
import io.berth.leasing.Order;
import io.berth.leasing.OrderId;
import io.berth.leasing.OrderState;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes orders. */
@ApplicationScoped
public class OrderStore {

  private static final String COLUMNS =
      "id, tenant_id, state, request, case_id, lease_id, decision_id, detail, reasons, expires_at,"
          + " created_at, settled_at, version";

  private final StoredJson json;

  OrderStore(StoredJson json) {
    this.json = json;
  }

  /** Writes a new one. */
  Uni<Void> insert(SqlConnection connection, Order order) {
    return connection
        .preparedQuery(
            "insert into capacity_order ("
                + COLUMNS
                + ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
        .execute(
            Tuple.tuple()
                .addUUID(order.id().value())
                .addUUID(order.tenant().value())
                .addString(order.state().name())
                .addString(json.write(order.request()))
                .addUUID(order.review() == null ? null : order.review().value())
                .addUUID(order.lease() == null ? null : order.lease().value())
                .addUUID(order.decision().value())
                .addString(order.detail())
                .addString(json.write(order.reasons()))
                .addOffsetDateTime(utc(order.expiresAt()))
                .addOffsetDateTime(utc(order.createdAt()))
                .addOffsetDateTime(utc(order.settledAt()))
                .addLong(order.version()))
        .replaceWithVoid();
  }

  /** Writes how a locked order that waited came to its end. */
  Uni<Void> settle(SqlConnection connection, Order settled) {
    return connection
        .preparedQuery(
            "update capacity_order set state = $2, lease_id = $3, decision_id = $4, detail = $5,"
                + " reasons = $6, settled_at = $7, version = version + 1"
                + " where id = $1 and state = 'IN_REVIEW'")
        .execute(
            Tuple.tuple()
                .addUUID(settled.id().value())
                .addString(settled.state().name())
                .addUUID(settled.lease() == null ? null : settled.lease().value())
                .addUUID(settled.decision().value())
                .addString(settled.detail())
                .addString(json.write(settled.reasons()))
                .addOffsetDateTime(utc(settled.settledAt())))
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
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from capacity_order where ($1::uuid is null or tenant_id = $1) and id = $2"
                + suffix)
        .execute(Tuple.of(scope.organizationFilter(), id.value()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("order", id);
          }
          return read(rows.iterator().next());
        });
  }

  /** Orders that the scope sees, by id. */
  Uni<Page<Order>> list(
      SqlConnection connection, Scope scope, @Nullable OrderState state, PageRequest page) {
    UUID after = page.afterId(OrderId::fromString).map(OrderId::value).orElse(null);
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from capacity_order where ($1::uuid is null or tenant_id = $1)"
                + " and ($2::uuid is null or id > $2) and ($3::text is null or state = $3)"
                + " order by id limit $4")
        .execute(
            Tuple.of(
                scope.organizationFilter(),
                after,
                state == null ? null : state.name(),
                page.limit()))
        .map(rows -> page.page(all(rows), order -> order.id().toString()));
  }

  /**
   * How many orders of a tenant wait. Until the end of the transaction nobody else counts them, so
   * that two orders at once cannot both take the last place.
   */
  Uni<Integer> lockAndCountWaiting(SqlConnection connection, OrganizationId tenant) {
    return connection
        .preparedQuery(
            "select pg_advisory_xact_lock(hashtextextended('waiting-orders:' || $1::uuid, 0))")
        .execute(Tuple.of(tenant.value()))
        // A statement of its own: it must see what was written while the lock was waited for.
        .chain(() ->
            connection
                .preparedQuery(
                    "select count(*)::int as waiting from capacity_order"
                        + " where tenant_id = $1 and state = 'IN_REVIEW'")
                .execute(Tuple.of(tenant.value())))
        .map(rows -> rows.iterator().next().getInteger("waiting"));
  }

  /** Orders that wait for a case, the oldest first. */
  Uni<List<Order>> waitingFor(SqlConnection connection, CaseId review, int limit) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from capacity_order where case_id = $1 and state = 'IN_REVIEW'"
                + " order by id limit $2")
        .execute(Tuple.of(review.value(), limit))
        .map(this::all);
  }

  /** The order that became a lease; none where the lease was made of a quote alone. */
  Uni<List<Order>> ofLease(SqlConnection connection, LeaseId lease) {
    return connection
        .preparedQuery("select " + COLUMNS + " from capacity_order where lease_id = $1 order by id")
        .execute(Tuple.of(lease.value()))
        .map(this::all);
  }

  /** Orders that wait, by identifier; after one of them, where given. */
  public Uni<List<Order>> waitingAfter(
      SqlConnection connection, @Nullable OrderId after, int limit) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from capacity_order where state = 'IN_REVIEW'"
                + " and ($1::uuid is null or id > $1) order by id limit $2")
        .execute(Tuple.of(after == null ? null : after.value(), limit))
        .map(this::all);
  }

  /** One order, locked, where it still waits. */
  Uni<Optional<Order>> lockWaiting(SqlConnection connection, OrderId id) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from capacity_order where id = $1 and state = 'IN_REVIEW' for update")
        .execute(Tuple.of(id.value()))
        .map(rows -> all(rows).stream().findFirst());
  }

  /** Orders that have waited too long, locked; those that others hold are left out. */
  Uni<List<Order>> lockOverdue(SqlConnection connection, Instant now, int limit) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from capacity_order where state = 'IN_REVIEW' and expires_at <= $1"
                + " order by expires_at limit $2 for update skip locked")
        .execute(Tuple.of(utc(now), limit))
        .map(this::all);
  }

  private List<Order> all(Iterable<Row> rows) {
    List<Order> orders = new ArrayList<>();
    rows.forEach(row -> orders.add(read(row)));
    return orders;
  }

  private Order read(Row row) {
    UUID review = row.getUUID("case_id");
    UUID lease = row.getUUID("lease_id");
    return new Order(
        new OrderId(row.getUUID("id")),
        new OrganizationId(row.getUUID("tenant_id")),
        OrderState.valueOf(row.getString("state")),
        json.read(row.getString("request"), new TypeReference<QuoteRequest>() {}),
        review == null ? null : new CaseId(review),
        lease == null ? null : new LeaseId(lease),
        new DecisionId(row.getUUID("decision_id")),
        row.getString("detail"),
        json.read(row.getString("reasons"), new TypeReference<List<ReasonView>>() {}),
        instant(row, "expires_at"),
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
