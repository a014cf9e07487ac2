package io.berth.inventory.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.identity.Evidence;
import io.berth.inventory.FlagStatement;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.NodeId;
import io.berth.inventory.Stated;
import io.berth.platform.CountryCode;
import io.berth.platform.OrganizationId;
import io.berth.platform.PlainText;
import io.berth.platform.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is said about single nodes, on the wire. */
final class NodeFlagsApi {

  private static final int LIST_MAX = 500;
  private static final int EVIDENCE_MAX = 50;

  private NodeFlagsApi() {}

  /** What is said. */
  @Schema(
      name = "NodeFlagsStatement",
      description = "What is said about a node; absent is where nothing is said, empty is none")
  record Body(
      @Schema(description = "Where it stands, ISO 3166-1 alpha-2", examples = "DE") @CountryCode
          @Nullable String country,
      @Schema(
              description = "A note on how its devices are classed, for people",
              examples = "3A090.a, supplier's statement of 2026-03-01")
          @PlainText
          @Nullable String exportClassification,
      @Schema(description = "Whether the site is paid for by a state")
          @Nullable Boolean stateFunded,
      @Schema(
              description = "For whom alone it is: organizations' ids, and countries",
              examples = "[\"DE\", \"FR\"]")
          @Size(max = LIST_MAX)
          @Nullable List<@NotNull String> allowedParties,
      @Schema(
              description = "For whom it is not: organizations' ids, and countries",
              examples = "[\"RU\"]")
          @Size(max = LIST_MAX)
          @Nullable List<@NotNull String> excludedParties,
      @Schema(
              description = "Sovereign or residency zones that it lies in",
              examples = "[\"eu-sovereign\"]")
          @Size(max = LIST_MAX)
          @Nullable
              List<
                  @NotNull
                  @Pattern(
                      regexp = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
                      message = "must be lower-case letters, digits and hyphens")
                  String>
              zones) {

    FlagStatement toStatement() {
      return new FlagStatement(
          country,
          exportClassification,
          stateFunded,
          parties("allowedParties", allowedParties),
          parties("excludedParties", excludedParties),
          zones == null ? null : new TreeSet<>(zones));
    }
  }

  /** What an officer found. */
  @Schema(name = "NodeFinding", description = "What an officer found out about a node")
  record FindingBody(
      @NotNull @Valid Body flags,
      @Schema(description = "Why", examples = "Visited the site; the lease of the hall agrees.")
          @NotNull
          @PlainText(max = 2000, lines = true)
          String reason,
      @Schema(
              description =
                  "What it rests on; when the first expires, the country is unknown again")
          @NotNull
          @Size(min = 1, max = EVIDENCE_MAX)
          List<@NotNull @Valid EvidenceBody> evidence) {

    Stated toStated(String by, Instant now) {
      for (int i = 0; i < evidence.size(); i++) {
        Instant expiresAt = evidence.get(i).expiresAt();
        if (expiresAt != null && !expiresAt.isAfter(now)) {
          throw ProblemException.unprocessable(
              "/evidence/" + i + "/expiresAt", "This evidence has expired already.");
        }
      }
      return new Stated(
          flags.toStatement(),
          by,
          now,
          reason,
          evidence.stream()
              .map(piece -> new Evidence(piece.kind(), piece.reference(), piece.expiresAt()))
              .toList());
    }
  }

  /** A piece of evidence. */
  @Schema(name = "NodeEvidence", description = "A piece of evidence")
  record EvidenceBody(
      @Schema(description = "What it is", examples = "site-visit") @NotNull @PlainText(max = 100)
          String kind,
      @Schema(description = "Where it can be found again", examples = "Report 2026-117")
          @NotNull
          @PlainText(max = 500)
          String reference,
      @Schema(description = "From when it no longer counts; absent where it does not expire")
          @Nullable Instant expiresAt) {}

  /** What somebody said. */
  @Schema(name = "NodeStatement", description = "What somebody said about a node")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record StatedView(
      FlagStatement flags,
      @Schema(description = "The subject of the token") String by,
      Instant at,
      @Nullable String reason,
      List<EvidenceBody> evidence) {

    static @Nullable StatedView of(@Nullable Stated stated) {
      return stated == null
          ? null
          : new StatedView(
              stated.statement(),
              stated.by(),
              stated.at(),
              stated.reason(),
              stated.evidence().stream()
                  .map(
                      piece -> new EvidenceBody(piece.kind(), piece.reference(), piece.expiresAt()))
                  .toList());
    }
  }

  /** What counts, and who said what. */
  @Schema(name = "NodeFlagsView", description = "What counts of a node, and who said what")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record View(
      NodeId id,
      Jurisdiction jurisdiction,
      @Schema(description = "What counts: the stricter where sources disagree") NodeFlags flags,
      @Schema(description = "What its provider says of this node alone")
          @Nullable StatedView declared,
      @Schema(description = "What a compliance officer found") @Nullable StatedView verified) {

    static View of(NodeRow row, StoredJson json) {
      return new View(
          new NodeId(row.id),
          row.jurisdiction(),
          json.readFlags(row.flags),
          StatedView.of(json.readStated(row.declared)),
          StatedView.of(json.readStated(row.verified)));
    }
  }

  private static @Nullable SortedSet<String> parties(String name, @Nullable List<String> parties) {
    if (parties == null) {
      return null;
    }
    for (int i = 0; i < parties.size(); i++) {
      if (!isParty(parties.get(i))) {
        throw ProblemException.malformed(
            "/" + name + "/" + i,
            "must be an organization's id or a country of ISO 3166-1 alpha-2 in upper case");
      }
    }
    return new TreeSet<>(parties);
  }

  private static boolean isParty(String party) {
    if (CountryCode.Validator.isCountry(party)) {
      return true;
    }
    try {
      OrganizationId.fromString(party);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
