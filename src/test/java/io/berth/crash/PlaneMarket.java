package io.berth.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.audit.AuditKeys;
import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.LeaseId;
import io.berth.plane.ControlPlane;
import io.berth.plane.FakeKubelet;
import io.berth.plane.ProviderAccess;
import io.berth.platform.Secrets;
import io.berth.sandbox.PublishedKeys;
import io.berth.sandbox.SandboxDatabase;
import io.berth.sandbox.SandboxIssuer;
import io.berth.sandbox.SandboxSeed;
import io.berth.sandbox.cluster.NodeBlueprint;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/**
 * The packaged service with the sandbox's people and one provider, Nordic Compute, whose cluster is
 * a real control plane: registered over REST, with what the provider's manifest grants and nothing
 * else.
 */
final class PlaneMarket implements AutoCloseable {

  private static final Duration WAIT_MAX = Duration.ofSeconds(120);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final String CLUSTER = "nordic";

  private final ControlPlane plane;
  private final List<NodeBlueprint> nodes;
  private final KubernetesClient admin;
  private final FakeKubelet kubelet;
  private final SandboxDatabase database = SandboxDatabase.startTemporary();
  private final SandboxIssuer issuer = SandboxIssuer.temporary();
  private final PublishedKeys keys = PublishedKeys.of(issuer);
  private final ServiceProcess service;
  private final Map<String, String> tokens;

  PlaneMarket(
      ControlPlane plane, List<NodeBlueprint> nodes, Path folder, Map<String, String> settings)
      throws IOException {
    this.plane = plane;
    this.nodes = nodes;
    admin = plane.admin();
    kubelet = FakeKubelet.start(plane);
    kubelet.join(nodes);
    Map<String, String> all = new HashMap<>(database.settings());
    all.putAll(keys.settings());
    all.put("berth.platform.secrets.keyset", Secrets.freshKeyset());
    all.put("berth.audit.signing-key", AuditKeys.freshSigningKey());
    all.put("berth.platform.outbound.allow-private-addresses", "true");
    all.put("berth.kubernetes.server-version-min", "1.20");
    all.put("berth.booking.open-quotes-max", "10000");
    all.put("berth.leasing.busy-interval", "PT0.2S");
    all.put("berth.kubernetes.tick-interval", "PT0.2S");
    all.put("berth.kubernetes.pause-max", "PT1S");
    all.put("berth.kubernetes.sweep-interval", "PT1S");
    all.put("berth.kubernetes.access-check-interval", "PT1S");
    all.put("berth.inventory.sync-interval", "PT1S");
    all.putAll(settings);
    service = ServiceProcess.of(folder, all);
    service.start();
    tokens =
        SandboxSeed.over(
                service.address(),
                issuer,
                List.of(
                    new SandboxSeed.ClusterAccount(
                        CLUSTER,
                        plane.url(),
                        ProviderAccess.grant(admin),
                        plane.caCertificatePem())))
            .run();
  }

  ServiceProcess service() {
    return service;
  }

  /** Somebody who may do everything in the cluster. */
  KubernetesClient admin() {
    return admin;
  }

  /** One of the sandbox's users. */
  StubbornClient as(String user) {
    return new StubbornClient(service, tokens.get(user));
  }

  /** Waits longer than anything here should take. */
  static ConditionFactory patiently() {
    return await().atMost(WAIT_MAX).pollInterval(POLL);
  }

  /** Quotes and confirms; gives the lease. */
  String lease(StubbornClient tenant, int accelerators) {
    return confirm(tenant, quote(tenant, accelerators));
  }

  /** Quotes; gives the quote. */
  String quote(StubbornClient tenant, int accelerators) {
    return made(tenant.once(
            "/v1/quotes",
            """
            {"models": ["nvidia-l40s"], "countries": ["FI"], "accelerators": %d, "duration": "PT2H"}
            """
                .formatted(accelerators),
            key()))
        .id();
  }

  /** Confirms; gives the lease. */
  String confirm(StubbornClient tenant, String quote) {
    return made(tenant.once("/v1/quotes/" + quote + "/confirm", "", key())).id();
  }

  /** Submits a job of two pods; gives it. */
  String job(StubbornClient tenant, String lease, String script) {
    return made(tenant.once(
            "/v1/leases/" + lease + "/jobs",
            """
            {"name": "train", "image": "registry.example/train:1", "accelerators": 1,
             "parallelism": 2, "command": ["sh", "-c", "%s"]}
            """
                .formatted(script),
            key()))
        .id();
  }

  private static StubbornClient.Answer made(StubbornClient.Answer answer) {
    if (answer.status() != 201) {
      throw new IllegalStateException(answer.status() + ": " + answer.body());
    }
    return answer;
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }

  /** Waits until a lease or a job has a state. */
  void awaitState(StubbornClient tenant, String path, String state) {
    patiently()
        .untilAsserted(() -> {
          JsonNode seen = tenant.get(path).json();
          assertThat(seen.get("state").asText()).as(seen.toString()).isEqualTo(state);
        });
  }

  static String state(StubbornClient tenant, String path) {
    return tenant.get(path).json().get("state").asText();
  }

  /** The namespace of a lease; null where the cluster has none. */
  @Nullable Namespace namespace(String lease) {
    return admin.namespaces().withName(Marks.namespace(LeaseId.fromString(lease))).get();
  }

  Connection database() throws SQLException {
    return database.superuser();
  }

  /** A number out of the database. */
  long count(String sql) throws SQLException {
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
    keys.close();
    database.close();
    kubelet.leave(nodes);
    kubelet.close();
    admin.close();
  }
}
