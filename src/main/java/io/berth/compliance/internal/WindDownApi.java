package io.berth.compliance.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.compliance.SimulationId;
import io.berth.leasing.LeaseId;
import io.berth.leasing.WindDownOrderId;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of wind-down orders. */
final class WindDownApi {

  private WindDownApi() {}

  /** What an officer orders. */
  @Schema(
      name = "WindDownRequest",
      description = "Which leases to wind down and how: either a simulation, or leases by name")
  record WindDownRequest(
      @Schema(description = "Every lease that breaks in this simulation.")
          @Nullable SimulationId simulationId,
      @Schema(description = "These leases.") @Size(min = 1, max = WindDownOrder.LEASES_MAX)
          @Nullable List<@NotNull LeaseId> leaseIds,
      @Schema(
              description =
                  "How long the leases go on at least, as an ISO 8601 duration; up to 366 days."
                      + " A lease of a simulation that breaks later goes on until then.",
              examples = "P7D")
          @NotNull
          Duration gracePeriod,
      @Schema(description = "Both parties read it.", examples = "H20 is banned from 2027 on.")
          @NotBlank
          @Size(max = 1000)
          String reason) {}

  /** An order. */
  @Schema(name = "WindDownOrder", description = "An officer's order to wind leases down")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WindDownOrderView(
      @Schema(implementation = WindDownOrderId.class) String id,
      @Schema(description = "The subject of the officer's token.", examples = "compliance")
          String orderedBy,
      @Schema(implementation = SimulationId.class) @Nullable String simulationId,
      Duration gracePeriod,
      String reason,
      List<OrderedLeaseView> leases,
      @Schema(description = "When it was taken back; absent where it stands.")
          @Nullable Instant withdrawnAt,
      Instant createdAt) {

    static WindDownOrderView of(WindDownOrder order) {
      return new WindDownOrderView(
          order.id().toString(),
          order.orderedBy(),
          order.simulation() == null ? null : order.simulation().toString(),
          order.grace(),
          order.reason(),
          order.leases().stream()
              .map(lease ->
                  new OrderedLeaseView(lease.lease().toString(), lease.endsAt(), lease.taken()))
              .toList(),
          order.withdrawnAt(),
          order.createdAt());
    }
  }

  /** What became of a lease. */
  @Schema(name = "OrderedLease", description = "What an order does to one lease")
  record OrderedLeaseView(
      @Schema(implementation = LeaseId.class) String leaseId,
      @Schema(description = "When it begins to end by this order.") Instant endsAt,
      @Schema(
              description =
                  "Whether the order stands with the lease: not where it has begun to end. A lease"
                      + " whose period ends as soon ends with it, and cannot go on for longer. Of"
                      + " several orders the first to end the lease counts.")
          boolean taken) {}

  /** Names the page in the contract. */
  @Schema(name = "WindDownOrderPage", description = "A page of wind-down orders")
  record WindDownOrderPage(List<WindDownOrderView> items, @Nullable String nextPageToken) {}
}
