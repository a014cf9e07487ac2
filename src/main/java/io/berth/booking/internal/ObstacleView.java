package io.berth.booking.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.matching.Planning.Obstacle;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire form of what stood in the way of a plan. */
@Schema(name = "Obstacle")
@JsonInclude(JsonInclude.Include.NON_NULL)
record ObstacleView(String kind, String code, String detail, int nodes, @Nullable Instant freeAt) {

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
