package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A rule that a tenant has set for itself. */
@Schema(
    description =
        "A rule that a tenant sets for itself: eu-owned-only, providers whose ultimate parent has its seat in the European Union; no-nvidia, no accelerators made by NVIDIA; eu-sovereign-only, nodes in the zone eu-sovereign")
public enum TenantRule {
  /** Only providers whose ultimate parent has its seat in the European Union. */
  @JsonProperty("eu-owned-only")
  EU_OWNED_ONLY,
  /** No accelerators made by NVIDIA. */
  @JsonProperty("no-nvidia")
  NO_NVIDIA,
  /** Only nodes in the zone {@code eu-sovereign}. */
  @JsonProperty("eu-sovereign-only")
  EU_SOVEREIGN_ONLY
}
