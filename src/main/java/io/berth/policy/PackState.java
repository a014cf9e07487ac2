package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where a version of a pack is in its life; a state knows which actions it allows. */
@Schema(
    description =
        "draft, judges nothing; shadow, evaluated beside what is in force, and what it would have"
            + " decided otherwise is recorded; scheduled, in force from its date; active, in force;"
            + " retired, out of force for good")
public enum PackState {
  /** Judges nothing. */
  DRAFT,
  /** Evaluated beside what is in force; differences are recorded. */
  SHADOW,
  /** In force from its date. */
  SCHEDULED,
  /** In force. */
  ACTIVE,
  /** Out of force for good; it may never have been in it. */
  RETIRED;

  /** What may be done with a version of a pack. */
  public enum Action {
    /** A second person agrees. */
    APPROVE,
    /** Evaluate it beside what is in force. */
    SHADOW,
    /** Let it come into force at a date. */
    SCHEDULE,
    /** Let it come into force now. */
    ACTIVATE,
    /** Take it out. */
    RETIRE
  }

  /** The state that the action leads to from here; empty where it is not allowed here. */
  public Optional<PackState> after(Action action) {
    return switch (action) {
      case APPROVE -> this == DRAFT || this == SHADOW ? Optional.of(this) : Optional.empty();
      case SHADOW -> this == DRAFT ? Optional.of(SHADOW) : Optional.empty();
      case SCHEDULE -> isPending() ? Optional.of(SCHEDULED) : Optional.empty();
      case ACTIVATE -> isPending() ? Optional.of(ACTIVE) : Optional.empty();
      case RETIRE -> this == RETIRED ? Optional.empty() : Optional.of(RETIRED);
    };
  }

  /** Whether it may still come into force. */
  private boolean isPending() {
    return this == DRAFT || this == SHADOW || this == SCHEDULED;
  }

  /** The wire form. */
  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static PackState fromString(String wire) {
    for (PackState state : values()) {
      if (state.wire().equals(wire)) {
        return state;
      }
    }
    throw new IllegalArgumentException("not a state of a pack");
  }
}
