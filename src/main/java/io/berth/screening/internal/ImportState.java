package io.berth.screening.internal;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How far an import is. */
@Schema(
    description =
        "queued, to be fetched; active, searched now; retired, a newer one has taken its place; failed, it could not be fetched or was refused")
enum ImportState {
  @JsonProperty("queued")
  QUEUED,
  @JsonProperty("active")
  ACTIVE,
  @JsonProperty("retired")
  RETIRED,
  @JsonProperty("failed")
  FAILED
}
