package io.berth.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.audit.AuditKeys;
import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.LeaseId;
import io.berth.platform.Secrets;
import io.berth.sandbox.PublishedKeys;
import io.berth.sandbox.SandboxDatabase;
import io.berth.sandbox.SandboxIssuer;
import io.berth.sandbox.SandboxSeed;
import io.berth.sandbox.cluster.ControlLoop;
import io.berth.sandbox.cluster.SandboxClusters;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.berth.testing.Books;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged service, killed with SIGKILL in the middle of its work. Its database and the
 * providers' clusters live on, as they would.
 */
class CrashIT {

  private static final long SEED = 20_260_913;
  private static final int CLIENTS = 4;
  private static final int KILLS = 5;
  private static final int REQUESTS_BETWEEN_KILLS_MAX = 30;
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final Duration CONTROL_LOOP_INTERVAL = Duration.ofMillis(50);
  private static final List<String> WHAT_FITS_ON_FEW_NODES =
      List.of(
          "\"models\": [\"nvidia-l40s\"], \"countries\": [\"FI\"]",
          "\"models\": [\"nvidia-h200-sxm\"], \"countries\": [\"DE\"]",
          "\"models\": [\"nvidia-l40s\"], \"countries\": [\"SG\"]");

  @TempDir private static Path folder;

  private static SandboxDatabase database;
  private static final List<SimulatedCluster> CLUSTERS = new ArrayList<>();
  private static final List<ControlLoop> LOOPS = new ArrayList<>();
  private static final Map<String, String> SETTINGS = new HashMap<>();
  private static ServiceProcess service;
  private static String token;
  private static PublishedKeys keys;
  private static Map<String, String> sandboxOnly;

  private StubbornClient tenant;

  @BeforeAll
  static void startEverything() throws IOException {
    database = SandboxDatabase.startTemporary();
    for (var blueprint : SandboxClusters.all()) {
      SimulatedCluster cluster =
          SimulatedCluster.start(blueprint, 0, UUID.randomUUID().toString(), null);
      CLUSTERS.add(cluster);
      LOOPS.add(new ControlLoop(cluster, Clock.systemUTC()).start(CONTROL_LOOP_INTERVAL));
    }
    SandboxIssuer issuer = SandboxIssuer.temporary();
    SETTINGS.putAll(database.settings());
    keys = PublishedKeys.of(issuer);
    SETTINGS.putAll(keys.settings());
    sandboxOnly = issuer.settings();
    SETTINGS.put("berth.platform.secrets.keyset", Secrets.freshKeyset());
    SETTINGS.put("berth.audit.signing-key", AuditKeys.freshSigningKey());
    SETTINGS.put("berth.platform.outbound.allow-private-addresses", "true");
    // What a killed service had claimed is another's soon.
    SETTINGS.put("berth.leasing.delivery-claim", "PT2S");
    SETTINGS.put("berth.kubernetes.delivery-timeout", "PT1S");
    SETTINGS.put("berth.leasing.busy-interval", "PT0.2S");
    SETTINGS.put("berth.kubernetes.tick-interval", "PT0.2S");
    SETTINGS.put("berth.inventory.sync-interval", "PT1S");
    SETTINGS.put("berth.inventory.sync-claim", "PT5S");
    SETTINGS.put("berth.inventory.ownership", "PT2S");
    service = ServiceProcess.of(Files.createDirectory(folder.resolve("service")), SETTINGS);
    service.start();
    token = new SandboxSeed(service.address(), issuer, CLUSTERS).run().get("tenant");
  }

  @AfterAll
  static void stopEverything() throws IOException {
    if (service != null) {
      service.close();
    }
    LOOPS.forEach(ControlLoop::close);
    CLUSTERS.forEach(SimulatedCluster::close);
    if (keys != null) {
      keys.close();
    }
    if (database != null) {
      database.close();
    }
  }

  @BeforeEach
  void knowNothing() {
    tenant = new StubbornClient(service, token);
  }

  @Test
  void losesNothingHoweverOftenItIsKilled() throws Exception {
    Map<String, Long> before = counts();
    AtomicBoolean enough = new AtomicBoolean();
    Random random = new Random(SEED);
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random choices = new Random(random.nextLong());
        clients.add(
            threads.submit(() -> {
              while (!enough.get()) {
                book(choices);
              }
            }));
      }
      try {
        for (int kill = 0; kill < KILLS; kill++) {
          tenant.killAfter(1 + random.nextInt(REQUESTS_BETWEEN_KILLS_MAX), random.nextBoolean());
          service.awaitEnd();
          service.start();
        }
      } finally {
        enough.set(true);
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }

