package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.MutableClock;
import io.berth.testing.MutableTime;
import io.berth.testing.NewTenant;
import io.berth.testing.OwnMarket;
import io.berth.testing.SeededMarket;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A part of a lease is given back and the rest goes on. */
@BerthTest
@TestProfile(MutableTime.class)
class LeaseShrinkingTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  @Inject MutableClock clock;

  @AfterEach
  void booksAreSound() throws SQLException {
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void freesAtOnceWhatHasNotBegun() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 2)) {
      market.change("{\"earlyReleaseRefundPercent\": 50, \"turnaround\": \"PT1H\"}");
      OrganizationId tenant = OwnMarket.tenant("DE");
      Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(50, ChronoUnit.DAYS);
      String lease = market.lease(tenant, 16, start.toString(), "PT1H");
      String key = UUID.randomUUID().toString();

      Response shrunk = shrink(tenant, key, lease, "{\"accelerators\": 10}");

      shrunk
          .then()
          .statusCode(202)
          .body("accelerators", is(10))
          .body("stretches.accelerators", contains(10))
          .body("retained.amountMicros", is("3000000"))
          .body("total.amountMicros", is("13000000"));
      assertThat(shrink(tenant, key, lease, "{\"accelerators\": 10}").asString())
          .isEqualTo(shrunk.asString());
      market.quote(OwnMarket.tenant("DE"), 6, start.toString(), "PT1H").then().statusCode(201);
      market.quote(OwnMarket.tenant("DE"), 1, start.toString(), "PT1H").then().statusCode(409);

      List<String> nodes = shrunk.jsonPath().getList("nodes.id");
      shrink(tenant, lease, "{\"nodes\": [\"%s\"]}".formatted(nodes.getFirst()))
          .then()
          .statusCode(202)
          .body("nodes.id", contains(nodes.getLast()));
      cancel(tenant, lease).then().statusCode(202).body("charged.amountMicros", is("8000000"));
    }
  }

  @Test
  void sellsWhatIsGivenBackAfterTheTurnaround() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 2)) {
      market.change("{\"turnaround\": \"PT10M\"}");
      OrganizationId tenant = OwnMarket.tenant("DE");
      OrganizationId other = OwnMarket.tenant("DE");
      Instant start = clock.instant().truncatedTo(ChronoUnit.MINUTES);
      String lease = market.lease(tenant, 16, start.toString(), "PT4H");

      Response shrunk = shrink(tenant, lease, "{\"accelerators\": 8}");

      shrunk
          .then()
          .statusCode(202)
          .body("nodes", hasSize(1))
          .body("stretches.accelerators", contains(16, 8))
          .body("retained", nullValue());
      Instant moment = Instant.parse(shrunk.path("stretches[1].start"));
      assertThat(moment)
          .isAfter(clock.instant().minusSeconds(60))
          .isBeforeOrEqualTo(clock.instant().plusSeconds(60));
      Instant free = moment.plus(10, ChronoUnit.MINUTES);
      market.quote(other, 8, free.minusSeconds(60).toString(), "PT1H").then().statusCode(409);
      market.quote(other, 8, free.toString(), "PT1H").then().statusCode(201);
      // What goes on for longer is what is left.
      OwnMarket.once(tenant)
          .body("{\"duration\": \"PT1H\"}")
          .post("/v1/leases/" + lease + "/extend")
          .then()
          .statusCode(202)
          .body("accelerators", is(8));
      cancel(tenant, lease);
    }
  }

  @Test
  void keepsJobsRunningOnWhatIsLeft() {
    NewTenant tenant = NewTenant.enter();
    String lease =
        tenant.lease(
            """
            {"models": ["nvidia-h100-sxm"], "countries": ["FI"], "nodes": 2,
             "acceleratorsPerNode": 8, "duration": "PT2H"}
            """);
    awaitState(tenant, lease, "active");
    String job =
        tenant
            .once()
            .body(
                """
                {"name": "train", "image": "registry.example/train:1", "accelerators": 4,
                 "command": ["sh", "-c", "sleep infinity"]}
                """)
            .post("/v1/leases/" + lease + "/jobs")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    String busy =
        await()
            .atMost(WAIT_MAX)
            .until(
                () -> tenant.as().get("/v1/jobs/" + job).jsonPath(),
                seen -> seen.getString("state").equals("running"))
            .getString("nodes[0]");
    JsonPath before = tenant.as().get("/v1/leases/" + lease).jsonPath();
    String busyId = before.getString("nodes.find { it.name == '%s' }.id".formatted(busy));

    shrink(tenant, lease, "{\"nodes\": [\"%s\"]}".formatted(busyId))
        .then()
        .statusCode(409)
        .body("jobs", contains(job));
    shrink(tenant, lease, "{\"accelerators\": 3}")
        .then()
        .statusCode(409)
        .body("jobs", contains(job));
    shrink(tenant, lease, "{\"accelerators\": 6}")
        .then()
        .statusCode(202)
        .body("nodes.name", contains(busy));

    try (KubernetesClient cluster = SeededMarket.cluster("nordic").newClient()) {
      String namespace = "berth-" + lease.substring("lease_".length());
      await()
          .atMost(WAIT_MAX)
          .untilAsserted(() ->
              assertThat(
                      cluster
                          .resourceQuotas()
                          .inNamespace(namespace)
                          .withName("berth-lease")
                          .get()
                          .getSpec()
                          .getHard())
                  .containsEntry("requests.nvidia.com/gpu", new Quantity("6")));
    }
    tenant.as().get("/v1/jobs/" + job).then().body("state", is("running"));
    tenant
        .once()
        .body(
            """
            {"name": "more", "image": "registry.example/train:1", "accelerators": 7}
            """)
        .post("/v1/leases/" + lease + "/jobs")
        .then()
        .statusCode(422);
    tenant.as().post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
    awaitState(tenant, lease, "ended");
  }

  @Test
  void isForItsTenantAlone() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId tenant = OwnMarket.tenant("DE");
      Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(50, ChronoUnit.DAYS);
      String lease = market.lease(tenant, 8, start.toString(), "PT1H");

      shrink(OwnMarket.tenant("DE"), lease, "{\"accelerators\": 1}").then().statusCode(404);
      shrink(tenant, lease, "{}").then().statusCode(400);
      shrink(tenant, lease, "{\"accelerators\": 1, \"nodes\": [\"x\"]}").then().statusCode(400);
      shrink(tenant, lease, "{\"nodes\": [\"x\"]}")
          .then()
          .statusCode(400)
          .body("errors.pointer", contains("/nodes/0"));
      shrink(tenant, lease, "{\"accelerators\": 8}").then().statusCode(422);
      cancel(tenant, lease);
      shrink(tenant, lease, "{\"accelerators\": 1}").then().statusCode(409);
    }
  }

  private static Response shrink(NewTenant tenant, String lease, String body) {
    return tenant.once().body(body).post("/v1/leases/" + lease + "/shrink");
  }

  private static Response shrink(OrganizationId tenant, String lease, String body) {
    return shrink(tenant, UUID.randomUUID().toString(), lease, body);
  }

  private static Response shrink(OrganizationId tenant, String key, String lease, String body) {
    return OwnMarket.as(tenant, Role.TENANT)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/v1/leases/" + lease + "/shrink");
  }

  private static Response cancel(OrganizationId tenant, String lease) {
    return OwnMarket.as(tenant, Role.TENANT).post("/v1/leases/" + lease + "/cancel");
  }

  private static void awaitState(NewTenant tenant, String lease, String state) {
    await()
        .atMost(WAIT_MAX)
        .until(() -> tenant.as().get("/v1/leases/" + lease).path("state"), state::equals);
  }
}
