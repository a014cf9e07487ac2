package io.berth.ledger;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an account is for. */
public enum AccountKind {
  /** What a tenant has paid in and not yet spent. */
  @JsonProperty("tenant")
  TENANT,
  /** What a provider has earned. */
  @JsonProperty("provider")
  PROVIDER,
  /** The platform's other side of every deposit. */
  @JsonProperty("deposits")
  DEPOSITS
}
