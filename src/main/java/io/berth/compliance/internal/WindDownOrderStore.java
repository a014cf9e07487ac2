package io.berth.compliance.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.compliance.SimulationId;
import io.berth.compliance.internal.WindDownOrder.Ordered;
import io.berth.leasing.WindDownOrderId;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.StoredJson;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Keeps officers' wind-down orders; only officers come here, so every row is theirs to see. */
@ApplicationScoped
public class WindDownOrderStore {

  private static final String COLUMNS =
      "id, ordered_by, organization_id, reason, grace_seconds, simulation_id, leases, withdrawn_at,"
          + " created_at";

  private final StoredJson json;

  WindDownOrderStore(StoredJson json) {
    this.json = json;
  }

  Uni<Void> insert(SqlConnection connection, WindDownOrder order) {
    return connection
        .preparedQuery(
            "insert into wind_down_order (id, ordered_by, organization_id, reason, grace_seconds,"
                + " simulation_id, leases, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .execute(
            Tuple.tuple()
                .addUUID(order.id().value())
                .addString(order.orderedBy())
                .addUUID(order.organization().value())
                .addString(order.reason())
                .addLong(order.grace().toSeconds())
                .addUUID(order.simulation() == null ? null : order.simulation().value())
                .addString(json.write(order.leases()))
                .addOffsetDateTime(order.createdAt().atOffset(ZoneOffset.UTC)))
        .replaceWithVoid();
  }

  /** One order, locked where it is to change; fails with 404. */
  Uni<WindDownOrder> get(SqlConnection connection, WindDownOrderId id, boolean lock) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from wind_down_order where id = $1"
                + (lock ? " for update" : ""))
        .execute(Tuple.of(id.value()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("wind-down order", id);
          }
          return order(rows.iterator().next());
        });
  }

  Uni<Page<WindDownOrder>> list(SqlConnection connection, PageRequest page) {
    UUID after = page.afterId(WindDownOrderId::fromString).map(WindDownOrderId::value).orElse(null);
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from wind_down_order where ($1::uuid is null or id > $1) order by id limit $2")
        .execute(Tuple.of(after, page.limit()))
        .map(rows ->
            page.page(
                StreamSupport.stream(rows.spliterator(), false).map(this::order).toList(),
                order -> order.id().toString()));
  }

  Uni<Void> withdraw(SqlConnection connection, WindDownOrderId id, String by, Instant now) {
    return connection
        .preparedQuery(
            "update wind_down_order set withdrawn_at = $2, withdrawn_by = $3,"
                + " version = version + 1 where id = $1")
        .execute(Tuple.of(id.value(), now.atOffset(ZoneOffset.UTC), by))
        .replaceWithVoid();
  }

  private WindDownOrder order(Row row) {
    UUID simulation = row.getUUID("simulation_id");
    OffsetDateTime withdrawnAt = row.getOffsetDateTime("withdrawn_at");
    return new WindDownOrder(
        new WindDownOrderId(row.getUUID("id")),
        row.getString("ordered_by"),
        new OrganizationId(row.getUUID("organization_id")),
        row.getString("reason"),
        Duration.ofSeconds(row.getLong("grace_seconds")),
        simulation == null ? null : new SimulationId(simulation),
        json.read(row.getString("leases"), new TypeReference<List<Ordered>>() {}),
        withdrawnAt == null ? null : withdrawnAt.toInstant(),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
