package io.berth.booking;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How long a lease is meant to last. */
@Schema(
    description =
        "reserved, for its period; onDemand, renewed by itself before its end until it is stopped, while"
            + " capacity, policy and funds allow")
public enum LeaseTerm {
  /** For its period. */
  @JsonProperty("reserved")
  RESERVED,
  /** Renewed by itself before its end, until it is stopped. */
  @JsonProperty("onDemand")
  ON_DEMAND
}
