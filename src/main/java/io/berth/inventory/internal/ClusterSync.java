package io.berth.inventory.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterObservation;
import io.berth.inventory.ClusterOwners;
import io.berth.inventory.ClusterState;
import io.berth.inventory.ClusterTask;
import io.berth.inventory.InventoryConfig;
import io.berth.inventory.SeenNodes;
import io.berth.platform.Condition;
import io.berth.platform.ConditionStatus;
import io.berth.platform.Database;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.Secrets;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Which clusters are due to be looked at, and what was seen there. */
@ApplicationScoped
public class ClusterSync {

  private static final Scope SCOPE = Scope.system("kubernetes");
  private static final int DOUBLINGS_MAX = 20;

  /** A cluster that has been due for so many claims' time is anybody's. */
  private static final int OVERDUE_CLAIMS = 2;

  /** Who this replica is, for as long as it runs. */
  private final UUID replica = Id.fresh();

  private final Database database;
  private final ClusterStore store;
  private final NodeSync nodes;
  private final StoredJson json;
  private final Secrets secrets;
  private final Outbox outbox;
  private final InventoryConfig config;
  private final Clock clock;

  ClusterSync(
      Database database,
      ClusterStore store,
      NodeSync nodes,
      StoredJson json,
      Secrets secrets,
      Outbox outbox,
      InventoryConfig config,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.nodes = nodes;
    this.json = json;
    this.secrets = secrets;
    this.outbox = outbox;
    this.config = config;
    this.clock = clock;
  }

  /** As {@link io.berth.inventory.ClusterWork#claimDue}. */
  public Uni<List<ClusterTask>> claimDue(
      int limit, Collection<ClusterTask> underWay, int ofOneMax) {
    Instant now = clock.instant();
    return database.sql(
        SCOPE,
        connection ->
            connection
                .preparedQuery(
                    """
                    update cluster set next_sync_at = $2, sync_epoch = sync_epoch + 1,
                      owner = $5, owned_until = $6
                    where id in (
                      select id from cluster where id in (
                        select id from (
                          select due.id, (select count(*) from unnest($7::uuid[]) as provider
                              where provider = due.provider_id)
                            + row_number() over (
                              partition by due.provider_id order by due.next_sync_at) as place
                          from cluster due where due.next_sync_at <= $1 and due.id <> all($4)
                            and (due.owner is null or due.owner = $5 or due.owned_until <= $1)
                        ) as placed where place <= $8)
                        and next_sync_at <= $1
                        and (owner is null or owner = $5 or owned_until <= $1)
                      order by next_sync_at
                      for update skip locked
                      limit $3)
                    returning id, provider_id, sync_epoch
                    """)
                .execute(
                    Tuple.from(
                        List.of(
                            now.atOffset(ZoneOffset.UTC),
                            now.plus(config.syncClaim()).atOffset(ZoneOffset.UTC),
                            limit,
                            ids(underWay, task -> task.cluster().value()),
                            replica,
                            now.plus(config.ownership()).atOffset(ZoneOffset.UTC),
                            ids(underWay, task -> task.provider().value()),
                            ofOneMax)))
                .map(rows -> {
                  List<ClusterTask> tasks = new ArrayList<>();
                  rows.forEach(row ->
                      tasks.add(
                          new ClusterTask(
                              new ClusterId(row.getUUID("id")),
                              new OrganizationId(row.getUUID("provider_id")),
                              row.getLong("sync_epoch"))));
                  return tasks;
                }));
  }

  private static UUID[] ids(Collection<ClusterTask> tasks, Function<ClusterTask, UUID> id) {
    return tasks.stream().map(id).toArray(UUID[]::new);
  }

