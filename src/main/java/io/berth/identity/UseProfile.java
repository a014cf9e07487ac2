package io.berth.identity;

import org.jspecify.annotations.Nullable;

/**
 * How an organization uses capacity where a request does not say; null is unknown.
 *
 * @param mode {@code remote} for use over the network, {@code possession} for having the device
 * @param workload {@code training} or {@code inference}
 * @param dataResidency {@code none} or {@code eea-only}
 * @param usNexus whether a US person or US-origin technology takes part beyond the device itself
 */
public record UseProfile(
    @Nullable String mode,
    @Nullable String workload,
    @Nullable String dataResidency,
    @Nullable Boolean usNexus) {

  /** Nothing is known. */
  public static final UseProfile UNKNOWN = new UseProfile(null, null, null, null);
}
