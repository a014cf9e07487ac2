package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterWork;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.Deliveries;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseId;
import io.berth.leasing.StrayPod;
import io.berth.platform.ProblemException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Delivers leases that are due: claims, commits, does a step in the cluster on a thread of its own,
 * records what it saw. A tick never waits for a step, and whatever happens to one lease or cluster
 * stays with it.
 */
@ApplicationScoped
public class LeaseReconciler {

  private static final Logger LOG = Logger.getLogger(LeaseReconciler.class);

  private final Deliveries deliveries;
  private final ClusterWork clusters;
  private final ClusterWatch watch;
  private final ClusterConnections connections;
  private final TenantWorkloads workloads;
  private final JobQueues queues;
  private final ClusterThreads threads;
  private final Vertx vertx;
  private final KubernetesConfig config;
  private final Clock clock;
  private final Semaphore places;
  private final ClusterPauses pauses;

  /**
   * Whose steps are under way, with their clusters: a claim that runs out under a slow one is for
   * other replicas.
   */
  private final Map<LeaseId, ClusterId> working = new ConcurrentHashMap<>();

  /** Whether the last claim took as many as it might, in all or of one cluster. */
  private volatile boolean moreMayBeDue;

  LeaseReconciler(
      Deliveries deliveries,
      ClusterWork clusters,
      ClusterWatch watch,
      ClusterConnections connections,
      TenantWorkloads workloads,
      JobQueues queues,
      ClusterThreads threads,
      Vertx vertx,
      KubernetesConfig config,
      Clock clock) {
    this.deliveries = deliveries;
    this.clusters = clusters;
    this.watch = watch;
    this.connections = connections;
    this.workloads = workloads;
    this.queues = queues;
    this.threads = threads;
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
    places = new Semaphore(config.deliveriesAtOnceMax());
    pauses = new ClusterPauses(config.pauseMax(), config.deliveryTimeout());
  }

  @Scheduled(
      every = "${berth.kubernetes.tick-interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tick() {
    return deliverDue();
  }

  /** Starts a step for as many leases as are due and there is place for. */
  Uni<Void> deliverDue() {
    int free = places.drainPermits();
    if (free == 0) {
      return Uni.createFrom().voidItem();
    }
    Instant claimedAt = clock.instant();
    return deliveries
        .claimDue(free, config.deliveriesOfOneMax(), watch.others(), Set.copyOf(working.keySet()))
        .onFailure()
        .invoke(() -> places.release(free))
        .invoke(due -> {
          places.release(free - due.size());
          due.forEach(lease -> start(lease, claimedAt));
          moreMayBeDue = due.size() == free || isFullInACluster();
        })
        .replaceWithVoid();
  }

  private boolean isFullInACluster() {
    return working.values().stream()
        .collect(Collectors.groupingBy(cluster -> cluster, Collectors.counting()))
        .values()
        .stream()
        .anyMatch(places -> places >= config.deliveriesOfOneMax());
  }

  private void start(LeaseDelivery lease, Instant claimedAt) {
    // A context of its own for each, since sessions of the database belong to one.
    Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
    Executor onContext = command -> context.runOnContext(ignored -> command.run());
    working.put(lease.id(), lease.cluster());
    context.runOnContext(begin ->
        Uni.createFrom()
            .deferred(() -> work(lease, onContext, claimedAt))
            .onTermination()
            .invoke(() -> {
              working.remove(lease.id());
              places.release();
            })
            // While there is a queue, a place is taken as soon as it comes free.
            .eventually(() -> moreMayBeDue ? deliverDue() : Uni.createFrom().voidItem())
            .subscribe()
            .with(
                done -> {},
                failure ->
                    // It comes due again when the claim runs out.
                    LOG.errorf(
                        failure,
                        "A delivery could not be recorded or followed by the next: leaseId=%s",
                        lease.id())));
  }

