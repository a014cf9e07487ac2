package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.identity.UseProfile;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseTransfer;
import io.berth.leasing.LeaseTransferId;
import io.berth.leasing.TransferState;
import io.berth.leasing.internal.LeaseApi.LeasePeriod;
import io.berth.leasing.internal.LeaseApi.LeasedNodeView;
import io.berth.leasing.internal.LeaseApi.PartyView;
import io.berth.leasing.internal.LeaseApi.StretchView;
import io.berth.platform.OrganizationId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of transfers. */
final class TransferApi {

  private TransferApi() {}

  /** To whom a lease is to go. */
  @Schema(name = "LeaseTransferPropose", description = "Who is to have the rest of a lease")
  record ProposeRequest(
      @NotNull @Schema(implementation = OrganizationId.class) String recipientId) {}

  /** How the recipient will use it. */
  @Schema(
      name = "LeaseTransferAccept",
      description = "How the recipient will use it; what is left out comes from its profile")
  record AcceptRequest(@Valid @Nullable UseProfile use) {}

  /** A transfer. */
  @Schema(
      name = "LeaseTransfer",
      description =
          "A tenant's proposal to let another organization have the rest of a lease, on the same"
              + " accelerators and at the same price")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record TransferView(
      @Schema(implementation = LeaseTransferId.class) String id,
      TransferState state,
      @Schema(
              description = "Shown to its tenant and provider only.",
              implementation = LeaseId.class)
          String leaseId,
      PartyView tenant,
      PartyView recipient,
      PartyView provider,
      @Schema(examples = "nvidia-h100-sxm") String model,
      @Schema(description = "The lease's when it was proposed.") LeasePeriod period,
      @Schema(examples = "16") int accelerators,
      List<LeasedNodeView> nodes,
      @Schema(description = "What the recipient pays, from when it has the lease on.")
          List<StretchView> stretches,
      @Schema(
              description = "Which share of the unused price comes back on an early release.",
              examples = "100")
          int earlyReleaseRefundPercent,
      @Schema(
              description = "The recipient's lease, once it has accepted.",
              implementation = LeaseId.class)
          @Nullable String newLeaseId,
      Instant createdAt,
      @Nullable Instant settledAt) {

    static TransferView of(LeaseTransfer transfer, Lease lease, LeaseViews.Names names) {
      return new TransferView(
          transfer.id().toString(),
          transfer.state(),
          transfer.lease().toString(),
          names.party(transfer.tenant()),
          names.party(transfer.recipient()),
          names.party(lease.provider()),
          lease.modelId(),
          new LeasePeriod(lease.period().start(), transfer.end()),
          transfer.accelerators(),
          names.nodes(lease),
          transfer.price().stretches().stream().map(StretchView::of).toList(),
          lease.earlyReleaseRefundPercent(),
          transfer.newLease() == null ? null : transfer.newLease().toString(),
          transfer.createdAt(),
          transfer.settledAt());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "LeaseTransferPage", description = "A page of transfers")
  record TransferPage(List<TransferView> items, @Nullable String nextPageToken) {}
}
