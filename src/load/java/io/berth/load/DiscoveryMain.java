package io.berth.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.identity.Role;
import io.berth.plane.ControlPlane;
import io.berth.plane.FakeKubelet;
import io.berth.plane.ProviderAccess;
import io.berth.platform.OrganizationId;
import io.berth.sandbox.cluster.NodeBlueprint;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * How long a cluster of {@code -Dnodes} (5,000) nodes takes from its registration until all of them
 * can be offered, how long the change of a node's label until a tenant's search shows it, and how
 * much memory following the cluster takes. The cluster is a real control plane with made-up nodes
 * ({@code k8s/testing}).
 */
public final class DiscoveryMain {

  private static final String REGION = "fi-hel-1";
  private static final String ELSEWHERE = "fi-hel-2";
  private static final int DEVICES = 8;
  private static final Duration WAIT_MAX = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 20;
  private static final double MIB = 1024 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int nodes = Integer.getInteger("nodes", 5_000);
  private final int changes = Integer.getInteger("changes", 20);

  private DiscoveryMain() {}

  /** Measures it. */
  @SuppressWarnings("CatchAndPrintStackTrace") // Nobody else would say it.
  public static void main(String[] arguments) {
    int exit = 1;
    try {
      new DiscoveryMain().run();
      exit = 0;
    } catch (Exception e) {
      e.printStackTrace();
    }
    // Clients of the cluster leave threads behind that nobody waits for.
    System.exit(exit);
  }

  private void run() throws Exception {
    try (Surroundings around = Surroundings.start();
        ControlPlane plane = ControlPlane.startTemporary();
        KubernetesClient admin = plane.admin();
        FakeKubelet kubelet = FakeKubelet.start(plane)) {
      String access = ProviderAccess.grant(admin);
      kubelet.join(IntStream.rangeClosed(1, nodes).mapToObj(DiscoveryMain::node).toList());
      Map<String, String> settings = around.settings();
      settings.put("berth.platform.outbound.allow-private-addresses", "true");
      settings.put("berth.kubernetes.server-version-min", "1.20");
      try (LoadService service =
          LoadService.start(around.folder(), settings, Options.ofService())) {
        LoadMarket market = new LoadMarket(service.address(), around.issuer(), around.database());
        OrganizationId provider = market.organization("Provider");
        LoadClient asProvider =
            new LoadClient(
                service.address(),
                around.issuer().token("load", provider.toString(), Set.of(Role.PROVIDER)));
        LoadClient asTenant =
            new LoadClient(service.address(), market.tenants(1).getFirst().token());
        long emptyBytes = service.liveBytes();

        long began = System.nanoTime();
        String cluster =
            asProvider.post("/v1/clusters", registration(plane, access), "").get("id").asText();
        JsonNode pool =
            await(
                    () -> asProvider.get("/v1/clusters/" + cluster + "/node-pools"),
                    pools -> pools.at("/items/0/sellableSlots").asInt() == nodes * DEVICES)
                .at("/items/0");
        Duration synced = Duration.ofNanos(System.nanoTime() - began);
        offer(asProvider, pool.get("id").asText());
        awaitFree(asTenant, nodes * DEVICES);
        long fullBytes = service.liveBytes();

        List<Duration> seen = new ArrayList<>();
        for (int change = 1; change <= changes; change++) {
          long changed = System.nanoTime();
          move(admin, change);
          awaitFree(asTenant, (nodes - change) * DEVICES);
          seen.add(Duration.ofNanos(System.nanoTime() - changed));
        }
        seen.sort(null);

        System.out.println(Machine.described());
        System.out.printf("a cluster of %,d nodes, %,d devices%n", nodes, nodes * DEVICES);
        System.out.printf(
            "all on offer %.1f s after the registration (at most 30)%n", synced.toMillis() / 1e3);
        System.out.printf(
            "a changed label in a search after %.2f s (median of %d), %.2f s (90 %%), at most %.2f s (at most 2)%n",
            seen.get(seen.size() / 2).toMillis() / 1e3,
            changes,
            seen.get(seen.size() * 9 / 10).toMillis() / 1e3,
            seen.getLast().toMillis() / 1e3);
        System.out.printf(
            "live heap %.0f MiB, %.0f MiB more than without it (at most 300)%n",
            fullBytes / MIB, (fullBytes - emptyBytes) / MIB);
      }
    }
  }

  private static NodeBlueprint node(int number) {
    return NodeBlueprint.plain("h100-" + number, REGION, REGION + "a")
        .withLabel("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3")
        .withAllocatable("nvidia.com/gpu", Integer.toString(DEVICES));
  }

  private static String registration(ControlPlane plane, String token) {
    ObjectNode body = JSON.createObjectNode().put("name", "large").put("server", plane.url());
    body.putObject("credentials")
        .put("type", "token")
        .put("token", token)
        .put("caCertificate", plane.caCertificatePem());
    body.putObject("declarations").putObject("countriesByRegion").put(REGION, "FI");
    return body.toString();
  }

  private static void offer(LoadClient provider, String pool) throws IOException {
    ObjectNode body =
        JSON.createObjectNode()
            .put("poolId", pool)
            .put("termMin", "PT1M")
            .put("turnaround", "PT0S")
            .put("priceBasis", "quoted")
            .put("priceNote", "made up");
    body.putObject("pricePerAcceleratorHour").put("amountMicros", "2000000").put("currency", "USD");
    String offer = provider.post("/v1/offers", body.toString(), "").get("id").asText();
    provider.post("/v1/offers/" + offer + "/publish", "", "");
  }

  /** The node is said to stand elsewhere, where nothing is on offer. */
  private static void move(KubernetesClient admin, int number) {
    admin
        .nodes()
        .withName("h100-" + number)
        .edit(node ->
            new NodeBuilder(node)
                .editMetadata()
                .addToLabels("topology.kubernetes.io/region", ELSEWHERE)
                .endMetadata()
                .build());
  }

  private static void awaitFree(LoadClient tenant, int accelerators)
      throws IOException, InterruptedException {
    String search =
        "/v1/capacity?model=nvidia-h100-sxm&duration=PT1H&start="
            + Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofDays(1));
    await(() -> tenant.get(search), found -> found.at("/items/0/free").asInt() == accelerators);
  }

  private interface Read {
    JsonNode now() throws IOException;
  }

  private static JsonNode await(Read read, Predicate<JsonNode> wanted)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    JsonNode seen = read.now();
    while (!wanted.test(seen)) {
      if (System.nanoTime() - began > WAIT_MAX.toNanos()) {
        throw new IOException("not seen in " + WAIT_MAX + ", the last was " + seen);
      }
      Thread.sleep(POLL_MILLIS);
      seen = read.now();
    }
    return seen;
  }
}
