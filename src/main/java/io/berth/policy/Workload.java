package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the accelerators are to do. */
public enum Workload {
  /** Training of models. */
  @JsonProperty("training")
  TRAINING,
  /** Use of models that are already trained. */
  @JsonProperty("inference")
  INFERENCE
}
