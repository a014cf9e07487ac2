package io.berth.inventory.internal;

import io.berth.audit.AuditTrail;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.AcceleratorModel;
import io.berth.inventory.ClusterId;
import io.berth.inventory.DeviceMismatch;
import io.berth.inventory.InventoryConfig;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.PoolProbing;
import io.berth.inventory.PoolProbing.Probe;
import io.berth.inventory.PoolProbing.Round;
import io.berth.inventory.ProbeFinding;
import io.berth.inventory.ProbeFinding.Verdict;
import io.berth.inventory.ProbeId;
import io.berth.inventory.ProbeRoundId;
import io.berth.inventory.VerificationConfig;
import io.berth.inventory.domain.Standing;
import io.berth.inventory.domain.Standing.Outcome;
import io.berth.inventory.internal.VerificationStore.Claimed;
import io.berth.inventory.internal.VerificationStore.ProbeRow;
import io.berth.platform.Database;
import io.berth.platform.Outbox;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.review.CaseId;
import io.berth.review.CaseKind;
import io.berth.review.CaseState;
import io.berth.review.NewCase;
import io.berth.review.ReviewCases;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Rounds of probes: which are due, how they begin, and what follows from how they end. A round ends
 * when each of its probes has. It passes where all of them did and no other node of the pool is
 * known to mismatch; one mismatch holds the pool; anything else is no verdict and is tried again.
 */
@ApplicationScoped
public class VerificationRounds {

  private static final Scope SCOPE = Scope.system("inventory");

  /** How long a step of a round belongs to one worker; longer than any takes. */
  private static final Duration CLAIM = Duration.ofMinutes(2);

  /** The wait between two looks at a round. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** Of how many nodes those that are free are chosen, for each that is probed. */
  private static final int CANDIDATES_PER_NODE = 8;

  /** How many nodes a case describes. */
  private static final int NODES_DESCRIBED_MAX = 20;

  private final Database database;
  private final VerificationStore store;
  private final InventoryReads reads;
  private final PoolHolds holds;
  private final ReviewCases cases;
  private final AcceleratorCatalog catalog;
  private final StoredJson json;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final VerificationConfig config;
  private final Clock clock;

  VerificationRounds(
      Database database,
      VerificationStore store,
      InventoryReads reads,
      PoolHolds holds,
      ReviewCases cases,
      AcceleratorCatalog catalog,
      StoredJson json,
      AuditTrail audit,
      Outbox outbox,
      InventoryConfig config,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.reads = reads;
    this.holds = holds;
    this.cases = cases;
    this.catalog = catalog;
    this.json = json;
    this.audit = audit;
    this.outbox = outbox;
    this.config = config.verification();
    this.clock = clock;
  }

  private record Claim(List<Claimed> pools, List<ProbeRow> probes, List<Node> nodes) {}

  /** As {@link io.berth.inventory.Verifications#claimDue}. */
  public Uni<List<PoolProbing>> claimDue(
      int limit, Set<ClusterId> except, Set<NodePoolId> underWay) {
    Instant now = clock.instant();
    return database
        .sql(
            SCOPE,
            connection ->
                store
                    .claim(connection, limit, except, underWay, now, now.plus(CLAIM))
                    .chain(pools -> describe(connection, pools)))
        .chain(claim ->
            reads
                .pools(SCOPE, claim.pools().stream().map(Claimed::pool).toList())
                .map(pools -> tasks(claim, pools))
                .call(tasks -> letRest(claim, tasks)));
  }

  private Uni<Claim> describe(SqlConnection connection, List<Claimed> pools) {
    List<UUID> rounds = pools.stream().map(Claimed::round).filter(Objects::nonNull).toList();
    if (rounds.isEmpty()) {
      return Uni.createFrom().item(new Claim(pools, List.of(), List.of()));
    }
    return store
        .probesOf(connection, rounds)
        .map(probes -> probes.stream().filter(probe -> probe.finishedAt() == null).toList())
        .chain(probes ->
            reads
                .nodes(connection, SCOPE, probes.stream().map(ProbeRow::node).toList())
                .map(nodes -> new Claim(pools, probes, nodes)));
  }

