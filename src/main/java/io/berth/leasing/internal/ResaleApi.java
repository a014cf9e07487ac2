package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.catalog.SlotKind;
import io.berth.identity.UseProfile;
import io.berth.inventory.NodeId;
import io.berth.leasing.LeaseId;
import io.berth.leasing.ResaleId;
import io.berth.leasing.ResaleState;
import io.berth.leasing.internal.LeaseApi.LeasePeriod;
import io.berth.leasing.internal.LeaseApi.PartyView;
import io.berth.platform.Money;
import io.berth.policy.ReasonView;
import io.berth.policy.Verdict;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of resales. */
final class ResaleApi {

  private ResaleApi() {}

  /** At which price the rest of a lease is offered. */
  @Schema(name = "ResaleOffer", description = "At which price the rest of a lease is offered")
  record OfferRequest(
      @NotNull @Valid @Schema(description = "More than zero, in the market's currency.")
          Money.Wire pricePerAcceleratorHour,
      @Schema(
              description =
                  "The earliest that a buyer has it, a whole minute; from when it is bought where"
                      + " absent.")
          @Nullable Instant from,
      @Schema(
              description =
                  "Until when it can be bought, a whole minute; as long as there is a rest where"
                      + " absent.")
          @Nullable Instant until) {}

  /** How a buyer will use it. */
  @Schema(
      name = "ResaleBuy",
      description = "How the buyer will use it; what is left out comes from its profile")
  record BuyRequest(
      @Valid @Nullable UseProfile use,
      @Schema(
              description =
                  "The end that was shown: where the lease was renewed since, nothing is bought. Of a"
                      + " lease on demand give this or totalMax.")
          @Nullable Instant end,
      @Schema(description = "The most to pay in all.") @Valid Money.@Nullable Wire totalMax) {}

  /** An offer of the rest of a lease. */
  @Schema(
      name = "Resale",
      description =
          "The rest of a lease that its tenant offers to whoever policy lets have it, on the same"
              + " accelerators, at a price of its own. Who sells is not named.")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ResaleView(
      @Schema(implementation = ResaleId.class) String id,
      ResaleState state,
      @Schema(description = "Whether the caller's organization sells it.") boolean mine,
      @Schema(description = "Shown to its seller only.", implementation = LeaseId.class)
          @Nullable String leaseId,
      @Schema(description = "The catalogue's id.", examples = "nvidia-h100-sxm") String model,
      @Schema(description = "What one accelerator is.") SlotKind slotKind,
      @Schema(description = "The kind of part; absent of whole devices.", examples = "1g.10gb")
          @Nullable String slotProfile,
      PartyView provider,
      @Schema(
              description =
                  "What a buyer has: as it would be now, or was when it was sold; absent where it was"
                      + " not sold and no longer can be.")
          @Nullable LeasePeriod period,
      @Schema(description = "On all nodes together.", examples = "16") int accelerators,
      List<ResaleNodeView> nodes,
      Money.Wire pricePerAcceleratorHour,
      @Schema(description = "For the whole period.") Money.@Nullable Wire total,
      @Schema(
              description = "Which share of the unused price comes back on an early release.",
              examples = "100")
          int earlyReleaseRefundPercent,
      @Schema(description = "The earliest that a buyer has it; absent where that is at once.")
          @Nullable Instant from,
      @Schema(description = "Until when it can be bought; absent where that is its end.")
          @Nullable Instant until,
      @Schema(
              description =
                  "What policy says of the caller's organization and use; only ALLOW and WARN can be"
                      + " bought. Absent of what cannot be bought, and for overseers.")
          @Nullable Verdict verdict,
      @Schema(description = "Why; empty for ALLOW, absent with the verdict.")
          @Nullable List<ReasonView> reasons,
      @Schema(description = "What it came to so far; shown to its seller only, once it is sold.")
          @Nullable SettlementView settlement,
      Instant createdAt,
      @Nullable Instant settledAt) {}

  /** What it takes of which node. */
  @Schema(name = "ResaleNode", description = "What it has of which node")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ResaleNodeView(
      @Schema(implementation = NodeId.class) String id,
      @Schema(examples = "FI") @Nullable String country,
      @Schema(examples = "fi-hel-1") @Nullable String region,
      @Schema(examples = "8") int accelerators) {}

  /** What a sale came to. */
  @Schema(
      name = "ResaleSettlement",
      description =
          "What a sale came to so far: it is paid when leases end, by the time that they ran. What is"
              + " received less what is paid is the seller's gain or loss.")
  record SettlementView(
      @Schema(description = "The most that the seller goes on owing for the rest.") Money.Wire owed,
      @Schema(description = "What of it was paid.") Money.Wire paid,
      @Schema(description = "What the seller was paid.") Money.Wire received) {

    static SettlementView of(DebtStore.Settlement settlement) {
      return new SettlementView(
          Money.Wire.of(settlement.owed()),
          Money.Wire.of(settlement.paid()),
          Money.Wire.of(settlement.received()));
    }
  }

  /** A page of resales. */
  @Schema(
      name = "ResalePage",
      description = "A page of resales, and for which use they were judged")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ResalePage(
      List<ResaleView> items,
      @Schema(description = "Send as pageToken for the next page; absent on the last.")
          @Nullable String nextPageToken,
      @Schema(description = "How the request was understood; absent where nothing was judged.")
          @Nullable UseProfile use) {}
}
