package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.berth.inventory.ClusterCredentials;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.platform.OutboundAddresses;
import io.berth.platform.PlatformConfig;
import io.berth.sandbox.cluster.SandboxClusters;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registration asks of a server, against one that answers and others that do not. */
class VersionCheckTest {

  private static final String TOKEN = "right-token";
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);

  /** Longer than any test waits. */
  private static final String VERY_LONG = "PT1M";

  private static final String ALLOW_PRIVATE = "berth.platform.outbound.allow-private-addresses";
  private static final String CHECK_MAX = "berth.kubernetes.registration-check-max";

  private final Vertx vertx = Vertx.vertx();
  private final ClusterThreads threads = new ClusterThreads();
  private SimulatedCluster cluster;

  @BeforeEach
  void start() {
    cluster = SimulatedCluster.start(SandboxClusters.nordic(), 0, TOKEN, null);
  }

  @AfterEach
  void stop() {
    cluster.close();
    threads.stop();
    vertx.close();
  }

  @Test
  void refusesAServerThatIsTooOld() {
    cluster.setVersion("v1.24.17-eks-2");

    assertThat(ask(check(Map.of()), TOKEN))
        .contains(
            "The server runs Kubernetes 1.24; 1.25 or newer is supported: upgrade the cluster.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.25.0", "v1.34.2+k3s1", "v2.0.0", "next.0.1"})
  void takesAnyOther(String version) {
    cluster.setVersion(version);

    assertThat(ask(check(Map.of()), TOKEN)).isEmpty();
  }

  @Test
  void takesOneThatDoesNotTell() {
    cluster.setVersion("v1.24.17");
    int port = cluster.port();

    assertThat(ask(check(Map.of()), "wrong-token")).isEmpty();
    assertThat(ask(check(Map.of()), port, TOKEN, null)).as("not its authority").isEmpty();
    String authority = cluster.caCertificatePem();
    cluster.close();
    assertThat(ask(check(Map.of()), port, TOKEN, authority)).as("nobody there").isEmpty();
    cluster = SimulatedCluster.start(SandboxClusters.nordic(), port, TOKEN, null);
  }

  /** The address may lead elsewhere since it was checked. */
  @Test
  void callsNoAddressThatMayNotBeCalled() {
    cluster.setVersion("v1.24.17");

    assertThat(ask(check(Map.of(ALLOW_PRIVATE, "false")), TOKEN)).isEmpty();
  }

  @Test
  void waitsForNoServerThatIsSlowAndKeepsItsPlaceSoLong() throws IOException {
    cluster.setVersion("v1.24.17");
    VersionCheck check =
        check(Map.of(CHECK_MAX, "PT0.1S", "berth.kubernetes.registration-checks-at-once-max", "1"));

    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Socket> asked = accept(silent);
      assertThat(ask(check, silent.getLocalPort(), TOKEN, null)).isEmpty();

      try (Socket held = asked.orTimeout(WAIT_MAX.toSeconds(), TimeUnit.SECONDS).join()) {
        assertThat(held.isConnected()).isTrue();
        assertThat(ask(check, TOKEN)).as("there is one place").isEmpty();
      }
    }
    await().atMost(WAIT_MAX).until(() -> ask(check, TOKEN), Optional::isPresent);
  }

  private static CompletableFuture<Socket> accept(ServerSocket server) {
    CompletableFuture<Socket> accepted = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            accepted.complete(server.accept());
          } catch (IOException e) {
            accepted.completeExceptionally(e);
          }
        });
    return accepted;
  }

  private Optional<String> ask(VersionCheck check, String token) {
    return ask(check, cluster.port(), token, cluster.caCertificatePem());
  }

  private static Optional<String> ask(
      VersionCheck check, int port, String token, String authority) {
    Uni<Optional<String>> refusal =
        check.refusal(
            URI.create("https://127.0.0.1:" + port),
            new ClusterCredentials.Token(token, authority));
    return refusal.await().atMost(WAIT_MAX);
  }

  private VersionCheck check(Map<String, String> settings) {
    SmallRyeConfigBuilder builder =
        new SmallRyeConfigBuilder()
            .withMapping(KubernetesConfig.class)
            .withMapping(PlatformConfig.class)
            .withConverters(new Converter<?>[] {new DurationConverter(), new MemorySizeConverter()})
            .withDefaultValue(ALLOW_PRIVATE, "true")
            .withDefaultValue(CHECK_MAX, VERY_LONG)
            .withDefaultValue("berth.kubernetes.connect-timeout", VERY_LONG)
            .withDefaultValue("berth.kubernetes.request-timeout", VERY_LONG);
    settings.forEach(builder::withDefaultValue);
    SmallRyeConfig all = builder.build();
    KubernetesConfig config = all.getConfigMapping(KubernetesConfig.class);
    ClusterConnections connections =
        new ClusterConnections(
            new OutboundAddresses(all.getConfigMapping(PlatformConfig.class)),
            vertx,
            config,
            Clock.systemUTC());
    return new VersionCheck(connections, threads, vertx, config);
  }
}
