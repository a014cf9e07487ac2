package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a party is told of a lease. */
@Schema(
    description =
        "windDownOrdered, the lease will end before its time; windDownWithdrawn, it will not after all; notPermittedToStart, its time has come and it waits until policy permits it; notRenewed, an on-demand lease cannot be renewed and ends at its end; renewed, it could be renewed after all, or since interruptible leases made room; transferred, another tenant has the rest of it; interrupted, an interruptible lease ends before its time, since a firm one needs its slots; nodeLost, accelerators of the lease cannot be used and are not charged until they can; nodeReplaced, another node has taken a lost one's place; nodeRestored, a lost node is back; resaleEnded, the offer of the rest of it ended by itself, unsold, of which its tenant alone is told; podsEvicted, pods in its namespace ran on nodes that it does not have and were deleted")
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
  /** It could be renewed after all, or since interruptible leases made room. */
  @JsonProperty("renewed")
  RENEWED,
  /** Another tenant has the rest of it. */
  @JsonProperty("transferred")
  TRANSFERRED,
  /** It yields to a firm lease, and ends before its time. */
  @JsonProperty("interrupted")
  INTERRUPTED,
  /** A node fails and no other can take its place: what it has of the lease is not charged. */
  @JsonProperty("nodeLost")
  NODE_LOST,
  /** Another node has taken the place of one that fails. */
  @JsonProperty("nodeReplaced")
  NODE_REPLACED,
  /** A node that was lost is back. */
  @JsonProperty("nodeRestored")
  NODE_RESTORED,
  /** The tenant's offer of the rest of it ended by itself, unsold. */
  @JsonProperty("resaleEnded")
  RESALE_ENDED,
  /** Pods in its namespace ran on nodes that it does not have, and were deleted. */
  @JsonProperty("podsEvicted")
  PODS_EVICTED
}
