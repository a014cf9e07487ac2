package io.berth.kubernetes.internal;

import static io.berth.inventory.Providers.as;
import static io.berth.inventory.Providers.provider;
import static io.berth.inventory.Providers.registration;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.berth.identity.Role;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeId;
import io.berth.inventory.ProbeRoundId;
import io.berth.kubernetes.Slices;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.domain.ProbeManifests;
import io.berth.platform.OrganizationId;
import io.berth.platform.Problem;
import io.berth.sandbox.cluster.SandboxClusters;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Locks;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.scheduler.Scheduler;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Discovery against clusters that answer as real ones do. */
@BerthTest
class DiscoveryTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(30);
  private static final String TOO_OLD =
      "The server runs Kubernetes 1.19; 1.20 or newer is supported: upgrade the cluster.";

  /** Of all clusters. */
  private static final String SWEEPS_WAITING =
      "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
          + " and query like 'select round_id from pool_verification where round_id = any%'";

  @Inject Scheduler scheduler;

  private final OrganizationId provider = provider();
  private SimulatedCluster cluster;

  @BeforeEach
  void start() {
    cluster = SimulatedCluster.start(SandboxClusters.huabei(), 0, "right-token", null);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void findsPoolsAndNodesAndBecomesActive() {
    String id = register(registration("huabei", cluster));

    JsonPath active = awaitCluster(id, view -> view.getString("state").equals("active"));

    assertThat(active.getList("conditions.type"))
        .containsExactly(
            "Reachable", "Supported", "Authorized", "TenantWorkloads", "InventorySynced");
    // Nothing hangs on the policies that this one has not applied.
    assertThat(active.getList("conditions.status"))
        .containsExactly("True", "True", "True", "False", "True");
    assertThat(active.getList("conditions.reason")).contains("PoliciesMissing");
    assertThat(active.getString("kubernetesVersion")).isEqualTo("v1.34.2");
    JsonPath pools = get("/v1/clusters/" + id + "/node-pools");
    assertThat(pools.getList("items.name"))
        .containsExactlyInAnyOrder(
            "nvidia-h20 cn-north-1",
            "nvidia-h100-sxm cn-north-1",
            "nvidia-rtx-4090 cn-north-1",
            "huawei-ascend-910b cn-north-2",
            "birentech.com/gpu cn-north-2");
    Map<String, Object> h100 = item(pools, "nvidia-h100-sxm cn-north-1");
    assertThat(h100)
        .containsEntry("nodes", 2)
        .containsEntry("slots", 16)
        .containsEntry("sellableSlots", 16)
        .containsEntry(
            "acceleratorLabel",
            Map.of("key", "nvidia.com/gpu.product", "value", "NVIDIA-H100-80GB-HBM3"));
    // Four that are well, and one that is cordoned.
    assertThat(item(pools, "nvidia-h20 cn-north-1"))
        .containsEntry("slots", 40)
        .containsEntry("sellableSlots", 32);
    assertThat(item(pools, "birentech.com/gpu cn-north-2")).containsEntry("sellableSlots", 0);
    JsonPath nodes = get("/v1/clusters/" + id + "/nodes?sellable=true&country=CN");
    assertThat(nodes.getList("items")).hasSize(12);
    assertThat(nodes.getList("items.jurisdiction.source")).containsOnly("discovered");
  }

  @Test
  void sellsDevicesThatADriverPublishesOnceTheyCanBeClaimed() {
    String name = "h100-cn-north-1-1";
    cluster.serveClaims();
    cluster.setDenied(Set.of("list resource.k8s.io/resourceslices"));
    try (KubernetesClient client = cluster.newClient()) {
      client.resource(Slices.deviceClass()).create();
      client.resource(Slices.h100s(name, 8)).create();
      client
          .nodes()
          .withName(name)
          .editStatus(node ->
              new NodeBuilder(node)
                  .editStatus()
                  .removeFromAllocatable("nvidia.com/gpu")
                  .removeFromCapacity("nvidia.com/gpu")
                  .endStatus()
                  .build());
    }
    String id = activeCluster();
    JsonPath refused = awaitCondition(id, "DeviceClaims", "False");
    String nodeId = (String) item(get("/v1/clusters/" + id + "/nodes"), name).get("id");

    assertThat(message(refused, "DeviceClaims"))
        .isEqualTo(
            "The account may not: list resourceslices.resource.k8s.io:"
                + " apply k8s/provider/berth-claims.yaml.");
    assertThat(conditionsOf(get("/v1/clusters/" + id + "/nodes?sellable=false"), name))
        .containsExactly("LabelsWithoutDevices");

    cluster.setDenied(Set.of());
    awaitCondition(id, "DeviceClaims", "True");

    awaitNode(id, nodeId, node -> node.getBoolean("sellable"));
    Map<String, Object> pool =
        get("/v1/clusters/" + id + "/node-pools")
            .getMap("items.find { it.resourceName.startsWith('gpu.nvidia.com.') }");
    assertThat(pool)
        .containsEntry("modelId", "nvidia-h100-sxm")
        .containsEntry("resourceName", "gpu.nvidia.com.deviceclass.resource.k8s.io/devices")
        .containsEntry("sellableSlots", 8)
        .containsEntry(
            "acceleratorLabel", Map.of("key", "gpu.nvidia.com/productName", "value", Slices.H100));
  }

  @Test
  void saysWhyANodeIsNotSold() {
    String id = activeCluster();

    JsonPath nodes = get("/v1/clusters/" + id + "/nodes?sellable=false");

    assertThat(conditionsOf(nodes, "h20-cn-north-1-cordoned")).containsExactly("Unschedulable");
    assertThat(conditionsOf(nodes, "h100-cn-north-1-empty"))
        .containsExactly("LabelsWithoutDevices");
    assertThat(conditionsOf(nodes, "biren-cn-north-2-1")).containsExactly("ModelUnknown");
    assertThat(item(nodes, "h100-cn-north-1-empty")).doesNotContainKey("pool");
  }

  @Test
  void sellsDevicesOnceTheirModelIsDeclared() {
    String id = activeCluster();

    as(provider)
        .header("If-Match", "\"0\"")
        .body(Map.of("declarations", Map.of("models", Map.of("birentech.com/gpu", "biren-br104"))))
        .patch("/v1/clusters/" + id)
        .then()
        .statusCode(200);

    JsonPath pools = get("/v1/clusters/" + id + "/node-pools");
    assertThat(item(pools, "biren-br104 cn-north-2")).containsEntry("sellableSlots", 16);
  }

  @Test
  void holdsBackNodesWhoseCountryIsDisputedUntilSettled() {
    String id = activeCluster();

    declareCountry(id, "\"0\"", "SG");

    JsonPath disputed = get("/v1/clusters/" + id + "/nodes?sellable=false");
    assertThat(conditionsOf(disputed, "ascend910b-cn-north-2-1"))
        .containsExactly("JurisdictionDisputed");
    assertThat(item(disputed, "ascend910b-cn-north-2-1").get("jurisdiction"))
        .isEqualTo(Map.of("discovered", "CN", "declared", "SG"));
    assertThat(
            count(
                "select count(*) from outbox_event where type = 'node.flagsChanged'"
                    + " and payload like '%"
                    + id
                    + "%'"))
        .isEqualTo(6);

    declareCountry(id, "\"1\"", "CN");

    assertThat(get("/v1/clusters/" + id + "/nodes?sellable=true&country=CN").getList("items"))
        .hasSize(12);
  }

  @Test
  void stopsSellingANodeThatIsCordonedAndKeepsItsIdentity() {
    String id = activeCluster();
    String name = "h100-cn-north-1-1";
    String nodeId = (String) item(get("/v1/clusters/" + id + "/nodes"), name).get("id");

    edit(name, node -> node.getSpec().setUnschedulable(true));
    JsonPath cordoned = awaitNode(id, nodeId, node -> !node.getBoolean("sellable"));
    assertThat(cordoned.getList("conditions.type")).containsExactly("Unschedulable");

    edit(name, node -> node.getSpec().setUnschedulable(null));
    awaitNode(id, nodeId, node -> node.getBoolean("sellable"));
  }

  @Test
  void looksAtOnceWhereAClusterChangesThatWasQuiet() {
    String id = activeCluster();
    String node =
        (String) item(get("/v1/clusters/" + id + "/nodes"), "h100-cn-north-1-1").get("id");
    // No tick comes to its help, nor a look that has begun.
    scheduler.pause();
    try {
      String waits =
          "select count(*) from cluster where id = '%s' and next_sync_at < now() + interval '2 s'"
              .formatted(ClusterId.fromString(id).value());
      await().atMost(WAIT_MAX).until(() -> count(waits) == 1);
      edit("h100-cn-north-1-1", found -> found.getSpec().setUnschedulable(true));

      awaitNode(id, node, view -> !view.getBoolean("sellable"));
    } finally {
      scheduler.resume();
    }
  }

  @Test
  void sellsNoNodeWhoseDevicesAreSaidToFail() throws SQLException {
    String id = activeCluster();
    String name = "h100-cn-north-1-1";
    String nodeId = (String) item(get("/v1/clusters/" + id + "/nodes"), name).get("id");

    // A type that nobody knows counts neither way.
    condition(name, "SomebodysProblem", "True", "Somebody");
    condition(name, "AcceleratedHardwareReady", "False", "NvidiaXID79Error");

    JsonPath failing = awaitNode(id, nodeId, node -> !node.getBoolean("sellable"));
    assertThat(failing.getList("conditions.type")).containsExactly("Unhealthy");
    assertThat(failing.getString("conditions[0].message"))
        .contains("AcceleratedHardwareReady=False (NvidiaXID79Error)")
        .doesNotContain("SomebodysProblem");
    assertThat(failures(nodeId)).isEqualTo(1);

    condition(name, "AcceleratedHardwareReady", "Unknown", "MonitorStopped");
    awaitNode(
        id,
        nodeId,
        node ->
            node.getString("conditions[0].message").contains("AcceleratedHardwareReady=Unknown"));
    // It has not failed once more.
    assertThat(failures(nodeId)).isEqualTo(1);

    condition(name, "AcceleratedHardwareReady", "True", "Healthy");
    JsonPath well = awaitNode(id, nodeId, node -> node.getBoolean("sellable"));
    assertThat(well.getList("conditions")).isEmpty();
  }

  @Test
  void registersNoServerThatIsTooOld() {
    cluster.setVersion("v1.19.16-eks-1");
    Map<String, Object> body = registration("huabei", cluster);

    as(provider)
        .body(body)
        .post("/v1/clusters")
        .then()
        .statusCode(422)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", equalTo("unprocessable"))
        .body("errors.pointer", contains("/server"))
        .body("errors.detail", contains(TOO_OLD));
    as(provider)
        .body(Map.of("name", "huabei", "kubeconfig", kubeconfig()))
        .post("/v1/clusters")
        .then()
        .statusCode(422)
        .body("errors.pointer", contains("/kubeconfig/clusters/0/cluster/server"));

    assertThat(get("/v1/clusters").getList("items")).isEmpty();
    assertThat(
            count(
                "select count(*) from audit_entry where organization_id = '"
                    + provider.value()
                    + "'"))
        .isZero();
    cluster.setVersion("v1.20.0+k3s1");
    String id = register(body);
    awaitCluster(id, later -> later.getString("state").equals("active"));
  }

  @Test
  void asksNobodyForARegistrationThatIsMade() {
    String id = register(registration("huabei", cluster));
    cluster.setVersion("v1.19.16-eks-1");

    as(provider)
        .body(registration("huabei", cluster))
        .post("/v1/clusters")
        .then()
        .statusCode(409)
        .body("errors.pointer", contains("/name"));

    assertThat(get("/v1/clusters").getList("items.id")).containsExactly(id);
  }

  @Test
  void sellsNothingOfAServerThatTurnsOutToBeTooOld() {
    cluster.setVersion("v1.19.16-eks-1");
    String id =
        register(registration("huabei", cluster.url(), "wrong-token", cluster.caCertificatePem()));
    // Nobody who has leases there would be helped by refusing it.
    as(provider)
        .header("If-Match", "\"0\"")
        .body(rightCredentials())
        .put("/v1/clusters/" + id + "/credentials")
        .then()
        .statusCode(200);

    JsonPath view = awaitCondition(id, "Supported", "False");

    assertThat(message(view, "Supported")).isEqualTo(TOO_OLD);
    assertThat(view.getString("state")).isEqualTo("pending");
    assertThat(get("/v1/clusters/" + id + "/nodes?sellable=true").getList("items")).isEmpty();

    cluster.setVersion("next.0.1");
    assertThat(message(awaitCondition(id, "Supported", "Unknown"), "Supported"))
        .contains("none of Kubernetes");

    cluster.setVersion("v1.20.0+k3s1");
    awaitCluster(id, later -> later.getString("state").equals("active"));
  }

  @Test
  void keepsVanishedNodesAndKnowsThemAgain() {
    String id = activeCluster();
    String name = "h100-cn-north-1-1";
    String nodeId = (String) item(get("/v1/clusters/" + id + "/nodes"), name).get("id");
    Node gone;

    try (KubernetesClient client = cluster.newClient()) {
      gone = client.nodes().withName(name).get();
      client.nodes().withName(name).delete();
      JsonPath missing = awaitNode(id, nodeId, node -> node.getBoolean("gone"));
      assertThat(missing.getBoolean("sellable")).isFalse();
      assertThat(get("/v1/clusters/" + id + "/nodes?gone=true").getList("items.id"))
          .containsExactly(nodeId);
      gone.getMetadata().setResourceVersion(null);
      gone.getMetadata().setUid(null);
      client.nodes().resource(gone).create();
      client.nodes().resource(gone).updateStatus();
    }

    awaitNode(id, nodeId, node -> node.getBoolean("sellable"));
  }

  @Test
  void namesEveryMissingRight() {
    cluster.setDenied(Set.of("create batch/jobs", "delete /namespaces"));
    String id = register(registration("huabei", cluster));

    JsonPath view = awaitCondition(id, "Authorized", "False");

    assertThat(message(view, "Authorized"))
        .contains("create jobs.batch", "delete namespaces")
        .doesNotContain("nodes");
    assertThat(view.getString("state")).isEqualTo("pending");

    cluster.setDenied(Set.of());
    awaitCluster(id, later -> later.getString("state").equals("active"));
  }

  @Test
  void saysWhetherJobsGoThroughKueueWhereAClusterRunsIt() {
    cluster.setKueue(true);
    String id = activeCluster();

    assertThat(message(get("/v1/clusters/" + id), "JobQueue")).contains("no ClusterQueue berth");
    assertThat(get("/v1/clusters/" + id).getString("state")).isEqualTo("active");
  }

  @Test
  void sellsNothingOfAClusterThatItCannotLookAt() throws SQLException {
    String id = activeCluster();
    String sellable = "/v1/clusters/" + id + "/nodes?sellable=true";
    assertThat(get(sellable).getList("items")).isNotEmpty();

    // What no look gets past: its credentials cannot be opened.
    try (Connection connection = BerthResource.superuser();
        PreparedStatement spoil =
            connection.prepareStatement("update cluster set credentials = '' where id = ?")) {
      spoil.setObject(1, ClusterId.fromString(id).value());
      spoil.executeUpdate();
    }

    JsonPath view = awaitCondition(id, "Reachable", "False");
    assertThat(message(view, "Reachable")).contains("could not be looked at");
    assertThat(get(sellable).getList("items")).isEmpty();
  }

  @Test
  void sellsNothingOfAClusterWhoseLooksItCannotRecord() throws SQLException {
    String id = activeCluster();
    String sellable = "/v1/clusters/" + id + "/nodes?sellable=true";
    assertThat(get(sellable).getList("items")).isNotEmpty();

    execute(
        """
        create function refuse_look() returns trigger language plpgsql as $$
        begin
          raise exception 'not recorded';
        end $$
        """);
    execute(
        """
        create trigger refuse_look before update of last_synced_at on cluster for each row
          when (old.last_synced_at is distinct from new.last_synced_at and new.id = '%s')
          execute function refuse_look()
        """
            .formatted(ClusterId.fromString(id).value()));
    try {
      // Long before the claim runs out that the first of them was made under.
      JsonPath view = awaitCondition(id, "Reachable", "False");
      assertThat(message(view, "Reachable")).contains("could not be looked at");
      assertThat(get(sellable).getList("items")).isEmpty();
    } finally {
      execute("drop function refuse_look cascade");
    }

    awaitCondition(id, "Reachable", "True");
    assertThat(get(sellable).getList("items")).isNotEmpty();
  }

  @Test
  void looksOnWhileASweepTakesLong() throws SQLException {
    String id = activeCluster();
    String epoch = "select sync_epoch from cluster where provider_id = '" + provider.value() + "'";
    // Whether the namespace is still needed is asked of what is locked.
    try (Locks locks = Locks.taking("lock table pool_verification in access exclusive mode");
        KubernetesClient client = cluster.newClient()) {
      ProbeRoundId round = ProbeRoundId.fresh();
      client
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withName(ProbeManifests.namespace(round))
                  .addToLabels(Marks.MANAGED_BY, Marks.BERTH)
                  .addToLabels(ProbeManifests.ROUND, round.toString())
                  .endMetadata()
                  .build())
          .create();
      await().atMost(WAIT_MAX).until(() -> count(SWEEPS_WAITING) > 0);
      long before = count(epoch);

      await().atMost(WAIT_MAX).until(() -> count(epoch) > before + 2);

      // And no other sweep of it began.
      assertThat(count(SWEEPS_WAITING)).isEqualTo(1);
      locks.close();
      await()
          .atMost(WAIT_MAX)
          .until(() ->
              client
                      .namespaces()
                      .withName(ProbeManifests.namespace(round))
                      .get()
                      .getMetadata()
                      .getDeletionTimestamp()
                  != null);
    }
    assertThat(get("/v1/clusters/" + id).getString("state")).isEqualTo("active");
  }

  @Test
  void readsNoNodesWhereItMayNot() {
    cluster.setDenied(Set.of("list /nodes"));
    String id = register(registration("huabei", cluster));

    JsonPath view = awaitCondition(id, "InventorySynced", "False");

    assertThat(message(view, "InventorySynced")).contains("may not list or watch nodes");
    assertThat(message(view, "Authorized")).contains("list nodes");
  }

  @Test
  void saysThatATokenIsRefusedUntilItIsReplaced() {
    String id =
        register(registration("huabei", cluster.url(), "wrong-token", cluster.caCertificatePem()));

    JsonPath view = awaitCondition(id, "Authorized", "False");
    assertThat(message(view, "Authorized")).contains("does not accept the credentials (401)");
    assertThat(message(view, "Reachable")).contains("answers");

    as(provider)
        .header("If-Match", "\"0\"")
        .body(
            Map.of(
                "credentials",
                Map.of(
                    "type",
                    "token",
                    "token",
                    "right-token",
                    "caCertificate",
                    cluster.caCertificatePem())))
        .put("/v1/clusters/" + id + "/credentials")
        .then()
        .statusCode(200);
    awaitCluster(id, later -> later.getString("state").equals("active"));
  }

  @Test
  void saysThatACertificateIsNotTrusted() {
    try (SimulatedCluster other =
        SimulatedCluster.start(SandboxClusters.nordic(), 0, "right-token", null)) {
      String id =
          register(registration("huabei", cluster.url(), "right-token", other.caCertificatePem()));

      JsonPath view = awaitCondition(id, "Reachable", "False");

      assertThat(message(view, "Reachable")).contains("not issued by the authorities given");
      assertThat(status(view, "Authorized")).isEqualTo("Unknown");
    }
  }

  @Test
  void stopsSellingWhileAClusterIsAwayAndGoesOnWhenItIsBack() {
    String id = activeCluster();
    int port = cluster.port();

    cluster.close();
    JsonPath away = awaitCondition(id, "Reachable", "False");
    assertThat(message(away, "Reachable")).contains("connection refused");
    assertThat(away.getString("state")).isEqualTo("active");
    assertThat(get("/v1/clusters/" + id + "/nodes?sellable=true").getList("items")).isEmpty();

    // A cluster that was made anew has another certificate, which must be given.
    cluster = SimulatedCluster.start(SandboxClusters.huabei(), port, "right-token", null);
    as(provider)
        .header("If-Match", "\"0\"")
        .body(
            Map.of(
                "credentials",
                Map.of(
                    "type",
                    "token",
                    "token",
                    "right-token",
                    "caCertificate",
                    cluster.caCertificatePem())))
        .put("/v1/clusters/" + id + "/credentials")
        .then()
        .statusCode(200);
    awaitCondition(id, "Reachable", "True");
    assertThat(get("/v1/clusters/" + id + "/nodes?sellable=true").getList("items")).hasSize(12);
  }

  @Test
  void sellsNothingWhileDrainingAndAsksNothingOnceRetired() {
    String id = activeCluster();

    as(provider).post("/v1/clusters/" + id + "/retire").then().statusCode(409);
    as(provider).post("/v1/clusters/" + id + "/drain").then().statusCode(202);
    assertThat(get("/v1/clusters/" + id + "/nodes?sellable=true").getList("items")).isEmpty();
    as(provider).post("/v1/clusters/" + id + "/activate").then().statusCode(202);
    assertThat(get("/v1/clusters/" + id + "/nodes?sellable=true").getList("items")).hasSize(12);
    as(provider).post("/v1/clusters/" + id + "/drain").then().statusCode(202);
    as(provider).post("/v1/clusters/" + id + "/retire").then().statusCode(202);

    assertThat(get("/v1/clusters/" + id).getString("state")).isEqualTo("retired");
    assertThat(
            count(
                "select count(*) from cluster where next_sync_at is null and name = 'huabei'"
                    + " and provider_id = '"
                    + provider.value()
                    + "'"))
        .isEqualTo(1);
  }

  @Test
  void writesNothingWhereNothingChanged() {
    String id = activeCluster();
    String versions =
        "select coalesce(sum(n.version), 0) from node n join cluster c on c.id = n.cluster_id"
            + " where c.provider_id = '"
            + provider.value()
            + "'";
    String epoch = "select sync_epoch from cluster where provider_id = '" + provider.value() + "'";
    long before = count(versions);
    long looks = count(epoch);

    await().atMost(WAIT_MAX).until(() -> count(epoch) >= looks + 2);

    assertThat(count(versions)).isEqualTo(before);
    assertThat(get("/v1/clusters/" + id).getString("state")).isEqualTo("active");
  }

  @Test
  void showsNodesToNobodyElse() {
    String id = activeCluster();
    OrganizationId other = provider();

    for (String path : List.of("", "/nodes", "/node-pools")) {
      as(other).get("/v1/clusters/" + id + path).then().statusCode(404);
      as(other, Role.TENANT).get("/v1/clusters/" + id + path).then().statusCode(403);
      as(other, Role.OPERATOR).get("/v1/clusters/" + id + path).then().statusCode(200);
      as(other, Role.COMPLIANCE).get("/v1/clusters/" + id + path).then().statusCode(200);
    }
    String nodeId = get("/v1/clusters/" + id + "/nodes").getString("items[0].id");
    as(other).get("/v1/clusters/" + id + "/nodes/" + nodeId).then().statusCode(404);
  }

  @Test
  void pagesThroughNodesWithoutGapOrRepeat() {
    String id = activeCluster();
    List<String> all = get("/v1/clusters/" + id + "/nodes").getList("items.id");

    JsonPath first = get("/v1/clusters/" + id + "/nodes?pageSize=10");
    String token = first.getString("nextPageToken");
    JsonPath second = get("/v1/clusters/" + id + "/nodes?pageSize=10&pageToken=" + token);

    assertThat(first.<String>getList("items.id")).isEqualTo(all.subList(0, 10));
    assertThat(second.<String>getList("items.id")).isEqualTo(all.subList(10, all.size()));
    as(provider)
        .get("/v1/clusters/" + id + "/nodes?pageSize=10&country=CN&pageToken=" + token)
        .then()
        .statusCode(400);
  }

  private String activeCluster() {
    String id = register(registration("huabei", cluster));
    awaitCluster(id, view -> view.getString("state").equals("active"));
    return id;
  }

  private String register(Map<String, Object> body) {
    return as(provider).body(body).post("/v1/clusters").then().statusCode(201).extract().path("id");
  }

  private Map<String, Object> rightCredentials() {
    return Map.of("credentials", registration("huabei", cluster).get("credentials"));
  }

  private String kubeconfig() {
    return """
    clusters: [{name: one, cluster: {server: "%s", certificate-authority-data: %s}}]
    users: [{name: me, user: {token: %s}}]
    contexts: [{name: main, context: {cluster: one, user: me}}]
    current-context: main
    """
        .formatted(
            cluster.url(),
            Base64.getEncoder()
                .encodeToString(cluster.caCertificatePem().getBytes(StandardCharsets.UTF_8)),
            cluster.token());
  }

  private void declareCountry(String id, String ifMatch, String country) {
    as(provider)
        .header("If-Match", ifMatch)
        .body(Map.of("declarations", Map.of("countriesByRegion", Map.of("cn-north-2", country))))
        .patch("/v1/clusters/" + id)
        .then()
        .statusCode(200);
  }

  private void edit(String name, Consumer<Node> change) {
    try (KubernetesClient client = cluster.newClient()) {
      client
          .nodes()
          .withName(name)
          .edit(node -> {
            Node copy = new NodeBuilder(node).build();
            change.accept(copy);
            return copy;
          });
    }
  }

  private void condition(String name, String type, String status, String reason) {
    try (KubernetesClient client = cluster.newClient()) {
      client
          .nodes()
          .withName(name)
          .editStatus(node ->
              new NodeBuilder(node)
                  .editStatus()
                  .removeMatchingFromConditions(condition -> condition.getType().equals(type))
                  .addNewCondition()
                  .withType(type)
                  .withStatus(status)
                  .withReason(reason)
                  .endCondition()
                  .endStatus()
                  .build());
    }
  }

  private static double failures(String nodeId) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query =
            connection.prepareStatement("select failures from node where id = ?")) {
      query.setObject(1, NodeId.fromString(nodeId).value());
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getDouble(1);
      }
    }
  }

  private JsonPath get(String path) {
    return as(provider).get(path).then().statusCode(200).extract().jsonPath();
  }

  private JsonPath awaitCluster(String id, Predicate<JsonPath> condition) {
    return await().atMost(WAIT_MAX).until(() -> get("/v1/clusters/" + id), condition);
  }

  private JsonPath awaitCondition(String id, String type, String status) {
    return awaitCluster(id, view -> status.equals(status(view, type)));
  }

  private JsonPath awaitNode(String id, String nodeId, Predicate<JsonPath> condition) {
    return await()
        .atMost(WAIT_MAX)
        .until(() -> get("/v1/clusters/" + id + "/nodes/" + nodeId), condition);
  }

  private static String status(JsonPath view, String type) {
    return view.getString("conditions.find { it.type == '" + type + "' }?.status");
  }

  private static String message(JsonPath view, String type) {
    return view.getString("conditions.find { it.type == '" + type + "' }.message");
  }

  private static Map<String, Object> item(JsonPath list, String name) {
    return list.getMap("items.find { it.name == '" + name + "' }");
  }

  private static List<String> conditionsOf(JsonPath list, String name) {
    return list.getList("items.find { it.name == '" + name + "' }.conditions.type");
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long count(String sql) {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
