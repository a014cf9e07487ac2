package io.berth.platform;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/**
 * Encrypts what must not lie in the database in clear, with authenticated encryption under a keyset
 * that allows rotation: the primary key encrypts, every key of the set decrypts.
 */
@Startup
@ApplicationScoped
public class Secrets {

  private final Aead aead;

  /** Fails start-up where the keyset is missing or unreadable. */
  Secrets(PlatformConfig config) {
    String keyset =
        config
            .secrets()
            .keyset()
            .orElseThrow(() ->
                new IllegalStateException(
                    "berth.platform.secrets.keyset is not set: give it a Tink AEAD keyset as"
                        + " JSON"));
    try {
      AeadConfig.register();
      aead =
          TinkJsonProtoKeysetFormat.parseKeyset(keyset, InsecureSecretKeyAccess.get())
              .getPrimitive(RegistryConfiguration.get(), Aead.class);
    } catch (GeneralSecurityException e) {
      // The cause is left out: its message may hold parts of the keyset.
      throw new IllegalStateException(
          "berth.platform.secrets.keyset is not a readable Tink AEAD keyset in JSON");
    }
  }

  /**
   * Encrypts.
   *
   * @param context what the secret belongs to, such as an identifier: it decrypts only there
   */
  public byte[] encrypt(String plain, String context) {
    try {
      return aead.encrypt(
          plain.getBytes(StandardCharsets.UTF_8), context.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("encryption of a secret failed", e);
    }
  }

  /**
   * Decrypts.
   *
   * @throws IllegalStateException where no key of the set made it, or for another context
   */
  public String decrypt(byte[] cipher, String context) {
    try {
      return new String(
          aead.decrypt(cipher, context.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no key of the keyset decrypts this secret", e);
    }
  }

  /** A new keyset with one AES-256-GCM key, in the JSON that the setting takes. */
  public static String freshKeyset() {
    try {
      AeadConfig.register();
      return TinkJsonProtoKeysetFormat.serializeKeyset(
          KeysetHandle.generateNew(com.google.crypto.tink.aead.PredefinedAeadParameters.AES256_GCM),
          InsecureSecretKeyAccess.get());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a keyset", e);
    }
  }
}
