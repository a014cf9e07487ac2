package io.berth.inventory.internal;

import io.berth.audit.AuditTrail;
import io.berth.inventory.ClusterId;
import io.berth.inventory.InventoryConfig;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.PoolVerification;
import io.berth.inventory.VerificationConfig;
import io.berth.inventory.internal.VerificationStore.ProbeRow;
import io.berth.platform.Database;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people and other rooms ask of pools' verification. */
@ApplicationScoped
public class VerificationDesk {

  private final Database database;
  private final VerificationStore store;
  private final VerificationRounds rounds;
  private final InventoryReads reads;
  private final AuditTrail audit;
  private final VerificationConfig config;
  private final Clock clock;

  VerificationDesk(
      Database database,
      VerificationStore store,
      VerificationRounds rounds,
      InventoryReads reads,
      AuditTrail audit,
      InventoryConfig config,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.rounds = rounds;
    this.reads = reads;
    this.audit = audit;
    this.config = config.verification();
    this.clock = clock;
  }

  /** As {@link io.berth.inventory.Verifications#isOn}. */
  public boolean isOn() {
    VerificationConfig.Images images = config.images();
    return images.nvidia().isPresent() || images.amd().isPresent() || images.huawei().isPresent();
  }

  /** Whether probes are configured for what a pool is listed as. */
  private boolean isOn(NodePool pool) {
    return rounds.model(pool).flatMap(model -> config.images().of(model.vendor())).isPresent();
  }

  /** As {@link io.berth.inventory.Verifications#of}. */
  public Uni<Map<NodePoolId, PoolVerification>> of(Scope scope, Collection<NodePool> pools) {
    Map<NodePoolId, PoolVerification> found = new LinkedHashMap<>();
    pools.forEach(
        pool -> found.put(pool.id(), isOn(pool) ? PoolVerification.NEVER : PoolVerification.OFF));
    List<NodePoolId> on =
        found.entrySet().stream()
            .filter(entry -> entry.getValue().equals(PoolVerification.NEVER))
            .map(Map.Entry::getKey)
            .toList();
    if (on.isEmpty()) {
      return Uni.createFrom().item(found);
    }
    Instant now = clock.instant();
    return database
        .sql(scope, connection -> store.standings(connection, on))
        .map(standings -> {
          standings.forEach((pool, standing) ->
              found.put(pool, standing.view(now, config.validity(), config.attemptsMax())));
          return found;
        });
  }

  /** As {@link io.berth.inventory.Verifications#mayPublish}. */
  public Uni<Boolean> mayPublish(Scope scope, NodePool pool) {
    Instant now = clock.instant();
    return isOn(pool)
        ? database
            .sql(scope, connection -> store.standings(connection, List.of(pool.id())))
            .map(found ->
                Optional.ofNullable(found.get(pool.id()))
                    .filter(standing -> standing.mayPublish(now, config.validity()))
                    .isPresent())
        : Uni.createFrom().item(true);
  }

  /** As {@link io.berth.inventory.Verifications#request}. */
  public Uni<Void> request(Scope scope, NodePoolId pool) {
    Instant now = clock.instant();
    return database.sql(
        scope,
        connection ->
            store
                .add(connection, List.of(pool), now)
                .chain(added ->
                    added
                        ? Uni.createFrom().item(true)
                        : store.hurry(connection, pool, now, config.retryWait()))
                .chain(isSooner ->
                    isSooner
                        ? audit.append(
                            Tx.of(connection), scope, "pool.requestVerification", pool, Map.of())
                        : Uni.createFrom().voidItem()));
  }

  /** As {@link io.berth.inventory.Verifications#follow}. */
  public Uni<Void> follow(Scope scope, Collection<NodePoolId> offered) {
    return reads
        .pools(scope, offered)
        .map(pools -> pools.stream().filter(this::isOn).map(NodePool::id).toList())
        .chain(on ->
            on.isEmpty()
                ? Uni.createFrom().voidItem()
                : database.sql(scope, connection -> follow(connection, on, clock.instant())));
  }

  private Uni<Void> follow(SqlConnection connection, List<NodePoolId> pools, Instant now) {
    return store
        .add(connection, pools, now)
        .chain(() -> store.hurryReturned(connection, pools, now));
  }

  /** As {@link io.berth.inventory.Verifications#passedAt}. */
  public Uni<Map<NodePoolId, Instant>> passedAt(Scope scope, Collection<NodePoolId> pools) {
    return pools.isEmpty() || !isOn()
        ? Uni.createFrom().item(Map.of())
        : database.sql(scope, connection -> store.passedAt(connection, pools));
  }

  /** Asks for a round of probes of one of a cluster's pools; fails with 404, or 409 where off. */
  Uni<PoolVerification> verify(Scope scope, ClusterId cluster, NodePoolId id) {
    return poolOf(scope, cluster, id)
        .invoke(pool -> {
          if (!isOn(pool)) {
            throw ProblemException.conflict(
                "The marketplace probes no devices of this pool's vendor: nothing is to be done.");
          }
        })
        .call(pool -> request(scope, id))
        .chain(pool -> of(scope, List.of(pool)))
        .map(found -> found.getOrDefault(id, PoolVerification.OFF));
  }

  /** A page of a pool's probes; fails with 404. */
  Uni<Page<ProbeRow>> probes(Scope scope, ClusterId cluster, NodePoolId id, PageRequest page) {
    return poolOf(scope, cluster, id)
        .chain(pool -> database.sql(scope, connection -> probes(connection, id, page)));
  }

  private Uni<Page<ProbeRow>> probes(SqlConnection connection, NodePoolId id, PageRequest page) {
    return store.probes(connection, id, page);
  }

  private Uni<NodePool> poolOf(Scope scope, ClusterId cluster, NodePoolId id) {
    return reads
        .pool(scope, id)
        .invoke(pool -> {
          if (!pool.cluster().equals(cluster)) {
            throw ProblemException.notFound("node pool", id);
          }
        });
  }
}
