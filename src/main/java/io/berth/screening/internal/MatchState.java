package io.berth.screening.internal;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What became of a match. */
@Schema(
    description =
        "open, officers have yet to say; sameParty, it is the party that the list names; anotherParty, it is not; gone, the entry or the facts have changed")
enum MatchState {
  @JsonProperty("open")
  OPEN("open"),
  @JsonProperty("sameParty")
  SAME_PARTY("sameParty"),
  @JsonProperty("anotherParty")
  ANOTHER_PARTY("anotherParty"),
  @JsonProperty("gone")
  GONE("gone");

  private final String wire;

  MatchState(String wire) {
    this.wire = wire;
  }

  String wire() {
    return wire;
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  public static MatchState fromString(String wire) {
    return Arrays.stream(values())
        .filter(state -> state.wire.equals(wire))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a state of a match"));
  }
}
