package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What the accelerators are to do. */
@Schema(
    description =
        "What the accelerators are to do: training of models, or inference with models that are trained")
public enum Workload {
  /** Training of models. */
  @JsonProperty("training")
  TRAINING,
  /** Use of models that are already trained. */
  @JsonProperty("inference")
  INFERENCE
}
