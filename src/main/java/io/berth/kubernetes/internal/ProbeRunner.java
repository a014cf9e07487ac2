package io.berth.kubernetes.internal;

import io.berth.booking.ProbeWindows;
import io.berth.catalog.DeviceDetector;
import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterWork;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.PoolProbing;
import io.berth.inventory.PoolProbing.Round;
import io.berth.inventory.ProbeFinding;
import io.berth.inventory.ProbeId;
import io.berth.inventory.Verifications;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.market.Offer;
import io.berth.market.Offers;
import io.berth.platform.Database;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Probes nodes of pools that are to be verified: claims, commits, does a step in the cluster on a
 * thread of its own, records what it saw. Nodes are kept from sale before anything is made on them,
 * in the transaction that finds nothing of them taken.
 */
@ApplicationScoped
public class ProbeRunner {

  private static final Logger LOG = Logger.getLogger(ProbeRunner.class);
  private static final Scope SCOPE = Scope.system("kubernetes");

  /** How many pools a replica works on at the same time. */
  private static final int POOLS_AT_ONCE_MAX = 16;

  /**
   * How many are begun with at a time, and from how many of one cluster on no more of it are: a
   * cluster that answers slowly keeps nobody else waiting.
   */
  private static final int POOLS_OF_A_CLUSTER = 4;

  /** How long a node stays from sale after a probe's deadline, for its pod to go. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final Verifications verifications;
  private final ProbeWindows windows;
  private final Offers offers;
  private final ClusterWork clusters;
  private final ClusterWatch watch;
  private final ClusterConnections connections;
  private final DeviceDetector detector;
  private final ClusterThreads threads;
  private final Database database;
  private final Vertx vertx;
  private final KubernetesConfig config;
  private final Clock clock;
  private final Semaphore places = new Semaphore(POOLS_AT_ONCE_MAX);
  private final Map<NodePoolId, ClusterId> working = new ConcurrentHashMap<>();
  private final ClusterPauses pauses;

  ProbeRunner(
      Verifications verifications,
      ProbeWindows windows,
      Offers offers,
      ClusterWork clusters,
      ClusterWatch watch,
      ClusterConnections connections,
      DeviceDetector detector,
      ClusterThreads threads,
      Database database,
      Vertx vertx,
      KubernetesConfig config,
      Clock clock) {
    this.verifications = verifications;
    this.windows = windows;
    this.offers = offers;
    this.clusters = clusters;
    this.watch = watch;
    this.connections = connections;
    this.detector = detector;
    this.threads = threads;
    this.database = database;
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
    pauses = new ClusterPauses(config.pauseMax(), config.deliveryTimeout());
  }

  @Scheduled(
      every = "${berth.kubernetes.tick-interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tick() {
    int free = Math.min(places.availablePermits(), POOLS_OF_A_CLUSTER);
    if (free == 0 || !places.tryAcquire(free)) {
      return Uni.createFrom().voidItem();
    }
    return verifications
        .claimDue(free, notNow(), Set.copyOf(working.keySet()))
        .onFailure()
        .invoke(() -> places.release(free))
        .invoke(due -> {
          places.release(free - due.size());
          due.forEach(this::start);
        })
        // More may be due, of the same clusters as of others; there is a bound for each.
        .chain(due -> due.size() == free ? tick() : Uni.createFrom().voidItem());
  }

  /** Clusters that others look after, or of which enough pools are worked on. */
  private Set<ClusterId> notNow() {
    List<ClusterId> busy = List.copyOf(working.values());
    return Stream.concat(
            watch.others().stream(),
            busy.stream()
                .filter(cluster -> Collections.frequency(busy, cluster) >= POOLS_OF_A_CLUSTER))
        .collect(Collectors.toSet());
  }

