package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterId;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.Deliveries;
import io.berth.leasing.LeaseId;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Removes namespaces that the service made and whose lease has ended, or is not known (any more).
 * Deliveries leave none behind; this is for what they cannot know of, such as a cluster that was
 * away when its lease was given up.
 */
@ApplicationScoped
public class OrphanSweep {

  private static final Logger LOG = Logger.getLogger(OrphanSweep.class);

  /** How many namespaces one sweep deletes. */
  private static final int DELETIONS_MAX = 50;

  private final Deliveries deliveries;
  private final ClusterConnections connections;
  private final ClusterThreads threads;
  private final KubernetesConfig config;
  private final Clock clock;
  private final ConcurrentHashMap<ClusterId, Instant> sweptAt = new ConcurrentHashMap<>();

  OrphanSweep(
      Deliveries deliveries,
      ClusterConnections connections,
      ClusterThreads threads,
      KubernetesConfig config,
      Clock clock) {
    this.deliveries = deliveries;
    this.connections = connections;
    this.threads = threads;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Sweeps a cluster that answers, unless that was done lately. Never fails.
   *
   * @param onContext where the database may be used
   */
  Uni<Void> at(ClusterAccess access, Executor onContext) {
    Instant now = clock.instant();
    Instant last = sweptAt.get(access.cluster());
    if (last != null && now.isBefore(last.plus(config.sweepInterval()))) {
      return Uni.createFrom().voidItem();
    }
    sweptAt.put(access.cluster(), now);
    // The cluster first: a lease is always in the database before its namespace is made.
    return Uni.createFrom()
        .item(() -> leases(connections.client(access)))
        .runSubscriptionOn(threads)
        .emitOn(onContext)
        .chain(found ->
            found.isEmpty()
                ? Uni.createFrom().voidItem()
                : deliveries
                    .live(found)
                    .emitOn(threads)
                    .invoke(live -> delete(access, orphans(found, live)))
                    .replaceWithVoid())
        .onFailure()
        .invoke(failure ->
            LOG.warnf(
                "A cluster could not be swept: clusterId=%s failure=%s",
                access.cluster(), failure.getClass().getSimpleName()))
        .onFailure()
        .recoverWithNull();
  }

  private static Set<LeaseId> orphans(Set<LeaseId> found, Set<LeaseId> live) {
    Set<LeaseId> orphans = new HashSet<>(found);
    orphans.removeAll(live);
    return orphans;
  }

  /** Leases that have a namespace which is not being deleted already. */
  static Set<LeaseId> leases(KubernetesClient client) {
    return client.namespaces().withLabel(Marks.MANAGED_BY, Marks.BERTH).list().getItems().stream()
        .filter(namespace -> namespace.getMetadata().getDeletionTimestamp() == null)
        .flatMap(namespace -> Marks.leaseOf(namespace).stream())
        .collect(Collectors.toSet());
  }

  private void delete(ClusterAccess access, Set<LeaseId> orphans) {
    KubernetesClient client = connections.client(access);
    Instant deadline = clock.instant().plus(config.lookTimeout());
    // The next sweep goes on: a cluster with ever so many of them holds nobody up.
    for (LeaseId lease : orphans.stream().limit(DELETIONS_MAX).toList()) {
      if (clock.instant().isAfter(deadline)) {
        return;
      }
      try {
        client.namespaces().withName(Marks.namespace(lease)).delete();
        LOG.infof(
            "A namespace without a lease was deleted: clusterId=%s leaseId=%s",
            access.cluster(), lease);
      } catch (KubernetesClientException e) {
        LOG.warnf(
            "A namespace without a lease could not be deleted: clusterId=%s leaseId=%s status=%d",
            access.cluster(), lease, e.getCode());
      }
    }
  }
}
