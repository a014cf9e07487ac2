package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Where an order stands. One that is open or in review waits and may go from each to the other; all
 * other states are for good.
 */
@Schema(
    description =
        "open, it rests until it can be filled; inReview, policy holds it until people decide; filled, all of it is leased; rejected, policy or people stand against it; cancelled, given up; expired, its time was over before it was filled, or nobody decided in time and it may not rest")
public enum OrderState {
  /** It rests until it can be filled; nothing is held for it. */
  @JsonProperty("open")
  OPEN("open"),
  /** All of it is leased. */
  @JsonProperty("filled")
  FILLED("filled"),
  /** Policy holds it until people decide; nothing is held for it. */
  @JsonProperty("inReview")
  IN_REVIEW("inReview"),
  /** Policy or people stand against it. */
  @JsonProperty("rejected")
  REJECTED("rejected"),
  /** The tenant gave it up. */
  @JsonProperty("cancelled")
  CANCELLED("cancelled"),
  /** Its time was over before it was filled, or nobody decided in time and it may not rest. */
  @JsonProperty("expired")
  EXPIRED("expired");

  private final String wire;

  OrderState(String wire) {
    this.wire = wire;
  }

  /** Whether it may still be filled. */
  public boolean waits() {
    return this == OPEN || this == IN_REVIEW;
  }

  /** The name on the wire. */
  public String wire() {
    return wire;
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  public static OrderState fromString(String wire) {
    return Arrays.stream(values())
        .filter(state -> state.wire.equals(wire))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a state of an order: " + wire));
  }
}