  /** As {@link io.berth.inventory.ClusterWork#keepOwned}. */
  public Uni<ClusterOwners> keepOwned(Collection<ClusterTask> underWay) {
    Instant now = clock.instant();
    Instant overdue = now.minus(config.syncClaim().multipliedBy(OVERDUE_CLAIMS));
    Duration ownership = config.ownership();
    return database.sql(
        SCOPE,
        connection ->
            connection
                // Not waiting for a look that is being recorded: there is time until the next turn.
                .preparedQuery(
                    """
                    update cluster set owned_until = $3 where id in (
                      select id from cluster where owner = $1 and owned_until > $2
                        and owned_until <= $4
                        and (next_sync_at > $5 or id = any($6) and next_sync_at is not null)
                      for update skip locked)
                    """)
                .execute(
                    Tuple.of(
                        replica,
                        now.atOffset(ZoneOffset.UTC),
                        now.plus(ownership).atOffset(ZoneOffset.UTC),
                        now.plus(ownership.multipliedBy(2).dividedBy(3)).atOffset(ZoneOffset.UTC),
                        overdue.atOffset(ZoneOffset.UTC),
                        ids(underWay, task -> task.cluster().value())))
                .chain(() ->
                    connection
                        .preparedQuery(
                            "select id, owner = $1 as mine from cluster"
                                + " where owner is not null and owned_until > $2")
                        .execute(Tuple.of(replica, now.atOffset(ZoneOffset.UTC))))
                .map(rows -> {
                  Set<ClusterId> mine = new HashSet<>();
                  Set<ClusterId> others = new HashSet<>();
                  rows.forEach(row ->
                      (row.getBoolean("mine") ? mine : others)
                          .add(new ClusterId(row.getUUID("id"))));
                  return new ClusterOwners(mine, others);
                }));
  }

  /** As {@link io.berth.inventory.ClusterWork#changed}. */
  public Uni<Void> changed(ClusterId cluster) {
    return database.sql(
        SCOPE,
        connection ->
            connection
                .preparedQuery(
                    "update cluster set next_sync_at = least(next_sync_at, $2)"
                        + " where id = $1 and owner = $3")
                .execute(
                    Tuple.of(cluster.value(), clock.instant().atOffset(ZoneOffset.UTC), replica))
                .replaceWithVoid());
  }

  /** As {@link io.berth.inventory.ClusterWork#dueFirst}. */
  public Uni<Void> dueFirst(ClusterId cluster) {
    return database.sql(
        SCOPE,
        connection ->
            connection
                .preparedQuery(
                    "update cluster set next_sync_at = $2"
                        + " where id = $1 and next_sync_at > $2 and sync_epoch = 0")
                .execute(Tuple.of(cluster.value(), clock.instant().atOffset(ZoneOffset.UTC)))
                .replaceWithVoid());
  }

  /** As {@link io.berth.inventory.ClusterWork#access}. */
  public Uni<ClusterAccess> access(ClusterId cluster) {
    return database.orm(
        SCOPE,
        session ->
            store
                .find(session, SCOPE, cluster)
                .map(found -> {
                  ClusterRow row =
                      found.orElseThrow(() -> ProblemException.notFound("cluster", cluster));
                  return new ClusterAccess(
                      cluster,
                      URI.create(row.server),
                      json.readCredentials(secrets.decrypt(row.credentials, cluster.toString())),
                      row.credentialsVersion);
                }));
  }

  /** As {@link io.berth.inventory.ClusterWork#observed}. */
  public Uni<Boolean> observed(ClusterId cluster, ClusterObservation observation) {
    return database.orm(
        SCOPE,
        session ->
            store
                .lock(session, SCOPE, cluster)
                .chain(found -> {
                  if (found.isEmpty() || found.get().state == ClusterState.RETIRED) {
                    return Uni.createFrom().item(false);
                  }
                  ClusterRow row = found.get();
                  boolean isCurrent = row.syncEpoch == observation.epoch();
                  return note(session, row, observation, isCurrent)
                      .chain(() ->
                          isCurrent
                              ? apply(session, row, observation)
                              : Uni.createFrom().item(false));
                }));
  }

  /**
   * Notes since when a cluster's nodes cannot be read, which nothing but reading them ends. Who
   * changes credentials all the time does not hide it, although nothing else counts of looks that
   * new ones overtook. It begins anew where no other cluster was read lately either, and where
   * nobody looked for long: then the fault may be the service's own.
   */
  private Uni<Void> note(
      Mutiny.Session session, ClusterRow row, ClusterObservation observation, boolean isCurrent) {
    if (observation.nodes() != null) {
      if (isCurrent) {
        row.unansweredSince = null;
        row.unansweredAt = null;
      }
      return Uni.createFrom().voidItem();
    }
    if (observation.isOwnFault()) {
      return Uni.createFrom().voidItem();
    }
    Instant now = clock.instant();
    Instant lately = now.minus(config.syncInterval().multipliedBy(2));
    Instant before = row.unansweredAt;
    boolean wasLookedAt =
        before != null && now.isBefore(before.plus(config.syncIntervalMax().multipliedBy(2)));
    return store
        .anotherReadSince(
            session,
            new ClusterId(row.id),
            before != null && before.isBefore(lately) ? before : lately)
        .invoke(othersAnswer -> {
          Instant since = row.unansweredSince;
          if (since == null || !wasLookedAt || !othersAnswer) {
            since = now;
          }
          row.unansweredSince = since;
          // Another replica's clock may be ahead.
          row.unansweredAt = now.isBefore(since) ? since : now;
        })
        .replaceWithVoid();
  }

