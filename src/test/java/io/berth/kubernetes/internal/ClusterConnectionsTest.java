package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterCredentials;
import io.berth.inventory.ClusterId;
import io.berth.inventory.PemFiles;
import io.berth.testing.BerthTest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections, against a server that asks for a client certificate. */
@BerthTest
class ClusterConnectionsTest {

  private static final String AUTO_CONFIGURED_TOKEN = "kubernetes.auth.token";

  private static PemFiles pem;

  @Inject ClusterConnections connections;

  private final ClusterId cluster = ClusterId.fresh();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpsServer server;
  private boolean redirects;
  private int paddingBytes;

  @BeforeAll
  static void make(@TempDir Path folder) {
    pem = PemFiles.make(folder);
  }

  @BeforeEach
  void start() throws Exception {
    TlsMaterial own =
        TlsMaterial.of(
            new ClusterCredentials.ClientCertificate(
                pem.certificate(), pem.key(), pem.certificate()));
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own.keys(), own.trust(), null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = tls.getDefaultSSLParameters();
            wanted.setWantClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          var session = ((com.sun.net.httpserver.HttpsExchange) exchange).getSSLSession();
          String peer;
          try {
            peer = session.getPeerPrincipal().getName();
          } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
            peer = "nobody";
          }
          requests.add(
              exchange.getRequestURI()
                  + " "
                  + peer
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body =
              ("{\"gitVersion\": \"v1.34.0\", \"major\": \"1\", \"minor\": \"34\"}"
                      + " ".repeat(paddingBytes))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          if (redirects && !exchange.getRequestURI().getPath().equals("/elsewhere")) {
            exchange.getResponseHeaders().add("Location", url() + "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
          } else {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    connections.close(cluster);
    server.stop(0);
    System.clearProperty(AUTO_CONFIGURED_TOKEN);
  }

  @Test
  void showsItsClientCertificate() {
    connections.client(withCertificate(1)).getKubernetesVersion();

    assertThat(requests).containsExactly("/version CN=pem null");
  }

  @Test
  void sendsItsTokenAndNoCertificate() {
    connections.client(withToken(1)).getKubernetesVersion();

    assertThat(requests).containsExactly("/version nobody Bearer t1");
  }

  @Test
  void takesNothingFromThisMachine() {
    System.setProperty(AUTO_CONFIGURED_TOKEN, "of-this-machine");

    connections.client(withCertificate(1)).getKubernetesVersion();

    assertThat(requests).containsExactly("/version CN=pem null");
  }

  @Test
  void readsNoAnswerWithoutEnd() {
    paddingBytes = 40 * 1024 * 1024;

    assertThatThrownBy(() -> connections.client(withToken(1)).getKubernetesVersion())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            failure -> assertThat(Obstacle.of(failure).reason()).isEqualTo("AnswerTooLarge"));
  }

  @Test
  void followsNoRedirect() {
    redirects = true;

    assertThatThrownBy(() -> connections.client(withToken(1)).getKubernetesVersion())
        .isInstanceOf(KubernetesClientException.class);

    assertThat(requests).isNotEmpty().noneMatch(request -> request.contains("/elsewhere"));
  }

  @Test
  void keepsAConnectionUntilTheCredentialsChange() {
    KubernetesClient first = connections.client(withToken(1));

    assertThat(connections.client(withToken(1))).isSameAs(first);
    KubernetesClient second = connections.client(withToken(2));
    assertThat(second).isNotSameAs(first);
    second.getKubernetesVersion();
    assertThat(requests).containsExactly("/version nobody Bearer t2");
  }

  @Test
  void refusesCredentialsThatCannotBeUsed() {
    ClusterAccess access =
        new ClusterAccess(
            cluster, URI.create(url()), new ClusterCredentials.Token("t", "no PEM"), 1);

    assertThatThrownBy(() -> connections.client(access))
        .isInstanceOf(UnfitConnectionException.class);
  }

  private String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  private ClusterAccess withToken(long version) {
    return new ClusterAccess(
        cluster,
        URI.create(url()),
        new ClusterCredentials.Token("t" + version, pem.certificate()),
        version);
  }

  private ClusterAccess withCertificate(long version) {
    return new ClusterAccess(
        cluster,
        URI.create(url()),
        new ClusterCredentials.ClientCertificate(pem.certificate(), pem.key(), pem.certificate()),
        version);
  }
}
