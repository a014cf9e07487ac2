package io.berth.booking.internal;

import io.berth.booking.Alternative;
import io.berth.platform.Problem;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Names in the contract what problem details of {@code capacity-unavailable} add. */
@Schema(
    description = "Problem details of capacity-unavailable: what stands in the way",
    allOf = Problem.class)
record CapacityUnavailable(
    @Schema(
            description =
                "What keeps nodes that match, most nodes first; absent where somebody else was"
                    + " faster, when the same request may succeed a moment later")
        @Nullable List<ObstacleView> obstacles,
    @Schema(description = "What is free and permitted instead, nearest first; at most five")
        @Nullable List<Alternative> alternatives) {}
