package io.berth.platform;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Whether a {@link Condition} holds. */
@Schema(description = "Whether it holds; Unknown where that could not be told")
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
