package io.berth.compliance.internal;

import io.berth.compliance.SimulationId;
import io.berth.leasing.LeaseId;
import io.berth.leasing.OrderId;
import io.berth.market.OfferId;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.policy.PackRef;
import io.berth.policy.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would happen if the packs in force were others from a moment on.
 *
 * @param askedBy the officer
 * @param organization the officer's organization
 * @param action what would be done with the pack
 * @param pack the pack
 * @param at from when on
 * @param grace how long leases that break would go on at least
 * @param leasesJudged how many live leases there were
 * @param leases those whose verdict changes, worst first, at most {@value #LISTED_MAX}
 * @param leasesBreaking how many would not be permitted any more, listed or not
 * @param valueLost what the breaking leases would have earned after they end; absent where none
 * @param offersJudged how many published offers there were
 * @param offers those which fewer or more tenants could book, at most {@value #LISTED_MAX}
 * @param tenantsConsidered how many organizations were asked about each offer
 * @param ordersJudged how many orders were waiting
 * @param orders those whose verdict changes, at most {@value #LISTED_MAX}
 */
record Simulation(
    SimulationId id,
    String askedBy,
    OrganizationId organization,
    Action action,
    PackRef pack,
    Instant at,
    Duration grace,
    int leasesJudged,
    int leasesBreaking,
    @Nullable Money valueLost,
    List<LeaseOutcome> leases,
    int offersJudged,
    int tenantsConsidered,
    List<OfferOutcome> offers,
    int ordersJudged,
    List<OrderOutcome> orders,
    Instant createdAt) {

  /** How many of each kind are listed. */
  static final int LISTED_MAX = 10_000;

  Simulation {
    leases = List.copyOf(leases);
    offers = List.copyOf(offers);
    orders = List.copyOf(orders);
  }

  /** What would be done. */
  enum Action {
    /** The pack comes into force, in place of an older version of it where there is one. */
    ACTIVATE,
    /** The pack is taken out of force. */
    RETIRE
  }

  /**
   * A lease whose verdict changes.
   *
   * @param verdictNow on the rest of it by what is in force
   * @param verdictThen on the rest of it with the change
   * @param breaksAt from when on it would not be permitted, although it is now; null where it would
   *     be, or is not now
   * @param endsAt when it would end after the grace; null where it does not break
   * @param valueLost what it would have earned after that; null where it does not break
   * @param reasons which rules would speak, strongest first
   */
  record LeaseOutcome(
      LeaseId lease,
      OrganizationId tenant,
      OrganizationId provider,
      String model,
      int accelerators,
      Instant start,
      Instant end,
      Verdict verdictNow,
      Verdict verdictThen,
      @Nullable Instant breaksAt,
      @Nullable Instant endsAt,
      @Nullable Money valueLost,
      List<Why> reasons) {

    LeaseOutcome {
      reasons = List.copyOf(reasons);
    }
  }

  /** A rule that would speak. */
  record Why(String pack, String ruleId, Verdict verdict, String message) {}

  /**
   * An offer which fewer or more tenants could book.
   *
   * @param tenantsNow how many may book it today
   * @param tenantsThen how many could with the change
   */
  record OfferOutcome(
      OfferId offer,
      OrganizationId provider,
      String model,
      @Nullable String region,
      Money pricePerAcceleratorHour,
      int tenantsNow,
      int tenantsThen) {}

  /**
   * A waiting order whose verdict changes.
   *
   * @param verdictNow the weakest verdict that any offered node gives it today
   * @param verdictThen the same with the change
   */
  record OrderOutcome(
      OrderId order, OrganizationId tenant, Verdict verdictNow, Verdict verdictThen) {}
}
