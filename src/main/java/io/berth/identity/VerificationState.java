package io.berth.identity;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Whether the facts about an organization have been checked. */
@Schema(
    description =
        "unverified, not since the facts changed or not within the life of the evidence; verified, a compliance officer has seen evidence; rejected, one has found that they do not hold")
public enum VerificationState {
  /** Not since they were last changed, or not within the life of the evidence. */
  UNVERIFIED,
  /** A compliance officer has seen evidence for them. */
  VERIFIED,
  /** A compliance officer has found that they do not hold. */
  REJECTED;

  /** The wire form. */
  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static VerificationState fromString(String wire) {
    for (VerificationState state : values()) {
      if (state.wire().equals(wire)) {
        return state;
      }
    }
    throw new IllegalArgumentException("not a state of verification");
  }
}
