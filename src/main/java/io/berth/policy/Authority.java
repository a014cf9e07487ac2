package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** On whose word a rule stands. */
@Schema(
    description =
        "On whose word a rule stands: law, a statute or regulation in force; guidance, what an authority has said without making it law; platform, what the marketplace chooses; tenant, what the tenant asked for")
public enum Authority {
  /** A statute or regulation in force. */
  @JsonProperty("law")
  LAW,
  /** What an authority has said, or is reported to have said, without making it law. */
  @JsonProperty("guidance")
  GUIDANCE,
  /** What the operator of this marketplace chooses to hold or refuse. */
  @JsonProperty("platform")
  PLATFORM,
  /** What the tenant itself asked for. */
  @JsonProperty("tenant")
  TENANT
}
