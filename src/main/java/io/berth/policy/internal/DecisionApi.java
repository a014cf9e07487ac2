package io.berth.policy.internal;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.PackRef;
import io.berth.policy.ReasonView;
import io.berth.policy.Verdict;
import io.berth.policy.internal.FactsApi.FactsView;
import io.berth.policy.internal.Judgements.GroupView;
import io.berth.policy.internal.Judgements.IntervalView;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What decisions look like on the wire. */
final class DecisionApi {

  private DecisionApi() {}

  /** A decision in full. */
  @Schema(
      name = "Decision",
      description = "Who may use which accelerators where and when, why, and what that rests on")
  record View(
      DecisionId id,
      @Schema(
              description =
                  "Whose decision it is; the asking organization where the tenant was described")
          OrganizationId tenantId,
      DecisionPurpose purpose,
      @Schema(description = "The strongest verdict in the period on any of the nodes")
          Verdict verdict,
      PeriodView period,
      @Schema(
              description =
                  "The end of the longest beginning of the period that is permitted on all of the"
                      + " nodes; absent where not even the start is")
          @Nullable Instant allowedUntil,
      @Schema(description = "Every rule that held or could not be decided, strongest first")
          List<ReasonView> reasons,
      @Schema(description = "The period in order and without gaps, all nodes together")
          List<IntervalView> intervals,
      @Schema(description = "The answers node by node") List<GroupView> nodes,
      @Schema(description = "The rule packs that judged, by layer") List<PackRef> packs,
      @Schema(description = "What was known") FactsView facts,
      @Schema(description = "SHA-256 of the facts as stored, hexadecimal") String factsHash,
      @Schema(
              description =
                  "Which denied-party lists were in force: SHA-256 over their versions, hexadecimal;"
                      + " that of nothing where there were none")
          String listsHash,
      @Schema(description = "When it was made: the facts are those known then") Instant knownAt) {

    static View of(DecisionRow row) {
      Judgements judgements = row.readJudgements();
      return new View(
          row.id(),
          row.tenant(),
          row.purpose(),
          row.verdict(),
          PeriodView.of(row.period()),
          judgements.allowedUntil(),
          judgements.reasons(),
          judgements.intervals(),
          judgements.nodes(),
          row.packs(),
          row.readFacts(),
          row.factsHash(),
          row.listsHash(),
          row.knownAt());
    }
  }

  /** A decision in a list. */
  @Schema(name = "DecisionSummary", description = "A decision without reasons and facts")
  record Summary(
      DecisionId id,
      OrganizationId tenantId,
      DecisionPurpose purpose,
      Verdict verdict,
      PeriodView period,
      @Schema(description = "The rule packs that judged, by layer") List<PackRef> packs,
      Instant knownAt) {

    static Summary of(DecisionRow row) {
      return new Summary(
          row.id(),
          row.tenant(),
          row.purpose(),
          row.verdict(),
          PeriodView.of(row.period()),
          row.packs(),
          row.knownAt());
    }
  }

  /** A period. */
  @Schema(name = "DecisionPeriod", description = "From the start until just before the end")
  record PeriodView(
      @Schema(examples = "2026-11-01T00:00:00Z") Instant start,
      @Schema(examples = "2026-11-01T01:00:00Z") Instant end) {

    static PeriodView of(Period period) {
      return new PeriodView(period.start(), period.end());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "DecisionPage", description = "A page of decisions")
  record DecisionPage(List<Summary> items, @Nullable String nextPageToken) {}

  /** The pack in force. */
  @Schema(name = "RulePack", description = "A set of rules in force")
  record PackText(
      @Schema(examples = "export-baseline") String id,
      @Schema(examples = "2026.11.4") String version,
      @Schema(description = "SHA-256 of the text in UTF-8, hexadecimal") String hash,
      @Schema(
              description = "For people",
              examples = "US export rules, and what parties ask for themselves")
          String title,
      @Schema(description = "The pack as written, YAML") String text) {}
}
