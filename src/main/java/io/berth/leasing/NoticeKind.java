package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a party is told of a lease. */
@Schema(
    description =
        "windDownOrdered, the lease will end before its time; windDownWithdrawn, it will not after all; notPermittedToStart, its time has come and it waits until policy permits it")
public enum NoticeKind {
  /** It will end before its time. */
  @JsonProperty("windDownOrdered")
  WIND_DOWN_ORDERED,
  /** It will not end before its time after all. */
  @JsonProperty("windDownWithdrawn")
  WIND_DOWN_WITHDRAWN,
  /** Its time has come, and it waits until policy permits it. */
  @JsonProperty("notPermittedToStart")
  NOT_PERMITTED_TO_START
}
