package io.berth.compliance.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.NodeVerdicts;
import io.berth.booking.NodeVerdicts.Held;
import io.berth.booking.NodeVerdicts.Known;
import io.berth.compliance.SimulationId;
import io.berth.compliance.internal.Simulation.Action;
import io.berth.compliance.internal.Simulation.LeaseOutcome;
import io.berth.compliance.internal.Simulation.OfferOutcome;
import io.berth.compliance.internal.Simulation.OrderOutcome;
import io.berth.compliance.internal.SimulationApi.SimulationRequest;
import io.berth.compliance.internal.Simulator.OfferCase;
import io.berth.compliance.internal.Simulator.OfferedNode;
import io.berth.identity.Organizations;
import io.berth.identity.UseProfile;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.leasing.LeaseId;
import io.berth.leasing.Leases;
import io.berth.leasing.Orders;
import io.berth.market.Offer;
import io.berth.market.Offers;
import io.berth.platform.Database;
import io.berth.platform.Money;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.ActivePacks;
import io.berth.policy.PackLayer;
import io.berth.policy.PackSet;
import io.berth.policy.PackVersions;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answers what would happen if other packs were in force. Nothing comes of asking. */
@ApplicationScoped
public class SimulationDesk {

  private static final Scope SYSTEM = Scope.system("compliance");
  private static final Duration GRACE_MAX = Duration.ofDays(366);

  /** How many leases are read at once, and how many organizations are asked about offers. */
  private static final int LEASES_AT_ONCE = 200;

  private static final int TENANTS_MAX = 500;

  /** How many parties' facts are read at the same time. */
  private static final int READS_AT_ONCE = 4;

  /** What a tenant would book of an offer: not longer than its shortest term where that is more. */
  private static final Duration TERM = Duration.ofHours(1);

  private final PackVersions packVersions;
  private final ActivePacks activePacks;
  private final NodeVerdicts verdicts;
  private final Leases leases;
  private final Orders orders;
  private final Offers offers;
  private final Inventory inventory;
  private final Organizations organizations;
  private final SimulationStore store;
  private final AuditTrail audit;
  private final Database database;
  private final Vertx vertx;
  private final Clock clock;

  SimulationDesk(
      PackVersions packVersions,
      ActivePacks activePacks,
      NodeVerdicts verdicts,
      Leases leases,
      Orders orders,
      Offers offers,
      Inventory inventory,
      Organizations organizations,
      SimulationStore store,
      AuditTrail audit,
      Database database,
      Vertx vertx,
      Clock clock) {
    this.packVersions = packVersions;
    this.activePacks = activePacks;
    this.verdicts = verdicts;
    this.leases = leases;
    this.orders = orders;
    this.offers = offers;
    this.inventory = inventory;
    this.organizations = organizations;
    this.store = store;
    this.audit = audit;
    this.database = database;
    this.vertx = vertx;
    this.clock = clock;
  }

  /** Reads one; fails with 404. */
  Uni<Simulation> get(Scope scope, SimulationId id) {
    return database.sql(scope, connection -> store.get(connection, id));
  }

  /** Asks, and keeps the answer. */
  Uni<Simulation> simulate(Scope scope, SimulationRequest request) {
    Duration grace = request.gracePeriod() == null ? Duration.ZERO : request.gracePeriod();
    if (grace.isNegative() || grace.compareTo(GRACE_MAX) > 0) {
      throw ProblemException.malformed("/gracePeriod", "The grace period lies from PT0S to P366D.");
    }
    Instant now = clock.instant();
    Instant at = request.at() == null ? now : request.at();
    if (at.isBefore(now)) {
      throw ProblemException.unprocessable(
          "/at", "The past does not change: give a moment from now on, or leave it out for now.");
    }
    Action action =
        request.action() == null ? Action.ACTIVATE : Action.valueOf(request.action().name());
    return change(scope, request, action, at)
        .chain(change -> simulate(scope, change, now, grace))
        .call(simulation ->
            database.sql(
                scope,
                connection ->
                    store
                        .insert(connection, simulation)
                        .chain(() ->
                            audit.append(
                                Tx.of(connection),
                                scope,
                                "simulation.run",
                                simulation.id(),
                                Map.of(
                                    "pack", simulation.pack(),
                                    "action", simulation.action(),
                                    "at", simulation.at(),
                                    "leasesBreaking", simulation.leasesBreaking())))));
  }

