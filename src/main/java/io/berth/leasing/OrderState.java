package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where an order stands. Only one in review moves: to one of the others, for good. */
@Schema(
    description =
        "filled, a lease was made of it; inReview, policy holds it until people decide; refused, policy or people stand against it; unfilled, there is no capacity or money for it any more; cancelled, given up; expired, nobody decided in time")
public enum OrderState {
  /** A lease was made of it. */
  @JsonProperty("filled")
  FILLED("filled"),
  /** Policy holds it until people decide; nothing is held for it. */
  @JsonProperty("inReview")
  IN_REVIEW("inReview"),
  /** Policy or people stand against it. */
  @JsonProperty("refused")
  REFUSED("refused"),
  /** It was let pass, but there was no capacity or money for it any more. */
  @JsonProperty("unfilled")
  UNFILLED("unfilled"),
  /** The tenant gave it up. */
  @JsonProperty("cancelled")
  CANCELLED("cancelled"),
  /** Nobody decided in time. */
  @JsonProperty("expired")
  EXPIRED("expired");

  private final String wire;

  OrderState(String wire) {
    this.wire = wire;
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
