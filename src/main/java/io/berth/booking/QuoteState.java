package io.berth.booking;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where a quote stands. Only an open one moves: to one of the others, for good. */
@Schema(
    description =
        "open, slots and money are held; confirmed, a lease was made of it; lapsed, its time has passed; released, given back")
public enum QuoteState {
  /** Its slots and money are held. */
  @JsonProperty("open")
  OPEN,
  /** A lease was made of it. */
  @JsonProperty("confirmed")
  CONFIRMED,
  /** Its time has passed. */
  @JsonProperty("lapsed")
  LAPSED,
  /** The tenant gave it back. */
  @JsonProperty("released")
  RELEASED
}
