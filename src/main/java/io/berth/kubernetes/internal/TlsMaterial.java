package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterCredentials;
import io.berth.inventory.InvalidPemException;
import io.berth.inventory.Pem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a connection shows and trusts, made from credentials alone and in memory alone.
 *
 * @param keys the client's certificate; empty with a token
 * @param trust the authorities that the cluster's certificate is checked against
 */
record TlsMaterial(KeyManager[] keys, TrustManager[] trust) {

  private static final char[] NO_PASSWORD = new char[0];

  /** Throws {@link UnfitConnectionException} where the credentials cannot be used. */
  static TlsMaterial of(ClusterCredentials credentials) {
    try {
      KeyManager[] keys =
          switch (credentials) {
            case ClusterCredentials.Token token -> new KeyManager[0];
            case ClusterCredentials.ClientCertificate client -> keys(client);
          };
      return new TlsMaterial(keys, trust(credentials.caCertificate()));
    } catch (GeneralSecurityException | IOException | InvalidPemException e) {
      throw new UnfitConnectionException(
          "CredentialsUnusable", "The stored certificates or key cannot be used: replace them.");
    }
  }

  private static KeyManager[] keys(ClusterCredentials.ClientCertificate client)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> chain = Pem.certificates(client.certificate());
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        Pem.privateKey(client.key(), chain.getFirst()),
        NO_PASSWORD,
        chain.toArray(new X509Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trust(@Nullable String caCertificate)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (caCertificate == null) {
      factory.init((KeyStore) null);
      return factory.getTrustManagers();
    }
    KeyStore store = emptyStore();
    List<X509Certificate> authorities = Pem.certificates(caCertificate);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
