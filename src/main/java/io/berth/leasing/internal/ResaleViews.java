package io.berth.leasing.internal;

import io.berth.booking.NodeVerdicts;
import io.berth.identity.Organizations;
import io.berth.identity.UseProfile;
import io.berth.inventory.Inventory;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.Resale;
import io.berth.leasing.ResaleId;
import io.berth.leasing.ResaleState;
import io.berth.leasing.internal.LeaseApi.LeasePeriod;
import io.berth.leasing.internal.ResaleApi.ResaleNodeView;
import io.berth.leasing.internal.ResaleApi.ResalePage;
import io.berth.leasing.internal.ResaleApi.ResaleView;
import io.berth.leasing.internal.ResaleApi.SettlementView;
import io.berth.leasing.internal.ResaleStore.Query;
import io.berth.platform.Database;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.PageRequest;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.policy.ActivePacks;
import io.berth.policy.Decision;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.ReasonView;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows sellers their offers, and everybody else what can be bought and whether policy lets them.
 * Stores no decision and opens no case.
 */
@ApplicationScoped
public class ResaleViews {

  private static final Scope SYSTEM = Scope.system("leasing");

  private final ResaleStore resales;
  private final DebtStore debts;
  private final LeaseStore leases;
  private final LeaseViews views;
  private final NodeVerdicts verdicts;
  private final ActivePacks activePacks;
  private final Organizations organizations;
  private final Inventory inventory;
  private final Database database;
  private final Clock clock;

  ResaleViews(
      ResaleStore resales,
      DebtStore debts,
      LeaseStore leases,
      LeaseViews views,
      NodeVerdicts verdicts,
      ActivePacks activePacks,
      Organizations organizations,
      Inventory inventory,
      Database database,
      Clock clock) {
    this.resales = resales;
    this.debts = debts;
    this.leases = leases;
    this.views = views;
    this.verdicts = verdicts;
    this.activePacks = activePacks;
    this.organizations = organizations;
    this.inventory = inventory;
    this.database = database;
    this.clock = clock;
  }

  /** Resales with their leases, as they stand at one moment. */
  private record Found(List<Resale> resales, Map<LeaseId, Lease> leases, Instant now) {

    Lease lease(Resale resale) {
      return Objects.requireNonNull(leases.get(resale.lease()));
    }

    Optional<Period> rest(Resale resale) {
      return resale.restOf(lease(resale), now);
    }
  }

  /** Reads one; fails with 404 where it is another's and cannot be bought. */
  Uni<ResaleView> get(Scope scope, ResaleId id) {
    return database
        .sql(SYSTEM, connection -> resales.get(connection, id))
        .chain(resale -> found(List.of(resale)))
        .chain(found -> {
          Resale resale = found.resales().getFirst();
          if (scope.sees(resale.seller())) {
            return ofSeller(scope, found).map(List::getFirst);
          }
          if (found.rest(resale).isEmpty()) {
            throw ProblemException.notFound("resale", id);
          }
          return judged(scope.organization().orElseThrow(), UseProfile.UNKNOWN, found)
              .map(judged -> judged.items().getFirst());
        });
  }

  /** A page of the scope's own, oldest first; of everybody's for overseers. */
  Uni<ResalePage> own(Scope scope, PageRequest page) {
    return database
        .sql(SYSTEM, connection -> resales.ofSeller(connection, scope.organizationFilter(), page))
        .map(rows -> page.page(rows, resale -> resale.id().toString()))
        .chain(rows ->
            found(rows.items())
                .chain(found -> ofSeller(scope, found))
                .map(items -> new ResalePage(items, rows.nextPageToken(), null)));
  }

  /** A page of what others offer and can be bought, the lowest price first. */
  Uni<ResalePage> search(OrganizationId buyer, Query query, UseProfile use, PageRequest page) {
    return database
        .sql(SYSTEM, connection -> resales.search(connection, buyer, query, page, clock.instant()))
        .map(rows -> page.page(rows, ResaleStore::keyOf))
        .chain(rows ->
            found(rows.items())
                .map(ResaleViews::stillThere)
                .chain(found -> judged(buyer, use, found))
                .map(judged -> new ResalePage(judged.items(), rows.nextPageToken(), judged.use())));
  }

  private Uni<Found> found(List<Resale> rows) {
    return database
        .sql(
            SYSTEM, connection -> leases.all(connection, rows.stream().map(Resale::lease).toList()))
        .map(of ->
            new Found(
                rows,
                of.stream().collect(Collectors.toMap(Lease::id, Function.identity(), (a, b) -> a)),
                clock.instant()));
  }

  /** Leases change while they are read. */
  private static Found stillThere(Found found) {
    return new Found(
        found.resales().stream().filter(resale -> found.rest(resale).isPresent()).toList(),
        found.leases(),
        found.now());
  }

