package io.berth.leasing.internal;

import io.berth.leasing.OrderId;
import io.berth.platform.OrganizationId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Which waiting orders should be matched anew. */
@ApplicationScoped
public class OrderRematchStore {

  /** A wish made while another is worked off is a new one. */
  private static final String WISH =
      "insert into order_rematch (order_id, due_at) select id, $1 from capacity_order"
          + " where state = 'IN_REVIEW' %s"
          + " on conflict (order_id) do update set due_at = excluded.due_at, attempts = 0";

  /**
   * One that is due.
   *
   * @param claim the time that claiming set: with another one, somebody asked anew
   * @param attempts how often it was taken on, this time included
   */
  record Due(OrderId order, Instant claim, int attempts) {}

  /** Wishes it for the waiting orders of a tenant. */
  Uni<Void> wishOf(SqlConnection connection, OrganizationId tenant, Instant now) {
    return connection
        .preparedQuery(WISH.formatted("and tenant_id = $2"))
        .execute(Tuple.of(utc(now), tenant.value()))
        .replaceWithVoid();
  }

  /** Wishes it for every waiting order that lacks more than people's word. */
  Uni<Void> wishAll(SqlConnection connection, Instant now) {
    return connection
        .preparedQuery(
            WISH.formatted("and (reasons like '%HOLD_LICENCE%' or reasons like '%HOLD_EVIDENCE%')"))
        .execute(Tuple.of(utc(now)))
        .replaceWithVoid();
  }

  /** Claims some until a moment; those that others hold are left out. */
  Uni<List<Due>> claim(SqlConnection connection, Instant now, Instant until, int limit) {
    return connection
        .preparedQuery(
            "update order_rematch set due_at = $2, attempts = attempts + 1 where order_id in ("
                + "select order_id from order_rematch where due_at <= $1"
                + " order by due_at limit $3 for update skip locked)"
                + " returning order_id, due_at, attempts")
        .execute(Tuple.of(utc(now), utc(until), limit))
        .map(rows -> {
          List<Due> due = new ArrayList<>();
          rows.forEach(row ->
              due.add(
                  new Due(
                      new OrderId(row.getUUID("order_id")),
                      row.getOffsetDateTime("due_at").toInstant(),
                      row.getInteger("attempts"))));
          return due;
        });
  }

  /** Forgets one that is done, unless somebody asked anew meanwhile. */
  Uni<Void> done(SqlConnection connection, Due due) {
    return connection
        .preparedQuery("delete from order_rematch where order_id = $1 and due_at = $2")
        .execute(Tuple.of(due.order().value(), utc(due.claim())))
        .replaceWithVoid();
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
