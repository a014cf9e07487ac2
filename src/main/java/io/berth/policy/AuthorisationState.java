package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where an authorisation of the register stands. Only a verified one permits anything. */
@Schema(
    description =
        "entered, nobody has checked it yet; verified, it counts; rejected, it does not hold; revoked, it no longer holds; expired, its time or that of its evidence is over")
public enum AuthorisationState {
  /** Somebody says that there is one. */
  ENTERED,
  /** Another person has checked it: it counts. */
  VERIFIED,
  /** It was checked and does not hold; for good. */
  REJECTED,
  /** It no longer holds; for good. */
  REVOKED,
  /** What a verified one is once its time, or its evidence's, is over; never stored. */
  EXPIRED;

  /** The wire form. */
  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static AuthorisationState fromString(String wire) {
    for (AuthorisationState state : values()) {
      if (state.wire().equals(wire)) {
        return state;
      }
    }
    throw new IllegalArgumentException("not a state of an authorisation");
  }
}
