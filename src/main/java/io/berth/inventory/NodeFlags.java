package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a node that export policy asks for beside its place and its model; where sources
 * disagree, the stricter.
 *
 * @param stateFunded whether the site is paid for by a state; null where unknown
 * @param authorisations attached to the node
 * @param source where the authorisations come from
 * @param locationEvidenceUntil from when its country is unknown again, since the evidence expires;
 *     null where it does not
 * @param evidenceUntil from when what an officer found of it counts only where it forbids, since
 *     the evidence expires; null where it does not
 * @param exportClassification a note on how its devices are classed, the strictest; null for none
 * @param allowedParties lists of those for whom alone it is; who is on each may use it
 * @param excludedParties those for whom it is not
 * @param zones that it lies in; null where nobody says
 * @param sources where the others come from, by name: the strongest that says so
 * @param disputed names of what sources disagree about, {@code country} included
 */
@Schema(description = "What export policy asks about a node beside its place and its model")
public record NodeFlags(
    @Schema(description = "Whether the site is paid for by a state; absent where unknown")
        @Nullable Boolean stateFunded,
    @Schema(description = "Attached to the node") List<Authorisation> authorisations,
    FactSource source,
    @Schema(description = "From when its country is unknown again, since the evidence expires")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Instant locationEvidenceUntil,
    @Schema(
            description =
                "From when what an officer found counts only where it forbids, since the evidence expires")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Instant evidenceUntil,
    @Schema(
            description =
                "How its devices are classed: where it names a stricter class than the figures give, that one holds")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String exportClassification,
    @Schema(
            description =
                "Lists of organizations and countries for whom alone it is; who is on each may use it")
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<SortedSet<String>> allowedParties,
    @Schema(description = "Organizations and countries for whom it is not")
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        SortedSet<String> excludedParties,
    @Schema(description = "Sovereign or residency zones that it lies in; absent where nobody says")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable SortedSet<String> zones,
    @Schema(description = "Where each comes from, by its name; what is not named is declared")
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        SortedMap<String, FactSource> sources,
    @Schema(description = "What its sources disagree about; the stricter counts")
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        SortedSet<String> disputed) {

  /** Copies the collections; rows of before lack the later ones. */
  @JsonCreator
  public NodeFlags {
    authorisations = List.copyOf(authorisations);
    allowedParties = allowedParties == null ? List.of() : List.copyOf(allowedParties);
    excludedParties = copy(excludedParties);
    zones = zones == null ? null : copy(zones);
    sources =
        Collections.unmodifiableSortedMap(
            sources == null ? new TreeMap<>() : new TreeMap<>(sources));
    disputed = copy(disputed);
  }

  /** Of which nobody says more than this. */
  public NodeFlags(
      @Nullable Boolean stateFunded, List<Authorisation> authorisations, FactSource source) {
    this(
        stateFunded,
        authorisations,
        source,
        null,
        null,
        null,
        List.of(),
        new TreeSet<>(),
        null,
        new TreeMap<>(),
        new TreeSet<>());
  }

  private static SortedSet<String> copy(@Nullable SortedSet<String> set) {
    return Collections.unmodifiableSortedSet(set == null ? new TreeSet<>() : new TreeSet<>(set));
  }
}
