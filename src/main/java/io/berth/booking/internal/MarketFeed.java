package io.berth.booking.internal;

import io.berth.booking.internal.MarketChanges.Changes;
import io.berth.booking.internal.MarketChanges.Cursor;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.Organizations;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.market.Offer;
import io.berth.market.Offers;
import io.berth.matching.Timeline;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this replica's {@link LiveMarket} in step with the database. Whoever plans asks first that
 * it catch up; all who ask while it does so share the next turn, so that a thousand requests cost
 * one look. What changed is read anew, never computed from the change, so that reading it twice, or
 * two changes in the wrong order, does no harm.
 */
@ApplicationScoped
public class MarketFeed {

  private static final Logger LOG = Logger.getLogger(MarketFeed.class);
  private static final Scope SCOPE = Scope.system("booking");

  /** How many ids one query names. */
  private static final int IDS_MAX = 5_000;

  /** How long a turn may take; the next one begins anew after that. */
  private static final Duration LOOK_MAX = Duration.ofMinutes(1);

  private static final Duration READ_ALL_MAX = Duration.ofMinutes(10);

  private static final long STALE_NANOS = MarketChanges.KEPT.dividedBy(2).toNanos();

  private final Offers offers;
  private final Inventory inventory;
  private final Organizations organizations;
  private final AllocationStore allocations;
  private final MarketChanges changes;
  private final Database database;
  private final Clock clock;
  private final Context context;
  private final LiveMarket market;

  /** What was planned on and did not hold. */
  private final Set<NodeId> suspects = ConcurrentHashMap.newKeySet();

  private @Nullable Cursor cursor;
  private long followedAt;
  private volatile boolean wasRead;

  private @Nullable CompletableFuture<LiveMarket> running;
  private @Nullable CompletableFuture<LiveMarket> queued;

  MarketFeed(
      Offers offers,
      Inventory inventory,
      Organizations organizations,
      AcceleratorCatalog catalog,
      AllocationStore allocations,
      MarketChanges changes,
      Database database,
      Clock clock,
      Vertx vertx) {
    this.offers = offers;
    this.inventory = inventory;
    this.organizations = organizations;
    this.allocations = allocations;
    this.changes = changes;
    this.database = database;
    this.clock = clock;
    this.market = new LiveMarket(catalog);
    // One context for all turns, so that one thread alone changes the market.
    this.context = vertx.getOrCreateContext();
  }

  /** The market with everything in it that was committed before this was asked for. */
  Uni<LiveMarket> current() {
    Context caller = Vertx.currentContext();
    // A copy: who gives up waiting cancels it, and must not cancel the turn of all others.
    Uni<LiveMarket> caughtUp = Uni.createFrom().completionStage(() -> turn().copy());
    // Back to where the request runs: its session and its connection belong to that thread.
    return caller == null
        ? caughtUp
        : caughtUp.emitOn(task -> caller.runOnContext(ignored -> task.run()));
  }

  private synchronized CompletableFuture<LiveMarket> turn() {
    if (running == null) {
      running = new CompletableFuture<>();
      begin(running);
      return running;
    }
    // What runs may have looked already.
    if (queued == null) {
      queued = new CompletableFuture<>();
    }
    return queued;
  }

  private void begin(CompletableFuture<LiveMarket> turn) {
    VertxContext.createNewDuplicatedContext(context)
        .runOnContext(ignored ->
            Uni.createFrom()
                .deferred(this::look)
                .ifNoItem()
                .after(cursor == null ? READ_ALL_MAX : LOOK_MAX)
                .fail()
                .subscribe()
                .with(done -> finish(turn, null), failure -> finish(turn, failure)));
  }

  private void finish(CompletableFuture<LiveMarket> turn, @Nullable Throwable failure) {
    synchronized (this) {
      running = queued;
      queued = null;
      if (running != null) {
        begin(running);
      }
    }
    if (failure == null) {
      turn.complete(market);
    } else {
      turn.completeExceptionally(failure);
    }
  }

  /** Whether all of it has been read since the replica started. */
  boolean wasRead() {
    return wasRead;
  }

  /** Has nodes read anew at the next turn. */
  void suspect(Collection<NodeId> nodes) {
    suspects.addAll(nodes);
  }

  /** Follows in quiet times, too, so that a search after a quiet night is as quick as any. */
  @Scheduled(
      every = "${berth.booking.follow-interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> follow() {
    return current().replaceWithVoid();
  }

  @Scheduled(
      every = "${berth.booking.changes-sweep-interval:1m}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> removeOld() {
    return database
        .sql(SCOPE, changes::removeOld)
        .chain(removed ->
            removed < MarketChanges.BATCH_MAX ? Uni.createFrom().voidItem() : removeOld());
  }

  private Uni<Void> look() {
    Cursor from = cursor;
    if (from == null || System.nanoTime() - followedAt > STALE_NANOS) {
      // Where it does not end in a turn's time, the next turn has all the time that it takes.
      cursor = null;
      return readAll();
    }
    return database
        .sql(SCOPE, connection -> changes.after(connection, from))
        .chain(found -> {
          if (found.isLost()) {
            LOG.infof("What changed of the market is not known, and all of it is read anew.");
            // Also where that fails: the next turn must not follow from where this one was lost.
            cursor = null;
            return readAll();
          }
          return apply(found)
              .invoke(() -> {
                cursor = found.cursor();
                followedAt = System.nanoTime();
              });
        });
  }

