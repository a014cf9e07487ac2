package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where a cluster stands in its life. Whether it answers right now is a condition, not a state. */
@Schema(
    description =
        "pending, access not yet authorized or nodes not yet read; active, its nodes can be sold; draining, no new bookings while what is booked goes on; retired, gone for good")
public enum ClusterState {
  /** Registered; access is not yet authorized, or nodes are not yet read. */
  PENDING,
  /** Its nodes can be sold. */
  ACTIVE,
  /** No new bookings; what is booked goes on. */
  DRAINING,
  /** Left the marketplace for good; no longer contacted. */
  RETIRED;

  /** The wire form. */
  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static ClusterState fromString(String wire) {
    for (ClusterState state : values()) {
      if (state.wire().equals(wire)) {
        return state;
      }
    }
    throw new IllegalArgumentException("not a state of a cluster");
  }

  /** What can happen to a cluster. */
  public enum Event {
    /** Access is authorized and the inventory has been read. */
    SYNCED,
    /** The provider stops new bookings. */
    DRAIN,
    /** The provider takes bookings again. */
    ACTIVATE,
    /** The provider takes it away. */
    RETIRE
  }

  /**
   * The state after an event; this state itself where the event changes nothing, empty where the
   * event is not allowed in it.
   */
  public Optional<ClusterState> after(Event event) {
    return switch (event) {
      case SYNCED -> Optional.of(this == PENDING ? ACTIVE : this);
      case DRAIN -> this == ACTIVE || this == DRAINING ? Optional.of(DRAINING) : Optional.empty();
      case ACTIVATE -> this == DRAINING || this == ACTIVE ? Optional.of(ACTIVE) : Optional.empty();
      case RETIRE -> this == ACTIVE ? Optional.empty() : Optional.of(RETIRED);
    };
  }
}