  private Uni<PackChange> change(
      Scope scope, SimulationRequest request, Action action, Instant at) {
    return database
        .sql(scope, connection -> packVersions.get(connection, request.packVersionId()))
        .map(version -> {
          if (action == Action.RETIRE && version.layer() == PackLayer.BASELINE) {
            throw ProblemException.unprocessable(
                "/action", "The baseline cannot be retired: only another version replaces it.");
          }
          return new PackChange(action, version.layer(), version.owner(), version.pack(), at);
        });
  }

  private Uni<Simulation> simulate(Scope scope, PackChange change, Instant now, Duration grace) {
    PackSet current = activePacks.current();
    Simulator simulator =
        new Simulator(verdicts, current, change.appliedTo(current), now, change.at(), grace);
    return leases(simulator, null, new LeaseTally())
        .chain(tally ->
            offers(simulator, now)
                .map(asked -> simulation(scope, change, grace, tally, asked, now)));
  }

  private static Simulation simulation(
      Scope scope,
      PackChange change,
      Duration grace,
      LeaseTally tally,
      AskedOffers asked,
      Instant now) {
    return new Simulation(
        SimulationId.fresh(),
        scope.actor(),
        scope.organization().orElseThrow(),
        change.action(),
        change.ref(),
        change.at(),
        grace,
        tally.judged,
        tally.breaking,
        tally.lost,
        tally.listed(),
        asked.judged(),
        asked.tenants(),
        asked.outcomes().stream().limit(Simulation.LISTED_MAX).toList(),
        asked.orders(),
        asked.orderOutcomes(),
        now);
  }

  /** Adds up what becomes of leases. */
  private static final class LeaseTally {

    private int judged;
    private int breaking;
    private @Nullable Money lost;
    private final List<LeaseOutcome> outcomes = new ArrayList<>();

    private void add(Optional<LeaseOutcome> outcome) {
      judged++;
      outcome.ifPresent(found -> {
        if (found.breaksAt() != null) {
          breaking++;
        }
        Money value = found.valueLost();
        if (value != null) {
          lost = lost == null ? value : lost.plus(value);
        }
        outcomes.add(found);
      });
    }

    private List<LeaseOutcome> listed() {
      return outcomes.stream()
          .sorted(
              Comparator.comparing((LeaseOutcome outcome) ->
                      outcome.breaksAt() == null ? Instant.MAX : outcome.breaksAt())
                  .thenComparing(outcome -> outcome.lease().value()))
          .limit(Simulation.LISTED_MAX)
          .toList();
    }
  }

  private Uni<LeaseTally> leases(Simulator simulator, @Nullable LeaseId after, LeaseTally tally) {
    return database
        .sql(SYSTEM, connection -> leases.live(connection, after, LEASES_AT_ONCE))
        .chain(page ->
            Multi.createFrom()
                .iterable(page)
                .onItem()
                .transformToUni(lease ->
                    known(verdicts.held(lease.tenant(), lease.nodes(), lease.quote()), lease.use())
                        .chain(known -> aside(() -> simulator.lease(lease, known))))
                .merge(READS_AT_ONCE)
                .onItem()
                .invoke(tally::add)
                .onItem()
                .ignoreAsUni()
                .chain(() ->
                    page.size() < LEASES_AT_ONCE
                        ? Uni.createFrom().item(tally)
                        : leases(simulator, page.getLast().id(), tally)));
  }

  private record AskedOffers(
      int judged,
      int tenants,
      List<OfferOutcome> outcomes,
      int orders,
      List<OrderOutcome> orderOutcomes) {}

