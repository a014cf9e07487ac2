package io.berth.booking.internal;

import io.berth.booking.internal.CapacityApi.CapacityRow;
import io.berth.booking.internal.CapacityApi.HiddenNodes;
import io.berth.booking.internal.CapacityApi.ProviderView;
import io.berth.booking.internal.Market.Stock;
import io.berth.identity.Organization;
import io.berth.identity.UseProfile;
import io.berth.inventory.Node;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planner;
import io.berth.matching.SnapshotNode;
import io.berth.matching.Viewpoint;
import io.berth.matching.Wanted;
import io.berth.platform.Database;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.platform.Scope;
import io.berth.policy.ActivePacks;
import io.berth.policy.Approvals;
import io.berth.policy.Facts;
import io.berth.policy.Judgement;
import io.berth.policy.ReasonView;
import io.berth.policy.Verdict;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Shows a tenant what it may lease. Stores no decision and opens no case. */
@ApplicationScoped
public class CapacitySearch {

  private static final Scope SCOPE = Scope.system("booking");

  private final Market market;
  private final ActivePacks activePacks;
  private final Approvals approvals;
  private final Database database;
  private final Clock clock;

  CapacitySearch(
      Market market, ActivePacks activePacks, Approvals approvals, Database database, Clock clock) {
    this.market = market;
    this.activePacks = activePacks;
    this.approvals = approvals;
    this.database = database;
    this.clock = clock;
  }

  /**
   * What is looked for.
   *
   * @param freeMin only rows with at least so many free
   * @param priceMax only rows at or below this price an accelerator-hour
   */
  record Query(
      Wanted wanted,
      Period period,
      @Nullable UseProfile use,
      int freeMin,
      Optional<Money> priceMax,
      Sort sort) {}

  /** By what rows are ordered. */
  enum Sort {
    PRICE,
    FREE,
    MEMORY
  }

  /** All rows that match, in order, and what is hidden. */
  record Found(List<CapacityRow> rows, UseProfile use, List<HiddenNodes> hidden) {}

  Uni<Found> search(OrganizationId tenant, Query query) {
    Instant now = clock.instant();
    return market
        .stock(tenant)
        .chain(stock -> {
          Organization organization = stock.tenant();
          UseProfile use = organization.facts().profile().overlaidBy(query.use());
          return database.sql(
              SCOPE,
              connection ->
                  approvals
                      .standing(connection, tenant, Facts.of(organization), Facts.of(use))
                      .map(approved ->
                          new Judge(
                              activePacks.current(),
                              approved,
                              organization,
                              use,
                              query.period(),
                              Math.max(1, query.freeMin()),
                              stock))
                      .map(judge -> find(judge, use, stock, query, new Viewpoint(now, tenant))));
        });
  }

  /** Rows are alike in all of this. */
  private record RowKey(
      OfferedPool offered,
      @Nullable String country,
      @Nullable String region,
      Judgement judgement) {}

  private static Found find(
      Judge judge, UseProfile use, Stock stock, Query query, Viewpoint viewpoint) {
    Map<RowKey, List<SnapshotNode>> rows = new LinkedHashMap<>();
    Map<HiddenKey, Integer> hidden = new LinkedHashMap<>();
    for (OfferedPool offered : stock.offered()) {
      if (!query.wanted().reaches(offered) || tooDear(offered, query.priceMax())) {
        continue;
      }
      for (SnapshotNode node : offered.nodes()) {
        if (!query.wanted().accepts(node)) {
          continue;
        }
        Judgement judgement = judge.judgement(offered, node);
        if (judgement.verdict().permits()) {
          rows.computeIfAbsent(
                  new RowKey(offered, node.country(), node.region(), judgement),
                  key -> new ArrayList<>())
              .add(node);
        } else {
          hidden.merge(
              new HiddenKey(
                  "policy", judgement.verdict(), ReasonView.of(judgement.reasons().getFirst())),
              1,
              Integer::sum);
        }
      }
    }
    int notSellable = notSellable(stock, query);
    if (notSellable > 0) {
      hidden.put(new HiddenKey("notSellable", null, null), notSellable);
    }
    List<CapacityRow> found =
        rows.entrySet().stream()
            .map(entry -> row(stock, entry.getKey(), entry.getValue(), query.period(), viewpoint))
            .filter(row -> row.free() >= query.freeMin())
            .sorted(order(query.sort()))
            .toList();
    return new Found(
        found,
        use,
        hidden.entrySet().stream()
            .map(entry ->
                new HiddenNodes(
                    entry.getValue(),
                    entry.getKey().kind(),
                    entry.getKey().verdict(),
                    entry.getKey().reason()))
            .sorted(
                Comparator.comparingInt(HiddenNodes::nodes)
                    .reversed()
                    .thenComparing(HiddenNodes::kind)
                    .thenComparing(nodes -> nodes.reason() == null ? "" : nodes.reason().ruleId()))
            .toList());
  }

