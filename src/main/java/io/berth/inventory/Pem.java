package io.berth.inventory;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes certificates and private keys as PEM text (RFC 7468). */
public final class Pem {

  /** How many certificates one text may hold. */
  public static final int CERTIFICATES_COUNT_MAX = 50;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final int DER_SEQUENCE = 0x30;
  private static final int DER_OCTET_STRING = 0x04;
  private static final byte[] DER_VERSION_ZERO = {0x02, 0x01, 0x00};
  private static final int LINE_LENGTH = 64;

  private Pem() {}

  /**
   * The certificates in a text, at least one, in its order.
   *
   * @throws InvalidPemException where it holds none, too many, something else, or an unreadable one
   */
  public static List<X509Certificate> certificates(String pem) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(pem)) {
      if (!block.label().equals("CERTIFICATE")) {
        throw new InvalidPemException("holds a " + block.label() + " where only CERTIFICATE fits");
      }
      if (certificates.size() == CERTIFICATES_COUNT_MAX) {
        throw new InvalidPemException(
            "holds more than " + CERTIFICATES_COUNT_MAX + " certificates");
      }
      try {
        certificates.add(
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.der())));
      } catch (GeneralSecurityException e) {
        throw new InvalidPemException("holds a certificate that cannot be read");
      }
    }
    return List.copyOf(certificates);
  }

  /**
   * The private key in a text, in PKCS #8, or in the older forms of RSA (PKCS #1) and elliptic
   * curves (SEC 1) that {@code kubeadm} and {@code k3s} write.
   *
   * @param certificate whose key it must be
   * @throws InvalidPemException where it holds no key, an encrypted one, or another's
   */
  public static PrivateKey privateKey(String pem, X509Certificate certificate) {
    List<Block> keys =
        blocks(pem).stream().filter(block -> !block.label().equals("EC PARAMETERS")).toList();
    if (keys.size() != 1) {
      throw new InvalidPemException("must hold exactly one private key");
    }
    PublicKey publicKey = certificate.getPublicKey();
    byte[] pkcs8 =
        switch (keys.getFirst().label()) {
          case "PRIVATE KEY" -> keys.getFirst().der();
          case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> wrap(keys.getFirst().der(), publicKey);
          case "ENCRYPTED PRIVATE KEY" ->
              throw new InvalidPemException("must hold a private key that is not encrypted");
          default -> throw new InvalidPemException("must hold a private key");
        };
    try {
      PrivateKey key =
          KeyFactory.getInstance(publicKey.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      requirePair(key, publicKey);
      return key;
    } catch (GeneralSecurityException e) {
      throw new InvalidPemException("cannot be read as the private key of the certificate");
    }
  }

  /** The key as PEM in PKCS #8. */
  public static String write(PrivateKey key) {
    String body =
        Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encodeToString(key.getEncoded());
    return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
  }

  private record Block(String label, byte[] der) {}

  private static List<Block> blocks(String pem) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(pem);
    while (matcher.find()) {
      try {
        blocks.add(
            new Block(
                matcher.group(1),
                Base64.getMimeDecoder()
                    .decode(matcher.group(2).getBytes(StandardCharsets.US_ASCII))));
      } catch (IllegalArgumentException e) {
        throw new InvalidPemException("holds a " + matcher.group(1) + " that is not base64");
      }
    }
    if (blocks.isEmpty()) {
      throw new InvalidPemException("holds no PEM block (-----BEGIN …-----)");
    }
    return blocks;
  }

  /**
   * Puts a bare key into PKCS #8, whose algorithm identifier is the one of the public key (RFC
   * 5958, RFC 5280 section 4.1).
   */
  private static byte[] wrap(byte[] key, PublicKey publicKey) {
    byte[] info = publicKey.getEncoded();
    int start = headerLength(info, 0);
    int length = headerLength(info, start) + contentLength(info, start);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(DER_VERSION_ZERO);
    content.write(info, start, length);
    content.writeBytes(der(DER_OCTET_STRING, key));
    return der(DER_SEQUENCE, content.toByteArray());
  }

  private static byte[] der(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x1_0000) {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    } else {
      throw new InvalidPemException("holds a key that is too long");
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static int headerLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return first < 0x80 ? 2 : 2 + (first & 0x7f);
  }

  private static int contentLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << 8 | der[at + 2 + i] & 0xff;
    }
    return length;
  }

  private static void requirePair(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA", "Ed25519" -> "EdDSA";
          default -> throw new InvalidPemException("is of an algorithm that is not accepted");
        };
    byte[] probe = "berth".getBytes(StandardCharsets.US_ASCII);
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(probe);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(publicKey);
    verifier.update(probe);
    if (!verifier.verify(signature)) {
      throw new InvalidPemException("is not the private key of the certificate");
    }
  }
}
