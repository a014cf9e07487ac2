package io.berth.compliance.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.compliance.SimulationId;
import io.berth.compliance.internal.Simulation.LeaseOutcome;
import io.berth.compliance.internal.Simulation.OfferOutcome;
import io.berth.compliance.internal.Simulation.OrderOutcome;
import io.berth.compliance.internal.Simulation.Why;
import io.berth.leasing.LeaseId;
import io.berth.leasing.OrderId;
import io.berth.market.OfferId;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.policy.PackRef;
import io.berth.policy.PackVersionId;
import io.berth.policy.Verdict;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of simulations. */
final class SimulationApi {

  private SimulationApi() {}

  /** What an officer asks. */
  @Schema(name = "SimulationRequest", description = "What would happen with a pack")
  record SimulationRequest(
      @Schema(description = "A version of a pack, in whatever state.") @NotNull
          PackVersionId packVersionId,
      @Schema(description = "What would be done with it; activate where absent.")
          @Nullable ActionWire action,
      @Schema(description = "From when on; now where absent, and never before now.")
          @Nullable Instant at,
      @Schema(
              description =
                  "How long leases that break would go on at least, as an ISO 8601 duration up to 366"
                      + " days; none where absent.",
              examples = "P7D")
          @Nullable Duration gracePeriod) {}

  /** What would be done. */
  @Schema(
      name = "SimulationAction",
      description = "activate, the pack comes into force; retire, it is taken out of force")
  enum ActionWire {
    @JsonProperty("activate")
    ACTIVATE,
    @JsonProperty("retire")
    RETIRE
  }

  /** What came out. */
  @Schema(name = "Simulation", description = "What would happen if other packs were in force")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SimulationView(
      @Schema(implementation = SimulationId.class) String id,
      @Schema(description = "The subject of the officer's token.", examples = "compliance")
          String askedBy,
      ActionWire action,
      PackRef pack,
      @Schema(description = "From when on.") Instant at,
      Duration gracePeriod,
      Summary summary,
      @Schema(
              description =
                  "Live leases whose verdict or reasons change, those that break first; at most 10,000.")
          List<LeaseView> leases,
      @Schema(description = "Offers which fewer or more tenants could book; at most 10,000.")
          List<OfferView> offers,
      @Schema(description = "Waiting orders whose verdict changes; at most 10,000.")
          List<OrderView> orders,
      Instant createdAt) {

    static SimulationView of(Simulation simulation) {
      return new SimulationView(
          simulation.id().toString(),
          simulation.askedBy(),
          ActionWire.valueOf(simulation.action().name()),
          simulation.pack(),
          simulation.at(),
          simulation.grace(),
          new Summary(
              simulation.leasesJudged(),
              simulation.leasesBreaking(),
              simulation.valueLost() == null ? null : Money.Wire.of(simulation.valueLost()),
              simulation.offersJudged(),
              simulation.tenantsConsidered(),
              simulation.offers().size(),
              simulation.ordersJudged(),
              simulation.orders().size()),
          simulation.leases().stream().map(LeaseView::of).toList(),
          simulation.offers().stream().map(OfferView::of).toList(),
          simulation.orders().stream().map(OrderView::of).toList(),
          simulation.createdAt());
    }
  }

  /** In figures. */
  @Schema(name = "SimulationSummary", description = "A simulation in figures")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Summary(
      @Schema(description = "Live leases.", examples = "214") int leasesJudged,
      @Schema(description = "Those that would not be permitted any more.", examples = "3")
          int leasesBreaking,
      @Schema(description = "What those would have earned after they end; absent where none does.")
          Money.@Nullable Wire valueLost,
      @Schema(description = "Published offers.", examples = "40") int offersJudged,
      @Schema(description = "Organizations asked about each offer.", examples = "61")
          int tenantsConsidered,
      @Schema(description = "Offers which fewer or more of them could book.", examples = "2")
          int offersChanging,
      @Schema(description = "Waiting orders.", examples = "5") int ordersJudged,
      @Schema(description = "Those whose verdict changes.", examples = "1") int ordersChanging) {}

  /** A lease. */
  @Schema(name = "SimulatedLease", description = "A live lease whose verdict or reasons change")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LeaseView(
      @Schema(implementation = LeaseId.class) String leaseId,
      @Schema(implementation = OrganizationId.class) String tenantId,
      @Schema(implementation = OrganizationId.class) String providerId,
      @Schema(examples = "nvidia-h20") String model,
      @Schema(examples = "16") int accelerators,
      Instant start,
      Instant end,
      @Schema(description = "On the rest of it after the change's date, by what is in force.")
          Verdict verdictNow,
      @Schema(description = "The same with the change.") Verdict verdictThen,
      @Schema(
              description =
                  "From when on it would not be permitted, although it is now; absent where it does not break.")
          @Nullable Instant breaksAt,
      @Schema(description = "When it would end after the grace; absent where it does not break.")
          @Nullable Instant endsAt,
      @Schema(description = "What it would have earned after that; absent where it does not break.")
          Money.@Nullable Wire valueLost,
      List<WhyView> reasons) {

    static LeaseView of(LeaseOutcome lease) {
      return new LeaseView(
          lease.lease().toString(),
          lease.tenant().toString(),
          lease.provider().toString(),
          lease.model(),
          lease.accelerators(),
          lease.start(),
          lease.end(),
          lease.verdictNow(),
          lease.verdictThen(),
          lease.breaksAt(),
          lease.endsAt(),
          lease.valueLost() == null ? null : Money.Wire.of(lease.valueLost()),
          lease.reasons().stream().map(WhyView::of).toList());
    }
  }

  /** A rule. */
  @Schema(name = "SimulatedReason", description = "A rule that would speak")
  record WhyView(
      @Schema(description = "The pack it is in.", examples = "house-rules") String pack,
      @Schema(examples = "no-h20") String ruleId,
      Verdict verdict,
      @Schema(examples = "This marketplace no longer leases H20.") String message) {

    static WhyView of(Why why) {
      return new WhyView(why.pack(), why.ruleId(), why.verdict(), why.message());
    }
  }

  /** An offer. */
  @Schema(name = "SimulatedOffer", description = "An offer which fewer or more tenants could book")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfferView(
      @Schema(implementation = OfferId.class) String offerId,
      @Schema(implementation = OrganizationId.class) String providerId,
      @Schema(examples = "nvidia-h20") String model,
      @Schema(examples = "sg-1") @Nullable String region,
      Money.Wire pricePerAcceleratorHour,
      @Schema(description = "How many may book it today.", examples = "60") int tenantsNow,
      @Schema(description = "How many could with the change.", examples = "0") int tenantsThen) {

    static OfferView of(OfferOutcome offer) {
      return new OfferView(
          offer.offer().toString(),
          offer.provider().toString(),
          offer.model(),
          offer.region(),
          Money.Wire.of(offer.pricePerAcceleratorHour()),
          offer.tenantsNow(),
          offer.tenantsThen());
    }
  }

  /** An order. */
  @Schema(name = "SimulatedOrder", description = "A waiting order whose verdict changes")
  record OrderView(
      @Schema(implementation = OrderId.class) String orderId,
      @Schema(implementation = OrganizationId.class) String tenantId,
      @Schema(description = "The weakest that any offered node gives it today.") Verdict verdictNow,
      @Schema(description = "The same with the change.") Verdict verdictThen) {

    static OrderView of(OrderOutcome order) {
      return new OrderView(
          order.order().toString(),
          order.tenant().toString(),
          order.verdictNow(),
          order.verdictThen());
    }
  }
}
