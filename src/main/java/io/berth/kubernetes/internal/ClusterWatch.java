package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterOwners;
import io.berth.inventory.ClusterTask;
import io.berth.inventory.ClusterWork;
import io.berth.inventory.InventoryConfig;
import io.berth.kubernetes.KubernetesConfig;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at clusters when they are due: claims, commits, looks on a thread of its own, records. A
 * tick never waits for a look, so a cluster that hangs holds up no other until all places are
 * taken. The replica that looks owns the cluster and follows its nodes: what changes there makes it
 * due at once, though not more often than every so often.
 */
@ApplicationScoped
public class ClusterWatch {

  private static final Logger LOG = Logger.getLogger(ClusterWatch.class);

  /** How far apart looks for changes of one cluster begin, so that small ones take turns. */
  private static final Duration CHANGES_SPACING = Duration.ofMillis(500);

  private final ClusterWork work;
  private final ClusterLook look;
  private final NodeInformers informers;
  private final ClusterConnections connections;
  private final OrphanSweep sweep;
  private final ClusterThreads threads;
  private final Vertx vertx;
  private final Clock clock;
  private final Duration wholeInterval;
  private final Semaphore places;
  private final int ofOneMax;

  /** The looks that are under way. */
  private final ConcurrentHashMap<ClusterId, ClusterTask> looking = new ConcurrentHashMap<>();

  /** Where nodes have changed since a look was asked for. */
  private final Set<ClusterId> changed = ConcurrentHashMap.newKeySet();

  /** When clusters were last made due for a change, by a clock that nobody sets. */
  private final ConcurrentHashMap<ClusterId, Long> toldAtNanos = new ConcurrentHashMap<>();

  /** Those that are about to be made due. */
  private final Set<ClusterId> waiting = ConcurrentHashMap.newKeySet();

  /** What this replica last recorded of clusters; none where that may have failed. */
  private final ConcurrentHashMap<ClusterId, RecordedLook> recorded = new ConcurrentHashMap<>();

  private final UnrecordedLooks unrecorded;

  private volatile ClusterOwners owners = ClusterOwners.NONE;

  /** Whether the last claim filled every place that somebody may have, so that more may be due. */
  private volatile boolean moreMayBeDue;

  ClusterWatch(
      ClusterWork work,
      ClusterLook look,
      NodeInformers informers,
      ClusterConnections connections,
      OrphanSweep sweep,
      ClusterThreads threads,
      Vertx vertx,
      Clock clock,
      KubernetesConfig config,
      InventoryConfig inventory) {
    this.work = work;
    this.look = look;
    this.informers = informers;
    this.connections = connections;
    this.sweep = sweep;
    this.threads = threads;
    this.vertx = vertx;
    this.clock = clock;
    wholeInterval = inventory.syncInterval();
    unrecorded = new UnrecordedLooks(wholeInterval);
    places = new Semaphore(config.looksAtOnceMax());
    ofOneMax = config.looksOfOneMax();
  }

  @Scheduled(
      every = "${berth.kubernetes.tick-interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tick() {
    Set<ClusterId> inUse = new HashSet<>(looking.keySet());
    inUse.addAll(owners.mine());
    connections.closeIdle(inUse);
    return keepOwned().chain(this::tellOfChanges).chain(this::lookAtDue);
  }

  /** The clusters that other replicas owned when this one last asked. */
  Set<ClusterId> others() {
    return owners.others();
  }

  private Uni<Void> keepOwned() {
    return work.keepOwned(List.copyOf(looking.values()))
        .invoke(known -> {
          owners = known;
          // A first look begins to follow before it is known here that the cluster is owned.
          Set<ClusterId> followed = new HashSet<>(looking.keySet());
          followed.addAll(known.mine());
          informers.retain(followed);
          toldAtNanos.keySet().retainAll(followed);
          recorded.keySet().retainAll(followed);
          unrecorded.retain(followed);
        })
        .replaceWithVoid();
  }

  /** Notes that nodes of a cluster have changed; called by whoever follows it. */
  private void changed(ClusterId cluster) {
    changed.add(cluster);
    // What a look saw may be from before the change: whoever ends it goes on.
    if (!looking.containsKey(cluster)) {
      lookSoon(cluster);
    }
  }

