package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * In which country a node stands, ISO 3166-1 alpha-2.
 *
 * @param country what counts; null where unknown or disputed
 * @param source where it comes from; null where there is no country
 * @param discovered what the region label says; null where it says nothing
 * @param declared what the provider says; null where nothing
 * @param verified what an officer found; null where nobody did. It counts alone
 */
@Schema(
    description =
        "In which country a node stands, ISO 3166-1 alpha-2; where label and provider disagree, none counts until an officer has verified one")
public record Jurisdiction(
    @Schema(description = "What counts; absent where unknown or disputed", examples = "DE")
        @Nullable String country,
    @Nullable FactSource source,
    @Schema(description = "What the region label says", examples = "DE")
        @Nullable String discovered,
    @Schema(description = "What the provider says", examples = "DE") @Nullable String declared,
    @Schema(description = "What a compliance officer found", examples = "DE")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String verified) {

  /** As is. */
  @JsonCreator
  public Jurisdiction {}

  /** One that no officer has looked at. */
  public Jurisdiction(
      @Nullable String country,
      @Nullable FactSource source,
      @Nullable String discovered,
      @Nullable String declared) {
    this(country, source, discovered, declared, null);
  }

  /** What follows from two sayings: where they disagree, neither counts. */
  public static Jurisdiction of(@Nullable String discovered, @Nullable String declared) {
    return of(discovered, declared, null);
  }

  /** The same, where an officer may have found out. */
  public static Jurisdiction of(
      @Nullable String discovered, @Nullable String declared, @Nullable String verified) {
    if (verified != null) {
      return new Jurisdiction(verified, FactSource.VERIFIED, discovered, declared, verified);
    }
    if (discovered != null && declared != null && !discovered.equals(declared)) {
      return new Jurisdiction(null, null, discovered, declared);
    }
    if (discovered != null) {
      return new Jurisdiction(discovered, FactSource.DISCOVERED, discovered, declared);
    }
    return new Jurisdiction(
        declared, declared == null ? null : FactSource.DECLARED, null, declared);
  }

  /** Whether sayings disagree and nobody has found out which holds. */
  @JsonIgnore
  public boolean isDisputed() {
    return country == null && discovered != null && declared != null;
  }

  /** Whether any two sayings disagree, whatever counts. */
  @JsonIgnore
  public boolean disagrees() {
    return Stream.of(discovered, declared, verified).filter(Objects::nonNull).distinct().count()
        > 1;
  }
}
