package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where the tenant's data may lie. */
public enum DataResidency {
  /** Anywhere. */
  @JsonProperty("none")
  ANYWHERE,
  /** In the European Economic Area only. */
  @JsonProperty("eea-only")
  EEA_ONLY
}