  private List<PoolProbing> tasks(Claim claim, List<NodePool> pools) {
    Map<NodePoolId, NodePool> byId =
        pools.stream().collect(Collectors.toMap(NodePool::id, Function.identity()));
    Map<NodeId, Node> nodes =
        claim.nodes().stream().collect(Collectors.toMap(Node::id, Function.identity()));
    List<PoolProbing> tasks = new ArrayList<>();
    for (Claimed claimed : claim.pools()) {
      NodePool pool = byId.get(claimed.pool());
      AcceleratorModel model = pool == null ? null : model(pool).orElse(null);
      String image = model == null ? null : config.images().of(model.vendor()).orElse(null);
      UUID round = claimed.round();
      if (pool == null || model == null || (image == null && round == null)) {
        continue;
      }
      tasks.add(
          new PoolProbing(
              pool,
              model,
              image == null ? "" : image,
              claimed.epoch(),
              round == null
                  ? Optional.empty()
                  : Optional.of(
                      new Round(
                          new ProbeRoundId(round),
                          claim.probes().stream()
                              .filter(probe ->
                                  probe.round().equals(round) && nodes.containsKey(probe.node()))
                              .map(probe -> probe(probe, nodes))
                              .toList()))));
    }
    return tasks;
  }

  private static Probe probe(ProbeRow row, Map<NodeId, Node> nodes) {
    return new Probe(
        row.id(),
        Objects.requireNonNull(nodes.get(row.node()), "the caller has looked"),
        row.slots(),
        row.image(),
        row.deadlineAt());
  }

  /** Whose vendor is not verified here any more. */
  private Uni<Void> letRest(Claim claim, List<PoolProbing> tasks) {
    Set<NodePoolId> others = claim.pools().stream().map(Claimed::pool).collect(Collectors.toSet());
    tasks.forEach(task -> others.remove(task.pool().id()));
    return others.isEmpty()
        ? Uni.createFrom().voidItem()
        : database.sql(SCOPE, connection -> store.rest(connection, others));
  }

  /** The model that a pool is listed as; empty where it is none of the catalogue's. */
  Optional<AcceleratorModel> model(NodePool pool) {
    return pool.modelId().flatMap(catalog::find);
  }

  /** As {@link io.berth.inventory.Verifications#candidates}. */
  public Uni<List<NodeId>> candidates(SqlConnection connection, PoolProbing task) {
    return store.candidates(connection, task.pool().id(), CANDIDATES_PER_NODE * config.nodesMax());
  }

  /** As {@link io.berth.inventory.Verifications#begin}. */
  public Uni<Void> begin(
      SqlConnection connection, PoolProbing task, Map<NodeId, UUID> windows, Instant deadlineAt) {
    Instant now = clock.instant();
    if (windows.isEmpty()) {
      return store.postpone(
          connection,
          task,
          now.plus(config.retryWait()),
          "No node of the pool is free for a probe.");
    }
    ProbeRoundId round = ProbeRoundId.fresh();
    return store
        .begin(connection, task, round, now)
        .chain(stood -> {
          if (!stood) {
            // Rolls back what keeps the nodes from sale.
            throw new IllegalStateException("the claim of a pool's round did not stand");
          }
          return store.insert(connection, task, round, windows, now, deadlineAt);
        });
  }

