package io.berth.leasing;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.booking.Bookings;
import io.berth.inventory.ClusterId;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.JobProgress;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.berth.leasing.LeaseState.LeaseEvent;
import io.berth.leasing.internal.JobStore;
import io.berth.leasing.internal.LeaseEndings;
import io.berth.leasing.internal.LeaseStore;
import io.berth.leasing.internal.StrayReports;
import io.berth.platform.Condition;
import io.berth.platform.ConditionStatus;
import io.berth.platform.Database;
import io.berth.platform.Outbox;
import io.berth.platform.Scope;
import io.berth.platform.Secrets;
import io.berth.platform.StoredJson;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What leases ask of clusters, for the room that knows clusters. Work is claimed lease by lease and
 * for a while only: whoever dies over it loses nothing, another takes it when the claim runs out.
 * Every report may come twice.
 */
@ApplicationScoped
public class Deliveries {

  private static final Scope SCOPE = Scope.system("leasing");

  private final LeaseStore leases;
  private final JobStore jobs;
  private final LeaseEndings endings;
  private final StrayReports strayReports;
  private final Bookings bookings;
  private final Inventory inventory;
  private final Outbox outbox;
  private final Secrets secrets;
  private final StoredJson json;
  private final Database database;
  private final LeasingConfig config;
  private final Clock clock;

