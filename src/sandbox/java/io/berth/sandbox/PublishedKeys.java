package io.berth.sandbox;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Publishes the key of a {@link SandboxIssuer} as an issuer does (RFC 7517), since what was built
 * for production takes keys from nowhere else.
 */
public final class PublishedKeys implements AutoCloseable {

  private static final String KEY_SETTING = "quarkus.oidc.public-key";
  private static final String PATH = "/keys";

  private final HttpServer server;
  private final Map<String, String> issuerSettings;

  private PublishedKeys(HttpServer server, Map<String, String> issuerSettings) {
    this.server = server;
    this.issuerSettings = issuerSettings;
  }

  /** Publishes it on a free port until closed. */
  public static PublishedKeys of(SandboxIssuer issuer) throws IOException {
    Map<String, String> settings = issuer.settings();
    byte[] keys =
        keySet(Objects.requireNonNull(settings.get(KEY_SETTING), KEY_SETTING))
            .getBytes(StandardCharsets.UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        PATH,
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    server.start();
    return new PublishedKeys(server, settings);
  }

  /** The settings that make the service trust the issuer. */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(issuerSettings);
    settings.remove(KEY_SETTING);
    settings.put(
        "quarkus.oidc.auth-server-url", "http://127.0.0.1:" + server.getAddress().getPort());
    settings.put("quarkus.oidc.discovery-enabled", "false");
    settings.put("quarkus.oidc.jwks-path", PATH);
    // There is one key, which tokens do not name.
    settings.put("quarkus.oidc.jwks.try-all", "true");
    return settings;
  }

  private static String keySet(String publicKey) {
    try {
      RSAPublicKey key =
          (RSAPublicKey)
              KeyFactory.getInstance("RSA")
                  .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
      return """
      {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "it", "n": "%s", "e": "%s"}]}
      """
          .formatted(unsigned(key.getModulus()), unsigned(key.getPublicExponent()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK reads RSA keys", e);
    }
  }

  private static String unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int sign = bytes[0] == 0 ? 1 : 0;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
