package io.berth.policy.internal;

import io.berth.platform.OrganizationId;
import io.berth.policy.PackLayer;
import io.berth.policy.PackState;
import io.berth.policy.PackVersionId;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What versions of packs look like on the wire. */
final class PackApi {

  private PackApi() {}

  /** A version without its text. */
  @Schema(
      name = "RulePackVersion",
      description = "A version of a rule pack and where it is in its life")
  record View(
      PackVersionId id,
      PackLayer layer,
      @Schema(description = "Whose pack it is; absent for the platform's")
          @Nullable OrganizationId owner,
      @Schema(description = "The pack's own name", examples = "house-bans") String pack,
      @Schema(description = "The author's name for the version", examples = "2026.12.1")
          String version,
      @Schema(description = "For people", examples = "What this house does not lease") String title,
      @Schema(description = "SHA-256 of the text in UTF-8, hexadecimal") String hash,
      PackState state,
      @Schema(
              description =
                  "Who uploaded it: a token's subject, or system:policy for what the service ships."
                      + " Of the platform's packs told to operators and compliance officers only")
          @Nullable String author,
      @Schema(description = "Who agreed to it, never its author; absent before somebody has")
          @Nullable String approver,
      @Nullable Instant approvedAt,
      @Schema(description = "When it comes, came or was to come into force")
          @Nullable Instant activeFrom,
      @Nullable Instant retiredAt,
      Instant createdAt) {

    static View of(PackRow row, PackRights rights) {
      boolean people = rights.seesPeople(row);
      return new View(
          row.id(),
          row.layer(),
          row.owner(),
          row.packId(),
          row.packVersion(),
          row.title(),
          row.hash(),
          row.state(),
          people ? row.author() : null,
          people ? row.approver() : null,
          row.approvedAt(),
          row.activeFrom(),
          row.retiredAt(),
          row.createdAt());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "RulePackVersionPage", description = "A page of versions of rule packs")
  record VersionPage(List<View> items, @Nullable String nextPageToken) {}

  /** When a version is to come into force. */
  @Schema(name = "RulePackSchedule", description = "When a version is to come into force")
  record Schedule(
      @Schema(description = "A moment to come; now where absent", examples = "2026-12-01T00:00:00Z")
          @Nullable Instant at) {}
}
