package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A list of parties that an authority restricts. */
@Schema(
    description =
        "A list of restricted parties: SDN, specially designated nationals of the US Treasury (31 CFR chapter V); EL, the US Entity List (15 CFR part 744, supplement 4)")
public enum DeniedPartyList {
  /** Specially designated nationals: blocked by the US Treasury (31 CFR chapter V). */
  @JsonProperty("SDN")
  SDN,
  /** The US Entity List (15 CFR part 744, supplement 4). */
  @JsonProperty("EL")
  ENTITY_LIST
}
