package io.berth.review;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a case asks about. */
@Schema(
    description =
        "order, whether an order that policy holds may be filled; screening, whether a hit on a denied-party list is set aside as another party (refused: it is the same); nodeFacts, which of disagreeing statements about a node counts; verification, whether statements about the organization hold; poolDevices, whether a pool is sold although its devices are not what it is listed as")
public enum CaseKind {
  /** Whether an order that policy holds may be filled. */
  @JsonProperty("order")
  ORDER("order"),
  /**
   * Whether a hit on a denied-party list is set aside as another party; refused, it is the same.
   */
  @JsonProperty("screening")
  SCREENING("screening"),
  /** Which of disagreeing statements about a node counts. */
  @JsonProperty("nodeFacts")
  NODE_FACTS("nodeFacts"),
  /** Whether statements about the organization hold. */
  @JsonProperty("verification")
  VERIFICATION("verification"),
  /** Whether a pool is sold although its devices are not what it is listed as. */
  @JsonProperty("poolDevices")
  POOL_DEVICES("poolDevices");

  private final String wire;

  CaseKind(String wire) {
    this.wire = wire;
  }

  /** The name on the wire. */
  public String wire() {
    return wire;
  }

  /**
   * Whether the organization sees the case's detail: what was compared with which entry of which
   * list stays with the officers.
   */
  public boolean isDetailShown() {
    return this != SCREENING;
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  public static CaseKind fromString(String wire) {
    return Arrays.stream(values())
        .filter(kind -> kind.wire.equals(wire))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a kind of case: " + wire));
  }
}
