package io.berth.booking.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.matching.Planning.Obstacle;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire form of what stood in the way of a plan. */
@Schema(name = "Obstacle", description = "What keeps nodes that match from being leased")
@JsonInclude(JsonInclude.Include.NON_NULL)
record ObstacleView(
    @Schema(
            description = "What kind of obstacle",
            enumeration = {"price", "offerLimits", "policy", "taken", "tooFew"})
        String kind,
    @Schema(
            description = "The rule of policy, else the kind again; for programs",
            examples = "TAKEN")
        String code,
    @Schema(description = "For people", examples = "taken until 2026-11-23T21:48:00Z")
        String detail,
    @Schema(description = "How many nodes it keeps", examples = "3") int nodes,
    @Schema(description = "When the first of them is free again; absent unless taken")
        @Nullable Instant freeAt) {

  static ObstacleView of(Obstacle obstacle) {
    return new ObstacleView(
        switch (obstacle.kind()) {
          case PRICE -> "price";
          case OFFER_LIMITS -> "offerLimits";
          case POLICY -> "policy";
          case TAKEN -> "taken";
          case TOO_FEW -> "tooFew";
        },
        obstacle.code(),
        obstacle.detail(),
        obstacle.nodes(),
        obstacle.freeAt().orElse(null));
  }
}
