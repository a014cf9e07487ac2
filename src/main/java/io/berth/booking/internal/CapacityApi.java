package io.berth.booking.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.identity.UseProfile;
import io.berth.inventory.NodePoolId;
import io.berth.market.InterruptibleTerms;
import io.berth.market.OfferId;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.policy.ReasonView;
import io.berth.policy.Verdict;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of capacity. */
final class CapacityApi {

  private CapacityApi() {}

  /** What the caller may lease, and what it may not. */
  @Schema(
      name = "CapacityPage",
      description = "A page of what the caller may lease, and how much else matches but is hidden")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CapacityView(
      List<CapacityRow> items,
      @Schema(description = "Send as pageToken for the next page; absent on the last.")
          @Nullable String nextPageToken,
      @Schema(description = "How the request was understood: who uses it and how.") UseProfile use,
      @Schema(description = "Nodes that match but are not shown, by reason.")
          List<HiddenNodes> hidden) {}

  /** Capacity of one offer in one place under one verdict. */
  @Schema(name = "Capacity", description = "Capacity of one offer in one place under one verdict")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CapacityRow(
      @Schema(implementation = OfferId.class) String offerId,
      @Schema(implementation = NodePoolId.class) String poolId,
      @Schema(description = "The catalogue's id.", examples = "nvidia-h100-sxm") String model,
      @Schema(examples = "NVIDIA") String vendor,
      @Schema(
              description = "Memory of an accelerator, gigabytes; absent where unknown.",
              examples = "80")
          @Nullable BigDecimal memoryGb,
      @Schema(
              description =
                  "Bandwidth between accelerators, gigabytes a second; absent where unknown.",
              examples = "900")
          @Nullable BigDecimal interconnectGbPerSecond,
      ProviderView provider,
      @Schema(description = "ISO 3166-1 alpha-2.", examples = "FI") @Nullable String country,
      @Schema(examples = "fi-hel-1") @Nullable String region,
      Money.Wire pricePerAcceleratorHour,
      @Schema(
              description =
                  "What leases that yield to firm ones cost; absent where the offer has none.")
          @Nullable InterruptibleView interruptible,
      @Schema(
              description = "Where the price is from.",
              enumeration = {"quoted", "observed", "illustrative"})
          String priceBasis,
      @Schema(
              description = "A remark on the price; may be empty.",
              examples = "median of 2 public offers in FI")
          String priceNote,
      @Schema(description = "Nodes of this row.", examples = "4") int nodes,
      @Schema(description = "Accelerators of this row.", examples = "32") int accelerators,
      @Schema(
              description = "Accelerators that are free over the whole period asked for.",
              examples = "32")
          int free,
      @Schema(description = "The most that is free on one node over the period.", examples = "8")
          int freeOnOneNode,
      @Schema(description = "From when at least one is free for as long as asked.")
          @Nullable Instant freeFrom,
      Verdict verdict,
      @Schema(description = "What the verdict warns of; empty for ALLOW.")
          List<ReasonView> reasons) {}

  /** What leases that yield to firm ones cost. */
  @Schema(
      name = "InterruptibleCapacity",
      description = "A lower price, and how long before an interruption the tenant is told")
  record InterruptibleView(
      Money.Wire pricePerAcceleratorHour, @Schema(examples = "PT5M") Duration notice) {

    static InterruptibleView of(InterruptibleTerms terms) {
      return new InterruptibleView(Money.Wire.of(terms.pricePerAcceleratorHour()), terms.notice());
    }
  }

  /** Who provides. */
  @Schema(name = "ProviderName", description = "Who provides")
  record ProviderView(
      @Schema(implementation = OrganizationId.class) String id,
      @Schema(examples = "Nordic Compute Oy") String name) {}

  /** Nodes that are not shown. */
  @Schema(name = "HiddenNodes", description = "Nodes that match but are not shown, for one reason")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record HiddenNodes(
      @Schema(description = "How many.", examples = "2") int nodes,
      @Schema(
              enumeration = {"policy", "notSellable"},
              description = "policy, or notSellable for nodes that are not in working order.")
          String kind,
      @Schema(description = "The verdict that hides them; absent unless policy does.")
          @Nullable Verdict verdict,
      @Schema(description = "The strongest reason; absent unless policy hides them.")
          @Nullable ReasonView reason) {}
}
