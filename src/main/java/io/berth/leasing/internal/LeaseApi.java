package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.identity.UseProfile;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseState;
import io.berth.platform.Condition;
import io.berth.platform.Money;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of leases. */
final class LeaseApi {

  private LeaseApi() {}

  /** A lease. */
  @Schema(name = "Lease")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LeaseView(
      @Schema(examples = "lease_aga5mkbzmp2zdjl3lrvhsh7rse") String id,
      LeaseState state,
      PartyView tenant,
      PartyView provider,
      String clusterId,
      String offerId,
      String quoteId,
      String model,
      LeasePeriod period,
      int accelerators,
      List<LeasedNodeView> nodes,
      Money.Wire pricePerAcceleratorHour,
      @Schema(description = "For the whole period, set aside until the lease ends.")
          Money.Wire total,
      @Schema(description = "What it cost in the end; absent before.") Money.@Nullable Wire charged,
      UseProfile use,
      @Schema(description = "What permits it.") String decisionId,
      List<Condition> conditions,
      @Schema(description = "From when the capacity could be used.") @Nullable Instant activeAt,
      @Schema(description = "From when it was taken back.") @Nullable Instant endingAt,
      @Schema(description = "When nothing of it was left.") @Nullable Instant endedAt,
      Instant createdAt) {

    static LeaseView of(
        Lease lease, PartyView tenant, PartyView provider, List<LeasedNodeView> nodes) {
      return new LeaseView(
          lease.id().toString(),
          lease.state(),
          tenant,
          provider,
          lease.cluster().toString(),
          lease.offer().toString(),
          lease.quote().toString(),
          lease.modelId(),
          new LeasePeriod(lease.period().start(), lease.period().end()),
          lease.accelerators(),
          nodes,
          Money.Wire.of(lease.pricePerAcceleratorHour()),
          Money.Wire.of(lease.total()),
          lease.charged() == null ? null : Money.Wire.of(lease.charged()),
          lease.use(),
          lease.decision().toString(),
          lease.conditions(),
          lease.activeAt(),
          lease.endingAt(),
          lease.endedAt(),
          lease.createdAt());
    }
  }

  /** A party to a lease. */
  @Schema(name = "Party")
  record PartyView(String id, String name) {}

  /** From when until when; the end is not in it. */
  @Schema(name = "LeasePeriod")
  record LeasePeriod(Instant start, Instant end) {}

  /** What is leased of a node. */
  @Schema(name = "LeasedNode")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LeasedNodeView(
      String id,
      @Schema(description = "Its name in the cluster.") String name,
      @Nullable String country,
      @Nullable String region,
      int accelerators) {}
}
