package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where a job stands. */
@Schema(
    description =
        "queued, not in the cluster yet; starting, not all of its pods run; running, all run; succeeded, all ended well; failed, more often than it may be retried or out of time; cancelled, or ended with its lease")
public enum JobState {
  /** Accepted; not in the cluster yet. */
  @JsonProperty("queued")
  QUEUED,
  /** In the cluster; not all of its pods run. */
  @JsonProperty("starting")
  STARTING,
  /** All of its pods run. */
  @JsonProperty("running")
  RUNNING,
  /** All of its pods ended well. */
  @JsonProperty("succeeded")
  SUCCEEDED,
  /** It failed more often than it may be retried, or ran out of time. */
  @JsonProperty("failed")
  FAILED,
  /** It was cancelled, or its lease ended before it did. */
  @JsonProperty("cancelled")
  CANCELLED;

  /** Whether nothing more happens to it. */
  public boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }

  /**
   * Whether an observation may take a job from this state to another: forwards only, except that a
   * running job may start anew when its pods were lost.
   */
  public boolean mayBecome(JobState next) {
    return !isFinal() && (next != QUEUED || this == QUEUED);
  }
}
