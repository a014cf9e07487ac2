package io.berth.identity;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How an organization uses capacity where a request does not say; null is unknown.
 *
 * @param mode {@code remote} for use over the network, {@code possession} for having the device
 * @param workload {@code training} or {@code inference}
 * @param dataResidency {@code none} or {@code eea-only}
 * @param usNexus whether a US person or US-origin technology takes part beyond the device itself
 */
@Schema(description = "Who uses the capacity and how; what is absent is unknown")
public record UseProfile(
    @Schema(
            description = "remote, over the network; possession, the device is handed over",
            enumeration = {"remote", "possession"},
            examples = "remote")
        @Nullable String mode,
    @Schema(
            enumeration = {"training", "inference"},
            examples = "training")
        @Nullable String workload,
    @Schema(
            description =
                "Where data may lie: none, anywhere; eea-only, in the European Economic Area only",
            enumeration = {"none", "eea-only"},
            examples = "none")
        @Nullable String dataResidency,
    @Schema(description = "Whether a US person or technology takes part beyond the device")
        @Nullable Boolean usNexus) {

  /** Nothing is known. */
  public static final UseProfile UNKNOWN = new UseProfile(null, null, null, null);

  /** The same with whatever is stated in its place. */
  public UseProfile overlaidBy(@Nullable UseProfile stated) {
    if (stated == null) {
      return this;
    }
    return new UseProfile(
        stated.mode() == null ? mode : stated.mode(),
        stated.workload() == null ? workload : stated.workload(),
        stated.dataResidency() == null ? dataResidency : stated.dataResidency(),
        stated.usNexus() == null ? usNexus : stated.usNexus());
  }
}
