package io.berth.policy;

import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A reason as it stands on the wire and in stored records; fields as in {@link Reason}. */
@Schema(name = "PolicyReason", description = "A rule that held, or that could not be decided")
public record ReasonView(
    @Schema(description = "The rule in its pack", examples = "us-3a090-d5-node") String ruleId,
    @Schema(
            description = "The pack's id; empty in what was recorded while there was only one",
            examples = "export-baseline")
        String pack,
    @Schema(description = "On whose word the rule stands") Authority authority,
    @Schema(
            description = "Where that word is written",
            examples = "15 CFR 742.6(a)(6) and part 774, supplement 1, ECCN 3A090")
        String citation,
    @Schema(
            description =
                "How sure the pack's author is of what is written there; absent where not said")
        @Nullable String confidence,
    @Schema(description = "What the rule says; HOLD_EVIDENCE where facts are missing")
        Verdict verdict,
    @Schema(
            description = "The rule's stable code, or factsMissing where it could not be decided",
            examples = "controlledDeviceInD5")
        String code,
    @Schema(description = "For people") String message,
    @Schema(
            description = "What would lead to another verdict",
            examples = "An authorisation attached to the node, or a node elsewhere")
        String wouldChange,
    @Schema(description = "Rules that held as well and contradict this one")
        List<String> conflictsWith,
    @Schema(description = "Facts for want of which the rule could not be decided")
        List<String> missingFacts) {

  /** Copies the lists. */
  public ReasonView {
    pack = Objects.requireNonNullElse(pack, "");
    conflictsWith = List.copyOf(conflictsWith);
    missingFacts = List.copyOf(missingFacts);
  }

  /** The wire form of {@code reason}. */
  public static ReasonView of(Reason reason) {
    return new ReasonView(
        reason.ruleId(),
        reason.pack(),
        reason.authority(),
        reason.citation(),
        reason.confidence().isEmpty() ? null : reason.confidence(),
        reason.verdict(),
        reason.code(),
        reason.message(),
        reason.wouldChange(),
        reason.conflictsWith(),
        reason.missingFacts());
  }
}
