package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A list of parties that an authority restricts. */
public enum DeniedPartyList {
  /** Specially designated nationals: blocked by the US Treasury (31 CFR chapter V). */
  @JsonProperty("SDN")
  SDN,
  /** The US Entity List (15 CFR part 744, supplement 4). */
  @JsonProperty("EL")
  ENTITY_LIST
}
