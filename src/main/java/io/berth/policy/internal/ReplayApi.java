package io.berth.policy.internal;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.inventory.NodeId;
import io.berth.policy.DecisionId;
import io.berth.policy.PackRef;
import io.berth.policy.Verdict;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a replay looks like on the wire. */
final class ReplayApi {

  private ReplayApi() {}

  /** By which packs. */
  @Schema(name = "ReplayPacks", description = "By which packs a decision is judged again")
  enum Packs {
    /** Those that judged then. */
    @JsonProperty("stored")
    STORED,
    /** Those in force now. */
    @JsonProperty("current")
    CURRENT
  }

  /** What is asked. */
  @Schema(name = "ReplayRequest", description = "How a decision is to be judged again")
  record Request(
      @Schema(
              description =
                  "`stored`, which is meant where absent, for the packs that judged then; `current`"
                      + " for those in force now, for compliance officers")
          @Nullable Packs packs) {}

  /** What can differ. */
  @Schema(name = "ReplayDifferenceKind", description = "What differs")
  enum Kind {
    /** The stored facts are not what was stored. */
    @JsonProperty("factsAltered")
    FACTS_ALTERED,
    /** The stored answer is not what was stored. */
    @JsonProperty("judgementsAltered")
    JUDGEMENTS_ALTERED,
    /** Something else of the decision is not what was stored. */
    @JsonProperty("recordAltered")
    RECORD_ALTERED,
    /** Nothing in the audit trail vouches for the decision. */
    @JsonProperty("notInAuditTrail")
    NOT_IN_AUDIT_TRAIL,
    /** A pack's text is gone. */
    @JsonProperty("packMissing")
    PACK_MISSING,
    /** A pack's text is not what judged then. */
    @JsonProperty("packAltered")
    PACK_ALTERED,
    /** The verdict. */
    @JsonProperty("verdict")
    VERDICT,
    /** The end of what is allowed. */
    @JsonProperty("allowedUntil")
    ALLOWED_UNTIL,
    /** Reasons. */
    @JsonProperty("reasons")
    REASONS,
    /** Intervals of the period, all nodes together. */
    @JsonProperty("intervals")
    INTERVALS,
    /** The answers for single nodes. */
    @JsonProperty("nodes")
    NODES,
    /** Everything stored is whole, and yet the answer differs. */
    @JsonProperty("engine")
    ENGINE
  }

  /** One difference. */
  @Schema(name = "ReplayDifference", description = "Something that is not as it was")
  record Difference(
      Kind kind,
      @Schema(description = "For people", examples = "The verdict differs.") String detail,
      @Schema(description = "The nodes that it is about, 100 at most; absent for all together")
          @Nullable List<NodeId> nodeIds,
      @Schema(description = "What was stored, of whatever form the kind has") Object stored,
      @Schema(description = "What came out now, of the same form") Object replayed) {

    static Difference of(Kind kind, String detail, Object stored, Object replayed) {
      return new Difference(kind, detail, null, stored, replayed);
    }
  }

  /** The answer. */
  @Schema(name = "Replay", description = "A decision judged again, from what it saw")
  record View(
      DecisionId decisionId,
      @Schema(description = "Whether everything is as it was") boolean same,
      @Schema(description = "By which packs it was judged again") Packs judgedBy,
      @Schema(description = "These packs") List<PackRef> packs,
      @Schema(description = "What the decision says") Verdict verdict,
      @Schema(description = "What came out now; absent where a pack that is needed cannot be had")
          @Nullable Verdict replayedVerdict,
      @Schema(description = "What is not as it was; empty where everything is")
          List<Difference> differences,
      Instant replayedAt) {}
}
