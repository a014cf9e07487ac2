package io.berth.booking;

import io.berth.platform.Problem;
import io.berth.policy.DecisionId;
import io.berth.policy.ReasonView;
import io.berth.policy.Verdict;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Names in the contract the members that a {@link PolicyRefusal} adds to problem details. */
@Schema(
    description = "Problem details of policy-refused: which rules stand against it",
    allOf = Problem.class)
public record PolicyRefused(
    @Schema(description = "The strongest verdict on any node") Verdict verdict,
    @Schema(description = "Every rule that stands against it, strongest first")
        List<ReasonView> reasons,
    @Schema(description = "The decision as it was recorded, facts included") DecisionId decisionId,
    @Schema(
            description =
                "What would be permitted and is free instead, nearest first; at most five")
        List<Alternative> alternatives) {}
