package io.berth.compliance.internal;

import io.restassured.path.json.JsonPath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/**
 * The check that the auditors' page describes, as an outsider would write it from there: it uses
 * nothing of the service.
 */
final class OutsideCheck {

  private OutsideCheck() {}

  /** The hash at an entry's position. */
  static String hash(String before, Map<String, Object> entry) throws GeneralSecurityException {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    form.writeBytes(HexFormat.of().parseHex(before));
    netstring(form, "berth-audit-entry-1");
    for (String member :
        new String[] {"id", "at", "actor", "organizationId", "action", "subject", "detail"}) {
      netstring(form, (String) entry.getOrDefault(member, ""));
    }
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(form.toByteArray()));
  }

  private static void netstring(ByteArrayOutputStream form, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    form.writeBytes((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    form.writeBytes(bytes);
    form.write(',');
  }

  /** Whether the key signed the checkpoint. */
  static boolean isSigned(Map<String, Object> checkpoint, String pem)
      throws GeneralSecurityException {
    String message =
        "berth-audit-checkpoint-1\n"
            + checkpoint.get("position")
            + "\n"
            + checkpoint.get("hash")
            + "\n"
            + checkpoint.get("at")
            + "\n"
            + checkpoint.get("keyId")
            + "\n";
    String base64 =
        pem.lines().filter(line -> !line.startsWith("-----")).reduce("", String::concat);
    PublicKey key =
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(key);
    signature.update(message.getBytes(StandardCharsets.UTF_8));
    return signature.verify(Base64.getDecoder().decode((String) checkpoint.get("signature")));
  }

  /** The key that a checkpoint names, out of the list of keys. */
  static String key(JsonPath keys, Map<String, Object> checkpoint) {
    return keys.getString("items.find { it.id == '" + checkpoint.get("keyId") + "' }.publicKey");
  }
}
