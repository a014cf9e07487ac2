package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where a fact about a node comes from, from the weakest to the strongest. */
@Schema(
    description =
        "Where a fact comes from, from the weakest to the strongest: declared by the provider, discovered in the cluster, verified by a person")
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
