package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What one source says about a node. Null is where it says nothing; "none" is an empty set.
 *
 * @param country where it stands, ISO 3166-1 alpha-2
 * @param exportClassification a note on how its devices are classed; where it names 3A090 or 4A090,
 *     they count as no less
 * @param stateFunded whether the site is paid for by a state
 * @param allowedParties for whom alone it is: organizations' ids and countries
 * @param excludedParties for whom it is not: organizations' ids and countries
 * @param zones sovereign or residency zones that it lies in, such as {@code eu-sovereign}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
    description =
        "What one source says about a node; absent is where it says nothing, empty is none")
public record FlagStatement(
    @Schema(description = "Where it stands, ISO 3166-1 alpha-2", examples = "DE")
        @Nullable String country,
    @Schema(
            description =
                "A note on how its devices are classed; where it names 3A090 or 4A090, they count as no less",
            examples = "3A090.a, supplier's statement of 2026-03-01")
        @Nullable String exportClassification,
    @Schema(description = "Whether the site is paid for by a state") @Nullable Boolean stateFunded,
    @Schema(
            description =
                "For whom alone it is: ids of organizations, and countries of residence and ultimate parent",
            examples = "[\"DE\", \"FR\"]")
        @Nullable SortedSet<String> allowedParties,
    @Schema(
            description =
                "For whom it is not: ids of organizations, and countries of residence, ultimate parent or end use",
            examples = "[\"RU\"]")
        @Nullable SortedSet<String> excludedParties,
    @Schema(
            description = "Sovereign or residency zones that it lies in",
            examples = "[\"eu-sovereign\"]")
        @Nullable SortedSet<String> zones) {

  /** Says nothing. */
  public static final FlagStatement NONE = new FlagStatement(null, null, null, null, null, null);

  /** Copies the sets. */
  public FlagStatement {
    allowedParties = copy(allowedParties);
    excludedParties = copy(excludedParties);
    zones = copy(zones);
  }

  private static @Nullable SortedSet<String> copy(@Nullable SortedSet<String> set) {
    return set == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(set));
  }
}