  /** As {@link io.berth.inventory.Verifications#record}. */
  public Uni<List<UUID>> record(
      SqlConnection connection, PoolProbing task, Map<ProbeId, ProbeFinding> findings) {
    Instant now = clock.instant();
    ProbeRoundId round = task.round().orElseThrow().id();
    return store
        .lock(connection, task, round)
        .chain(stands ->
            stands
                ? store
                    .finish(connection, findings, now)
                    .chain(() ->
                        findings.isEmpty()
                            ? Uni.createFrom().voidItem()
                            : holds.judge(
                                connection,
                                task.pool().cluster(),
                                task.pool().id(),
                                findings.keySet()))
                    .chain(() -> store.probesOf(connection, List.of(round.value())))
                    .call(probes -> goOn(connection, task, probes, now))
                    .map(probes ->
                        probes.stream()
                            .filter(VerificationRounds::leavesItsNodeFree)
                            .map(ProbeRow::window)
                            .toList())
                : Uni.createFrom().item(List.<UUID>of()));
  }

  /** A pod that has printed has ended; one that failed otherwise may have its devices still. */
  private static boolean leavesItsNodeFree(ProbeRow probe) {
    ProbeFinding finding = probe.finding();
    return finding != null && finding.verdict() != Verdict.FAILED;
  }

  private Uni<Void> goOn(
      SqlConnection connection, PoolProbing task, List<ProbeRow> probes, Instant now) {
    if (probes.stream().anyMatch(probe -> probe.finishedAt() == null)) {
      return store.lookAgain(connection, task, now.plus(LOOK));
    }
    NodePoolId pool = task.pool().id();
    return store
        .mismatching(connection, pool)
        .chain(mismatching ->
            store
                .standings(connection, List.of(pool))
                .map(found -> Objects.requireNonNull(found.get(pool), "the row is locked"))
                .chain(before -> conclude(connection, task, before, probes, mismatching, now)));
  }

  private Uni<Void> conclude(
      SqlConnection connection,
      PoolProbing task,
      Standing before,
      List<ProbeRow> probes,
      Map<String, ProbeFinding> mismatching,
      Instant now) {
    if (!mismatching.isEmpty()) {
      return mismatched(connection, task, before, mismatching, now);
    }
    Optional<ProbeFinding> failed =
        probes.stream()
            .map(ProbeRow::finding)
            .filter(Objects::nonNull)
            .filter(finding -> finding.verdict() == Verdict.FAILED)
            .findFirst();
    return failed.isPresent() || probes.isEmpty()
        ? failed(
            connection,
            task,
            before,
            failed.map(ProbeFinding::message).orElse("No probe was made."),
            now)
        : passed(connection, task, before, now);
  }

  private Uni<Void> passed(
      SqlConnection connection, PoolProbing task, Standing before, Instant now) {
    NodePool pool = task.pool();
    return store
        .conclude(
            connection, pool.id(), Outcome.PASSED, "", 0, null, now, now.plus(config.interval()))
        .chain(() -> holds.set(connection, pool.cluster(), pool.id(), false))
        .chain(() -> {
          CaseId asked = before.caseId();
          return asked == null
              ? Uni.createFrom().voidItem()
              : cases.withdraw(connection, SCOPE, asked, "Probes of the pool have passed since.");
        })
        .chain(() -> tell(connection, task, Outcome.PASSED.name(), Map.of()));
  }

  private Uni<Void> failed(
      SqlConnection connection, PoolProbing task, Standing before, String message, Instant now) {
    int failures = before.failures() + 1;
    Duration wait =
        failures < config.attemptsMax()
            ? Standing.wait(failures, config.retryWait(), config.interval())
            : config.interval();
    return store
        .conclude(connection, task.pool().id(), null, message, failures, null, now, now.plus(wait))
        .chain(() -> tell(connection, task, "FAILED", Map.of("message", message)));
  }

