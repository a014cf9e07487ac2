package io.berth.sandbox.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/**
 * A self-signed certificate for 127.0.0.1 and localhost, with its key, both as PEM.
 *
 * <p>The mock server's built-in certificate has no subject alternative name, so no client that
 * verifies host names accepts it. The few DER structures of RFC 5280 are written by hand here
 * rather than drawing a cryptography library into the build for one certificate.
 */
public record LocalCertificate(String certificatePem, String keyPem) {

  private static final Duration VALIDITY = Duration.ofDays(3650);
  private static final byte[] ECDSA_WITH_SHA256 =
      oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
  private static final byte[] COMMON_NAME = oid(0x55, 0x04, 0x03);
  private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
  private static final byte[] KEY_USAGE = oid(0x55, 0x1d, 0x0f);
  private static final byte[] SUBJECT_ALTERNATIVE_NAME = oid(0x55, 0x1d, 0x11);
  private static final byte[] TRUE = der(0x01, new byte[] {(byte) 0xff});

  /**
   * Takes the certificate that the folder keeps, or makes one and keeps it: who trusted it once
   * still does.
   */
  static LocalCertificate keptIn(Path folder, String commonName) {
    Path certificateFile = folder.resolve("certificate.pem");
    Path keyFile = folder.resolve("key.pem");
    try {
      if (Files.exists(certificateFile)) {
        return new LocalCertificate(Files.readString(certificateFile), Files.readString(keyFile));
      }
      LocalCertificate made = generate(commonName);
      Files.createDirectories(folder);
      // The certificate goes last: where it exists, its key does too.
      AtomicFiles.write(keyFile, made.keyPem);
      AtomicFiles.write(certificateFile, made.certificatePem);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the cluster's certificate", e);
    }
  }

  /** Makes a certificate on the curve P-256, valid from yesterday for ten years. */
  public static LocalCertificate generate(String commonName) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      byte[] body = body(commonName, keys);
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(body);
      byte[] certificate = sequence(body, sequence(ECDSA_WITH_SHA256), bits(0, signature.sign()));
      return new LocalCertificate(
          pem("CERTIFICATE", certificate), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256 and SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "LocalCertificate[key hidden]";
  }

  private static byte[] body(String commonName, KeyPair keys) {
    byte[] name =
        sequence(
            der(
                0x31,
                sequence(COMMON_NAME, der(0x0c, commonName.getBytes(StandardCharsets.UTF_8)))));
    Instant now = Instant.now();
    byte[] validity = sequence(time(now.minus(Duration.ofDays(1))), time(now.plus(VALIDITY)));
    byte[] alternativeNames =
        sequence(
            der(0x87, new byte[] {127, 0, 0, 1}),
            der(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)));
    byte[] extensions =
        sequence(
            sequence(BASIC_CONSTRAINTS, TRUE, der(0x04, sequence(TRUE))),
            // Digital signature and certificate signing, with two unused bits.
            sequence(KEY_USAGE, TRUE, der(0x04, bits(2, (byte) 0x84))),
            sequence(SUBJECT_ALTERNATIVE_NAME, der(0x04, alternativeNames)));
    byte[] version3 = der(0xa0, der(0x02, (byte) 2));
    byte[] serial =
        der(0x02, new BigInteger(64, new SecureRandom()).add(BigInteger.ONE).toByteArray());
    return sequence(
        version3,
        serial,
        sequence(ECDSA_WITH_SHA256),
        name,
        validity,
        name,
        keys.getPublic().getEncoded(),
        der(0xa3, extensions));
  }

  private static byte[] time(Instant instant) {
    String utc =
        DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC).format(instant);
    return der(0x17, utc.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] bits(int unused, byte... content) {
    return der(0x03, new byte[] {(byte) unused}, content);
  }

  private static byte[] oid(int... content) {
    byte[] bytes = new byte[content.length];
    for (int i = 0; i < content.length; i++) {
      bytes[i] = (byte) content[i];
    }
    return der(0x06, bytes);
  }

  private static byte[] sequence(byte[]... parts) {
    return der(0x30, parts);
  }

  private static byte[] der(int tag, byte single) {
    return der(tag, new byte[] {single});
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    int length = content.size();
    if (length < 0x80) {
      whole.write(length);
    } else if (length < 0x100) {
      whole.write(0x81);
      whole.write(length);
    } else {
      whole.write(0x82);
      whole.write(length >> 8);
      whole.write(length);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }

  private static String pem(String label, byte[] content) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
