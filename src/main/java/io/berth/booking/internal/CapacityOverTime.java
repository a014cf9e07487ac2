package io.berth.booking.internal;

import io.berth.booking.QuoteRequest;
import io.berth.booking.internal.CalendarApi.EarliestView;
import io.berth.booking.internal.CapacityApi.ProviderView;
import io.berth.booking.internal.Market.Stock;
import io.berth.booking.internal.QuoteApi.NodeView;
import io.berth.booking.internal.QuoteApi.PeriodView;
import io.berth.identity.Organization;
import io.berth.identity.UseProfile;
import io.berth.market.OfferTerms;
import io.berth.matching.CapacityCalendar;
import io.berth.matching.CapacityRequest;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planning;
import io.berth.matching.Viewpoint;
import io.berth.matching.Wanted;
import io.berth.platform.Database;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.platform.Scope;
import io.berth.policy.ActivePacks;
import io.berth.policy.Approvals;
import io.berth.policy.Decision;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Facts;
import io.berth.policy.ReasonView;
import io.berth.policy.ReviewApproval;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows a tenant what it may lease when. Stores no decision, holds nothing. */
@ApplicationScoped
public class CapacityOverTime {

  private final Market market;
  private final ActivePacks activePacks;
  private final Approvals approvals;
  private final Database database;
  private final Clock clock;

  CapacityOverTime(
      Market market, ActivePacks activePacks, Approvals approvals, Database database, Clock clock) {
    this.market = market;
    this.activePacks = activePacks;
    this.approvals = approvals;
    this.database = database;
    this.clock = clock;
  }

  /** The calendar's rows, and the use that they are for. */
  record Calendar(List<CapacityCalendar.Row> rows, UseProfile use) {}

  /** What is free over each of these stretches. */
  Uni<Calendar> calendar(
      OrganizationId tenant, Wanted wanted, @Nullable UseProfile stated, List<Period> stretches) {
    Viewpoint viewpoint = new Viewpoint(clock.instant(), tenant);
    return asked(tenant, stated)
        .chain(asked ->
            offTheEventLoop(() -> {
              Map<Period, Judge> judges = new HashMap<>();
              CapacityCalendar calendar =
                  new CapacityCalendar(
                      (pool, node, period) ->
                          judges
                              .computeIfAbsent(period, key -> asked.judge(key, 1))
                              .judgement(pool, node),
                      viewpoint,
                      stretches);
              return new Calendar(calendar.rows(asked.stock().offered(), wanted), asked.use());
            }));
  }

  /**
   * The earliest plan for a request.
   *
   * @param request has a latest start
   * @return fails with what stands in the way where there is none
   */
  Uni<EarliestView> earliest(OrganizationId tenant, QuoteRequest body, CapacityRequest request) {
    Instant now = clock.instant();
    return asked(tenant, RequestReader.use(body))
        .chain(asked ->
            offTheEventLoop(() -> {
              Placement placement =
                  new Placement(
                      asked.stock().tenant(),
                      request,
                      asked.use(),
                      asked.stock().offered(),
                      asked::judge,
                      DecisionPurpose.QUOTE,
                      now);
              return switch (placement.plan()) {
                case Planning.Plan plan -> view(asked, plan, placement.decision(plan));
                case Planning.Shortfall shortfall -> throw Placement.unavailable(shortfall);
              };
            }));
  }

  private static EarliestView view(Asked asked, Planning.Plan plan, Decision decision) {
    OfferedPool offered = plan.offered();
    int accelerators = plan.shares().stream().mapToInt(share -> share.slots().count()).sum();
    Money price = offered.offer().pricePerAcceleratorHour();
    return new EarliestView(
        new PeriodView(plan.period().start(), plan.period().end()),
        offered.offer().id().toString(),
        offered.model().id(),
        new ProviderView(
            offered.offer().provider().toString(),
            asked.stock().organization(offered.offer().provider()).name()),
        accelerators,
        plan.chosen().stream()
            .map(chosen ->
                new NodeView(
                    chosen.node().id().toString(),
                    chosen.node().country(),
                    chosen.node().region(),
                    chosen.slots().count()))
            .toList(),
        Money.Wire.of(price),
        Money.Wire.of(OfferTerms.totalOf(price, accelerators, plan.period().minutes())),
        asked.use(),
        decision.reasons().stream().map(ReasonView::of).toList());
  }

  /** Who asks, how the capacity would be used, and what there is. */
  private final class Asked {

    private final Stock stock;
    private final UseProfile use;
    private final List<ReviewApproval> approved;

    Asked(Stock stock, UseProfile use, List<ReviewApproval> approved) {
      this.stock = stock;
      this.use = use;
      this.approved = approved;
    }

    Stock stock() {
      return stock;
    }

    UseProfile use() {
      return use;
    }

    Judge judge(Period period, int accelerators) {
      return new Judge(
          activePacks.current(), approved, stock.tenant(), use, period, accelerators, stock);
    }
  }

  private Uni<Asked> asked(OrganizationId tenant, @Nullable UseProfile stated) {
    return market
        .stock(tenant)
        .chain(stock -> {
          Organization organization = stock.tenant();
          UseProfile use = organization.facts().profile().overlaidBy(stated);
          return database
              .sql(
                  Scope.system("booking"),
                  connection ->
                      approvals.standing(connection, tenant, Facts.of(organization), Facts.of(use)))
              .map(approved -> new Asked(stock, use, approved));
        });
  }

  /** In a large market these take as long as many requests do. */
  private static <T> Uni<T> offTheEventLoop(Supplier<T> work) {
    return Uni.createFrom().item(work).runSubscriptionOn(Infrastructure.getDefaultExecutor());
  }
}
