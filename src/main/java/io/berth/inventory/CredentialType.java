package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How the service shows a cluster who it is. */
@Schema(description = "How the service shows a cluster who it is")
public enum CredentialType {
  /** A bearer token, usually a service account's. */
  @JsonProperty("token")
  TOKEN,
  /** A TLS client certificate. */
  @JsonProperty("clientCertificate")
  CLIENT_CERTIFICATE
}
