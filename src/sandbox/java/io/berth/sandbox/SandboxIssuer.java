package io.berth.sandbox;

import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** Issues the sandbox's tokens, signed with a key of its own that the service is told to trust. */
public final class SandboxIssuer {

  private static final String ISSUER = "https://sandbox.berth.invalid";
  private static final Duration LIFETIME = Duration.ofDays(30);
  private static final int KEY_BITS = 2048;

  private final KeyPair keys;

  private SandboxIssuer(KeyPair keys) {
    this.keys = keys;
  }

  /** An issuer whose key lies in {@code folder}, made at the first start. */
  public static SandboxIssuer in(Path folder) throws IOException {
    Path file = folder.resolve("issuer.key");
    try {
      if (Files.exists(file)) {
        KeyFactory rsa = KeyFactory.getInstance("RSA");
        RSAPrivateCrtKey secret =
            (RSAPrivateCrtKey)
                rsa.generatePrivate(
                    new PKCS8EncodedKeySpec(Base64.getDecoder().decode(Files.readString(file))));
        return new SandboxIssuer(
            new KeyPair(
                rsa.generatePublic(
                    new RSAPublicKeySpec(secret.getModulus(), secret.getPublicExponent())),
                secret));
      }
      SandboxIssuer fresh = temporary();
      Files.createDirectories(folder);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          file, Base64.getEncoder().encodeToString(fresh.keys.getPrivate().getEncoded()));
      return fresh;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot read the sandbox issuer's key in " + file, e);
    }
  }

  /** An issuer with a new key that is kept nowhere. */
  public static SandboxIssuer temporary() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(KEY_BITS);
      return new SandboxIssuer(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK makes RSA keys", e);
    }
  }

  /** The settings that make the service trust this issuer. */
  public Map<String, String> settings() {
    return Map.of(
        "quarkus.oidc.public-key",
        Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()),
        "quarkus.oidc.token.issuer",
        ISSUER);
  }

  /**
   * A token.
   *
   * @param subject the user
   * @param organization wire form of the user's organization
   * @param roles the user's roles
   */
  public String token(String subject, String organization, Set<String> roles) {
    return Jwt.issuer(ISSUER)
        .subject(subject)
        .audience("berth")
        .groups(roles)
        .claim("organization", organization)
        .expiresIn(LIFETIME)
        .sign(keys.getPrivate());
  }
}
