package io.berth.leasing.internal;

import static io.berth.leasing.internal.OrderStore.utc;

import io.berth.leasing.LeaseId;
import io.berth.leasing.OrderId;
import io.berth.platform.OrganizationId;
import io.berth.platform.StoredJson;
import io.berth.policy.DecisionId;
import io.berth.policy.ReasonView;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
      update capacity_order set claimed_until = $2, next_match_at = $2
      where id in (
        select id from capacity_order due
        where state = 'OPEN' and next_match_at <= $1
          and (claimed_until is null or claimed_until <= $1)
          and not exists (
            select 1 from capacity_order rival
            where rival.state = 'OPEN' and rival.claimed_until > $1 and rival.models && due.models)
        order by limit_micros desc nulls first, created_at, id
        limit $3 for update skip locked)
      returning id, tenant_id, limit_micros, created_at
      """;

  /** News never makes due before its time what broke the last time. */
  private static final String WAKE =
      "update capacity_order set next_match_at = greatest($1::timestamptz, retry_not_before)"
          + " where state = 'OPEN' and next_match_at > greatest($1::timestamptz, retry_not_before)"
          + " and ";

  private final StoredJson json;

  OrderMatchStore(StoredJson json) {
    this.json = json;
  }

  /** An order that this replica is to match. */
  record Claimed(OrderId id, OrganizationId tenant) {}

  private record Ranked(Claimed claimed, @Nullable Long limit, Instant createdAt) {}

  /** Claims orders that are due, the first to be tried first. */
  Uni<List<Claimed>> claimDue(SqlConnection connection, Instant now, Instant until, int limit) {
    return connection
        // One claim at a time: what another is about to claim cannot be seen yet.
        .query("select pg_advisory_xact_lock(hashtextextended('order-matching', 0))")
        .execute()
        .chain(() -> connection.preparedQuery(CLAIM).execute(Tuple.of(utc(now), utc(until), limit)))
        .map(rows -> {
          List<Ranked> ranked = new ArrayList<>();
          rows.forEach(row ->
              ranked.add(
                  new Ranked(
                      new Claimed(
                          new OrderId(row.getUUID("id")),
                          new OrganizationId(row.getUUID("tenant_id"))),
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
                + " decision_id = coalesce($4, decision_id), tried_at = $5, failures = 0,"
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
