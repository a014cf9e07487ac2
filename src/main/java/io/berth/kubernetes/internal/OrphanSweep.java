package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ProbeRoundId;
import io.berth.inventory.Verifications;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.domain.ProbeManifests;
import io.berth.leasing.Deliveries;
import io.berth.leasing.LeaseId;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Removes namespaces that the service made and whose lease, or round of probes, has ended, or is
 * not known (any more). Deliveries leave none behind; this is for what they cannot know of, such as
 * a cluster that was away when its lease was given up.
 */
@ApplicationScoped
public class OrphanSweep {

  private static final Logger LOG = Logger.getLogger(OrphanSweep.class);

  /** How many namespaces one sweep deletes. */
  private static final int DELETIONS_MAX = 50;

  /** How many clusters are swept at the same time, and how many of one provider. */
  private static final int SWEEPS_MAX = 8;

  private static final int SWEEPS_OF_ONE_MAX = 2;

  private final Deliveries deliveries;
  private final Verifications verifications;
  private final ClusterConnections connections;
  private final ClusterThreads threads;
  private final KubernetesConfig config;
  private final Clock clock;
  private final ConcurrentHashMap<ClusterId, Instant> sweptAt = new ConcurrentHashMap<>();
  private final Set<ClusterId> sweeping = ConcurrentHashMap.newKeySet();
  private final Shares<OrganizationId> places = new Shares<>(SWEEPS_MAX, SWEEPS_OF_ONE_MAX);

  OrphanSweep(
      Deliveries deliveries,
      Verifications verifications,
      ClusterConnections connections,
      ClusterThreads threads,
      KubernetesConfig config,
      Clock clock) {
    this.deliveries = deliveries;
    this.verifications = verifications;
    this.connections = connections;
    this.threads = threads;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Sweeps a cluster that answers, unless that was done lately or is being done, or there is no
   * place for it: then the next call does. Never fails.
   *
   * @param onContext where the database may be used
   */
  Uni<Void> at(OrganizationId provider, ClusterAccess access, Executor onContext) {
    ClusterId cluster = access.cluster();
    Instant now = clock.instant();
    Instant last = sweptAt.get(cluster);
    if (last != null && now.isBefore(last.plus(config.sweepInterval()))) {
      return Uni.createFrom().voidItem();
    }
    if (!sweeping.add(cluster)) {
      return Uni.createFrom().voidItem();
    }
    if (!places.take(provider, 1)) {
      sweeping.remove(cluster);
      return Uni.createFrom().voidItem();
    }
    sweptAt.put(cluster, now);
    return swept(access, onContext)
        .onTermination()
        .invoke(() -> {
          places.giveBack(provider, 1);
          sweeping.remove(cluster);
        });
  }

  private Uni<Void> swept(ClusterAccess access, Executor onContext) {
    // The cluster first: a lease is always in the database before its namespace is made.
    return Uni.createFrom()
        .item(() -> ours(connections.client(access)))
        .runSubscriptionOn(threads)
        .emitOn(onContext)
        .chain(found -> sweep(access, found))
        .onFailure()
        .invoke(failure ->
            LOG.warnf(
                "A cluster could not be swept: clusterId=%s failure=%s",
                access.cluster(), failure.getClass().getSimpleName()))
        .onFailure()
        .recoverWithNull();
  }

  private Uni<Void> sweep(ClusterAccess access, Map<String, Id> found) {
    Set<LeaseId> leases = of(LeaseId.class, found);
    Set<ProbeRoundId> rounds = of(ProbeRoundId.class, found);
    Uni<Set<LeaseId>> liveLeases =
        leases.isEmpty() ? Uni.createFrom().item(Set.of()) : deliveries.live(leases);
    return liveLeases.chain(known ->
        (rounds.isEmpty()
                ? Uni.createFrom().item(Set.<ProbeRoundId>of())
                : verifications.live(rounds))
            .map(live -> {
              Map<String, Id> orphans = new TreeMap<>(found);
              orphans.values().removeAll(known);
              orphans.values().removeAll(live);
              return orphans;
            })
            .chain(orphans ->
                orphans.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : Uni.createFrom()
                        .item(orphans)
                        .emitOn(threads)
                        .invoke(left -> delete(access, left))
                        .replaceWithVoid()));
  }

  private static <I extends Id> Set<I> of(Class<I> kind, Map<String, Id> found) {
    return found.values().stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .collect(Collectors.toSet());
  }

  /** Namespaces that are not being deleted already, with the lease or round of each. */
  static Map<String, Id> ours(KubernetesClient client) {
    Map<String, Id> found = new TreeMap<>();
    for (Namespace namespace :
        client.namespaces().withLabel(Marks.MANAGED_BY, Marks.BERTH).list().getItems()) {
      if (namespace.getMetadata().getDeletionTimestamp() == null) {
        String name = namespace.getMetadata().getName();
        Marks.leaseOf(namespace).ifPresent(lease -> found.put(name, lease));
        ProbeManifests.roundOf(namespace).ifPresent(round -> found.put(name, round));
      }
    }
    return found;
  }

  private void delete(ClusterAccess access, Map<String, Id> orphans) {
    KubernetesClient client = connections.client(access);
    Instant deadline = clock.instant().plus(config.lookTimeout());
    // The next sweep goes on: a cluster with ever so many of them holds nobody up.
    for (Map.Entry<String, Id> orphan : orphans.entrySet().stream().limit(DELETIONS_MAX).toList()) {
      if (clock.instant().isAfter(deadline)) {
        return;
      }
      try {
        client.namespaces().withName(orphan.getKey()).delete();
        LOG.infof(
            "A namespace that nobody needs was deleted: clusterId=%s of=%s",
            access.cluster(), orphan.getValue());
      } catch (KubernetesClientException e) {
        LOG.warnf(
            "A namespace that nobody needs could not be deleted: clusterId=%s of=%s status=%d",
            access.cluster(), orphan.getValue(), e.getCode());
      }
    }
  }
}