  /** With the verdicts on them, for an organization and its use. */
  private record Judged(List<ResaleView> items, UseProfile use) {}

  private Uni<Judged> judged(OrganizationId buyer, UseProfile stated, Found found) {
    return organizations
        .get(SYSTEM, buyer)
        .map(organization -> organization.facts().profile().overlaidBy(stated))
        .chain(use ->
            ground(found.leases().values())
                .chain(ground ->
                    verdicts
                        .offered(buyer, ground.names().nodes().keySet())
                        .chain(held ->
                            database.sql(
                                SYSTEM, connection -> verdicts.known(connection, held, use)))
                        .map(known ->
                            new Judged(
                                found.resales().stream()
                                    .map(resale -> ofBuyer(resale, found, ground, known))
                                    .toList(),
                                use))));
  }

  private ResaleView ofBuyer(Resale resale, Found found, Ground ground, NodeVerdicts.Known known) {
    Lease lease = found.lease(resale);
    Period rest = found.rest(resale).orElseThrow();
    Decision decision =
        verdicts.judge(
            activePacks.current(),
            verdicts.only(known, lease.nodes(), lease.accelerators()),
            rest,
            DecisionPurpose.ENQUIRY);
    return view(resale, lease, ground, rest, new Sight(false, false, decision, null));
  }

  private Uni<List<ResaleView>> ofSeller(Scope scope, Found found) {
    return ground(found.leases().values())
        .chain(ground ->
            database
                .sql(
                    SYSTEM,
                    connection ->
                        debts.settlements(
                            connection, found.resales().stream().map(Resale::id).toList()))
                .map(settlements ->
                    found.resales().stream()
                        .map(resale ->
                            view(
                                resale,
                                found.lease(resale),
                                ground,
                                found.rest(resale).orElse(null),
                                new Sight(
                                    scope
                                        .organization()
                                        .filter(resale.seller()::equals)
                                        .isPresent(),
                                    true,
                                    null,
                                    settlements.get(resale.id()))))
                        .toList()));
  }

  /** One that was just offered, as its seller sees it. */
  static ResaleView offered(Resale resale, Lease lease, Ground ground, Instant now) {
    return view(
        resale,
        lease,
        ground,
        resale.restOf(lease, now).orElse(null),
        new Sight(true, true, null, null));
  }

  /** Names and kinds behind the identifiers of leases. */
  record Ground(LeaseViews.Names names, Map<NodePoolId, NodePool> pools) {}

  /** Reads what views need; not within a transaction, since it takes connections of its own. */
  Uni<Ground> ground(Collection<Lease> of) {
    return views
        .names(
            of.stream().flatMap(lease -> lease.nodes().stream()).collect(Collectors.toSet()),
            of.stream().map(Lease::provider).collect(Collectors.toSet()))
        .chain(names ->
            inventory
                .pools(SYSTEM, of.stream().map(Lease::pool).collect(Collectors.toSet()))
                .map(pools ->
                    new Ground(
                        names,
                        pools.stream()
                            .collect(Collectors.toMap(NodePool::id, Function.identity())))));
  }

  /**
   * What of it one sees.
   *
   * @param isMine whether the viewer's organization sells it
   * @param all what only its seller and overseers see
   */
  private record Sight(
      boolean isMine,
      boolean all,
      @Nullable Decision decision,
      DebtStore.@Nullable Settlement settlement) {}

  private static ResaleView view(
      Resale resale, Lease lease, Ground ground, @Nullable Period rest, Sight sight) {
    NodePool pool = Objects.requireNonNull(ground.pools().get(lease.pool()));
    Instant soldFrom = resale.soldFrom();
    Period period = soldFrom == null ? rest : new Period(soldFrom, resale.end());
    Decision decision = sight.decision();
    DebtStore.Settlement settlement = sight.settlement();
    return new ResaleView(
        resale.id().toString(),
        resale.state() == ResaleState.OPEN && rest == null ? ResaleState.ENDED : resale.state(),
        sight.isMine(),
        sight.all() ? resale.lease().toString() : null,
        lease.modelId(),
        pool.slotKind(),
        pool.profile().orElse(null),
        ground.names().party(lease.provider()),
        period == null ? null : new LeasePeriod(period.start(), period.end()),
        resale.accelerators(),
        ground.names().nodes(lease).stream()
            .map(node ->
                new ResaleNodeView(node.id(), node.country(), node.region(), node.accelerators()))
            .toList(),
        Money.Wire.of(resale.pricePerAcceleratorHour()),
        period == null ? null : Money.Wire.of(resale.totalFor(period)),
        lease.earlyReleaseRefundPercent(),
        resale.from(),
        resale.until(),
        decision == null ? null : decision.verdict(),
        decision == null ? null : decision.reasons().stream().map(ReasonView::of).toList(),
        settlement == null ? null : SettlementView.of(settlement),
        resale.createdAt(),
        resale.settledAt());
  }
}
