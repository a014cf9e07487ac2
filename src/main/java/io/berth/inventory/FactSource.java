package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a fact about a node comes from, from the weakest to the strongest. */
public enum FactSource {
  /** The provider says so. */
  @JsonProperty("declared")
  DECLARED,
  /** It follows from what the cluster reports. */
  @JsonProperty("discovered")
  DISCOVERED,
  /** A person has checked it. */
  @JsonProperty("verified")
  VERIFIED
}