  /** Pools that were on offer before their vendor was verified are probed, too. */
  @Scheduled(every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> followOffers() {
    return verifications.isOn()
        ? offers
            .published(SCOPE, clock.instant())
            .chain(published -> verifications.follow(published.stream().map(Offer::pool).toList()))
        : Uni.createFrom().voidItem();
  }

  private void start(PoolProbing task) {
    // A context of its own for each, since sessions of the database belong to one.
    Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
    Executor onContext = command -> context.runOnContext(ignored -> command.run());
    working.put(task.pool().id(), task.pool().cluster());
    context.runOnContext(begin ->
        Uni.createFrom()
            .deferred(() ->
                task.round()
                    .map(round -> work(task, round, onContext))
                    .orElseGet(() -> begin(task)))
            .onTermination()
            .invoke(() -> {
              working.remove(task.pool().id());
              places.release();
            })
            .subscribe()
            .with(
                done -> {},
                failure ->
                    // It comes due again when the claim runs out.
                    LOG.errorf(
                        failure, "A pool could not be probed: poolId=%s", task.pool().id())));
  }

  private Uni<Void> begin(PoolProbing task) {
    Instant now = clock.instant();
    Instant deadlineAt = now.plus(verifications.deadline());
    Period period =
        new Period(
            now.truncatedTo(ChronoUnit.MINUTES),
            deadlineAt.plus(MARGIN).truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES));
    return database.sql(
        SCOPE,
        connection ->
            verifications
                .candidates(connection, task)
                .chain(nodes ->
                    windows.reserve(
                        connection, task.pool(), nodes, verifications.nodesMax(), period, now))
                .chain(reserved -> verifications.begin(connection, task, reserved, deadlineAt)));
  }

  private Uni<Void> work(PoolProbing task, Round round, Executor onContext) {
    Instant deadline = clock.instant().plus(config.deliveryTimeout());
    return clusters
        .access(task.pool().cluster())
        .emitOn(threads)
        .map(access -> step(task, round, access, deadline))
        .onFailure()
        .recoverWithItem(failure -> {
          if (!(failure instanceof ProblemException)) {
            LOG.errorf(failure, "A step of a probe failed: poolId=%s", task.pool().id());
          }
          return ProbeStep.overdue(
              round,
              clock.instant(),
              Obstacle.ofLease("InternalError", "The probe could not be looked after."));
        })
        .emitOn(onContext)
        .chain(found ->
            record(task, found)
                .chain(ended ->
                    !ended.isEmpty() && found.size() == round.probes().size()
                        ? clear(task, round)
                        : Uni.createFrom().voidItem()));
  }

  private Map<ProbeId, ProbeFinding> step(
      PoolProbing task, Round round, ClusterAccess access, Instant deadline) {
    ClusterId cluster = access.cluster();
    Instant now = clock.instant();
    Optional<ClusterPauses.Pause> pause = pauses.pause(cluster, now);
    if (pause.isPresent()) {
      return ProbeStep.overdue(round, now, pause.get().obstacle());
    }
    try {
      ProbeStep step = new ProbeStep(connections.client(access), task, detector, clock, deadline);
      Map<ProbeId, ProbeFinding> ended = step.run();
      step.obstacleOfCluster()
          .ifPresentOrElse(
              obstacle -> pauses.failed(cluster, obstacle, clock.instant()),
              () -> pauses.answered(cluster));
      return ended;
    } catch (UnfitConnectionException e) {
      Obstacle obstacle = new Obstacle(e.reason(), String.valueOf(e.getMessage()), true);
      pauses.failed(cluster, obstacle, now);
      return ProbeStep.overdue(round, now, obstacle);
    }
  }

  private Uni<List<UUID>> record(PoolProbing task, Map<ProbeId, ProbeFinding> found) {
    return database.sql(
        SCOPE,
        connection ->
            verifications
                .record(connection, task, found)
                .call(ended -> windows.release(connection, ended)));
  }

  /** Only once it is recorded; what is left where this does not come through is swept later. */
  private Uni<Void> clear(PoolProbing task, Round round) {
    return clusters
        .access(task.pool().cluster())
        .emitOn(threads)
        .invoke(access -> ProbeStep.clear(connections.client(access), round.id()))
        .onFailure(failure ->
            failure instanceof KubernetesClientException
                || failure instanceof UnfitConnectionException
                || failure instanceof ProblemException)
        .recoverWithNull()
        .replaceWithVoid();
  }
}
