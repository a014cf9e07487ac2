package io.berth.inventory;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A licence or the like that the provider holds for what stands in the cluster.
 *
 * @param id the authority's name for it, 1 to {@value #ID_LENGTH_MAX} characters
 * @param start the first moment at which it holds
 * @param end the first moment at which it no longer holds; null where it does not end
 * @param regime which authority issued it; null for unknown, which clears no rule that names one
 */
@Schema(
    name = "DeclaredAuthorisation",
    description =
        "A licence or the like that the provider says it holds for a node; it counts once it is entered under /v1/authorisations and verified")
public record Authorisation(
    @Schema(description = "The authority's name for it", examples = "BIS-D1234567") String id,
    @Schema(description = "The first moment at which it holds") Instant start,
    @Schema(description = "The first moment at which it no longer holds; absent where open")
        @Nullable Instant end,
    @Schema(
            description =
                "Which authority issued it; absent for unknown, which clears no rule that names one",
            examples = "US-BIS")
        @Nullable Regime regime) {

  /** One of which nobody says who issued it. */
  public Authorisation(String id, Instant start, @Nullable Instant end) {
    this(id, start, end, null);
  }

  /** How long an id may be. */
  public static final int ID_LENGTH_MAX = 100;

  /** Throws {@link IllegalArgumentException} where the end is not after the start. */
  public Authorisation {
    if (end != null && !end.isAfter(start)) {
      throw new IllegalArgumentException("an authorisation ends after it starts");
    }
  }
}
