package io.berth.inventory.internal;

import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.PoolProbing;
import io.berth.inventory.ProbeFinding;
import io.berth.inventory.ProbeId;
import io.berth.inventory.ProbeRoundId;
import io.berth.inventory.domain.Standing;
import io.berth.inventory.domain.Standing.Outcome;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.review.CaseId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and writes how far pools are verified, and probes. */
@ApplicationScoped
public class VerificationStore {

  private static final String STANDING =
      "select pool_id, cluster_id, provider_id, outcome, message, last_passed_at, last_checked_at,"
          + " cleared_at, failures, round_id, next_at, case_id from pool_verification where ";

  private final StoredJson json;

  VerificationStore(StoredJson json) {
    this.json = json;
  }

  /** A pool as it is claimed. */
  record Claimed(NodePoolId pool, long epoch, @Nullable UUID round) {}

  /** A probe as it is stored. */
  record ProbeRow(
      ProbeId id,
      UUID round,
      NodePoolId pool,
      NodeId node,
      String image,
      int slots,
      String state,
      Instant startedAt,
      Instant deadlineAt,
      @Nullable Instant finishedAt,
      @Nullable ProbeFinding finding,
      UUID window) {}

  /**
   * Makes pools ones that are verified, where they are not or were left alone; due at once. Gives
   * whether any of them was not.
   */
  Uni<Boolean> add(SqlConnection connection, Collection<NodePoolId> pools, Instant now) {
    return connection
        .preparedQuery(
            "insert into pool_verification (pool_id, cluster_id, provider_id, outcome, next_at,"
                + " created_at) select id, cluster_id, provider_id, 'NONE', $2, $2 from node_pool"
                + " where id = any($1) order by id on conflict (pool_id) do update set next_at = $2"
                + " where pool_verification.next_at is null")
        .execute(Tuple.of(ids(pools), utc(now)))
        .map(rows -> rows.rowCount() > 0);
  }

  /** When pools last passed, of those whose last verdict that is. */
  Uni<Map<NodePoolId, Instant>> passedAt(SqlConnection connection, Collection<NodePoolId> pools) {
    return connection
        .preparedQuery(
            "select pool_id, last_passed_at from pool_verification"
                + " where pool_id = any($1) and outcome = 'PASSED'")
        .execute(Tuple.of(ids(pools)))
        .map(rows -> {
          Map<NodePoolId, Instant> passed = new LinkedHashMap<>();
          rows.forEach(row ->
              passed.put(
                  new NodePoolId(row.getUUID("pool_id")),
                  row.getOffsetDateTime("last_passed_at").toInstant()));
          return passed;
        });
  }

  /**
   * Makes a pool due that waits, with all attempts before it: at once, or some time after its last
   * round, so that asking again and again keeps nobody busy. Gives whether it is due sooner.
   */
  Uni<Boolean> hurry(SqlConnection connection, NodePoolId pool, Instant now, Duration spacing) {
    return connection
        .preparedQuery(
            "with soonest as (select greatest($2::timestamptz, last_checked_at + make_interval(secs => $3)) as at"
                + " from pool_verification where pool_id = $1)"
                + " update pool_verification set next_at = soonest.at, failures = 0 from soonest"
                + " where pool_id = $1 and round_id is null"
                + " and (next_at is null or next_at > soonest.at)")
        .execute(Tuple.of(pool.value(), utc(now), (double) spacing.toSeconds()))
        .map(rows -> rows.rowCount() == 1);
  }

  /**
   * Makes those of some pools due that have a node again which is kept from sale since it
   * mismatched: one that was gone when they passed or were accepted.
   */
  Uni<Void> hurryReturned(SqlConnection connection, Collection<NodePoolId> pools, Instant now) {
    return connection
        .preparedQuery(
            """
            update pool_verification set next_at = $2, failures = 0
            where pool_id = any($1) and round_id is null and next_at > $2
              and outcome in ('PASSED', 'ACCEPTED')
              and exists (
                select from node where node.pool_id = pool_verification.pool_id and gone_at is null
                  and mismatched_model = model_id)
            """)
        .execute(Tuple.of(ids(pools), utc(now)))
        .replaceWithVoid();
  }

