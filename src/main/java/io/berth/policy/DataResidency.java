package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where the tenant's data may lie. */
@Schema(
    description =
        "Where the tenant's data may lie: none, anywhere; eea-only, in the European Economic Area only")
public enum DataResidency {
  /** Anywhere. */
  @JsonProperty("none")
  ANYWHERE,
  /** In the European Economic Area only. */
  @JsonProperty("eea-only")
  EEA_ONLY
}
