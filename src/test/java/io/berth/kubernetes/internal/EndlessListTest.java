package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.DeviceDetector;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterTask;
import io.berth.platform.OrganizationId;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that has another page of nodes, whatever it is asked. */
class EndlessListTest {

  private static final int PAGE_SIZE = 500;
  private static final ClusterTask TASK =
      new ClusterTask(ClusterId.fresh(), OrganizationId.fresh(), 1);
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);
  private static final Duration QUIET = Duration.ofMillis(500);

  private final AtomicInteger pages = new AtomicInteger();
  private volatile int nodesOfAPage;
  private HttpServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    client = connect();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void asksNoMoreOnceItHasAskedForLong() {
    NodeInformers informers = informers(QUIET);

    assertThatThrownBy(() -> read(informers)).isInstanceOf(NodeInformers.NodesTooSlow.class);

    awaitQuiet();
  }

  @Test
  void asksNoMoreOfAClusterThatItLetsGo() {
    NodeInformers informers = informers(WAIT_MAX);
    Thread look =
        Thread.ofPlatform()
            .start(() ->
                assertThatThrownBy(() -> read(informers)).isInstanceOf(RuntimeException.class));
    await().atMost(WAIT_MAX).until(() -> pages.get() > 2);

    informers.stopAll();

    awaitQuiet();
    await().atMost(WAIT_MAX).until(() -> !look.isAlive());
  }

  @Test
  void asksNoMoreOnceThereAreTooMany() {
    nodesOfAPage = PAGE_SIZE;

    assertThatThrownBy(() -> read(informers(WAIT_MAX)))
        .isInstanceOf(NodeInformers.NodesTooMany.class);

    assertThat(pages).hasValue(ObservedNodes.NODES_MAX / PAGE_SIZE + 1);
    awaitQuiet();
  }

  /** One that goes on asks thousands of times in so long. */
  private void awaitQuiet() {
    AtomicInteger last = new AtomicInteger(-1);
    await()
        .atMost(WAIT_MAX)
        .pollInterval(QUIET)
        .until(() -> last.getAndSet(pages.get()) == pages.get());
  }

  private void read(NodeInformers informers) {
    informers.nodes(TASK, client, this::connect, Set.of(), false, told -> {});
  }

  private static NodeInformers informers(Duration readMax) {
    return new NodeInformers(
        new NodeReader(new DeviceDetector(new AcceleratorCatalog())), readMax, Duration.ofHours(1));
  }

  private KubernetesClient connect() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private void answer(HttpExchange exchange) throws IOException {
    int page = pages.incrementAndGet();
    String items =
        IntStream.range(0, nodesOfAPage)
            .mapToObj("{\"metadata\":{\"name\":\"node-%d-%%d\"}}".formatted(page)::formatted)
            .collect(Collectors.joining(","));
    byte[] body =
        """
        {"kind":"NodeList","apiVersion":"v1",
         "metadata":{"resourceVersion":"1","continue":"page-%d"},"items":[%s]}
        """
            .formatted(page, items)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
