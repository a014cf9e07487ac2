package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.policy.Licences;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.MutableClock;
import io.berth.testing.MutableTime;
import io.berth.testing.NewTenant;
import io.berth.testing.OwnMarket;
import io.berth.testing.SeededMarket;
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
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rest of a lease goes to another organization. */
@BerthTest
@TestProfile(MutableTime.class)
class LeaseTransferTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  @Inject MutableClock clock;

  @AfterEach
  void booksAreSound() throws SQLException {
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void givesTheRestToTheRecipientAndNothingElse() {
    NewTenant seller = NewTenant.enter();
    NewTenant buyer = NewTenant.enter();
    String lease =
        seller.lease(
            """
            {"models": ["nvidia-h20"], "countries": ["SG"], "accelerators": 2, "duration": "PT4H"}
            """);
    awaitState(seller, lease, "active");
    String job =
        seller
            .once()
            .body(
                """
                {"name": "train", "image": "registry.example/train:1", "accelerators": 1,
                 "command": ["sh", "-c", "sleep infinity"]}
                """)
            .post("/v1/leases/" + lease + "/jobs")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    String transfer = propose(seller, lease, buyer).then().statusCode(201).extract().path("id");
    buyer
        .as()
        .get("/v1/lease-transfers")
        .then()
        .body("items.id", contains(transfer), "items.state", contains("proposed"));
    Response accepted = accept(buyer, transfer);
    accepted.then().statusCode(201).body("state", is("reserved"), "accelerators", is(2));
    String fresh = accepted.path("id");
    Instant moment = Instant.parse(accepted.path("period.start"));

    clock.move(Duration.ofMinutes(1));
    awaitState(seller, lease, "ended");
    awaitState(buyer, fresh, "active");

    JsonPath old = seller.as().get("/v1/leases/" + lease).jsonPath();
    JsonPath now = buyer.as().get("/v1/leases/" + fresh).jsonPath();
    assertThat(old.getString("transferredAt")).isNotNull();
    assertThat(Instant.parse(old.getString("period.end"))).isEqualTo(moment);
    assertThat(old.getLong("charged.amountMicros"))
        .isPositive()
        .isLessThanOrEqualTo(old.getLong("total.amountMicros"));
    assertThat(now.getList("nodes.id")).isEqualTo(old.getList("nodes.id"));
    seller.as().get("/v1/jobs/" + job).then().body("state", is("cancelled"));
    seller.as().get("/v1/leases/" + fresh).then().statusCode(404);
    buyer.as().get("/v1/leases/" + lease).then().statusCode(404);
    buyer.as().get("/v1/jobs/" + job).then().statusCode(404);
    buyer.as().get("/v1/leases/" + fresh + "/jobs").then().body("items", hasSize(0));
    seller
        .as()
        .get("/v1/notices?lease=" + lease)
        .then()
        .body("items.kind", contains("transferred"));
    try (KubernetesClient cluster = SeededMarket.cluster("straits").newClient()) {
      assertThat(cluster.namespaces().withName(namespace(lease)).get()).isNull();
      assertThat(cluster.namespaces().withName(namespace(fresh)).get()).isNotNull();
      assertThat(cluster.pods().inNamespace(namespace(fresh)).list().getItems()).isEmpty();
    }
    buyer.as().post("/v1/leases/" + fresh + "/cancel").then().statusCode(202);
    awaitState(buyer, fresh, "ended");
  }

  @Test
  void passesBeforeItStartsForNothing() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId buyer = OwnMarket.tenant("FR");
      Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(70, ChronoUnit.DAYS);
      String lease = market.lease(seller, 4, start.toString(), "PT1H");
      market.change("{\"pricePerAcceleratorHour\": {\"amountMicros\": \"2000000\"}}");
      OwnMarket.once(seller)
          .body("{\"duration\": \"PT1H\"}")
          .post("/v1/leases/" + lease + "/extend")
          .then()
          .statusCode(202);
      String transfer = propose(seller, lease, buyer).then().statusCode(201).extract().path("id");
      String key = UUID.randomUUID().toString();

      Response accepted = accept(buyer, key, transfer);

      accepted
          .then()
          .statusCode(201)
          .body("period.start", is(start.toString()))
          .body("stretches.cost.amountMicros", contains("4000000", "8000000"))
          .body("total.amountMicros", is("12000000"));
      assertThat(accept(buyer, key, transfer).asString()).isEqualTo(accepted.asString());
      read(seller, lease)
          .then()
          .body("state", is("ended"))
          .body("charged.amountMicros", is("0"))
          .body("transferredAt", notNullValue());
      OwnMarket.as(buyer, Role.TENANT)
          .get("/v1/lease-transfers/" + transfer)
          .then()
          .body("state", is("accepted"), "newLeaseId", is(accepted.<String>path("id")));
      accept(buyer, transfer).then().statusCode(409);
      market.quote(seller, 5, start.toString(), "PT2H").then().statusCode(409);
    }
  }

  @Test
  void isJudgedAndPaidForByTheRecipient() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId denied = OwnMarket.tenant("DE");
      OwnMarket.officer("officer")
          .header("If-Match", "*")
          .body(
              """
              {"reason": "A test says so.", "evidence": [{"kind": "extract", "reference": "1"}]}
              """)
          .post("/v1/organizations/" + denied + "/reject")
          .then()
          .statusCode(202);
      OrganizationId poor = market.provider();
      Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(70, ChronoUnit.DAYS);
      String lease = market.lease(seller, 4, start.toString(), "PT1H");

      String first = propose(seller, lease, denied).then().statusCode(201).extract().path("id");
      propose(seller, lease, poor).then().statusCode(409);
      Response refused = accept(denied, first);
      refused.then().statusCode(422).body("code", is("policy-refused"));
      OwnMarket.as(denied, Role.TENANT)
          .get("/v1/decisions/" + refused.path("decisionId"))
          .then()
          .statusCode(200);
      end(denied, first, "decline").then().statusCode(202).body("state", is("declined"));
      end(denied, first, "decline").then().statusCode(202);

      String second = propose(seller, lease, poor).then().statusCode(201).extract().path("id");
      accept(poor, second).then().statusCode(422).body("code", is("insufficient-funds"));
      end(poor, second, "withdraw").then().statusCode(404);
      end(seller, second, "withdraw").then().statusCode(202).body("state", is("withdrawn"));
      accept(poor, second).then().statusCode(409);

      String third =
          propose(seller, lease, OwnMarket.tenant("DE"))
              .then()
              .statusCode(201)
              .extract()
              .path("id");
      OrganizationId stranger = OwnMarket.tenant("DE");
      for (String path : new String[] {"accept", "decline", "withdraw"}) {
        OwnMarket.once(stranger)
            .body("{}")
            .post("/v1/lease-transfers/" + third + "/" + path)
            .then()
            .statusCode(404);
      }
      OwnMarket.as(stranger, Role.TENANT)
          .get("/v1/lease-transfers/" + third)
          .then()
          .statusCode(404);
      accept(seller, third).then().statusCode(404);
      propose(stranger, lease, seller).then().statusCode(404);
      read(seller, lease).then().body("state", is("reserved"));
    }
  }

  @Test
  void takesOfALicenceWhatTheRecipientNeeds() {
    try (OwnMarket market = new OwnMarket("nvidia-a100-80g-sxm", "KZ", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId buyer = OwnMarket.tenant("DE");
      Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(30, ChronoUnit.DAYS);
      String licence = licence(market, "{\"units\": 3}");
      String lease = market.lease(seller, 2, start.toString(), "PT1H");
      String transfer = propose(seller, lease, buyer).then().statusCode(201).extract().path("id");

      // The seller's two are not free before its lease has ended.
      accept(buyer, transfer)
          .then()
          .statusCode(422)
          .body("code", is("policy-refused"), "verdict", is("HOLD_LICENCE"));
      String second = licence(market, "{\"units\": 2}");
      accept(buyer, transfer).then().statusCode(201);

      committed(licence, 0);
      committed(second, 2);
    }
  }

  private String licence(OwnMarket market, String quantity) {
    return Licences.verified(
        market.provider(),
        "nvidia-a100-80g-sxm",
        "KZ",
        quantity,
        clock.instant(),
        clock.instant().plus(90, ChronoUnit.DAYS));
  }

  private static void committed(String licence, int units) {
    OwnMarket.officer("reader")
        .get("/v1/authorisations/" + licence)
        .then()
        .body("committed.units", is(units), "reserved.units", is(0));
  }

  @Test
  void isOfTheLeaseThatWasProposed() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId buyer = OwnMarket.tenant("DE");
      Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(70, ChronoUnit.DAYS);
      String lease = market.lease(seller, 4, start.toString(), "PT1H");
      String transfer = propose(seller, lease, buyer).then().statusCode(201).extract().path("id");
      OwnMarket.once(seller)
          .body("{\"accelerators\": 1}")
          .post("/v1/leases/" + lease + "/shrink")
          .then()
          .statusCode(202);

      accept(buyer, transfer).then().statusCode(409);

      propose(seller, lease, seller).then().statusCode(422);
      OwnMarket.once(seller)
          .body("{\"recipientId\": \"%s\"}".formatted(OrganizationId.fresh()))
          .post("/v1/leases/" + lease + "/transfer")
          .then()
          .statusCode(422)
          .body("errors.pointer", contains("/recipientId"));
      OwnMarket.as(seller, Role.TENANT).post("/v1/leases/" + lease + "/cancel");
      accept(buyer, transfer).then().statusCode(409);
      read(seller, lease).then().body("transferredAt", not(notNullValue()));
    }
  }

  private static String namespace(String lease) {
    return "berth-" + lease.substring("lease_".length());
  }

  private static Response propose(NewTenant seller, String lease, NewTenant buyer) {
    return seller
        .once()
        .body("{\"recipientId\": \"%s\"}".formatted(buyer.organization()))
        .post("/v1/leases/" + lease + "/transfer");
  }

  private static Response propose(OrganizationId seller, String lease, OrganizationId buyer) {
    return OwnMarket.once(seller)
        .body("{\"recipientId\": \"%s\"}".formatted(buyer))
        .post("/v1/leases/" + lease + "/transfer");
  }

  private static Response accept(NewTenant buyer, String transfer) {
    return buyer.once().body("{}").post("/v1/lease-transfers/" + transfer + "/accept");
  }

  private static Response accept(OrganizationId buyer, String transfer) {
    return accept(buyer, UUID.randomUUID().toString(), transfer);
  }

  private static Response accept(OrganizationId buyer, String key, String transfer) {
    return OwnMarket.as(buyer, Role.TENANT)
        .header("Idempotency-Key", key)
        .body("{}")
        .post("/v1/lease-transfers/" + transfer + "/accept");
  }

  private static Response end(OrganizationId who, String transfer, String action) {
    return OwnMarket.as(who, Role.TENANT).post("/v1/lease-transfers/" + transfer + "/" + action);
  }

  private static Response read(OrganizationId tenant, String lease) {
    return OwnMarket.as(tenant, Role.TENANT).get("/v1/leases/" + lease);
  }

  private static void awaitState(NewTenant tenant, String lease, String state) {
    await()
        .atMost(WAIT_MAX)
        .until(() -> tenant.as().get("/v1/leases/" + lease).path("state"), state::equals);
  }
}
