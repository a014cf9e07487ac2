package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** In how many leases an order may be filled. */
@Schema(
    description =
        "allOrNothing, in one lease; partial, in several over time, while the remainder rests")
public enum FillRule {
  /** In one lease. */
  @JsonProperty("allOrNothing")
  ALL_OR_NOTHING,
  /** In several leases over time; the remainder rests. */
  @JsonProperty("partial")
  PARTIAL
}
