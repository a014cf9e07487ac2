package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A rule that a tenant has set for itself. */
public enum TenantRule {
  /** Only providers whose ultimate parent has its seat in the European Union. */
  @JsonProperty("eu-owned-only")
  EU_OWNED_ONLY,
  /** No accelerators made by NVIDIA. */
  @JsonProperty("no-nvidia")
  NO_NVIDIA
}
