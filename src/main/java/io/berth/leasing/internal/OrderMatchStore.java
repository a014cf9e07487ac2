package io.berth.leasing.internal;

import static io.berth.leasing.internal.OrderStore.utc;

import io.berth.leasing.LeaseId;
import io.berth.leasing.OrderId;
import io.berth.platform.OrganizationId;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which resting order is matched when: claims, and the news that makes them due. */
@ApplicationScoped
public class OrderMatchStore {

  /**
   * Those that are due, the best price and then the oldest first, but for the rivals of those that
   * somebody else is matching: two matchers never work through the same queue at once.
   */
  private static final String CLAIM =
      """
      update capacity_order claimed set claimed_until = $2, next_match_at = $2
      from (
        select id, next_match_at from capacity_order due
        where state = 'OPEN' and next_match_at <= $1
          and (claimed_until is null or claimed_until <= $1)
          and id <> all($4)
          and not exists (
            select 1 from capacity_order rival
            where rival.state = 'OPEN' and rival.claimed_until > $1 and rival.models && due.models)
        order by limit_micros desc nulls first, created_at, id
        limit $3 for update skip locked) due
      where claimed.id = due.id
      returning claimed.id, tenant_id, limit_micros, created_at, due.next_match_at as due_at
      """;

  /**
   * Whether an order {@code rival} competes with {@code me} and comes before it, at a moment $2.
   */
  private static final String COMES_BEFORE =
      """
      rival.id <> me.id and rival.state = 'OPEN' and rival.models && me.models
        and rival.good_until > $2
        and (rival.retry_not_before is null or rival.retry_not_before <= $2)
        and (coalesce(rival.limit_micros, 9223372036854775807) > coalesce(me.limit_micros, 9223372036854775807)
          or rival.limit_micros is not distinct from me.limit_micros
            and (rival.created_at, rival.id) < (me.created_at, me.id))
      """;

  /**
   * Orders that come before one and compete with it, and were not tried since it came due or a
   * quote for a model of it lapsed, of which nobody tells. Parameters: 1 the order, 2 now, 3 when
   * it came due.
   */
  private static final String BEFORE =
      """
      from capacity_order me cross join lateral (
          select greatest($3::timestamptz, max(expires_at)) as moment from quote
          where quote.state = 'OPEN' and expires_at > $3 and expires_at <= $2
            and model_id = any(me.models)) since,
        capacity_order rival
      where me.id = $1 and %s
        and (rival.next_match_at <= $2 or rival.tried_at is null or rival.tried_at < since.moment)
      """
          .formatted(COMES_BEFORE);

  /**
   * News that nobody has made others due for yet: of capacity for an order, or, where others come
   * before it, of what else these may wait for. What the order's own try tells of is none.
   */
  private static final String UNHEARD =
      """
      select from (
          select me.id, me.models, exists (select from capacity_order rival where %s) as is_behind
          from capacity_order me where me.id = $1 offset 0) me,
        outbox_delivery delivery join outbox_event event on event.id = delivery.event_id
      where delivery.state = 'pending' and delivery.consumer = $4
        and delivery.xmin <> pg_current_xact_id()::xid
        and (event.type = any($5)
            and coalesce(event.payload::jsonb ->> 'model', event.payload::jsonb ->> 'modelId', me.models[1])
              = any(me.models)
          or me.is_behind and event.type = any($6))
      """
          .formatted(COMES_BEFORE);

  /**
   * How often in a row an order gives way: where news comes faster than it is dealt with, it takes
   * what it found in the end.
   */
  private static final int GIVES_WAY_MAX = 3;

  /** News never makes due before its time what broke the last time. */
  private static final String WAKE =
      "update capacity_order set next_match_at = greatest($1::timestamptz, retry_not_before)"
          + " where state = 'OPEN' and next_match_at > greatest($1::timestamptz, retry_not_before)"
          + " and ";

  private final StoredJson json;

  OrderMatchStore(StoredJson json) {
    this.json = json;
  }

  /**
   * An order that this replica is to match.
   *
   * @param dueAt when it came due
   */
  record Claimed(OrderId id, OrganizationId tenant, Instant dueAt) {}

