package io.berth.inventory;

import io.berth.inventory.internal.VerificationDesk;
import io.berth.inventory.internal.VerificationRounds;
import io.berth.inventory.internal.VerificationStore;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Whether pools' devices are what they are listed as. The room {@code kubernetes} fetches here what
 * is to be probed and reports what probes found; a pool that mismatches is kept from sale and asked
 * about. Events: {@code pool.verified} with {@code provider}, {@code cluster} and {@code outcome}
 * when a round of probes ends.
 */
@ApplicationScoped
public class Verifications {

  private static final Scope SCOPE = Scope.system("inventory");

  private final Database database;
  private final VerificationStore store;
  private final VerificationRounds rounds;
  private final VerificationDesk desk;

  Verifications(
      Database database,
      VerificationStore store,
      VerificationRounds rounds,
      VerificationDesk desk) {
    this.database = database;
    this.store = store;
    this.rounds = rounds;
    this.desk = desk;
  }

  /** Whether devices of any vendor are verified here. */
  public boolean isOn() {
    return desk.isOn();
  }

  /** Where pools stand, each of those given. */
  public Uni<Map<NodePoolId, PoolVerification>> of(Scope scope, Collection<NodePool> pools) {
    return desk.of(scope, pools);
  }

  /**
   * When probes of pools last passed. None is there that was never probed, whose last probes found
   * a mismatch, be it that officers accepted it, or where nothing is verified here.
   */
  public Uni<Map<NodePoolId, Instant>> passedAt(Scope scope, Collection<NodePoolId> pools) {
    return desk.passedAt(scope, pools);
  }

  /** Whether offers of a pool may be published: verified lately, or not verified here at all. */
  public Uni<Boolean> mayPublish(Scope scope, NodePool pool) {
    return desk.mayPublish(scope, pool);
  }

  /** Has a pool probed as soon as may be; nothing where that is under way. */
  public Uni<Void> request(Scope scope, NodePoolId pool) {
    return desk.request(scope, pool);
  }

  /** Has pools probed from time to time that are on offer, as far as their vendors are. */
  public Uni<Void> follow(Collection<NodePoolId> offered) {
    return desk.follow(SCOPE, offered);
  }

  /**
   * Claims pools with something to do; no other worker gets them for a while.
   *
   * @param limit how many at most, at least 1
   * @param except clusters whose pools are left out, since others look after them
   * @param underWay pools that are left out, since the caller still looks after them
   */
  public Uni<List<PoolProbing>> claimDue(
      int limit, Set<ClusterId> except, Set<NodePoolId> underWay) {
    return rounds.claimDue(limit, except, underWay);
  }

  /** Nodes to choose from for a round, the one that it is best to probe first. */
  public Uni<List<NodeId>> candidates(SqlConnection connection, PoolProbing task) {
    return rounds.candidates(connection, task);
  }

  /** For how many nodes at most a round has probes. */
  public int nodesMax() {
    return rounds.nodesMax();
  }

  /** How long a probe may take. */
  public Duration deadline() {
    return rounds.deadline();
  }

  /**
   * Begins a round, in the caller's transaction; with no node, puts it off.
   *
   * @param windows the nodes that are kept from sale for it, each with the maintenance window that
   *     does it
   * @return fails where the claim does not stand any more
   */
  public Uni<Void> begin(
      SqlConnection connection, PoolProbing task, Map<NodeId, UUID> windows, Instant deadlineAt) {
    return rounds.begin(connection, task, windows, deadlineAt);
  }

  /**
   * Takes in what probes of a round found, in the caller's transaction, and ends the round where
   * none is left. Nothing happens where the claim does not stand any more; a report may come twice.
   *
   * @return the maintenance windows of the round's probes that have ended; none where nothing
   *     happened
   */
  public Uni<List<UUID>> record(
      SqlConnection connection, PoolProbing task, Map<ProbeId, ProbeFinding> findings) {
    return rounds.record(connection, task, findings);
  }

  /** Those of the rounds that are under way. */
  public Uni<Set<ProbeRoundId>> live(Collection<ProbeRoundId> ids) {
    return database.sql(SCOPE, connection -> store.live(connection, ids));
  }
}
