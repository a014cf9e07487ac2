package io.berth.booking.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.identity.UseProfile;
import io.berth.platform.Money;
import io.berth.policy.ReasonView;
import io.berth.policy.Verdict;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of capacity. */
final class CapacityApi {

  private CapacityApi() {}

  /** What the caller may lease, and what it may not. */
  @Schema(name = "CapacityPage")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CapacityView(
      List<CapacityRow> items,
      @Schema(description = "Send as pageToken for the next page; absent on the last.")
          @Nullable String nextPageToken,
      @Schema(description = "How the request was understood: who uses it and how.") UseProfile use,
      @Schema(description = "Nodes that match but are not shown, by reason.")
          List<HiddenNodes> hidden) {}

  /** Capacity of one offer in one place under one verdict. */
  @Schema(name = "Capacity")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CapacityRow(
      String offerId,
      String poolId,
      String model,
      String vendor,
      @Nullable BigDecimal memoryGb,
      @Nullable BigDecimal interconnectGbPerSecond,
      ProviderView provider,
      @Schema(examples = "FI") @Nullable String country,
      @Nullable String region,
      Money.Wire pricePerAcceleratorHour,
      @Schema(examples = "observed") String priceBasis,
      String priceNote,
      @Schema(description = "Nodes of this row.") int nodes,
      @Schema(description = "Accelerators of this row.") int accelerators,
      @Schema(description = "Accelerators that are free over the whole period asked for.") int free,
      @Schema(description = "The most that is free on one node over the period.") int freeOnOneNode,
      @Schema(description = "From when at least one is free for as long as asked.")
          @Nullable Instant freeFrom,
      Verdict verdict,
      @Schema(description = "What the verdict warns of; empty for ALLOW.")
          List<ReasonView> reasons) {}

  /** Who provides. */
  @Schema(name = "ProviderName")
  record ProviderView(String id, String name) {}

  /** Nodes that are not shown. */
  @Schema(name = "HiddenNodes")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record HiddenNodes(
      int nodes,
      @Schema(description = "policy, or notSellable for nodes that are not in working order.")
          String kind,
      @Schema(description = "The verdict that hides them; absent unless policy does.")
          @Nullable Verdict verdict,
      @Schema(description = "The strongest reason; absent unless policy hides them.")
          @Nullable ReasonView reason) {}
}
