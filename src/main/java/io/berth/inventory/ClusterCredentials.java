package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * What opens a cluster. Lies encrypted in the database, is never shown, and keeps its secrets out
 * of {@code toString()}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ClusterCredentials.Token.class, name = "token"),
  @JsonSubTypes.Type(value = ClusterCredentials.ClientCertificate.class, name = "clientCertificate")
})
public sealed interface ClusterCredentials {

  /**
   * PEM certificates of the authorities that the cluster's own certificate is checked against; null
   * for the authorities that this platform trusts anyway.
   */
  @Nullable String caCertificate();

  /** The kind. */
  CredentialType type();

  /** A bearer token. */
  record Token(String token, @Nullable String caCertificate) implements ClusterCredentials {

    @Override
    public CredentialType type() {
      return CredentialType.TOKEN;
    }

    @Override
    public String toString() {
      return "Token[redacted]";
    }
  }

  /**
   * A TLS client certificate.
   *
   * @param certificate PEM, the client's own certificate first
   * @param key its private key, PEM, PKCS #8
   */
  record ClientCertificate(String certificate, String key, @Nullable String caCertificate)
      implements ClusterCredentials {

    @Override
    public CredentialType type() {
      return CredentialType.CLIENT_CERTIFICATE;
    }

    @Override
    public String toString() {
      return "ClientCertificate[redacted]";
    }
  }
}