  private Uni<Void> work(LeaseDelivery lease, Executor onContext, Instant claimedAt) {
    Optional<ClusterPauses.Pause> pause = pauses.pause(lease.cluster(), clock.instant());
    if (pause.isPresent()) {
      Obstacle obstacle = pause.get().obstacle();
      return deliveries
          .stuck(lease.id(), obstacle.reason(), obstacle.message())
          .chain(() -> deliveries.release(lease.id(), pause.get().until()));
    }
    return clusters
        .access(lease.cluster())
        .emitOn(threads)
        .map(access -> step(lease, access, claimedAt))
        .onFailure()
        .recoverWithItem(failure -> StepReport.stuck(unexpected(lease, failure)))
        .emitOn(onContext)
        .chain(report -> {
          Instant notBefore = pauseOrGoOn(lease, report);
          return record(lease, report)
              .chain(() -> evict(lease, report, onContext))
              .onFailure()
              .invoke(failure ->
                  LOG.errorf(
                      failure, "What a step saw could not be recorded: leaseId=%s", lease.id()))
              .onFailure()
              .recoverWithNull()
              .chain(() -> deliveries.release(lease.id(), notBefore));
        });
  }

  /** Only what was told of goes: told twice does no harm, and a pod that is gone tells nothing. */
  private Uni<Void> evict(LeaseDelivery lease, StepReport report, Executor onContext) {
    return report.strays().isEmpty()
        ? Uni.createFrom().voidItem()
        : clusters
            .access(lease.cluster())
            .emitOn(threads)
            .invoke(access -> evict(access, report))
            .emitOn(onContext)
            .replaceWithVoid();
  }

  private void evict(ClusterAccess access, StepReport report) {
    try {
      StrayPods.evict(connections.client(access), report.strays());
    } catch (UnfitConnectionException e) {
      // The next step finds the same, and says it.
      LOG.warnf("Pods could not be evicted: clusterId=%s reason=%s", access.cluster(), e.reason());
    }
  }

  private StepReport step(LeaseDelivery lease, ClusterAccess access, Instant claimedAt) {
    try {
      KubernetesClient client = connections.client(access);
      return new DeliveryStep(
              client,
              lease,
              clock,
              claimedAt.plus(config.deliveryTimeout()),
              config.gangStartMax(),
              workloads.at(access, client),
              queues.at(access, client))
          .run();
    } catch (KubernetesClientException e) {
      return StepReport.stuck(Obstacle.of(e));
    } catch (UnfitConnectionException e) {
      return StepReport.stuck(new Obstacle(e.reason(), String.valueOf(e.getMessage()), true));
    }
  }

  private static Obstacle unexpected(LeaseDelivery lease, Throwable failure) {
    if (failure instanceof ProblemException) {
      return Obstacle.ofLease("ClusterUnknown", "The lease's cluster is not registered any more.");
    }
    LOG.errorf(failure, "A step of a delivery failed: leaseId=%s", lease.id());
    return Obstacle.ofLease("InternalError", "Something went wrong here; it is tried again.");
  }

  private Instant pauseOrGoOn(LeaseDelivery lease, StepReport report) {
    Instant now = clock.instant();
    if (report.obstacle().isPresent() && report.obstacle().get().wholeCluster()) {
      return pauses.failed(lease.cluster(), report.obstacle().get(), now);
    }
    pauses.answered(lease.cluster());
    return now;
  }

  private static StrayPod stray(Pod pod) {
    return new StrayPod(pod.getMetadata().getName(), pod.getSpec().getNodeName());
  }

  private Uni<Void> record(LeaseDelivery lease, StepReport report) {
    Uni<Void> recorded = Uni.createFrom().voidItem();
    for (var job : report.jobs().entrySet()) {
      recorded = recorded.chain(() -> deliveries.observed(job.getKey(), job.getValue()));
    }
    if (report.obstacle().isPresent()) {
      Obstacle obstacle = report.obstacle().get();
      return recorded.chain(
          () -> deliveries.stuck(lease.id(), obstacle.reason(), obstacle.message()));
    }
    if (report.outcome() == Outcome.DELIVERED) {
      List<StrayPod> strays = report.strays().stream().map(LeaseReconciler::stray).toList();
      return recorded.chain(
          () -> deliveries.delivered(lease.id(), strays, report.access().orElseThrow()));
    }
    return report.outcome() == Outcome.CLEARED
        ? recorded.chain(() -> deliveries.cleared(lease.id()))
        : recorded;
  }
}
