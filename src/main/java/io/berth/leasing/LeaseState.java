package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where a lease stands. */
@Schema(
    description =
        "reserved, its time has not come; provisioning, being made in the cluster; active, usable; ending, being taken out of the cluster; ended, nothing of it is left and it is paid for")
public enum LeaseState {
  /** Booked; its time has not come. */
  @JsonProperty("reserved")
  RESERVED,
  /** What the tenant needs is being made in the cluster. */
  @JsonProperty("provisioning")
  PROVISIONING,
  /** The tenant can use it. */
  @JsonProperty("active")
  ACTIVE,
  /** Jobs stop and everything is taken out of the cluster. */
  @JsonProperty("ending")
  ENDING,
  /** Nothing of it is left, and it is paid for. */
  @JsonProperty("ended")
  ENDED;

  /** The state after an event; empty where the event does not apply. */
  public Optional<LeaseState> after(LeaseEvent event) {
    return Optional.ofNullable(
        switch (event) {
          case START -> this == RESERVED ? PROVISIONING : null;
          case DELIVERED -> this == PROVISIONING ? ACTIVE : null;
          case TIME_UP -> isLive() ? ENDING : null;
          case CANCEL -> this == RESERVED ? ENDED : isLive() ? ENDING : null;
          case CLEARED -> this == ENDING ? ENDED : null;
        });
  }

  /** Whether the lease has not begun to end. */
  public boolean isLive() {
    return this == RESERVED || this == PROVISIONING || this == ACTIVE;
  }

  /** What happens to a lease. */
  public enum LeaseEvent {
    /** Its period has begun. */
    START,
    /** Everything is there. */
    DELIVERED,
    /** Its period is over. */
    TIME_UP,
    /** The tenant does not want it any more. */
    CANCEL,
    /** Nothing of it is left in the cluster. */
    CLEARED
  }
}
