package io.berth.platform;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a {@link Condition} holds. */
public enum ConditionStatus {
  /** It holds. */
  @JsonProperty("True")
  TRUE,
  /** It does not hold. */
  @JsonProperty("False")
  FALSE,
  /** It could not be told. */
  @JsonProperty("Unknown")
  UNKNOWN
}
