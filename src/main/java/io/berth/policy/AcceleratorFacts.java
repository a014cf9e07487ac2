package io.berth.policy;

import io.berth.platform.Figure;
import io.berth.policy.domain.Countries;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one device. Null and {@link Figure#unknown()} mean unknown.
 *
 * @param model the catalogue's slug, such as {@code nvidia-h20}
 * @param vendor who designed it, such as {@code NVIDIA}
 * @param vendorCountry where the vendor has its headquarters, ISO 3166-1 alpha-2
 * @param datacentre whether it is made or marketed for data centres
 * @param tpp total processing performance: dense TOPS times bit length, the most over precisions
 *     (15 CFR part 774, supplement 1, 3A090, technical notes)
 * @param performanceDensity TPP per square millimetre of logic die area (as above)
 * @param dramGbPerSecond bandwidth to its memory, gigabytes a second
 * @param interconnectGbPerSecond bandwidth to other devices, both directions, gigabytes a second
 */
public record AcceleratorFacts(
    @Nullable String model,
    @Nullable String vendor,
    @Nullable String vendorCountry,
    @Nullable Boolean datacentre,
    Figure tpp,
    Figure performanceDensity,
    Figure dramGbPerSecond,
    Figure interconnectGbPerSecond) {

  /** Throws {@link IllegalArgumentException} where the country is not in ISO 3166-1. */
  public AcceleratorFacts {
    Countries.requireCodeOrNull(vendorCountry);
    // Decisions that were kept before this fact was asked for lack it.
    interconnectGbPerSecond = Objects.requireNonNullElse(interconnectGbPerSecond, Figure.unknown());
  }
}