  private record Ranked(Claimed claimed, @Nullable Long limit, Instant createdAt) {}

  /** Claims orders that are due, but for some; the first to be tried first. */
  Uni<List<Claimed>> claimDue(
      SqlConnection connection, Instant now, Instant until, int limit, Collection<OrderId> except) {
    UUID[] left = except.stream().map(OrderId::value).toArray(UUID[]::new);
    return connection
        // One claim at a time: what another is about to claim cannot be seen yet.
        .query("select pg_advisory_xact_lock(hashtextextended('order-matching', 0))")
        .execute()
        .chain(() ->
            connection.preparedQuery(CLAIM).execute(Tuple.of(utc(now), utc(until), limit, left)))
        .map(rows -> {
          List<Ranked> ranked = new ArrayList<>();
          rows.forEach(row ->
              ranked.add(
                  new Ranked(
                      new Claimed(
                          new OrderId(row.getUUID("id")),
                          new OrganizationId(row.getUUID("tenant_id")),
                          dueAt(row)),
                      row.getLong("limit_micros"),
                      row.getOffsetDateTime("created_at").toInstant())));
          return ranked.stream()
              .sorted(
                  Comparator.comparing(
                          Ranked::limit, Comparator.nullsFirst(Comparator.<Long>reverseOrder()))
                      .thenComparing(Ranked::createdAt)
                      .thenComparing(one -> one.claimed().id().value()))
              .map(Ranked::claimed)
              .toList();
        });
  }

  /** Since ever, where somebody wrote that. */
  private static Instant dueAt(Row row) {
    Instant dueAt = row.getOffsetDateTime("due_at").toInstant();
    return dueAt.isBefore(Instant.EPOCH) ? Instant.EPOCH : dueAt;
  }

  /**
   * Whether a locked order that has found capacity must let others try first: those before it that
   * were not tried since that came. What frees capacity, or permits or pays for more, tells of it
   * in the same transaction, so that whoever sees the one sees the other: it is heard, and they are
   * due, or it is not heard yet.
   */
  Uni<Boolean> mustGiveWay(SqlConnection connection, Claimed order, Instant now) {
    return connection
        .preparedQuery(
            "select gave_way < "
                + GIVES_WAY_MAX
                + " and (exists ("
                + UNHEARD
                + ") or exists (select "
                + BEFORE
                + ")) as must from capacity_order where id = $1")
        .execute(
            Tuple.of(
                order.id().value(),
                utc(now),
                utc(order.dueAt()),
                OrderWakes.NAME,
                OrderWakes.OF_CAPACITY.toArray(String[]::new),
                OrderWakes.OF_PARTIES.toArray(String[]::new)))
        .map(rows -> rows.size() > 0 && rows.iterator().next().getBoolean("must"));
  }

  /** Makes those due that come before an order, and lets go of it: it is due still. */
  Uni<Void> giveWay(SqlConnection connection, Claimed order, Instant now) {
    return connection
        .preparedQuery(
            "update capacity_order set next_match_at = $2 where state = 'OPEN'"
                + " and next_match_at > $2 and id in (select rival.id "
                + BEFORE
                + ")")
        .execute(Tuple.of(order.id().value(), utc(now), utc(order.dueAt())))
        .chain(() ->
            connection
                .preparedQuery(
                    "update capacity_order set gave_way = gave_way + 1, claimed_until = null,"
                        + " next_match_at = $2 where id = $1 and state = 'OPEN'")
                .execute(Tuple.of(order.id().value(), utc(order.dueAt()))))
        .replaceWithVoid();
  }

  /** What a try that left an order open found. */
  record Finding(
      String detail, List<ReasonView> reasons, @Nullable DecisionId decision, Instant triedAt) {}

