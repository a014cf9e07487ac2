package io.berth.market.internal;

import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.market.MaintenanceWindow;
import io.berth.market.MaintenanceWindowId;
import io.berth.market.MaintenanceWindows;
import io.berth.market.MarketConfig;
import io.berth.market.internal.MaintenanceApi.Create;
import io.berth.market.internal.MaintenanceApi.View;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Takes maintenance windows and takes them back. */
@ApplicationScoped
public class MaintenanceDesk {

  /** How long one lasts at most. */
  private static final Duration LENGTH_MAX = Duration.ofDays(366);

  /** How far ahead one ends at most. */
  private static final Duration AHEAD_MAX = Duration.ofDays(5 * 366);

  private final Inventory inventory;
  private final MaintenanceStore store;
  private final Database database;
  private final Idempotency idempotency;
  private final MaintenanceWindows windows;
  private final MarketConfig config;
  private final Clock clock;

  MaintenanceDesk(
      Inventory inventory,
      MaintenanceStore store,
      Database database,
      Idempotency idempotency,
      MaintenanceWindows windows,
      MarketConfig config,
      Clock clock) {
    this.inventory = inventory;
    this.store = store;
    this.database = database;
    this.idempotency = idempotency;
    this.windows = windows;
    this.config = config;
    this.clock = clock;
  }

  /** Enters one. */
  Uni<Response> enter(Scope scope, @Nullable String idempotencyKey, Create body) {
    Instant now = clock.instant();
    return inventory
        .pool(scope, body.nodePoolId())
        .onFailure(ProblemException.class)
        .transform(failure ->
            ProblemException.unprocessable(
                "/nodePoolId", "There is no such node pool of yours: " + body.nodePoolId() + "."))
        .chain(pool -> requireNodeOfPool(scope, body))
        .chain(() ->
            database.sql(
                scope,
                connection ->
                    idempotency.once(
                        connection,
                        scope,
                        idempotencyKey,
                        "POST /v1/maintenance-windows",
                        body,
                        () -> enter(connection, scope, window(scope, body, now), now))));
  }

  private Uni<Void> requireNodeOfPool(Scope scope, Create body) {
    if (body.nodeId() == null) {
      return Uni.createFrom().voidItem();
    }
    ProblemException unknown =
        ProblemException.unprocessable(
            "/nodeId", "There is no such node in that pool: " + body.nodeId() + ".");
    return inventory
        .node(scope, body.nodeId())
        .onFailure(ProblemException.class)
        .transform(failure -> unknown)
        .map(Node::pool)
        .invoke(pool -> {
          if (!pool.equals(body.nodePoolId())) {
            throw unknown;
          }
        })
        .replaceWithVoid();
  }

  private static MaintenanceWindow window(Scope scope, Create body, Instant now) {
    requireWholeMinute("/start", body.start());
    requireWholeMinute("/end", body.end());
    if (body.start().isBefore(now.truncatedTo(ChronoUnit.MINUTES))) {
      throw ProblemException.unprocessable(
          "/start", "The start is in the past; it is " + now + " now.");
    }
    if (!body.end().isAfter(body.start())) {
      throw ProblemException.unprocessable("/end", "A window must end after it starts.");
    }
    if (body.end().isAfter(now.plus(AHEAD_MAX))) {
      throw ProblemException.unprocessable(
          "/end", "A window ends at most " + AHEAD_MAX.toDays() + " days ahead of now.");
    }
    if (Duration.between(body.start(), body.end()).compareTo(LENGTH_MAX) > 0) {
      throw ProblemException.unprocessable(
          "/end", "A window lasts at most " + LENGTH_MAX.toDays() + " days.");
    }
    return new MaintenanceWindow(
        MaintenanceWindowId.fresh(),
        scope.organization().orElseThrow(),
        body.nodePoolId(),
        body.nodeId(),
        new Period(body.start(), body.end()),
        body.reason() == null ? "" : body.reason(),
        false,
        now,
        0);
  }

  private static void requireWholeMinute(String pointer, Instant moment) {
    if (!moment.truncatedTo(ChronoUnit.MINUTES).equals(moment)) {
      throw ProblemException.malformed(
          pointer, "Give a whole minute, such as 2026-12-05T22:00:00Z.");
    }
  }

  private Uni<Answer> enter(
      SqlConnection connection, Scope scope, MaintenanceWindow window, Instant now) {
    return store
        .countAhead(connection, window.provider(), now)
        .invoke(ahead -> {
          if (ahead >= config.maintenanceWindowsMax()) {
            throw new ProblemException(
                ProblemType.TOO_MANY_REQUESTS,
                "There are " + ahead + " windows ahead already, which is the most: cancel some.");
          }
        })
        .chain(() -> windows.enter(connection, scope, window))
        .replaceWith(() ->
            new Answer(
                Response.Status.CREATED.getStatusCode(),
                View.of(window),
                "/v1/maintenance-windows/" + window.id(),
                window.version()));
  }

  /** Reads one; fails with 404. */
  Uni<View> get(Scope scope, MaintenanceWindowId id) {
    return database.sql(scope, connection -> store.get(connection, scope, id)).map(View::of);
  }

  /** Reads a page. */
  Uni<Page<View>> list(Scope scope, PageRequest page) {
    return database
        .sql(scope, connection -> store.list(connection, scope, page))
        .map(found -> found.map(View::of));
  }

  /** Takes one back; twice is the same as once. */
  Uni<View> cancel(Scope scope, MaintenanceWindowId id) {
    return database
        .sql(
            scope,
            connection ->
                store
                    .get(connection, scope, id)
                    .call(window -> windows.cancel(connection, scope, id))
                    .chain(() -> store.get(connection, scope, id)))
        .map(View::of);
  }
}
