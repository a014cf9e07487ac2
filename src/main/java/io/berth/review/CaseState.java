package io.berth.review;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where a case stands; a state knows which actions it allows and where they lead. */
@Schema(
    description =
        "open, waits for an officer; proposed, one officer would approve and another must confirm; approved, until it expires; refused; expired, the approval's time has passed; withdrawn, no longer asked or no longer approved")
public enum CaseState {
  /** Waits for an officer. */
  @JsonProperty("open")
  OPEN,
  /** One officer would approve; waits for the second. */
  @JsonProperty("proposed")
  PROPOSED,
  /** Approved by two, until it expires. */
  @JsonProperty("approved")
  APPROVED,
  /** Answered with no. */
  @JsonProperty("refused")
  REFUSED,
  /** The approval's time has passed. */
  @JsonProperty("expired")
  EXPIRED,
  /** No longer asked, or the approval was taken back. */
  @JsonProperty("withdrawn")
  WITHDRAWN;

  /** The state that the action leads to from here; empty where it is not allowed here. */
  public Optional<CaseState> after(CaseAction action) {
    return switch (this) {
      case OPEN ->
          switch (action) {
            case APPROVE -> Optional.of(PROPOSED);
            case CONFIRM, EXPIRE -> Optional.empty();
            case REFUSE -> Optional.of(REFUSED);
            case WITHDRAW -> Optional.of(WITHDRAWN);
          };
      case PROPOSED ->
          switch (action) {
            // Another proposal takes the place of the first, which may have passed its date.
            case APPROVE -> Optional.of(PROPOSED);
            case CONFIRM -> Optional.of(APPROVED);
            case EXPIRE -> Optional.empty();
            case REFUSE -> Optional.of(REFUSED);
            case WITHDRAW -> Optional.of(WITHDRAWN);
          };
      case APPROVED ->
          switch (action) {
            case APPROVE, CONFIRM, REFUSE -> Optional.empty();
            case EXPIRE -> Optional.of(EXPIRED);
            case WITHDRAW -> Optional.of(WITHDRAWN);
          };
      case REFUSED, EXPIRED, WITHDRAWN -> Optional.empty();
    };
  }

  /** Whether it waits for an answer. */
  public boolean isPending() {
    return this == OPEN || this == PROPOSED;
  }

  /** The name on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  public static CaseState fromString(String wire) {
    return Arrays.stream(values())
        .filter(state -> state.wire().equals(wire))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a state of a case: " + wire));
  }
}
