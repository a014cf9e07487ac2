package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a decision was made for. */
@Schema(
    description =
        "What a decision was made for: enquiry, from which nothing follows; quote; confirm, which makes a lease; start of a"
            + " lease; job, the start of one; extension of a lease; order; live, a lease that runs being judged again;"
            + " replacement of a leased node that fails by another")
public enum DecisionPurpose {
  /** Somebody asked; nothing follows from the answer. */
  ENQUIRY,
  /** A quote. */
  QUOTE,
  /** The confirmation of a quote, which makes a lease. */
  CONFIRM,
  /** The start of a lease's period, when its nodes are delivered. */
  START,
  /** The start of a job. */
  JOB,
  /** A lease that is to go on for longer. */
  EXTENSION,
  /** An order, before anything is held for it. */
  ORDER,
  /** A lease that runs, judged again because something changed. */
  LIVE,
  /** Another node that is to take the place of a leased one that fails. */
  REPLACEMENT;

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
