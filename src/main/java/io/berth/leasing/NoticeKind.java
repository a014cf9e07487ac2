package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a party is told of a lease. */
@Schema(
    description =
        "windDownOrdered, the lease will end before its time; windDownWithdrawn, it will not after all; notPermittedToStart, its time has come and it waits until policy permits it; notRenewed, an on-demand lease cannot be renewed and ends at its end; renewed, it could be renewed after all; transferred, another tenant has the rest of it; interrupted, an interruptible lease ends before its time, since a firm one needs its slots")
public enum NoticeKind {
  /** It will end before its time. */
  @JsonProperty("windDownOrdered")
  WIND_DOWN_ORDERED,
  /** It will not end before its time after all. */
  @JsonProperty("windDownWithdrawn")
  WIND_DOWN_WITHDRAWN,
  /** Its time has come, and it waits until policy permits it. */
  @JsonProperty("notPermittedToStart")
  NOT_PERMITTED_TO_START,
  /** An on-demand lease cannot be renewed as things are. */
  @JsonProperty("notRenewed")
  NOT_RENEWED,
  /** It could be renewed after all. */
  @JsonProperty("renewed")
  RENEWED,
  /** Another tenant has the rest of it. */
  @JsonProperty("transferred")
  TRANSFERRED,
  /** It yields to a firm lease, and ends before its time. */
  @JsonProperty("interrupted")
  INTERRUPTED
}