  private record HiddenKey(String kind, @Nullable Verdict verdict, @Nullable ReasonView reason) {}

  private static boolean tooDear(OfferedPool offered, Optional<Money> priceMax) {
    Money price = offered.offer().pricePerAcceleratorHour();
    return priceMax
        .filter(max -> !max.currency().equals(price.currency()) || price.compareTo(max) > 0)
        .isPresent();
  }

  /** How many nodes of offers that match would do if they were in working order. */
  private static int notSellable(Stock stock, Query query) {
    int count = 0;
    for (LiveMarket.PoolState pool : stock.pools()) {
      OfferedPool offered = pool.offered();
      if (offered != null
          && query.wanted().accepts(offered)
          && !tooDear(offered, query.priceMax())) {
        for (Node node : pool.nodes()) {
          if (!node.sellable() && query.wanted().accepts(LiveMarket.described(node))) {
            count++;
          }
        }
      }
    }
    return count;
  }

  private static CapacityRow row(
      Stock stock, RowKey key, List<SnapshotNode> nodes, Period period, Viewpoint viewpoint) {
    var offer = key.offered().offer();
    var model = key.offered().model();
    Period occupied = Planner.occupied(offer, period);
    ToIntFunction<SnapshotNode> free = node -> node.freeCount(occupied, viewpoint);
    return new CapacityRow(
        offer.id().toString(),
        offer.pool().toString(),
        model.id(),
        model.vendor(),
        model.memoryGb().min(),
        model.interconnectGbPerSecond().min(),
        new ProviderView(offer.provider().toString(), stock.organization(offer.provider()).name()),
        key.country(),
        key.region(),
        Money.Wire.of(offer.pricePerAcceleratorHour()),
        offer.interruptible().map(CapacityApi.InterruptibleView::of).orElse(null),
        offer.priceBasis().name().toLowerCase(java.util.Locale.ROOT),
        offer.priceNote(),
        nodes.size(),
        nodes.stream().mapToInt(SnapshotNode::slotCount).sum(),
        nodes.stream().mapToInt(free).sum(),
        nodes.stream().mapToInt(free).max().orElse(0),
        nodes.stream()
            .map(node -> node.nextFree(occupied, viewpoint))
            .flatMap(Optional::stream)
            .min(Comparator.naturalOrder())
            .orElse(null),
        key.judgement().verdict(),
        key.judgement().reasons().stream().map(ReasonView::of).toList());
  }

  private static Comparator<CapacityRow> order(Sort sort) {
    Comparator<CapacityRow> byKey =
        switch (sort) {
          case PRICE ->
              Comparator.comparingLong(
                  row -> Long.parseLong(row.pricePerAcceleratorHour().amountMicros()));
          case FREE -> Comparator.comparingInt(CapacityRow::free).reversed();
          case MEMORY ->
              Comparator.comparing(
                      CapacityRow::memoryGb, Comparator.nullsFirst(Comparator.naturalOrder()))
                  .reversed();
        };
    return byKey.thenComparing(CapacitySearch::keyOf);
  }

  /** Identifies a row among all rows of an answer; pages continue after it. */
  static String keyOf(CapacityRow row) {
    return row.offerId()
        + "/"
        + Objects.toString(row.country(), "")
        + "/"
        + Objects.toString(row.region(), "")
        + "/"
        + row.verdict()
        + "/"
        + row.reasons().stream().map(reason -> reason.pack() + ":" + reason.ruleId()).toList();
  }
}
