package io.berth.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {

  private static PemFiles mine;
  private static PemFiles another;

  @BeforeAll
  static void make(@TempDir Path folder) {
    mine = PemFiles.make(folder.resolve("mine"));
    another = PemFiles.make(folder.resolve("another"));
  }

  @Test
  void readsCertificatesInOrder() {
    assertThat(Pem.certificates(mine.certificate() + "\ncomment\n" + another.certificate()))
        .containsExactly(certificate(mine), certificate(another));
  }

  @Test
  void readsKeyInPkcs8AndWritesTheSame() {
    PrivateKey key = Pem.privateKey(mine.key(), certificate(mine));

    assertThat(Pem.privateKey(Pem.write(key), certificate(mine))).isEqualTo(key);
  }

  @Test
  void readsKeyInSec1AsKubeadmAndK3sWriteIt() {
    PrivateKey key = Pem.privateKey(mine.key(), certificate(mine));
    byte[] pkcs8 = key.getEncoded();
    // The bare key is the content of the last octet string, whose length takes one byte.
    int start = pkcs8.length - (pkcs8[1] & 0xff) + 2;
    byte[] sec1 = null;
    for (int i = start; i < pkcs8.length - 1 && sec1 == null; i++) {
      if (pkcs8[i] == 0x04 && (pkcs8[i + 1] & 0xff) == pkcs8.length - i - 2) {
        sec1 = Arrays.copyOfRange(pkcs8, i + 2, pkcs8.length);
      }
    }

    assertThat(Pem.privateKey(pem("EC PRIVATE KEY", sec1), certificate(mine))).isEqualTo(key);
  }

  @Test
  void refusesKeyOfAnotherCertificate() {
    assertThatThrownBy(() -> Pem.privateKey(another.key(), certificate(mine)))
        .isInstanceOf(InvalidPemException.class)
        .hasMessage("is not the private key of the certificate");
  }

  @Test
  void refusesKeyOfAnotherAlgorithm() throws Exception {
    byte[] rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();

    assertThatThrownBy(() -> Pem.privateKey(pem("PRIVATE KEY", rsa), certificate(mine)))
        .isInstanceOf(InvalidPemException.class)
        .hasMessageContaining("cannot be read as the private key");
  }

  @Test
  void refusesEncryptedKey() {
    assertThatThrownBy(
            () -> Pem.privateKey(pem("ENCRYPTED PRIVATE KEY", new byte[9]), certificate(mine)))
        .isInstanceOf(InvalidPemException.class)
        .hasMessageContaining("not encrypted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no PEM",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
      })
  void refusesWhatIsNoCertificate(String pem) {
    assertThatThrownBy(() -> Pem.certificates(pem)).isInstanceOf(InvalidPemException.class);
  }

  @Test
  void refusesKeyAmongCertificates() {
    assertThatThrownBy(() -> Pem.certificates(mine.certificate() + mine.key()))
        .isInstanceOf(InvalidPemException.class)
        .hasMessageContaining("PRIVATE KEY");
  }

  private static X509Certificate certificate(PemFiles files) {
    return Pem.certificates(files.certificate()).getFirst();
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der));
  }
}