  /** At once, or when the last look for a change began long enough ago. */
  private void lookSoon(ClusterId cluster) {
    if (!waiting.add(cluster)) {
      return;
    }
    long now = System.nanoTime();
    Long before = toldAtNanos.get(cluster);
    long waitNanos =
        Math.max(
            before == null ? 0 : CHANGES_SPACING.toNanos() - (now - before),
            unrecorded.waitNanos(cluster, now));
    if (waitNanos <= 0) {
      lookNow(cluster);
    } else {
      vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1, timer -> lookNow(cluster));
    }
  }

  private void lookNow(ClusterId cluster) {
    VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext())
        .runOnContext(start -> {
          waiting.remove(cluster);
          tellOf(cluster)
              .chain(this::lookAtDue)
              .subscribe()
              .with(
                  done -> {},
                  failure ->
                      // The next tick tries again.
                      LOG.warnf(
                          failure,
                          "A changed cluster could not be looked at at once: clusterId=%s",
                          cluster));
        });
  }

  /** Once a look for each cluster, however many of its nodes change meanwhile. */
  private Uni<Void> tellOfChanges() {
    Uni<Void> told = Uni.createFrom().voidItem();
    for (ClusterId cluster : List.copyOf(changed)) {
      told = told.chain(() -> tellOf(cluster));
    }
    return told;
  }

  private Uni<Void> tellOf(ClusterId cluster) {
    if (looking.containsKey(cluster)
        || unrecorded.waitNanos(cluster, System.nanoTime()) > 0
        || !changed.remove(cluster)) {
      return Uni.createFrom().voidItem();
    }
    toldAtNanos.put(cluster, System.nanoTime());
    return work.changed(cluster).onFailure().invoke(failure -> changed.add(cluster));
  }

  /** Starts to look at as many clusters as are due and there is place for. */
  Uni<Void> lookAtDue() {
    int free = places.drainPermits();
    if (free == 0) {
      return Uni.createFrom().voidItem();
    }
    return work.claimDue(free, List.copyOf(looking.values()), ofOneMax)
        .onFailure()
        .invoke(() -> places.release(free))
        .invoke(tasks -> {
          // Before places come free: whoever claims next leaves out what is looked at.
          tasks.forEach(task -> looking.put(task.cluster(), task));
          moreMayBeDue = tasks.size() == free || isFullOfOne();
          places.release(free - tasks.size());
          tasks.forEach(this::start);
        })
        .replaceWithVoid();
  }

  /** Whether some provider has as many places as it may have. */
  private boolean isFullOfOne() {
    return looking.values().stream()
        .collect(Collectors.groupingBy(ClusterTask::provider, Collectors.counting()))
        .values()
        .stream()
        .anyMatch(looks -> looks >= ofOneMax);
  }

  private void start(ClusterTask task) {
    // A context of its own for each, since sessions of the database belong to one.
    Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
    Executor onContext = command -> context.runOnContext(ignored -> command.run());
    AtomicReference<@Nullable ClusterAccess> read = new AtomicReference<>();
    context.runOnContext(start ->
        Uni.createFrom()
            .deferred(() -> work.access(task.cluster()))
            .map(Optional::of)
            .onFailure()
            .recoverWithUni(failure -> {
              LOG.errorf(
                  failure, "A look at a cluster could not be made: clusterId=%s", task.cluster());
              return recordFailed(task).replaceWith(Optional.<ClusterAccess>empty());
            })
            .chain(access ->
                access
                    .map(known -> lookAndRecord(task, known, read, onContext))
                    .orElseGet(() -> Uni.createFrom().voidItem()))
            .onFailure()
            .recoverWithUni(failure -> unrecorded(task, failure))
            .onTermination()
            .invoke(() -> {
              looking.remove(task.cluster());
              places.release();
              ClusterAccess answering = read.get();
              if (answering != null) {
                sweepBeside(task, answering);
              }
            })
            .eventually(() -> goOn(read.get() != null, task.cluster()))
            .subscribe()
            .with(
                done -> {},
                failure ->
                    LOG.errorf(
                        failure,
                        "The next look at a cluster could not be begun: clusterId=%s",
                        task.cluster())));
  }

  /** What is not seen is not sold, whatever the reason. */
  private Uni<Void> recordFailed(ClusterTask task) {
    return work.observed(task.cluster(), look.failed(task)).replaceWithVoid();
  }

  /**
   * A look that was not recorded is made again, and not only when its claim has run out; what
   * cannot be recorded time and again is not sold.
   */
  private Uni<Void> unrecorded(ClusterTask task, Throwable failure) {
    LOG.errorf(failure, "A look at a cluster could not be recorded: clusterId=%s", task.cluster());
    Uni<Void> given =
        unrecorded.failed(task.cluster(), System.nanoTime())
            ? recordFailed(task)
            : Uni.createFrom().failure(failure);
    return given
        .onFailure()
        .invoke(again -> changed.add(task.cluster()))
        .onFailure()
        .recoverWithNull();
  }

  /** Nothing that is looked at waits for it. */
  private void sweepBeside(ClusterTask task, ClusterAccess access) {
    Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
    Executor onContext = command -> context.runOnContext(ignored -> command.run());
    onContext.execute(() ->
        sweep
            .at(task.provider(), access, onContext)
            .subscribe()
            .with(
                done -> {},
                failure -> LOG.errorf(failure, "A sweep failed: clusterId=%s", access.cluster())));
  }

  /**
   * What changed while a cluster was looked at, and what waits for a place that comes free, is not
   * left for the next tick.
   */
  private Uni<Void> goOn(boolean wasRead, ClusterId cluster) {
    if (wasRead && changed.contains(cluster)) {
      lookSoon(cluster);
    }
    return moreMayBeDue ? lookAtDue() : Uni.createFrom().voidItem();
  }

  private Uni<Void> lookAndRecord(
      ClusterTask task,
      ClusterAccess access,
      AtomicReference<@Nullable ClusterAccess> read,
      Executor onContext) {
    Instant began = clock.instant();
    // Only what is recorded for sure is known.
    Optional<RecordedLook> before = Optional.ofNullable(recorded.remove(task.cluster()));
    boolean onlyChanges =
        before.filter(last -> last.isEnoughFor(task, began, wholeInterval)).isPresent();
    return Uni.createFrom()
        .item(access)
        .emitOn(threads)
        .map(known -> look.at(task, known, onlyChanges, this::changed))
        .emitOn(onContext)
        .invoke(observation -> read.set(observation.nodes() == null ? null : access))
        .chain(observation ->
            work.observed(task.cluster(), observation)
                .invoke(isAll ->
                    RecordedLook.of(task, began, observation.nodes(), before, isAll)
                        .ifPresent(now -> recorded.put(task.cluster(), now))))
        .invoke(() -> unrecorded.recorded(task.cluster()))
        .replaceWithVoid();
  }
}
