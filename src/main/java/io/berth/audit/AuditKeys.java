package io.berth.audit;

import com.google.crypto.tink.subtle.Ed25519Sign;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of checkpoints: one signs, it and its predecessors are believed. The key is the
 * deployment's and not the database's: whoever can change every row cannot sign what they made of
 * them.
 */
@Startup
@ApplicationScoped
public class AuditKeys {

  private static final String ALGORITHM = "Ed25519";
  private static final int ID_BYTES = 8;

  /** What stands before the 32 bytes of an Ed25519 key in SubjectPublicKeyInfo (RFC 8410). */
  private static final byte[] PUBLIC_KEY_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  private final PrivateKey signing;
  private final String signingId;
  private final Map<String, PublicKey> known = new LinkedHashMap<>();

  /** Fails start-up where the signing key is missing or a key is unreadable. */
  AuditKeys(AuditConfig config) {
    String text =
        config
            .signingKey()
            .orElseThrow(() ->
                new IllegalStateException(
                    "berth.audit.signing-key is not set: give it an Ed25519 private key as PEM"));
    try {
      KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
      signing = keys.generatePrivate(new PKCS8EncodedKeySpec(decode(text)));
      PublicKey verifying = keys.generatePublic(new X509EncodedKeySpec(publicHalf(signing)));
      signingId = idOf(verifying);
      known.put(signingId, verifying);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // The cause is left out: its message may hold parts of the key.
      throw new IllegalStateException(
          "berth.audit.signing-key is not a readable Ed25519 private key (PKCS #8, PEM)");
    }
    for (String earlier : config.earlierKeys().orElse(List.of())) {
      try {
        PublicKey key =
            KeyFactory.getInstance(ALGORITHM)
                .generatePublic(new X509EncodedKeySpec(decode(earlier)));
        known.putIfAbsent(idOf(key), key);
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new IllegalStateException(
            "berth.audit.earlier-keys holds what is no readable Ed25519 public key (PEM)", e);
      }
    }
  }

  /**
   * A public key.
   *
   * @param id the first {@value #ID_BYTES} bytes of the SHA-256 of its DER form, hexadecimal
   * @param signs whether it is the one in use
   * @param pem SubjectPublicKeyInfo
   */
  public record Key(String id, boolean signs, String pem) {}

  /** Every key that is believed, the one in use first. */
  public List<Key> all() {
    return known.entrySet().stream()
        .map(key -> new Key(key.getKey(), key.getKey().equals(signingId), pem(key.getValue())))
        .toList();
  }

  /** Which key signs. */
  public String signingId() {
    return signingId;
  }

  /** Whether that key is believed. */
  public boolean knows(String keyId) {
    return known.containsKey(keyId);
  }

  /** Signs: base64. */
  public String sign(String message) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(signing);
      signature.update(message.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a checkpoint could not be signed", e);
    }
  }

  /** Whether that key is known and made the signature. */
  public boolean verifies(String keyId, String message, String signature) {
    PublicKey key = known.get(keyId);
    if (key == null) {
      return false;
    }
    try {
      Signature check = Signature.getInstance(ALGORITHM);
      check.initVerify(key);
      check.update(message.getBytes(StandardCharsets.UTF_8));
      return check.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // What is no signature at all verifies nothing.
      return false;
    }
  }

  /** A new private key in the form that the setting takes. */
  public static String freshSigningKey() {
    try {
      return Base64.getEncoder()
          .encodeToString(
              java.security.KeyPairGenerator.getInstance(ALGORITHM)
                  .generateKeyPair()
                  .getPrivate()
                  .getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  private static byte[] publicHalf(PrivateKey key) throws GeneralSecurityException {
    byte[] seed = ((EdECPrivateKey) key).getBytes().orElseThrow(GeneralSecurityException::new);
    byte[] point = Ed25519Sign.KeyPair.newKeyPairFromSeed(seed).getPublicKey();
    byte[] encoded =
        java.util.Arrays.copyOf(PUBLIC_KEY_HEAD, PUBLIC_KEY_HEAD.length + point.length);
    System.arraycopy(point, 0, encoded, PUBLIC_KEY_HEAD.length, point.length);
    return encoded;
  }

  private static String idOf(PublicKey key) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    return HexFormat.of().formatHex(digest, 0, ID_BYTES);
  }

  private static byte[] decode(String pem) {
    return Base64.getDecoder()
        .decode(pem.replaceAll("-----(BEGIN|END) [A-Z ]+-----", "").replaceAll("\\s", ""));
  }

  private static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }
}
