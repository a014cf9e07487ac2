package io.berth.ledger;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What an account is for. */
@Schema(
    description =
        "tenant, what a tenant has paid in and not spent; provider, what a provider has earned; deposits, the platform's other side of every deposit")
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
