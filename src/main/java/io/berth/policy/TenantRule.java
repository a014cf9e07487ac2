package io.berth.policy;

/** A rule that a tenant has set for itself. */
public enum TenantRule {
  /** Only providers whose ultimate parent has its seat in the European Union. */
  EU_OWNED_ONLY,
  /** No accelerators made by NVIDIA. */
  NO_NVIDIA
}
