package io.berth.market.internal;

import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.market.MaintenanceWindow;
import io.berth.market.MaintenanceWindowId;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads and writes maintenance windows. */
@ApplicationScoped
public class MaintenanceStore {

  private static final String SELECT =
      "select id, provider_id, pool_id, node_id, start_at, end_at, reason, state, created_at,"
          + " version from maintenance_window where ($1::uuid is null or provider_id = $1)";

  MaintenanceStore() {}

  /** Enters one. */
  public Uni<Void> insert(SqlConnection connection, MaintenanceWindow window) {
    NodeId node = window.node();
    return connection
        .preparedQuery(
            "insert into maintenance_window (id, provider_id, pool_id, node_id, start_at, end_at,"
                + " reason, state, created_at) values ($1, $2, $3, $4, $5, $6, $7, 'PLANNED', $8)")
        .execute(
            Tuple.tuple()
                .addUUID(window.id().value())
                .addUUID(window.provider().value())
                .addUUID(window.pool().value())
                .addUUID(node == null ? null : node.value())
                .addOffsetDateTime(utc(window.period().start()))
                .addOffsetDateTime(utc(window.period().end()))
                .addString(window.reason())
                .addOffsetDateTime(utc(window.createdAt())))
        .replaceWithVoid();
  }

  /**
   * How many of a provider are yet to end. Until the end of the transaction nobody else counts
   * them.
   */
  Uni<Integer> countAhead(SqlConnection connection, OrganizationId provider, Instant now) {
    return connection
        .preparedQuery(
            "select pg_advisory_xact_lock(hashtextextended('maintenance:' || $1::uuid, 0))")
        .execute(Tuple.of(provider.value()))
        // A statement of its own: it must see what was written while the lock was waited for.
        .chain(() -> counted(connection, provider, now));
  }

  private static Uni<Integer> counted(
      SqlConnection connection, OrganizationId provider, Instant now) {
    return connection
        .preparedQuery(
            "select count(*)::int as ahead from maintenance_window"
                + " where provider_id = $1 and state = 'PLANNED' and end_at > $2")
        .execute(Tuple.of(provider.value(), utc(now)))
        .map(rows -> rows.iterator().next().getInteger("ahead"));
  }

  /** One that the scope sees; fails with 404. */
  public Uni<MaintenanceWindow> get(SqlConnection connection, Scope scope, MaintenanceWindowId id) {
    return connection
        .preparedQuery(SELECT + " and id = $2")
        .execute(Tuple.of(scope.organizationFilter(), id.value()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("maintenance window", id);
          }
          return read(rows.iterator().next());
        });
  }

  /** Those that the scope sees, oldest first. */
  Uni<Page<MaintenanceWindow>> list(SqlConnection connection, Scope scope, PageRequest page) {
    UUID after =
        page.afterId(MaintenanceWindowId::fromString).map(MaintenanceWindowId::value).orElse(null);
    return connection
        .preparedQuery(SELECT + " and ($2::uuid is null or id > $2) order by id limit $3")
        .execute(Tuple.of(scope.organizationFilter(), after, page.limit()))
        .map(rows -> page.page(all(rows), window -> window.id().toString()));
  }

  /** Takes one back; gives whether it still stood. */
  public Uni<Boolean> cancel(SqlConnection connection, MaintenanceWindowId id) {
    return connection
        .preparedQuery(
            "update maintenance_window set state = 'CANCELLED', version = version + 1"
                + " where id = $1 and state = 'PLANNED'")
        .execute(Tuple.of(id.value()))
        .map(rows -> rows.rowCount() == 1);
  }

  private static List<MaintenanceWindow> all(RowSet<Row> rows) {
    List<MaintenanceWindow> windows = new ArrayList<>();
    rows.forEach(row -> windows.add(read(row)));
    return windows;
  }

  private static MaintenanceWindow read(Row row) {
    UUID node = row.getUUID("node_id");
    return new MaintenanceWindow(
        new MaintenanceWindowId(row.getUUID("id")),
        new OrganizationId(row.getUUID("provider_id")),
        new NodePoolId(row.getUUID("pool_id")),
        node == null ? null : new NodeId(node),
        new Period(
            row.getOffsetDateTime("start_at").toInstant(),
            row.getOffsetDateTime("end_at").toInstant()),
        row.getString("reason"),
        row.getString("state").equals("CANCELLED"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getLong("version"));
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