  /** Claims what is due, until a time. */
  Uni<List<Claimed>> claim(
      SqlConnection connection,
      int limit,
      Set<ClusterId> except,
      Set<NodePoolId> underWay,
      Instant now,
      Instant until) {
    return connection
        .preparedQuery(
            """
            update pool_verification set next_at = $2, epoch = epoch + 1
            where pool_id in (
              select pool_id from pool_verification
              where next_at <= $1 and cluster_id <> all($3) and pool_id <> all($4)
              order by next_at
              for update skip locked
              limit $5)
            returning pool_id, epoch, round_id
            """)
        .execute(Tuple.of(utc(now), utc(until), ids(except), ids(underWay), limit))
        .map(rows ->
            all(
                rows,
                row ->
                    new Claimed(
                        new NodePoolId(row.getUUID("pool_id")),
                        row.getLong("epoch"),
                        row.getUUID("round_id"))));
  }

  /** Leaves pools alone until somebody asks. */
  Uni<Void> rest(SqlConnection connection, Collection<NodePoolId> pools) {
    return connection
        .preparedQuery("update pool_verification set next_at = null where pool_id = any($1)")
        .execute(Tuple.of((Object) ids(pools)))
        .replaceWithVoid();
  }

  /**
   * Which nodes to probe first: those that mismatched, then those that were never probed, then by
   * the time of their last probe. Only nodes that are well.
   */
  Uni<List<NodeId>> candidates(SqlConnection connection, NodePoolId pool, int limit) {
    return connection
        .preparedQuery(
            """
            select node.id from node
            left join lateral (
              select finished_at, state from node_probe
              where node_id = node.id and model_id = node.model_id and state <> 'RUNNING'
              order by finished_at desc limit 1) last on true
            where node.pool_id = $1 and node.gone_at is null and node.offerable and node.slots > 0
            order by last.state is distinct from 'MISMATCH', last.finished_at nulls first, node.id
            limit $2
            """)
        .execute(Tuple.of(pool.value(), limit))
        .map(rows -> all(rows, row -> new NodeId(row.getUUID("id"))));
  }

  /** Begins a round under a claim; gives whether that still stood. */
  Uni<Boolean> begin(SqlConnection connection, PoolProbing task, ProbeRoundId round, Instant now) {
    return connection
        .preparedQuery(
            "update pool_verification set round_id = $3, next_at = $4, message = ''"
                + " where pool_id = $1 and epoch = $2 and round_id is null")
        .execute(Tuple.of(task.pool().id().value(), task.epoch(), round.value(), utc(now)))
        .map(rows -> rows.rowCount() == 1);
  }

  /** Adds probes of nodes to a round, each of all slots that its node has. */
  Uni<Void> insert(
      SqlConnection connection,
      PoolProbing task,
      ProbeRoundId round,
      Map<NodeId, UUID> windows,
      Instant now,
      Instant deadlineAt) {
    List<Tuple> rows = new ArrayList<>();
    windows.forEach((node, window) ->
        rows.add(
            Tuple.tuple()
                .addUUID(ProbeId.fresh().value())
                .addUUID(round.value())
                .addUUID(task.pool().id().value())
                .addUUID(node.value())
                .addString(task.model().id())
                .addString(task.image())
                .addOffsetDateTime(utc(now))
                .addOffsetDateTime(utc(deadlineAt))
                .addUUID(window)));
    return connection
        .preparedQuery(
            "insert into node_probe (id, round_id, pool_id, provider_id, node_id, model_id, image,"
                + " slots, state, started_at, deadline_at, window_id)"
                + " select $1, $2, $3, provider_id, id, $5, $6, slots, 'RUNNING', $7, $8, $9"
                + " from node where id = $4")
        .executeBatch(rows)
        .replaceWithVoid();
  }

  /**
   * Puts off a claimed pool's next round.
   *
   * @param message why, where no round before it says what is in the way
   */
  Uni<Void> postpone(SqlConnection connection, PoolProbing task, Instant next, String message) {
    return connection
        .preparedQuery(
            "update pool_verification set next_at = $3,"
                + " message = case when failures > 0 and message <> '' then message else $4 end"
                + " where pool_id = $1 and epoch = $2 and round_id is null")
        .execute(Tuple.of(task.pool().id().value(), task.epoch(), utc(next), message))
        .replaceWithVoid();
  }

