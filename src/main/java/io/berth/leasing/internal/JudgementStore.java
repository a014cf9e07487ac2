package io.berth.leasing.internal;

import io.berth.inventory.NodeId;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.WindDown;
import io.berth.platform.OrganizationId;
import io.berth.platform.StoredJson;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps when leases are judged, what came out, and orders to wind them down. */
@ApplicationScoped
public class JudgementStore {

  private final StoredJson json;

  JudgementStore(StoredJson json) {
    this.json = json;
  }

  /**
   * Claims leases that are due to be judged: they come due again at {@code until} unless somebody
   * says otherwise before.
   */
  Uni<List<LeaseId>> claimDue(SqlConnection connection, Instant now, Instant until, int limit) {
    return connection
        .preparedQuery(
            "update lease set next_judgement_at = $2 where id in ("
                + "select id from lease where next_judgement_at <= $1"
                + " order by next_judgement_at limit $3 for update skip locked) returning id")
        .execute(Tuple.of(utc(now), utc(until), limit))
        .map(rows -> {
          List<LeaseId> ids = new ArrayList<>();
          rows.forEach(row -> ids.add(new LeaseId(row.getUUID("id"))));
          return ids;
        });
  }

  /**
   * Writes what a judgement came out as.
   *
   * @param claim the time that claiming set: where something made the lease due again since, it
   *     stays due
   * @param decision the last decision that said something new
   * @param next when to judge again
   */
  Uni<Void> judged(
      SqlConnection connection,
      LeaseId id,
      Instant claim,
      Decision judged,
      DecisionId decision,
      Instant next) {
    return connection
        .preparedQuery(
            "update lease set judged_decision_id = $2, judged_verdict = $3, judged_outcome = $4,"
                + " judged_at = $5, permitted_until = $6,"
                + " next_judgement_at = case when next_judgement_at = $7 then $8"
                + " else next_judgement_at end where id = $1")
        .execute(
            Tuple.tuple()
                .addUUID(id.value())
                .addUUID(decision.value())
                .addString(judged.verdict().name())
                .addString(Outcomes.of(judged))
                .addOffsetDateTime(utc(judged.knownAt()))
                .addOffsetDateTime(utcOrNull(judged.together().allowedUntil()))
                .addOffsetDateTime(utc(claim))
                .addOffsetDateTime(utc(next)))
        .replaceWithVoid();
  }

  /** What the last judgement said, as {@link Outcomes} puts it. */
  Uni<String> outcome(SqlConnection connection, LeaseId id) {
    return connection
        .preparedQuery("select judged_outcome from lease where id = $1")
        .execute(Tuple.of(id.value()))
        .map(rows -> rows.iterator().next().getString(0));
  }

  /** Lets a reserved lease start, as soon as somebody looks after it. */
  Uni<Void> permitStart(SqlConnection connection, LeaseId id, Instant now) {
    return connection
        .preparedQuery(
            "update lease set start_permitted_at = $2, next_delivery_at = $2"
                + " where id = $1 and start_permitted_at is null")
        .execute(Tuple.of(id.value(), utc(now)))
        .replaceWithVoid();
  }

  /**
   * Writes the orders that wind a locked lease down; somebody looks after it when the first ends
   * it.
   *
   * @param endsAt when the first ends it; null where none does
   * @param judgeAt when to judge it anew at the latest; null where nothing calls for it
   */
  public Uni<Void> windDowns(
      SqlConnection connection,
      LeaseId id,
      List<WindDown> orders,
      @Nullable Instant endsAt,
      @Nullable Instant judgeAt) {
    return connection
        .preparedQuery(
            "update lease set wind_downs = $2,"
                + " next_delivery_at = least(next_delivery_at, $3),"
                + " next_judgement_at = least(next_judgement_at, $4),"
                + " version = version + 1 where id = $1")
        .execute(Tuple.of(id.value(), json.write(orders), utcOrNull(endsAt), utcOrNull(judgeAt)))
        .replaceWithVoid();
  }

  /** Makes one live lease due. */
  Uni<Void> due(SqlConnection connection, LeaseId id, Instant now) {
    return connection
        .preparedQuery(
            "update lease set next_judgement_at = $2"
                + " where id = $1 and next_judgement_at is not null")
        .execute(Tuple.of(id.value(), utc(now)))
        .replaceWithVoid();
  }

  /** Makes every live lease due. */
  Uni<Integer> allDue(SqlConnection connection, Instant now) {
    return connection
        .preparedQuery(
            "update lease set next_judgement_at = $1 where next_judgement_at is not null")
        .execute(Tuple.of(utc(now)))
        .map(rows -> rows.rowCount());
  }

  /** Makes the live leases of a party due, whichever side it is on. */
  Uni<Integer> dueOf(SqlConnection connection, OrganizationId party, Instant now) {
    return connection
        .preparedQuery(
            "update lease set next_judgement_at = $2 where next_judgement_at is not null"
                + " and (tenant_id = $1 or provider_id = $1)")
        .execute(Tuple.of(party.value(), utc(now)))
        .map(rows -> rows.rowCount());
  }

  /** Makes the live leases on a node due. */
  Uni<Integer> dueOn(SqlConnection connection, NodeId node, Instant now) {
    return connection
        .preparedQuery(
            "update lease set next_judgement_at = $2 where next_judgement_at is not null"
                + " and id in (select lease_id from allocation"
                + " where node_id = $1 and state = 'LEASED')")
        .execute(Tuple.of(node.value(), utc(now)))
        .map(rows -> rows.rowCount());
  }

  /** When a lease must be judged again at the latest. */
  static Instant next(Lease lease, Decision decision, Instant now, Instant latest) {
    return next(lease.startPermitted() ? now : lease.period().start(), decision, now, latest);
  }

  /**
   * The same.
   *
   * @param start when it is asked whether it may start; what is not after {@code now} counts not
   */
  static Instant next(Instant start, Decision decision, Instant now, Instant latest) {
    Instant next = latest;
    for (var interval : decision.together().intervals()) {
      Instant boundary = interval.period().start();
      if (boundary.isAfter(now) && boundary.isBefore(next)) {
        next = boundary;
      }
    }
    return start.isAfter(now) && start.isBefore(next) ? start : next;
  }

  private static @Nullable OffsetDateTime utcOrNull(@Nullable Instant moment) {
    return moment == null ? null : utc(moment);
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