    List<StubbornClient.Kept> made = tenant.kept();
    // The kills did hit requests that were on their way.
    assertThat(tenant.retries()).isPositive();
    for (StubbornClient.Kept request : made) {
      assertThat(
              new StubbornClient(service, token)
                  .once(request.path(), request.body(), request.key()))
          .as(request.path())
          .isEqualTo(request.answer());
    }
    Map<String, Long> after = counts();
    assertThat(after.get("quote") - before.get("quote")).isEqualTo(count(made, "/v1/quotes"));
    assertThat(after.get("lease") - before.get("lease")).isEqualTo(count(made, "/confirm"));
    assertThat(after.get("job") - before.get("job")).isEqualTo(count(made, "/jobs"));
    assertThat(count(made, "/jobs")).isPositive();
    endEverything(made);
    try (Connection connection = database.superuser()) {
      Books.assertSound(connection, Instant.now());
    }
  }

  /** One booking, to some point of its life. */
  private void book(Random choices) {
    String wanted = WHAT_FITS_ON_FEW_NODES.get(choices.nextInt(WHAT_FITS_ON_FEW_NODES.size()));
    StubbornClient.Answer quote =
        tenant.once(
            "/v1/quotes",
            "{%s, \"accelerators\": %d, \"duration\": \"PT2H\"}"
                .formatted(wanted, 1 + choices.nextInt(5)),
            key(choices));
    if (quote.status() != 201) {
      assertThat(quote.body()).contains("capacity-unavailable");
      return;
    }
    if (choices.nextInt(4) == 0) {
      assertThat(tenant.act("/v1/quotes/" + quote.id() + "/release").status()).isEqualTo(202);
      return;
    }
    StubbornClient.Answer lease =
        tenant.once("/v1/quotes/" + quote.id() + "/confirm", "", key(choices));
    assertThat(lease.status()).as(lease.body()).isEqualTo(201);
    for (int job = choices.nextInt(3); job > 0; job--) {
      StubbornClient.Answer submitted = submit(lease.id(), job == 1 ? "0.1" : "infinity", choices);
      assertThat(submitted.status()).as(submitted.body()).isEqualTo(201);
    }
    if (choices.nextInt(4) != 0) {
      StubbornClient.Answer cancelled = tenant.act("/v1/leases/" + lease.id() + "/cancel");
      assertThat(cancelled.status()).as(cancelled.body()).isEqualTo(202);
    }
  }

  @Test
  void findsAJobAgainThatItMadeInTheClusterAndDidNotRecord() throws Exception {
    SimulatedCluster nordic = CLUSTERS.getFirst();
    String lease = lease(new Random(SEED + 1));
    awaitLease(lease, "active");
    nordic.setDenied(Set.of("create batch/jobs"));
    String job = submit(lease, "0.1", new Random(SEED + 2)).id();
    try (KubernetesClient cluster = nordic.newClient();
        Connection connection = database.superuser()) {
      // Whoever wants to record what was seen of a job waits.
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("select * from job where state = 'QUEUED' for update");
      }
      nordic.setDenied(Set.of());
      await().atMost(WAIT_MAX).until(() -> partsOf(cluster, lease).size() == 1);
      List<String> made = partsOf(cluster, lease);
      service.kill();
      service.awaitEnd();
      connection.rollback();
      assertThat(rows("select state from job where state = 'QUEUED'")).isEqualTo(1);

      service.start();

      await()
          .atMost(WAIT_MAX)
          .until(
              () -> tenant.get("/v1/jobs/" + job).json().get("state").asText(),
              "succeeded"::equals);
      // The end is recorded before its part is removed, so the same part may be seen still.
      assertThat(made).containsAll(partsOf(cluster, lease));
      assertThat(
              cluster
                  .v1()
                  .events()
                  .inNamespace(Marks.namespace(LeaseId.fromString(lease)))
                  .list()
                  .getItems()
                  .stream()
                  .filter(event -> "SuccessfulCreate".equals(event.getReason())))
          .hasSize(1);
    }
    endEverything(tenant.kept());
  }

  @Test
  void chargesOnceWhenItIsKilledWhileItSettles() throws Exception {
    String lease = lease(new Random(SEED + 3));
    awaitLease(lease, "active");
    try (Connection connection = database.superuser()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        // Who wants to settle waits, with everything before it done.
        statement.execute("lock table ledger_reservation in exclusive mode");
      }
      assertThat(tenant.act("/v1/leases/" + lease + "/cancel").status()).isEqualTo(202);
      await()
          .atMost(WAIT_MAX)
          .until(() ->
              rows(
                      "select 1 from pg_locks where not granted"
                          + " and relation = 'ledger_reservation'::regclass")
                  == 1);
      service.kill();
      service.awaitEnd();
      connection.rollback();
    }

    service.start();

    endEverything(tenant.kept());
    try (Connection connection = database.superuser()) {
      Books.assertSound(connection, Instant.now());
    }
  }

  @Test
  void refusesToStartInProductionWithTheSandboxesIssuer() throws IOException {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.putAll(sandboxOnly);
    try (ServiceProcess production =
        ServiceProcess.of(Files.createDirectory(folder.resolve("production")), settings)) {
      production.launch();

      assertThat(production.awaitEnd()).isNotZero();
      assertThat(production.log())
          .contains("Not starting in production")
          .contains("quarkus.oidc.public-key")
          .doesNotContain("Listening on");
    }
  }

  private String lease(Random choices) {
    StubbornClient.Answer quote =
        tenant.once(
            "/v1/quotes",
            "{%s, \"accelerators\": 2, \"duration\": \"PT2H\"}"
                .formatted(WHAT_FITS_ON_FEW_NODES.getFirst()),
            key(choices));
    assertThat(quote.status()).as(quote.body()).isEqualTo(201);
    return tenant.once("/v1/quotes/" + quote.id() + "/confirm", "", key(choices)).id();
  }

  private StubbornClient.Answer submit(String lease, String seconds, Random choices) {
    return tenant.once(
        "/v1/leases/" + lease + "/jobs",
        """
        {"name": "train", "image": "registry.example/train:1", "accelerators": 1,
         "command": ["sh", "-c", "sleep %s"]}
        """
            .formatted(seconds),
        key(choices));
  }

  private static String key(Random choices) {
    return new UUID(choices.nextLong(), choices.nextLong()).toString();
  }

  private void awaitLease(String lease, String state) {
    await()
        .atMost(WAIT_MAX)
        .until(() -> tenant.get("/v1/leases/" + lease).json().get("state").asText(), state::equals);
  }

  /** Cancels what was leased, and waits until nothing of it is left anywhere. */
  private void endEverything(List<StubbornClient.Kept> made) {
    List<String> leases =
        made.stream()
            .filter(request -> request.path().endsWith("/confirm"))
            .map(request -> request.answer().id())
            .toList();
    leases.forEach(
        lease -> assertThat(tenant.act("/v1/leases/" + lease + "/cancel").status()).isEqualTo(202));
    for (String lease : leases) {
      awaitLease(lease, "ended");
      JsonNode jobs = tenant.get("/v1/leases/" + lease + "/jobs").json().get("items");
      jobs.forEach(job -> assertThat(job.get("state").asText()).isIn("succeeded", "cancelled"));
    }
    for (SimulatedCluster cluster : CLUSTERS) {
      try (KubernetesClient client = cluster.newClient()) {
        await()
            .atMost(WAIT_MAX)
            .untilAsserted(() ->
                assertThat(
                        client
                            .namespaces()
                            .withLabel(Marks.MANAGED_BY, Marks.BERTH)
                            .list()
                            .getItems())
                    .extracting((Namespace namespace) -> namespace.getMetadata().getName())
                    .isEmpty());
        assertThat(client.batch().v1().jobs().inAnyNamespace().list().getItems()).isEmpty();
        assertThat(client.pods().inAnyNamespace().list().getItems()).isEmpty();
      }
    }
  }

  private static List<String> partsOf(KubernetesClient cluster, String lease) {
    return cluster
        .batch()
        .v1()
        .jobs()
        .inNamespace(Marks.namespace(LeaseId.fromString(lease)))
        .list()
        .getItems()
        .stream()
        .map(part -> part.getMetadata().getUid())
        .toList();
  }

  private static long count(List<StubbornClient.Kept> made, String pathEnd) {
    return made.stream().filter(request -> request.path().endsWith(pathEnd)).count();
  }

  private static Map<String, Long> counts() throws SQLException {
    Map<String, Long> counts = new HashMap<>();
    for (String table : List.of("quote", "lease", "job")) {
      counts.put(table, rows("select 1 from " + table));
    }
    return counts;
  }

  private static long rows(String query) throws SQLException {
    try (Connection connection = database.superuser();
        PreparedStatement statement =
            connection.prepareStatement("select count(*) from (" + query + ") found");
        ResultSet count = statement.executeQuery()) {
      count.next();
      return count.getLong(1);
    }
  }
}