  Deliveries(
      LeaseStore leases,
      JobStore jobs,
      LeaseEndings endings,
      StrayReports strayReports,
      Bookings bookings,
      Inventory inventory,
      Outbox outbox,
      Secrets secrets,
      StoredJson json,
      Database database,
      LeasingConfig config,
      Clock clock) {
    this.leases = leases;
    this.jobs = jobs;
    this.endings = endings;
    this.strayReports = strayReports;
    this.bookings = bookings;
    this.inventory = inventory;
    this.outbox = outbox;
    this.secrets = secrets;
    this.json = json;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Claims leases whose delivery is due, at most {@code limit}; those whose time has come or is
   * over are started or ended by it.
   *
   * @param ofOneMax how many the caller has of one cluster at the most, those under way among them,
   *     so that one that takes long does not keep the others waiting
   * @param except clusters whose leases are left out, since others look after them
   * @param underWay leases that are left out, since the caller still looks after them
   */
  public Uni<List<LeaseDelivery>> claimDue(
      int limit, int ofOneMax, Set<ClusterId> except, Set<LeaseId> underWay) {
    Instant now = clock.instant();
    return database
        .sql(
            SCOPE,
            connection ->
                leases
                    .lockDue(connection, now, limit, ofOneMax, except, underWay)
                    .chain(due -> claim(connection, due, now))
                    .chain(claimed ->
                        jobs.live(connection, claimed.stream().map(Lease::id).toList())
                            .chain(live ->
                                // One after the other: they share a connection.
                                jobs.secrets(connection, withSecrets(live))
                                    .chain(sealed ->
                                        bookings
                                            .joined(
                                                connection,
                                                claimed.stream().map(Lease::id).toList())
                                            .chain(joined ->
                                                bookings
                                                    .shared(
                                                        connection,
                                                        claimed.stream().map(Lease::id).toList(),
                                                        now)
                                                    .map(shared ->
                                                        new Claim(
                                                            claimed, live, sealed, joined,
                                                            shared)))))))
        .chain(this::describe);
  }

  /**
   * What was claimed.
   *
   * @param sealed the jobs' secrets, encrypted
   * @param joined which of a lease's nodes came later, in which order
   * @param shared which of a lease's nodes others have something of, too
   */
  private record Claim(
      List<Lease> leases,
      List<Job> jobs,
      Map<JobId, byte[]> sealed,
      Map<UUID, Map<NodeId, Integer>> joined,
      Map<UUID, Set<NodeId>> shared) {

    LeasedNode node(Lease lease, Node node, int slots) {
      return new LeasedNode(
          node,
          slots,
          joined.getOrDefault(lease.id().value(), Map.of()).getOrDefault(node.id(), 0),
          shared.getOrDefault(lease.id().value(), Set.of()).contains(node.id()));
    }
  }

  private static List<JobId> withSecrets(List<Job> jobs) {
    return jobs.stream().filter(job -> job.spec().hasSecrets()).map(Job::id).toList();
  }

  private Uni<List<Lease>> claim(SqlConnection connection, List<Lease> due, Instant now) {
    Uni<Void> moved = Uni.createFrom().voidItem();
    for (Lease lease : due) {
      Optional<LeaseState> next = dueEvent(lease, now).flatMap(lease.state()::after);
      moved =
          moved
              .chain(() ->
                  next.isPresent()
                      ? move(connection, lease.id(), next.get(), momentOf(lease, next.get(), now))
                      : Uni.createFrom().voidItem())
              .chain(() -> leases.claim(connection, lease.id(), now.plus(config.deliveryClaim())));
    }
    // Read again: states have moved.
    return moved.chain(() -> {
      Uni<List<Lease>> read = Uni.createFrom().item(List.of());
      for (Lease lease : due) {
        read =
            read.chain(before ->
                leases
                    .get(connection, SCOPE, lease.id())
                    .map(after -> Stream.concat(before.stream(), Stream.of(after)).toList()));
      }
      return read;
    });
  }

  private static Optional<LeaseEvent> dueEvent(Lease lease, Instant now) {
    if (lease.state().isLive() && !now.isBefore(lease.endsAt())) {
      return Optional.of(LeaseEvent.TIME_UP);
    }
    if (lease.state() == LeaseState.RESERVED
        && lease.startPermitted()
        && !now.isBefore(lease.period().start())) {
      return Optional.of(LeaseEvent.START);
    }
    return Optional.empty();
  }

  /** A lease whose time was up while nobody looked ended then, not now. */
  private static Instant momentOf(Lease lease, LeaseState to, Instant now) {
    return to == LeaseState.ENDING && now.isAfter(lease.endsAt()) ? lease.endsAt() : now;
  }

  private Uni<Void> move(SqlConnection connection, LeaseId id, LeaseState to, Instant at) {
    return leases
        .move(connection, id, to, at)
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                "lease." + to.name().toLowerCase(Locale.ROOT),
                id,
                Map.of("at", at)));
  }

  private Uni<List<LeaseDelivery>> describe(Claim claim) {
    if (claim.leases().isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    Set<NodePoolId> poolIds = claim.leases().stream().map(Lease::pool).collect(Collectors.toSet());
    Set<NodeId> nodeIds =
        claim.leases().stream()
            .flatMap(lease -> Stream.concat(lease.nodes().stream(), lease.formerNodes().stream()))
            .collect(Collectors.toSet());
    return inventory
        .pools(SCOPE, poolIds)
        .chain(
            pools -> inventory.nodes(SCOPE, nodeIds).map(nodes -> describe(claim, pools, nodes)));
  }

  private List<LeaseDelivery> describe(Claim claim, List<NodePool> pools, List<Node> nodes) {
    Map<NodePoolId, NodePool> poolById = new HashMap<>();
    pools.forEach(pool -> poolById.put(pool.id(), pool));
    Map<NodeId, Node> nodeById = new HashMap<>();
    nodes.forEach(node -> nodeById.put(node.id(), node));
    return claim.leases().stream()
        .map(lease ->
            new LeaseDelivery(
                lease.id(),
                lease.tenant(),
                lease.cluster(),
                lease.state(),
                lease.period(),
                there(poolById.get(lease.pool())),
                lease.takesWork(),
                lease.networkExceptions(),
                Stream.concat(
                        lease.slots().stream()
                            .map(slots ->
                                claim.node(
                                    lease,
                                    there(nodeById.get(slots.node())),
                                    slots.slots().count())),
                        lease.formerNodes().stream()
                            .map(node -> claim.node(lease, there(nodeById.get(node)), 0)))
                    .toList(),
                claim.jobs().stream()
                    .filter(job -> job.lease().equals(lease.id()))
                    .map(job -> describe(job, claim.sealed().get(job.id())))
                    .toList()))
        .toList();
  }

  private JobDelivery describe(Job job, byte @Nullable [] sealed) {
    JobObservation seen = job.seen();
    return new JobDelivery(
        job.id(),
        seen.state(),
        job.cancelRequested(),
        job.spec(),
        sealed == null
            ? SealedEnv.NONE
            : SealedEnv.of(() ->
                json.read(
                    secrets.decrypt(sealed, job.id().toString()),
                    new TypeReference<Map<String, String>>() {})),
        new JobProgress(seen.attempt(), seen.failures(), seen.startedAt()));
  }

  private static <T> T there(@Nullable T found) {
    if (found == null) {
      throw new IllegalStateException("pools and nodes are never deleted");
    }
    return found;
  }

  /**
   * Everything that a lease needs is in its cluster: one that was provisioning is active now, and
   * one that was stuck is no more.
   *
   * @param strays pods that run on nodes which the lease does not have, to be removed once this is
   *     recorded
   * @param access what the tenant may do in the cluster now
   */
  public Uni<Void> delivered(LeaseId id, List<StrayPod> strays, TenantAccess access) {
    return withLease(
        id,
        (connection, lease) -> {
          Optional<LeaseState> next = lease.state().after(LeaseEvent.DELIVERED);
          Uni<Void> moved =
              next.isPresent()
                  ? move(connection, id, next.get(), clock.instant())
                  : Uni.createFrom().voidItem();
          return moved
              .chain(() -> strayReports.seen(connection, lease, strays))
              .chain(placed ->
                  observe(
                      connection,
                      lease,
                      Stream.of(placed, news(lease, delivered()), news(lease, granted(access)))
                          .flatMap(Optional::stream)
                          .toList()));
        });
  }

  private Condition delivered() {
    return condition(ConditionStatus.TRUE, "Delivered", "Namespace and quota are there.");
  }

  private Condition granted(TenantAccess access) {
    return new Condition(
        Lease.TENANT_WORKLOADS,
        access.workloads() ? ConditionStatus.TRUE : ConditionStatus.FALSE,
        access.reason(),
        access.message(),
        clock.instant());
  }

  /** A condition, unless the lease says the same already. */
  private static Optional<Condition> news(Lease lease, Condition now) {
    return lease.conditions().stream()
            .anyMatch(old ->
                old.type().equals(now.type())
                    && old.status() == now.status()
                    && old.reason().equals(now.reason())
                    && old.message().equals(now.message()))
        ? Optional.empty()
        : Optional.of(now);
  }

  /** Nothing of an ending lease is left in its cluster: it is paid for and its slots go. */
  public Uni<Void> cleared(LeaseId id) {
    return withLease(
        id,
        (connection, lease) ->
            lease.state().after(LeaseEvent.CLEARED).isEmpty()
                ? Uni.createFrom().voidItem()
                : endings.end(connection, lease, clock.instant()));
  }

  /**
   * Delivery does not get on; the lease stays as it is and is tried again.
   *
   * @param reason one CamelCase word
   * @param message what is in the way, in words, without secrets
   */
  public Uni<Void> stuck(LeaseId id, String reason, String message) {
    return withLease(
        id,
        (connection, lease) ->
            observe(connection, lease, List.of(condition(ConditionStatus.FALSE, reason, message))));
  }

  /**
   * What was seen of a job in its cluster. A final state stays, and what was seen of an attempt
   * that another has followed counts no more.
   */
  public Uni<Void> observed(JobId id, JobObservation seen) {
    return database.sql(
        SCOPE,
        connection ->
            jobs.get(connection, SCOPE, id, true)
                .chain(job ->
                    job.seen().state().mayBecome(seen.state())
                            && seen.attempt() >= job.seen().attempt()
                        ? jobs.observe(connection, job, seen.startedFirst(job.seen().startedAt()))
                            .chain(() ->
                                job.seen().state() == seen.state()
                                    ? Uni.createFrom().voidItem()
                                    : outbox.append(
                                        Tx.of(connection),
                                        "job." + seen.state().name().toLowerCase(Locale.ROOT),
                                        id,
                                        Map.of("lease", job.lease())))
                        : Uni.createFrom().voidItem()));
  }

  /**
   * Those of the leases that have not ended; others may have nothing in a cluster. Leases that do
   * not exist are left out.
   */
  public Uni<Set<LeaseId>> live(Collection<LeaseId> ids) {
    return database.sql(SCOPE, connection -> leases.live(connection, ids));
  }

  /**
   * The claim on a lease is done with; says when it should be looked after again.
   *
   * @param notBefore the earliest, as where its cluster does not answer
   */
  public Uni<Void> release(LeaseId id, Instant notBefore) {
    return withLease(
        id,
        (connection, lease) ->
            jobs.live(connection, List.of(id))
                .map(live -> next(lease, !live.isEmpty()))
                .chain(next ->
                    leases.release(
                        connection,
                        id,
                        next.map(again -> again.isBefore(notBefore) ? notBefore : again)
                            .orElse(null))));
  }

  /** When a lease should be looked after next; empty for never. */
  private Optional<Instant> next(Lease lease, boolean hasLiveJobs) {
    Instant soon = clock.instant().plus(config.busyInterval());
    return switch (lease.state()) {
      case ENDED -> Optional.empty();
      // The judgement that lets one start makes it due sooner.
      case RESERVED ->
          Optional.of(lease.startPermitted() ? lease.period().start() : lease.endsAt());
      case PROVISIONING, ENDING -> Optional.of(soon);
      case ACTIVE -> {
        Instant again = hasLiveJobs ? soon : clock.instant().plus(config.idleInterval());
        Instant end = lease.endsAt();
        yield Optional.of(again.isBefore(end) ? again : end);
      }
    };
  }

  private Condition condition(ConditionStatus status, String reason, String message) {
    return new Condition(Lease.DELIVERED, status, reason, message, clock.instant());
  }

  private Uni<Void> observe(SqlConnection connection, Lease lease, List<Condition> seen) {
    return seen.isEmpty()
        ? Uni.createFrom().voidItem()
        : leases.observe(connection, lease.id(), Condition.amid(lease.conditions(), seen));
  }

  private interface LeaseWork {
    Uni<Void> with(SqlConnection connection, Lease lease);
  }

  private Uni<Void> withLease(LeaseId id, LeaseWork work) {
    return database.sql(
        SCOPE,
        connection ->
            leases.lock(connection, SCOPE, id).chain(lease -> work.with(connection, lease)));
  }
}