  /**
   * Writes why a locked order stays open, and lets go of it.
   *
   * @param claim the time that claiming set: where news made the order due since, it stays due
   * @param next when to try it again
   */
  Uni<Void> note(
      SqlConnection connection, OrderId id, Finding finding, Instant claim, Instant next) {
    return connection
        .preparedQuery(
            "update capacity_order set detail = $2, reasons = $3,"
                + " decision_id = coalesce($4, decision_id), tried_at = $5, failures = 0, gave_way = 0,"
                + " retry_not_before = null, claimed_until = null,"
                + " next_match_at = case when next_match_at = $6 then $7 else next_match_at end"
                + " where id = $1 and state = 'OPEN'")
        .execute(
            Tuple.tuple()
                .addUUID(id.value())
                .addString(finding.detail())
                .addString(json.write(finding.reasons()))
                .addUUID(finding.decision() == null ? null : finding.decision().value())
                .addOffsetDateTime(utc(finding.triedAt()))
                .addOffsetDateTime(utc(claim))
                .addOffsetDateTime(utc(next)))
        .replaceWithVoid();
  }

  /**
   * Lets go of an order whose try broke, and leaves it alone for a while that doubles each time; it
   * is not read for that, since that may be what broke.
   */
  Uni<Void> leaveAlone(
      SqlConnection connection, OrderId id, Instant now, Duration pause, Duration pauseMax) {
    return connection
        .preparedQuery(
            "update capacity_order set failures = failures + 1, claimed_until = null,"
                + " retry_not_before = broken.until, next_match_at = broken.until from ("
                + "select $2::timestamptz + interval '1 second'"
                + " * least($3::bigint * power(2, least(failures, 30)), $4::bigint) as until"
                + " from capacity_order where id = $1) broken where id = $1 and state = 'OPEN'")
        .execute(Tuple.of(id.value(), utc(now), pause.toSeconds(), pauseMax.toSeconds()))
        .replaceWithVoid();
  }

  /** Makes every open order due. */
  Uni<Void> wakeAll(SqlConnection connection, Instant at) {
    return wake(connection, "true", Tuple.of(utc(at)));
  }

  /** Makes due what one model will do for. */
  Uni<Void> wakeModel(SqlConnection connection, String model, Instant at) {
    return wake(connection, "models @> array[$2::text]", Tuple.of(utc(at), model));
  }

  /** Makes due what a pool's model will do for. */
  Uni<Void> wakePool(SqlConnection connection, UUID pool, Instant at) {
    return wake(
        connection,
        "models @> (select array[model_id] from node_pool where id = $2 and model_id is not null)",
        Tuple.of(utc(at), pool));
  }

  /** Makes due what a cluster's models will do for. */
  Uni<Void> wakeCluster(SqlConnection connection, UUID cluster, Instant at) {
    return wake(
        connection,
        "models && (select array_agg(distinct model_id) from node_pool where cluster_id = $2)",
        Tuple.of(utc(at), cluster));
  }

  /** Makes due a tenant's orders, and those that a provider's models will do for. */
  Uni<Void> wakeParty(SqlConnection connection, OrganizationId party, Instant at) {
    return wake(
        connection,
        "(tenant_id = $2 or models && (select array_agg(distinct model_id) from node_pool"
            + " where provider_id = $2))",
        Tuple.of(utc(at), party.value()));
  }

  /**
   * Makes due what a lease's model will do for. Where its slots rest for a turnaround first, the
   * regular try finds them.
   */
  Uni<Void> wakeLease(SqlConnection connection, LeaseId lease, Instant at) {
    return wake(
        connection,
        "models @> (select array[model_id] from lease where id = $2)",
        Tuple.of(utc(at), lease.value()));
  }

  /**
   * Makes due what models will do for of which quotes have lapsed, after one moment up to another.
   */
  Uni<Void> wakeLapsed(SqlConnection connection, Instant after, Instant until) {
    return wake(
        connection,
        "models && (select array_agg(distinct model_id) from quote"
            + " where state = 'OPEN' and expires_at > $2 and expires_at <= $1)",
        Tuple.of(utc(until), utc(after)));
  }

  private static Uni<Void> wake(SqlConnection connection, String which, Tuple parameters) {
    return connection.preparedQuery(WAKE + which).execute(parameters).replaceWithVoid();
  }
}