  /**
   * The wait until the next look: the interval, doubled with each failed look but the first, so
   * that clusters that are gone for long do not hold up the others; never more than the most.
   */
  static Duration wait(int looksFailed, Duration interval, Duration intervalMax) {
    int doublings = Math.clamp(looksFailed - 1L, 0, DOUBLINGS_MAX);
    Duration wait = interval.multipliedBy(1L << doublings);
    Duration most = interval.compareTo(intervalMax) < 0 ? intervalMax : interval;
    return wait.compareTo(most) < 0 ? wait : most;
  }

  /** Whether all of it was taken in. */
  private Uni<Boolean> apply(
      Mutiny.Session session, ClusterRow row, ClusterObservation observation) {
    Instant now = clock.instant();
    SeenNodes seen = observation.nodes();
    if (seen == null) {
      row.looksFailed++;
      return conclude(session, row, observation, observation.conditions(), null, now)
          .replaceWith(true);
    }
    row.looksFailed = 0;
    row.lastSyncedAt = now;
    return nodes
        .known(session, row, seen, now)
        .chain(known -> {
          boolean isAll = known.leftOut().isEmpty();
          return conclude(
                  session,
                  row,
                  observation,
                  isAll ? observation.conditions() : withTooMuch(observation.conditions(), now),
                  known,
                  now)
              .replaceWith(isAll);
        });
  }

  private List<Condition> withTooMuch(List<Condition> conditions, Instant now) {
    return conditions.stream()
        .map(condition ->
            condition.type().equals(ClusterObservation.INVENTORY_SYNCED)
                ? new Condition(
                    condition.type(),
                    ConditionStatus.FALSE,
                    "TooMuch",
                    "The cluster brought more than %d new nodes within a day; the others are not taken in yet."
                        .formatted(config.newNodesADayMax()),
                    now)
                : condition)
        .toList();
  }

  private Uni<Void> conclude(
      Mutiny.Session session,
      ClusterRow row,
      ClusterObservation observation,
      List<Condition> conditions,
      NodeSync.@Nullable Known known,
      Instant now) {
    boolean soldBefore = row.selling;
    ClusterState stateBefore = row.state;
    SeenNodes seen = observation.nodes();
    Instant wholeBefore = row.wholeAt;
    if (seen != null && seen.isWhole()) {
      row.wholeAt = now;
    }
    // Changes do not put off the look at all nodes.
    Instant from = seen == null || seen.isWhole() || wholeBefore == null ? now : wholeBefore;
    row.nextSyncAt =
        from.plus(wait(row.looksFailed, config.syncInterval(), config.syncIntervalMax()));
    row.conditions =
        json.writeConditions(Condition.since(json.readConditions(row.conditions), conditions));
    if (observation.kubernetesVersion() != null) {
      row.kubernetesVersion = observation.kubernetesVersion();
    }
    if (isWell(conditions)) {
      row.state = row.state.after(ClusterState.Event.SYNCED).orElse(row.state);
    }
    row.selling = isSelling(row.state, conditions);
    Uni<Void> moved =
        seen == null || known == null
            ? Uni.createFrom().voidItem()
            : nodes.observed(session, row, seen, known, now);
    if (row.selling != soldBefore) {
      moved = moved.chain(() -> nodes.selling(session, row));
    }
    if (row.state != stateBefore) {
      moved =
          moved.chain(() ->
              outbox.append(
                  Tx.of(session),
                  Clusters.CHANGED,
                  new ClusterId(row.id),
                  new Clusters.Changed(row.state)));
    }
    return moved;
  }

  /** Whether the nodes of a cluster may be sold as far as the cluster goes. */
  static boolean isSelling(ClusterState state, List<Condition> conditions) {
    return state == ClusterState.ACTIVE && isWell(conditions);
  }

  private static boolean isWell(List<Condition> conditions) {
    return List.of(
            ClusterObservation.REACHABLE,
            ClusterObservation.SUPPORTED,
            ClusterObservation.AUTHORIZED,
            ClusterObservation.INVENTORY_SYNCED)
        .stream()
        .allMatch(type ->
            conditions.stream()
                .anyMatch(condition ->
                    condition.type().equals(type) && condition.status() == ConditionStatus.TRUE));
  }
}
