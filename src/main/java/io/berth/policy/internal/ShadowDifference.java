package io.berth.policy.internal;

import io.berth.platform.OrganizationId;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.PackVersionId;
import io.berth.policy.Reason;
import io.berth.policy.ShadowDifferenceId;
import io.berth.policy.Verdict;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where a pack in shadow would have decided otherwise.
 *
 * @param live the verdict of what was in force
 * @param shadow the verdict with the pack beside it, or in place of the version in force
 */
public record ShadowDifference(
    ShadowDifferenceId id,
    PackVersionId pack,
    DecisionId decision,
    OrganizationId tenant,
    DecisionPurpose purpose,
    Verdict live,
    Verdict shadow,
    Detail detail,
    Instant at) {

  /**
   * What differs.
   *
   * @param nodes how many of the decision's nodes have another answer
   * @param models their accelerators
   * @param added rules that would have spoken and did not
   * @param removed rules that spoke and would not have
   */
  public record Detail(
      int nodes,
      List<String> models,
      @Nullable Instant allowedUntil,
      @Nullable Instant shadowAllowedUntil,
      List<RuleRef> added,
      List<RuleRef> removed) {}

  /** A rule and what it said. */
  @Schema(name = "ShadowRule", description = "A rule and what it said or would have said")
  public record RuleRef(
      @Schema(examples = "house-bans") String pack,
      @Schema(examples = "no-h20") String ruleId,
      Verdict verdict) {

    /** The rule behind a reason. */
    public static RuleRef of(Reason reason) {
      return new RuleRef(reason.pack(), reason.ruleId(), reason.verdict());
    }
  }
}