  private Uni<Void> mismatched(
      SqlConnection connection,
      PoolProbing task,
      Standing before,
      Map<String, ProbeFinding> mismatching,
      Instant now) {
    NodePool pool = task.pool();
    NewCase question = question(pool, mismatching);
    return cases
        .standing(connection, SCOPE, CaseKind.POOL_DEVICES, pool.provider())
        .map(approvals ->
            approvals.stream()
                .filter(approval ->
                    approval.factsHash().equals(question.factsHash())
                        && approval.reason().equals(question.reason()))
                .findFirst())
        .chain(approval ->
            approval.isPresent()
                ? store
                    .conclude(
                        connection,
                        pool.id(),
                        Outcome.ACCEPTED,
                        question.summary(),
                        0,
                        approval.get().id(),
                        now,
                        now.plus(config.interval()))
                    .chain(() -> holds.accept(connection, pool.cluster(), pool.id()))
                    .chain(() -> tell(connection, task, Outcome.ACCEPTED.name(), question.detail()))
                : ask(connection, before, question)
                    .chain(asked ->
                        store.conclude(
                            connection,
                            pool.id(),
                            Outcome.MISMATCH,
                            question.summary(),
                            0,
                            asked,
                            now,
                            now.plus(config.interval())))
                    .chain(() -> holds.set(connection, pool.cluster(), pool.id(), true))
                    .chain(
                        () -> tell(connection, task, Outcome.MISMATCH.name(), question.detail())));
  }

  /** Asks officers, unless they were asked the same; what was asked before is asked no more. */
  private Uni<CaseId> ask(SqlConnection connection, Standing before, NewCase question) {
    CaseId asked = before.caseId();
    if (asked == null) {
      return cases.open(Tx.of(connection), SCOPE, question);
    }
    return cases
        .get(connection, SCOPE, asked)
        .chain(review -> {
          boolean same = review.factsHash().equals(question.factsHash());
          if (same && (review.state().isPending() || review.state() == CaseState.REFUSED)) {
            return Uni.createFrom().item(asked);
          }
          // One that was answered keeps its answer.
          return cases
              .withdraw(connection, SCOPE, asked, "Later probes of the pool found something else.")
              .chain(() -> cases.open(Tx.of(connection), SCOPE, question));
        });
  }

  /** The same differences on however many nodes of a pool are one question. */
  private NewCase question(NodePool pool, Map<String, ProbeFinding> mismatching) {
    Set<String> kinds = new TreeSet<>();
    Set<String> facts = new TreeSet<>();
    for (ProbeFinding finding : mismatching.values()) {
      for (DeviceMismatch mismatch : finding.mismatches()) {
        String kind = mismatch.kind().name().toLowerCase(Locale.ROOT);
        kinds.add(kind);
        facts.add(
            mismatch.kind().isMeasured()
                ? kind
                : kind + ":" + mismatch.listed() + ":" + mismatch.found());
      }
    }
    List<Map<String, Object>> nodes = new ArrayList<>();
    mismatching.entrySet().stream()
        .limit(NODES_DESCRIBED_MAX)
        .forEach(entry -> {
          Map<String, Object> node = new HashMap<>();
          node.put("node", entry.getKey());
          node.put("mismatches", entry.getValue().mismatches());
          nodes.add(node);
        });
    String what = String.join(",", kinds);
    return new NewCase(
        CaseKind.POOL_DEVICES,
        pool.provider(),
        what,
        hash(pool.id() + json.write(facts)),
        pool.id(),
        "Devices of the pool %s are not what it is listed as: %s.".formatted(pool.name(), what),
        Map.of("pool", pool.id(), "modelId", pool.modelId().orElse(""), "nodes", nodes));
  }

  private Uni<Void> tell(
      SqlConnection connection, PoolProbing task, String outcome, Object detail) {
    Tx tx = Tx.of(connection);
    NodePool pool = task.pool();
    return audit
        .append(
            tx,
            SCOPE,
            "pool.verify",
            pool.id(),
            Map.of("outcome", outcome, "round", task.round().orElseThrow().id(), "detail", detail))
        .chain(() ->
            outbox.append(
                tx,
                "pool.verified",
                pool.id(),
                Map.of(
                    "provider", pool.provider(), "cluster", pool.cluster(), "outcome", outcome)));
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** For how many nodes at most a round has probes. */
  public int nodesMax() {
    return config.nodesMax();
  }

  /** How long a probe may take. */
  public Duration deadline() {
    return config.deadline();
  }
}