  private Uni<AskedOffers> offers(Simulator simulator, Instant now) {
    return offers
        .published(SYSTEM, now)
        .chain(published -> {
          Set<NodePoolId> poolIds = published.stream().map(Offer::pool).collect(Collectors.toSet());
          return inventory
              .pools(SYSTEM, poolIds)
              .chain(pools ->
                  inventory
                      .nodesOfPools(SYSTEM, poolIds)
                      .map(nodes -> cases(published, pools, nodes)));
        })
        .chain(cases -> {
          Set<NodeId> nodes =
              cases.stream()
                  .flatMap(offer -> offer.nodes().stream())
                  .map(OfferedNode::id)
                  .collect(Collectors.toSet());
          if (nodes.isEmpty()) {
            return Uni.createFrom().item(new AskedOffers(cases.size(), 0, List.of(), 0, List.of()));
          }
          return tenants(nodes)
              .chain(tenants ->
                  orders(simulator, cases, nodes)
                      .chain(orders ->
                          aside(() -> simulator.offers(cases, tenants, TERM))
                              .map(outcomes ->
                                  new AskedOffers(
                                      cases.size(),
                                      tenants.size(),
                                      outcomes,
                                      orders.judged(),
                                      orders.outcomes()))));
        });
  }

  private record AskedOrders(int judged, List<OrderOutcome> outcomes) {}

  private Uni<AskedOrders> orders(Simulator simulator, List<OfferCase> cases, Set<NodeId> nodes) {
    return database
        .sql(SYSTEM, connection -> orders.waiting(connection, null, Simulation.LISTED_MAX))
        .chain(waiting ->
            Multi.createFrom()
                .iterable(waiting)
                .onItem()
                .transformToUniAndConcatenate(order ->
                    organizations
                        .get(SYSTEM, order.tenant())
                        .chain(tenant ->
                            known(
                                verdicts.offered(order.tenant(), nodes),
                                tenant.facts().profile().overlaidBy(order.request().use())))
                        .chain(known -> aside(() -> simulator.order(order, cases, known))))
                .collect()
                .asList()
                .map(outcomes ->
                    new AskedOrders(
                        waiting.size(), outcomes.stream().flatMap(Optional::stream).toList())));
  }

  private Uni<List<Known>> tenants(Set<NodeId> nodes) {
    return organizations
        .after(SYSTEM, Optional.empty(), TENANTS_MAX)
        .chain(found ->
            Multi.createFrom()
                .iterable(found)
                .onItem()
                .transformToUni(
                    tenant -> known(verdicts.offered(tenant.id(), nodes), tenant.facts().profile()))
                .merge(READS_AT_ONCE)
                .collect()
                .asList());
  }

  /** Judging a market takes long, and must not keep the event loop. */
  private <T> Uni<T> aside(Callable<T> judging) {
    return vertx.executeBlocking(judging, false);
  }

  private Uni<Known> known(Uni<Held> held, UseProfile use) {
    return held.chain(
        nodes -> database.sql(SYSTEM, connection -> verdicts.known(connection, nodes, use)));
  }

  /** One node for each country stands for the others of its pool. */
  private static List<OfferCase> cases(
      List<Offer> published, Collection<NodePool> pools, Collection<Node> nodes) {
    Map<NodePoolId, NodePool> poolById = new HashMap<>();
    pools.forEach(pool -> poolById.put(pool.id(), pool));
    Map<NodePoolId, Map<String, OfferedNode>> kinds = new HashMap<>();
    for (Node node : nodes) {
      if (node.sellable()) {
        kinds
            .computeIfAbsent(node.pool(), pool -> new HashMap<>())
            .putIfAbsent(
                node.country() + " " + node.flags(), new OfferedNode(node.id(), node.country()));
      }
    }
    List<OfferCase> cases = new ArrayList<>();
    for (Offer offer : published) {
      NodePool pool = poolById.get(offer.pool());
      if (pool != null && pool.modelId().isPresent()) {
        cases.add(
            new OfferCase(
                offer,
                pool.modelId().get(),
                pool.region(),
                new HashSet<>(kinds.getOrDefault(offer.pool(), Map.of()).values())));
      }
    }
    return cases;
  }
}
