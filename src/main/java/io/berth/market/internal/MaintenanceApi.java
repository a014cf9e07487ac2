package io.berth.market.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.market.MaintenanceWindow;
import io.berth.market.MaintenanceWindowId;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of maintenance windows. */
final class MaintenanceApi {

  static final String CREATE_EXAMPLE =
      """
      {
        "nodePoolId": "pool_agrat32egj5hflb67ju6cwoz5i",
        "start": "2026-12-05T22:00:00Z",
        "end": "2026-12-06T04:00:00Z",
        "reason": "Firmware of the switches"
      }
      """;

  static final String VIEW_EXAMPLE =
      """
      {
        "id": "maintenance_agrat32egj5hflb67ju6cwoz5i",
        "nodePoolId": "pool_agrat32egj5hflb67ju6cwoz5i",
        "start": "2026-12-05T22:00:00Z",
        "end": "2026-12-06T04:00:00Z",
        "reason": "Firmware of the switches",
        "cancelled": false,
        "createdAt": "2026-11-28T12:00:00Z"
      }
      """;

  private MaintenanceApi() {}

  /** A new one. */
  @Schema(
      name = "NewMaintenanceWindow",
      description = "When nodes are kept from sale: a node of a pool, or all of them")
  record Create(
      @NotNull NodePoolId nodePoolId,
      @Schema(description = "One node of the pool; all of them where absent.")
          @Nullable NodeId nodeId,
      @Schema(description = "A whole minute, from now on.") @NotNull Instant start,
      @Schema(description = "A whole minute.") @NotNull Instant end,
      @Schema(description = "A note for the provider's own people.") @Size(max = 500)
          @Nullable String reason) {}

  /** One. */
  @Schema(name = "MaintenanceWindow", description = "When nodes are kept from sale")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record View(
      MaintenanceWindowId id,
      NodePoolId nodePoolId,
      @Nullable NodeId nodeId,
      Instant start,
      Instant end,
      String reason,
      boolean cancelled,
      Instant createdAt) {

    static View of(MaintenanceWindow window) {
      return new View(
          window.id(),
          window.pool(),
          window.node(),
          window.period().start(),
          window.period().end(),
          window.reason(),
          window.cancelled(),
          window.createdAt());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "MaintenanceWindowPage", description = "A page of maintenance windows")
  record WindowPage(List<View> items, @Nullable String nextPageToken) {}
}
