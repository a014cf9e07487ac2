package io.berth.booking;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How long a lease is meant to last. */
@Schema(
    description =
        "reserved, for its period; onDemand, renewed by itself before its end until it is stopped, while"
            + " capacity, policy and funds allow; interruptible, cheaper, and ended with notice before its"
            + " end where a firm order needs its slots")
public enum LeaseTerm {
  /** For its period. */
  @JsonProperty("reserved")
  RESERVED,
  /** Renewed by itself before its end, until it is stopped. */
  @JsonProperty("onDemand")
  ON_DEMAND,
  /** For its period, or until a firm order needs its slots. */
  @JsonProperty("interruptible")
  INTERRUPTIBLE;

  /** Whether it yields to nobody. */
  public boolean isFirm() {
    return this != INTERRUPTIBLE;
  }
}
