package io.berth.review.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.berth.platform.OrganizationId;
import io.berth.platform.PlainText;
import io.berth.platform.Scope;
import io.berth.review.CaseId;
import io.berth.review.CaseKind;
import io.berth.review.CaseState;
import io.berth.review.ReviewCase;
import io.berth.review.ReviewCase.Word;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of review cases. */
final class CaseApi {

  private static final int REASON_LENGTH_MAX = 1000;
  private static final int NOTE_LENGTH_MAX = 4000;

  private CaseApi() {}

  /** Something to rest an answer on. */
  @Schema(name = "NewCaseEvidence", description = "Something to rest an answer on")
  record EvidenceEntry(
      @Schema(description = "What it is.", examples = "end-use-statement")
          @NotNull
          @PlainText(max = 100)
          String kind,
      @Schema(description = "Where it can be found again.", examples = "EUS 2026-118, signed")
          @NotNull
          @PlainText(max = 500)
          String reference,
      @Schema(description = "What it shows.") @PlainText(max = NOTE_LENGTH_MAX, lines = true)
          @Nullable String note) {}

  /** A proposal to approve. */
  @Schema(name = "CaseApproval", description = "A proposal to approve")
  record Approval(
      @Schema(description = "Why; the organization reads it too.")
          @NotNull
          @PlainText(max = REASON_LENGTH_MAX, lines = true)
          String reason,
      @Schema(description = "For officers only.") @PlainText(max = NOTE_LENGTH_MAX, lines = true)
          @Nullable String note,
      @Schema(description = "Until when the approval holds; at most 366 days ahead.") @NotNull
          Instant expiresAt) {}

  /** What an officer finds. */
  @Schema(name = "CaseFinding", description = "What an officer finds")
  record Finding(
      @Schema(description = "Why; the organization reads it too.")
          @NotNull
          @PlainText(max = REASON_LENGTH_MAX, lines = true)
          String reason,
      @Schema(description = "For officers only.") @PlainText(max = NOTE_LENGTH_MAX, lines = true)
          @Nullable String note) {}

  /** A case. */
  @Schema(
      name = "ReviewCase",
      description =
          "A question to compliance officers about an organization. The organization sees its own,"
              + " without what is for officers only.")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CaseView(
      CaseId id,
      CaseKind kind,
      CaseState state,
      @Schema(description = "About whom.") OrganizationId organizationId,
      @Schema(
              description = "A stable code of what is asked, such as the rules that hold.",
              examples = "us-iaas-training")
          String reason,
      @Schema(description = "Hash of the facts that the question rests on.") String factsHash,
      @Schema(
              description = "What brought it up, such as an order.",
              examples = "order_agrat33q252a5ljlyzt7t36bji")
          String subject,
      String summary,
      @Schema(
              description = "What there is to know; absent where it is for officers only.",
              type = SchemaType.OBJECT)
          @Nullable JsonNode detail,
      @Schema(description = "The approval that waits for a second officer, or was confirmed.")
          @Nullable WordView proposal,
      @Schema(description = "Until when the approval holds or would hold.")
          @Nullable Instant expiresAt,
      @Schema(description = "The last word.") @Nullable WordView decision,
      @Schema(
              description =
                  "Oldest first; the organization sees what it attached itself. Absent in lists.")
          @Nullable List<EvidenceView> evidence,
      Instant createdAt) {

    static CaseView of(ReviewCase review, @Nullable List<Evidence> evidence, Scope scope) {
      boolean isOfficer = scope.seesAll();
      return new CaseView(
          review.id(),
          review.kind(),
          review.state(),
          review.organization(),
          review.reason(),
          review.factsHash(),
          review.subject(),
          review.summary(),
          isOfficer || review.kind().isDetailShown() ? review.detail() : null,
          isOfficer ? WordView.of(review.proposal(), true) : null,
          isOfficer || !review.state().isPending() ? review.expiresAt() : null,
          WordView.of(review.decision(), isOfficer),
          evidence == null
              ? null
              : evidence.stream()
                  .filter(found -> scope.sees(found.organization()))
                  .map(EvidenceView::of)
                  .toList(),
          review.createdAt());
    }
  }

  /** What an officer said. */
  @Schema(name = "CaseWord", description = "What an officer said")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WordView(
      @Schema(description = "Who; for officers only.") @Nullable String by,
      Instant at,
      String reason,
      @Schema(description = "For officers only.") @Nullable String note) {

    static @Nullable WordView of(@Nullable Word word, boolean isOfficer) {
      return word == null
          ? null
          : new WordView(
              isOfficer ? word.by() : null,
              word.at(),
              word.reason(),
              isOfficer ? word.note() : null);
    }
  }

  /** Something that an answer may rest on. */
  @Schema(name = "CaseEvidence", description = "Something that an answer may rest on")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record EvidenceView(
      @Schema(examples = "end-use-statement") String kind,
      @Schema(examples = "EUS 2026-118, signed") String reference,
      @Nullable String note,
      @Schema(description = "Whose member attached it.") OrganizationId organizationId,
      @Schema(description = "Who attached it.") String by,
      Instant at) {

    static EvidenceView of(Evidence evidence) {
      return new EvidenceView(
          evidence.kind(),
          evidence.reference(),
          evidence.note(),
          evidence.organization(),
          evidence.by(),
          evidence.at());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "ReviewCasePage", description = "A page of review cases")
  record CasePage(List<CaseView> items, @Nullable String nextPageToken) {}
}
