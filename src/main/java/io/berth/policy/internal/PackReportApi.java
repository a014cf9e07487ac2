package io.berth.policy.internal;

import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.policy.CasesProblem;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.PackChange;
import io.berth.policy.PackVersionId;
import io.berth.policy.PolicyCases;
import io.berth.policy.ShadowDifferenceId;
import io.berth.policy.Verdict;
import io.berth.policy.internal.ShadowDifference.RuleRef;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What reports on packs look like on the wire. */
final class PackReportApi {

  private PackReportApi() {}

  /** What differs between two versions. */
  @Schema(
      name = "RulePackDiff",
      description = "What differs between two versions of packs; empty where nothing does")
  record DiffView(
      @Schema(description = "The version that it is compared with") PackVersionId against,
      @Schema(description = "The version in question") PackVersionId id,
      List<PackChange> changes) {}

  /** A difference. */
  @Schema(
      name = "ShadowDifference",
      description = "A decision that would have come out otherwise with the pack in force")
  record DifferenceView(
      ShadowDifferenceId id,
      @Schema(description = "The decision; absent where the caller may not see it")
          @Nullable DecisionId decisionId,
      @Schema(description = "Its tenant; absent where the caller may not see it")
          @Nullable OrganizationId tenantId,
      DecisionPurpose purpose,
      @Schema(description = "What the packs in force said") Verdict liveVerdict,
      @Schema(description = "What they would have said with this one") Verdict shadowVerdict,
      @Schema(description = "Until when the packs in force permit; absent where not at all")
          @Nullable Instant allowedUntil,
      @Schema(description = "Until when it would have been permitted; absent where not at all")
          @Nullable Instant shadowAllowedUntil,
      @Schema(description = "Nodes with another answer", examples = "2") int nodes,
      @Schema(description = "Their accelerators") List<String> models,
      @Schema(description = "Rules that would have spoken and did not") List<RuleRef> added,
      @Schema(description = "Rules that spoke and would not have") List<RuleRef> removed,
      Instant at) {

    static DifferenceView of(ShadowDifference difference, Scope scope) {
      boolean sees = scope.sees(difference.tenant());
      return new DifferenceView(
          difference.id(),
          sees ? difference.decision() : null,
          sees ? difference.tenant() : null,
          difference.purpose(),
          difference.live(),
          difference.shadow(),
          difference.detail().allowedUntil(),
          difference.detail().shadowAllowedUntil(),
          difference.detail().nodes(),
          difference.detail().models(),
          difference.detail().added(),
          difference.detail().removed(),
          difference.at());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "ShadowDifferencePage", description = "A page of differences")
  record DifferencePage(List<DifferenceView> items, @Nullable String nextPageToken) {}

  /** What became of worked cases. */
  @Schema(name = "RulePackTest", description = "What became of worked cases")
  record TestView(
      @Schema(description = "Whether all could be read and came out as expected") boolean passed,
      @Schema(
              description = "For people",
              examples = "45 judged, 45 as expected, 0 different, 0 unreadable")
          String summary,
      @Schema(description = "In the file's order") List<OutcomeView> outcomes,
      @Schema(description = "What could not be read and so was not judged")
          List<CaseProblemView> problems) {

    static TestView of(PolicyCases.Report report) {
      return new TestView(
          report.passed(),
          report.summary(),
          report.outcomes().stream().map(OutcomeView::of).toList(),
          report.problems().stream().map(CaseProblemView::of).toList());
    }
  }

  /** What became of one case. */
  @Schema(name = "RulePackTestOutcome", description = "What became of one case on one date")
  record OutcomeView(
      @Schema(description = "The row's name", examples = "C01") String id,
      LocalDate date,
      Verdict expected,
      Verdict got,
      @Schema(description = "Whether the two are the same") boolean agrees,
      @Schema(description = "Rules that held or could not be decided, strongest first")
          List<String> ruleIds) {

    static OutcomeView of(PolicyCases.Outcome outcome) {
      return new OutcomeView(
          outcome.id(),
          outcome.date(),
          outcome.expected(),
          outcome.got(),
          outcome.agrees(),
          outcome.reasons().stream().map(reason -> reason.ruleId()).toList());
    }
  }

  /** A place in a file of cases. */
  @Schema(name = "RulePackTestProblem", description = "What could not be read in a file of cases")
  record CaseProblemView(
      @Schema(description = "Counted from 1, which is the header", examples = "4") int line,
      @Schema(description = "The header's name for the column; empty for a whole line")
          String column,
      String message) {

    static CaseProblemView of(CasesProblem problem) {
      return new CaseProblemView(problem.line(), problem.column(), problem.message());
    }
  }
}
