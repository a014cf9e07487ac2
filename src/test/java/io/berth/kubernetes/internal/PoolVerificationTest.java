package io.berth.kubernetes.internal;

import static io.berth.inventory.Providers.as;
import static io.berth.inventory.Providers.provider;
import static io.berth.inventory.Providers.registration;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.berth.identity.Role;
import io.berth.inventory.NodeId;
import io.berth.kubernetes.LeaseFixtures;
import io.berth.kubernetes.domain.device.Outputs;
import io.berth.platform.OrganizationId;
import io.berth.sandbox.cluster.ClusterBlueprint;
import io.berth.sandbox.cluster.ControlLoop;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pools of NVIDIA's devices where these are verified, from the first offer on. */
@BerthTest
@TestProfile(PoolVerificationTest.Verified.class)
class PoolVerificationTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final String IMAGE = "registry.example/berth-probe-nvidia:1.0";
  private static final String H100 = "NVIDIA H100 80GB HBM3";
  private static final String A100 = "NVIDIA A100-SXM4-80GB";

  /** A service that verifies NVIDIA's devices. */
  public static class Verified implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "berth.inventory.verification.images.nvidia",
          IMAGE,
          "berth.inventory.verification.retry-wait",
          "PT1S");
    }
  }

  @Inject ProbeRunner runner;

  private final OrganizationId provider = provider();
  private SimulatedCluster cluster;
  private ControlLoop loop;
  private String pools;
  private String pool;
  private String offer;

  @BeforeEach
  void register() {
    cluster =
        SimulatedCluster.start(
            new ClusterBlueprint(
                "probed", "v1.34.2", Stream.of(1, 2).map(LeaseFixtures::h100).toList()),
            0,
            "right-token",
            null);
    loop = new ControlLoop(cluster, Clock.systemUTC()).start(Duration.ofMillis(100));
    cluster.setPrinted(IMAGE, Outputs.log("nvidia-smi", Outputs.nvidia(H100, 8, 81559)));
    String id =
        as(provider)
            .body(registration("probed", cluster))
            .post("/v1/clusters")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    pools = "/v1/clusters/" + id + "/node-pools";
    await()
        .atMost(WAIT_MAX)
        .until(() ->
            get(pools).getList("items").size() == 1
                && get(pools).getInt("items[0].sellableSlots") == 16);
    pool = get(pools).getString("items[0].id");
    offer =
        as(provider)
            .body(
                """
                {"poolId": "%s", "pricePerAcceleratorHour": {"amountMicros": "1000000", "currency": "USD"}}
                """
                    .formatted(pool))
            .post("/v1/offers")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
  }

  @AfterEach
  void stop() {
    loop.close();
    cluster.close();
  }

  @Test
  void publishesWhatHasPassed() throws SQLException {
    assertThat(get(pools).getString("items[0].verification.state")).isEqualTo("unverified");
    as(provider)
        .post("/v1/offers/" + offer + "/publish")
        .then()
        .statusCode(409)
        .body("code", is("pool-not-verified"))
        .body("poolId", is(pool));

    // Who asked is known, be it for the first time.
    assertThat(
            count(
                "select count(*) from audit_entry where action = 'pool.requestVerification'"
                    + " and subject = '%s'".formatted(pool)))
        .isEqualTo(1);
    assertThat(get("/v1/offers/" + offer).getString("verifiedAt")).isNull();

    JsonPath passed = awaitState("passed");

    String passedAt = passed.getString("items[0].verification.lastPassedAt");
    assertThat(passedAt).isNotNull();
    as(provider)
        .post("/v1/offers/" + offer + "/publish")
        .then()
        .statusCode(202)
        .body("verifiedAt", is(passedAt));
    // Tenants learn when, and of nothing else.
    as(OrganizationId.fresh(), Role.TENANT)
        .get("/v1/offers/" + offer)
        .then()
        .statusCode(200)
        .body("verifiedAt", is(passedAt))
        .body("$", not(hasKey("verification")));
    assertThat(get("/v1/offers?pool=" + pool).getString("items[0].verifiedAt")).isEqualTo(passedAt);
    JsonPath probes = get(pools + "/" + pool + "/probes");
    assertThat(probes.getList("items.state")).containsExactly("passed", "passed");
    assertThat(probes.getString("items[0].read.driver")).isEqualTo("535.54.03");
    assertThat(probes.getList("items[0].read.devices")).hasSize(8);
    awaitNothingLeft();
    // What kept the nodes from sale is taken back, and nobody else reads of it.
    assertThat(get("/v1/maintenance-windows").getList("items.cancelled")).containsOnly(true);
    as(provider()).get(pools + "/" + pool + "/probes").then().statusCode(404);
    as(provider()).post(pools + "/" + pool + "/verify").then().statusCode(404);
  }

  @Test
  void probesNoNodeThatSomebodyHasAnythingOf() {
    List<String> nodes = get(pools.replace("/node-pools", "/nodes")).getList("items.id");
    nodes.forEach(PoolVerificationTest::take);

    verify();
    JsonPath waiting = awaitPool(view -> view.getString("items[0].verification.message") != null);

    assertThat(waiting.getString("items[0].verification.message")).contains("is free");
    assertThat(get(pools + "/" + pool + "/probes").getList("items")).isEmpty();
    giveBack(nodes.getLast());
    awaitState("passed");
    assertThat(get(pools + "/" + pool + "/probes").getList("items.node"))
        .containsExactly(nodes.getLast());
    giveBack(nodes.getFirst());
  }

  @Test
  void keepsFromSaleWhatIsNotAsListedUntilItPasses() throws SQLException {
    publish();
    cluster.setPrinted(IMAGE, Outputs.log("nvidia-smi", Outputs.nvidia(A100, 8, 81920)));

    verify();
    JsonPath mismatching = awaitState("mismatch");

    assertThat(mismatching.getInt("items[0].sellableSlots")).isZero();
    assertThat(get("/v1/offers/" + offer).getString("verifiedAt")).isNull();
    String found = mismatching.getString("items[0].verification.caseId");
    officer("one")
        .get("/v1/review-cases/" + found)
        .then()
        .statusCode(200)
        .body("kind", is("poolDevices"))
        .body("reason", is("name"))
        .body("subject", is(pool))
        .body("state", is("open"));
    assertThat(get("/v1/offers/" + offer).getString("state")).isEqualTo("published");
    as(provider).post("/v1/offers/" + offer + "/pause").then().statusCode(202);
    as(provider)
        .post("/v1/offers/" + offer + "/publish")
        .then()
        .statusCode(409)
        .body("code", is("pool-not-verified"));
    // A look at the nodes changes nothing of it.
    String looks =
        "select sync_epoch from cluster where provider_id = '%s'".formatted(provider.value());
    long before = count(looks);
    await().atMost(WAIT_MAX).until(() -> count(looks) >= before + 2);
    assertThat(get(pools).getInt("items[0].sellableSlots")).isZero();

    cluster.setPrinted(IMAGE, Outputs.log("nvidia-smi", Outputs.nvidia(H100, 8, 81559)));
    verify();
    JsonPath passed = awaitState("passed");

    assertThat(passed.getInt("items[0].sellableSlots")).isEqualTo(16);
    officer("one").get("/v1/review-cases/" + found).then().body("state", is("withdrawn"));
    as(provider).post("/v1/offers/" + offer + "/publish").then().statusCode(202);
  }

  @Test
  void sellsANodeThatMismatchedOnlyOnceItPassesWhereItIsThereAgain() throws Throwable {
    publish();
    cluster.setPrinted(IMAGE, Outputs.log("nvidia-smi", Outputs.nvidia(A100, 8, 81920)));
    verify();
    awaitState("mismatch");
    JsonPath nodes = get(pools.replace("/node-pools", "/nodes"));
    String id = nodes.getString("items[0].id");
    String name = nodes.getString("items[0].name");
    try (KubernetesClient client = cluster.newClient()) {
      Node node = client.nodes().withName(name).get();
      client.resource(node).delete();
      await().atMost(WAIT_MAX).until(() -> node(id).get("gone").equals(true));
      cluster.setPrinted(IMAGE, Outputs.log("nvidia-smi", Outputs.nvidia(H100, 8, 81559)));
      verify();
      assertThat(awaitState("passed").getInt("items[0].sellableSlots")).isEqualTo(8);

      // Nobody can probe it for now.
      take(id);
      client.resource(node).create();
      client.resource(node).updateStatus();
      await().atMost(WAIT_MAX).until(() -> node(id).get("ready").equals(true));
    }

    assertThat(node(id)).containsEntry("gone", false).containsEntry("sellable", false);
    assertThat(get(pools).getInt("items[0].sellableSlots")).isEqualTo(8);
    giveBack(id);
    VertxContextSupport.subscribeAndAwait(() -> runner.followOffers());
    awaitPool(view -> view.getInt("items[0].sellableSlots") == 16);
    // All are as listed: nothing is to be done before the time.
    awaitState("passed");
    VertxContextSupport.subscribeAndAwait(() -> runner.followOffers());
    assertThat(
            count(
                "select count(*) from pool_verification where provider_id = '%s' and next_at > now()"
                    .formatted(provider.value())))
        .isEqualTo(1);
  }

  private Map<String, Object> node(String id) {
    return get(pools.replace("/node-pools", "/nodes/") + id).getMap("");
  }

  @Test
  void sellsWhatOfficersAccept() {
    cluster.setPrinted(IMAGE, Outputs.log("nvidia-smi", Outputs.nvidia(A100, 8, 81920)));
    verify();
    String found = awaitState("mismatch").getString("items[0].verification.caseId");

    approve(found);
    JsonPath accepted = awaitState("accepted");

    assertThat(accepted.getInt("items[0].sellableSlots")).isEqualTo(16);
    as(provider).post("/v1/offers/" + offer + "/publish").then().statusCode(202);
    // Found again, it is not asked again.
    String last = accepted.getString("items[0].verification.lastCheckedAt");
    verify();
    JsonPath again =
        awaitPool(view -> !last.equals(view.getString("items[0].verification.lastCheckedAt")));
    assertThat(again.getString("items[0].verification.state")).isEqualTo("accepted");
    assertThat(again.getInt("items[0].sellableSlots")).isEqualTo(16);
  }

  @Test
  void showsThatProbesComeToNoVerdictAndHoldsNothing() {
    publish();
    cluster.setPrinted(IMAGE, "NVIDIA-SMI has failed");

    verify();
    JsonPath view =
        awaitPool(seen ->
            seen.getString("items[0].verification.message") != null
                && seen.getString("items[0].verification.message").contains("no line"));

    assertThat(view.getString("items[0].verification.state")).isEqualTo("passed");
    assertThat(view.getInt("items[0].sellableSlots")).isEqualTo(16);
  }

  private void publish() {
    as(provider).post("/v1/offers/" + offer + "/publish").then().statusCode(409);
    awaitState("passed");
    as(provider).post("/v1/offers/" + offer + "/publish").then().statusCode(202);
  }

  private void verify() {
    as(provider).post(pools + "/" + pool + "/verify").then().statusCode(202);
  }

  private void approve(String id) {
    String expiresAt = Instant.now().plus(Duration.ofDays(30)).toString();
    officer("one")
        .header("If-Match", "*")
        .body(Map.of("reason", "as agreed", "expiresAt", expiresAt))
        .post("/v1/review-cases/" + id + "/approve")
        .then()
        .statusCode(202);
    officer("two")
        .header("If-Match", "*")
        .body(Map.of("reason", "as agreed"))
        .post("/v1/review-cases/" + id + "/confirm")
        .then()
        .statusCode(202);
  }

  private static RequestSpecification officer(String name) {
    return given()
        .auth()
        .oauth2(BerthResource.tokenOf(name, OrganizationId.fresh(), Role.COMPLIANCE))
        .contentType(ContentType.JSON);
  }

  private JsonPath awaitState(String state) {
    return awaitPool(view -> state.equals(view.getString("items[0].verification.state")));
  }

  private JsonPath awaitPool(Predicate<JsonPath> condition) {
    return await().atMost(WAIT_MAX).until(() -> get(pools), condition);
  }

  private void awaitNothingLeft() {
    try (KubernetesClient client = cluster.newClient()) {
      await()
          .atMost(WAIT_MAX)
          .until(() ->
              client
                  .namespaces()
                  .withLabel("app.kubernetes.io/managed-by", "berth")
                  .list()
                  .getItems()
                  .equals(List.of()));
    }
  }

  private JsonPath get(String path) {
    return as(provider).get(path).then().statusCode(200).extract().jsonPath();
  }

  /** Holds one slot of a node for an hour, without all that a booking is. */
  private static void take(String node) {
    execute(
        "insert into allocation (id, quote_id, node_id, slots, period, state, expires_at) values"
            + " (gen_random_uuid(), gen_random_uuid(), '%s', '{[0,1)}', tstzrange(now(),"
            + " now() + interval '1 hour'), 'HELD', now() + interval '1 hour')",
        node);
  }

  private static void giveBack(String node) {
    execute("delete from allocation where node_id = '%s'", node);
  }

  private static void execute(String sql, String node) {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement()) {
      // The quote that it is of is not looked for.
      statement.execute("set session_replication_role = replica");
      statement.execute(sql.formatted(NodeId.fromString(node).value()));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long count(String query) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