  private Uni<Void> readAll() {
    return database
        .sql(SCOPE, changes::now)
        .chain(from ->
            readOffers(true)
                .invoke(() -> {
                  cursor = from;
                  followedAt = System.nanoTime();
                  wasRead = true;
                }));
  }

  private Uni<Void> apply(Changes found) {
    Set<NodeId> suspected = Set.copyOf(suspects);
    if (found.isEmpty() && suspected.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Uni<Void> applied = found.offers() ? readOffers(false) : Uni.createFrom().voidItem();
    if (!found.nodes().isEmpty()) {
      applied = applied.chain(() -> readNodes(found.nodes()));
    }
    Set<NodeId> allocated = new HashSet<>(found.allocations());
    allocated.addAll(suspected);
    found.pools().forEach(pool -> allocated.addAll(market.nodesOf(pool)));
    allocated.removeAll(found.nodes());
    if (!allocated.isEmpty()) {
      applied = applied.chain(() -> readAllocations(allocated));
    }
    Map<NodeId, Set<UUID>> parts = new HashMap<>(found.parts());
    parts.keySet().removeAll(allocated);
    parts.keySet().removeAll(found.nodes());
    if (!parts.isEmpty()) {
      applied = applied.chain(() -> readParts(parts));
    }
    if (!found.organizations().isEmpty()) {
      applied =
          applied.chain(() -> {
            Set<OrganizationId> known = new HashSet<>(found.organizations());
            known.retainAll(market.view().providers().keySet());
            return known.isEmpty()
                ? Uni.createFrom().voidItem()
                : organizations.all(SCOPE, known).invoke(market::takeProviders).replaceWithVoid();
          });
    }
    return applied.invoke(() -> suspects.removeAll(suspected));
  }

  /** Reads what is published, and of pools that are new, or of all, what they hold. */
  private Uni<Void> readOffers(boolean all) {
    return offers
        .published(SCOPE, clock.instant())
        .chain(published -> {
          Set<NodePoolId> missing =
              published.stream()
                  .map(Offer::pool)
                  .filter(pool -> all || !market.view().pools().containsKey(pool))
                  .collect(Collectors.toSet());
          return organizations
              .all(
                  SCOPE,
                  all
                      ? published.stream().map(Offer::provider).collect(Collectors.toSet())
                      : LiveMarket.missingProviders(market.view(), published))
              .invoke(market::takeProviders)
              .chain(() -> inChunks(missing, ids -> inventory.pools(SCOPE, ids)))
              .chain(pools ->
                  inChunks(missing, ids -> inventory.nodesOfPools(SCOPE, ids))
                      .chain(nodes -> read(published, pools, nodes, all)));
        });
  }

  private Uni<Void> read(
      List<Offer> published, List<NodePool> pools, List<Node> nodes, boolean all) {
    return (all
            ? database.sql(SCOPE, connection -> allocations.timelines(connection, clock.instant()))
            : timelines(nodes.stream().map(Node::id).toList()))
        .invoke(timelines -> {
          if (all) {
            market.clear();
          }
          market.takeOffers(published, pools, nodes, timelines);
        })
        .replaceWithVoid();
  }

  private Uni<Void> readNodes(Set<NodeId> ids) {
    return inChunks(ids, some -> inventory.nodes(SCOPE, some))
        .chain(nodes ->
            timelines(nodes.stream().map(Node::id).toList())
                .invoke(timelines -> market.takeNodes(nodes, timelines)))
        .replaceWithVoid();
  }

  private Uni<Void> readAllocations(Set<NodeId> ids) {
    List<NodeId> known = ids.stream().filter(market::has).toList();
    return known.isEmpty()
        ? Uni.createFrom().voidItem()
        : timelines(known).invoke(market::take).replaceWithVoid();
  }

  /** Reads single allocations of nodes. */
  private Uni<Void> readParts(Map<NodeId, Set<UUID>> parts) {
    parts.keySet().removeIf(node -> !market.has(node));
    Set<UUID> ids = parts.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    Instant now = clock.instant();
    return ids.isEmpty()
        ? Uni.createFrom().voidItem()
        : database
            .sql(SCOPE, connection -> allocations.taken(connection, ids, now))
            .invoke(taken ->
                parts.forEach((node, changed) ->
                    market.take(
                        Map.of(
                            node,
                            market
                                .timeline(node)
                                .with(changed, taken.getOrDefault(node, List.of()), now)))))
            .replaceWithVoid();
  }

  private Uni<Map<NodeId, Timeline>> timelines(List<NodeId> nodes) {
    return nodes.isEmpty()
        ? Uni.createFrom().item(Map.of())
        : database.sql(
            SCOPE, connection -> allocations.timelines(connection, nodes, clock.instant()));
  }

  private static <I, T> Uni<List<T>> inChunks(
      Collection<I> ids, Function<List<I>, Uni<List<T>>> read) {
    List<I> all = List.copyOf(ids);
    List<List<I>> chunks = new ArrayList<>();
    for (int from = 0; from < all.size(); from += IDS_MAX) {
      chunks.add(all.subList(from, Math.min(all.size(), from + IDS_MAX)));
    }
    return Multi.createFrom()
        .iterable(chunks)
        .onItem()
        .transformToUniAndConcatenate(read::apply)
        .collect()
        .in(
            () -> (List<T>) new ArrayList<T>(),
            (List<T> found, List<T> more) -> found.addAll(more));
  }
}