  /** Whether a claim and its round stand; locks the pool's row until the transaction's end. */
  Uni<Boolean> lock(SqlConnection connection, PoolProbing task, ProbeRoundId round) {
    return connection
        .preparedQuery(
            "select pool_id from pool_verification where pool_id = $1 and epoch = $2"
                + " and round_id = $3 for update")
        .execute(Tuple.of(task.pool().id().value(), task.epoch(), round.value()))
        .map(rows -> rows.size() == 1);
  }

  /** Ends probes that run. */
  Uni<Void> finish(SqlConnection connection, Map<ProbeId, ProbeFinding> findings, Instant now) {
    if (findings.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Tuple> rows = new ArrayList<>();
    findings.forEach((probe, finding) ->
        rows.add(Tuple.of(probe.value(), finding.verdict().name(), json.write(finding), utc(now))));
    return connection
        .preparedQuery(
            "update node_probe set state = $2, finding = $3, finished_at = $4"
                + " where id = $1 and state = 'RUNNING'")
        .executeBatch(rows)
        .replaceWithVoid();
  }

  /** The next look at a round that is not over. */
  Uni<Void> lookAgain(SqlConnection connection, PoolProbing task, Instant next) {
    return connection
        .preparedQuery("update pool_verification set next_at = $2 where pool_id = $1")
        .execute(Tuple.of(task.pool().id().value(), utc(next)))
        .replaceWithVoid();
  }

  /**
   * Ends a round.
   *
   * @param outcome the verdict; null where there is none, so that the last one stands
   * @param clearedAt as of when an offer may be published; null leaves it where there is no verdict
   */
  Uni<Void> conclude(
      SqlConnection connection,
      NodePoolId pool,
      @Nullable Outcome outcome,
      String message,
      int failures,
      @Nullable CaseId caseId,
      Instant now,
      Instant next) {
    boolean cleared = outcome == Outcome.PASSED || outcome == Outcome.ACCEPTED;
    return connection
        .preparedQuery(
            """
            update pool_verification set round_id = null, last_checked_at = $2, next_at = $3,
              message = $4, failures = $5, outcome = coalesce($6, outcome),
              last_passed_at = case when $6 = 'PASSED' then $2 else last_passed_at end,
              cleared_at = case when $6 is null then cleared_at when $7 then $2 end,
              case_id = case when $6 is null then case_id else $8 end
            where pool_id = $1
            """)
        .execute(
            Tuple.tuple()
                .addUUID(pool.value())
                .addOffsetDateTime(utc(now))
                .addOffsetDateTime(utc(next))
                .addString(message)
                .addInteger(failures)
                .addString(outcome == null ? null : outcome.name())
                .addBoolean(cleared)
                .addUUID(caseId == null ? null : caseId.value()))
        .replaceWithVoid();
  }

  /** Probes by identifier, oldest first. */
  Uni<List<ProbeRow>> probesOf(SqlConnection connection, Collection<UUID> rounds) {
    return connection
        .preparedQuery("select * from node_probe where round_id = any($1) order by id")
        .execute(Tuple.of((Object) rounds.toArray(UUID[]::new)))
        .map(rows -> all(rows, this::probe));
  }

  /** The probes of a pool, oldest first. */
  Uni<Page<ProbeRow>> probes(SqlConnection connection, NodePoolId pool, PageRequest page) {
    UUID after = page.afterId(ProbeId::fromString).map(ProbeId::value).orElse(null);
    return connection
        .preparedQuery(
            "select * from node_probe where pool_id = $1 and ($2::uuid is null or id > $2)"
                + " order by id limit $3")
        .execute(Tuple.of(pool.value(), after, page.limit()))
        .map(rows -> page.page(all(rows, this::probe), probe -> probe.id().toString()));
  }

  /** Of each node that the pool still has, the last probe that came to a verdict. */
  Uni<Map<String, ProbeFinding>> mismatching(SqlConnection connection, NodePoolId pool) {
    return connection
        .preparedQuery(
            """
            select node.name, last.finding from node
            join lateral (
              select state, finding from node_probe
              where node_id = node.id and model_id = node.model_id
                and state in ('PASSED', 'MISMATCH')
              order by finished_at desc, id desc limit 1) last on last.state = 'MISMATCH'
            where node.pool_id = $1 and node.gone_at is null
            order by node.name
            """)
        .execute(Tuple.of(pool.value()))
        .map(rows -> {
          Map<String, ProbeFinding> found = new LinkedHashMap<>();
          rows.forEach(
              row -> found.put(row.getString("name"), json.readFinding(row.getString("finding"))));
          return found;
        });
  }

  /** What is recorded of pools; those without a record are left out. */
  Uni<Map<NodePoolId, Standing>> standings(SqlConnection connection, Collection<NodePoolId> pools) {
    return connection
        .preparedQuery(STANDING + "pool_id = any($1)")
        .execute(Tuple.of((Object) ids(pools)))
        .map(rows -> {
          Map<NodePoolId, Standing> found = new LinkedHashMap<>();
          rows.forEach(row -> found.put(new NodePoolId(row.getUUID("pool_id")), standing(row)));
          return found;
        });
  }

  /** A pool that a case asks about. */
  record Asked(NodePoolId pool, ClusterId cluster, OrganizationId provider, Standing standing) {}

  /** The pool whose mismatch a case asks about, locked until the transaction's end. */
  Uni<Optional<Asked>> lockOfCase(SqlConnection connection, CaseId id) {
    return connection
        .preparedQuery(STANDING + "case_id = $1 for update")
        .execute(Tuple.of(id.value()))
        .map(rows ->
            all(
                    rows,
                    row ->
                        new Asked(
                            new NodePoolId(row.getUUID("pool_id")),
                            new ClusterId(row.getUUID("cluster_id")),
                            new OrganizationId(row.getUUID("provider_id")),
                            standing(row)))
                .stream()
                .findFirst());
  }

  /** Lets a mismatch be. */
  Uni<Void> accept(SqlConnection connection, NodePoolId pool, Instant now) {
    return connection
        .preparedQuery(
            "update pool_verification set outcome = 'ACCEPTED', cleared_at = $2 where pool_id = $1")
        .execute(Tuple.of(pool.value(), utc(now)))
        .replaceWithVoid();
  }

  /** Those of the rounds that are under way. */
  public Uni<Set<ProbeRoundId>> live(SqlConnection connection, Collection<ProbeRoundId> rounds) {
    return connection
        .preparedQuery("select round_id from pool_verification where round_id = any($1)")
        .execute(Tuple.of((Object) ids(rounds)))
        .map(rows -> new HashSet<>(all(rows, row -> new ProbeRoundId(row.getUUID("round_id")))));
  }

  private ProbeRow probe(Row row) {
    OffsetDateTime finishedAt = row.getOffsetDateTime("finished_at");
    String finding = row.getString("finding");
    return new ProbeRow(
        new ProbeId(row.getUUID("id")),
        row.getUUID("round_id"),
        new NodePoolId(row.getUUID("pool_id")),
        new NodeId(row.getUUID("node_id")),
        row.getString("image"),
        row.getInteger("slots"),
        row.getString("state"),
        row.getOffsetDateTime("started_at").toInstant(),
        row.getOffsetDateTime("deadline_at").toInstant(),
        finishedAt == null ? null : finishedAt.toInstant(),
        finding == null ? null : json.readFinding(finding),
        row.getUUID("window_id"));
  }

  private static Standing standing(Row row) {
    UUID caseId = row.getUUID("case_id");
    return new Standing(
        Outcome.valueOf(row.getString("outcome")),
        row.getString("message"),
        instant(row, "last_passed_at"),
        instant(row, "last_checked_at"),
        instant(row, "cleared_at"),
        row.getInteger("failures"),
        row.getUUID("round_id") != null,
        instant(row, "next_at"),
        caseId == null ? null : new CaseId(caseId));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime at = row.getOffsetDateTime(column);
    return at == null ? null : at.toInstant();
  }

  private static <T> List<T> all(RowSet<Row> rows, Function<Row, T> read) {
    List<T> found = new ArrayList<>();
    rows.forEach(row -> found.add(read.apply(row)));
    return found;
  }

  private static UUID[] ids(Collection<? extends Id> ids) {
    return ids.stream().map(Id::value).toArray(UUID[]::new);
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
