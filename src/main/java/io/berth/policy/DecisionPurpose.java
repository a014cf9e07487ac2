package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a decision was made for. */
@Schema(
    description =
        "What a decision was made for: enquiry, from which nothing follows; quote; confirm, which makes a lease; job, the start of one")
public enum DecisionPurpose {
  /** Somebody asked; nothing follows from the answer. */
  ENQUIRY,
  /** A quote. */
  QUOTE,
  /** The confirmation of a quote, which makes a lease. */
  CONFIRM,
  /** The start of a job. */
  JOB;

  /** The wire form. */
  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static DecisionPurpose fromString(String wire) {
    for (DecisionPurpose purpose : values()) {
      if (purpose.wire().equals(wire)) {
        return purpose;
      }
    }
    throw new IllegalArgumentException("not a purpose of a decision");
  }
}
