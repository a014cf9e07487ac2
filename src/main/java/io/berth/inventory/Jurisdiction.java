package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * In which country a node stands, ISO 3166-1 alpha-2.
 *
 * @param country what counts; null where unknown or disputed
 * @param source where it comes from; null where there is no country
 * @param discovered what the region label says; null where it says nothing
 * @param declared what the provider says; null where nothing
 */
@Schema(
    description =
        "In which country a node stands, ISO 3166-1 alpha-2; where the sources disagree, none counts")
public record Jurisdiction(
    @Schema(description = "What counts; absent where unknown or disputed", examples = "DE")
        @Nullable String country,
    @Nullable FactSource source,
    @Schema(description = "What the region label says", examples = "DE")
        @Nullable String discovered,
    @Schema(description = "What the provider says", examples = "DE") @Nullable String declared) {

  /** What follows from the two sayings: where they disagree, neither counts. */
  public static Jurisdiction of(@Nullable String discovered, @Nullable String declared) {
    if (discovered != null && declared != null && !discovered.equals(declared)) {
      return new Jurisdiction(null, null, discovered, declared);
    }
    if (discovered != null) {
      return new Jurisdiction(discovered, FactSource.DISCOVERED, discovered, declared);
    }
    return new Jurisdiction(
        declared, declared == null ? null : FactSource.DECLARED, null, declared);
  }

  /** Whether the two sayings disagree. */
  @JsonIgnore
  public boolean isDisputed() {
    return country == null && discovered != null && declared != null;
  }
}
