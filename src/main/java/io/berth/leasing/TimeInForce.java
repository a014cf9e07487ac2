package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How long an order may wait to be filled. */
@Schema(
    description =
        "immediate, at once or not at all; until, rests until a moment; untilCancelled, rests until it is given up, for a configured time at the most")
public enum TimeInForce {
  /** At once or not at all. */
  @JsonProperty("immediate")
  IMMEDIATE,
  /** Until a moment that the tenant names. */
  @JsonProperty("until")
  UNTIL,
  /** Until it is given up, for as long as {@link LeasingConfig#orderAgeMax} at the most. */
  @JsonProperty("untilCancelled")
  UNTIL_CANCELLED
}
