package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where an offer of the rest of a lease stands. */
@Schema(
    description =
        "open, it can be bought; sold, another tenant has the rest of the lease; withdrawn, by the"
            + " seller; ended, its time has passed, or the lease is no longer what was offered")
public enum ResaleState {
  /** It can be bought. */
  @JsonProperty("open")
  OPEN,
  /** Another tenant has the rest of the lease. */
  @JsonProperty("sold")
  SOLD,
  /** The seller keeps the lease. */
  @JsonProperty("withdrawn")
  WITHDRAWN,
  /** Its time has passed, or the lease is no longer what was offered. */
  @JsonProperty("ended")
  ENDED
}
