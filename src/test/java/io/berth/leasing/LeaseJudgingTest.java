package io.berth.leasing;

import static io.berth.testing.SeededMarket.as;
import static io.berth.testing.SeededMarket.once;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.Locks;
import io.berth.testing.MutableClock;
import io.berth.testing.MutableTime;
import io.berth.testing.NewTenant;
import io.berth.testing.OwnMarket;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The law goes on looking after a lease is made. */
@BerthTest
@TestProfile(MutableTime.class)
class LeaseJudgingTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private static final String REQUEST =
      """
      {"models": ["nvidia-h20"], "countries": ["SG"], "accelerators": 1, "duration": "PT48H"}
      """;

  private static final String JOB =
      """
      {"name": "train", "image": "registry.example/train:1", "accelerators": 1,
       "command": ["sh", "-c", "sleep infinity"]}
      """;

  @Inject MutableClock clock;

  @AfterEach
  void booksAreSound() throws SQLException {
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void windsDownWhatIsNoLongerPermittedAndGoesOnWithWhatIsAgain() {
    NewTenant tenant = NewTenant.enter();
    String lease = tenant.lease(REQUEST);
    awaitLease(tenant, lease, view -> view.getString("state").equals("active"));

    tenant.find("reject");

    JsonPath winding = awaitLease(tenant, lease, view -> view.get("windDown") != null);
    Instant endsAt = Instant.parse(winding.getString("windDown.endsAt"));
    assertThat(endsAt)
        .isBetween(
            clock.instant().plus(23, ChronoUnit.HOURS), clock.instant().plus(25, ChronoUnit.HOURS));
    assertThat(winding.getString("judgement.verdict")).isEqualTo("HOLD_EVIDENCE");
    assertThat(winding.getString("judgement.permittedUntil")).isNull();
    assertThat(winding.getString("state")).isEqualTo("active");
    as("compliance")
        .get("/v1/decisions/" + winding.getString("windDown.decisionId"))
        .then()
        .statusCode(200)
        .body("purpose", is("live"), "tenantId", is(tenant.organization()));
    tenant.once().body(JOB).post("/v1/leases/" + lease + "/jobs").then().statusCode(422);
    for (var party : List.of(tenant.as(), as("provider-sg"))) {
      party
          .get("/v1/notices?lease=" + lease)
          .then()
          .statusCode(200)
          .body("items.kind", is(List.of("windDownOrdered")));
    }
    as("tenant").get("/v1/notices?lease=" + lease).then().body("items.size()", is(0));

    tenant.find("verify");

    JsonPath going = awaitLease(tenant, lease, view -> view.get("windDown") == null);
    assertThat(going.getString("judgement.verdict")).isEqualTo("ALLOW");
    tenant
        .as()
        .get("/v1/notices?lease=" + lease)
        .then()
        .body("items.kind", is(List.of("windDownOrdered", "windDownWithdrawn")));
    tenant.as().post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
    awaitLease(tenant, lease, view -> view.getString("state").equals("ended"));
  }

  @Test
  void judgesALeaseThatIsMadeWhileWhatItRestsOnChanges() throws SQLException {
    NewTenant tenant = NewTenant.enter();
    Response quote = tenant.once().body(REQUEST).post("/v1/quotes");
    quote.then().statusCode(201);
    CompletableFuture<Response> confirmed;
    try (Locks last = Locks.taking("lock table idempotency_key in exclusive mode")) {
      confirmed =
          CompletableFuture.supplyAsync(
              () -> tenant.once().post("/v1/quotes/" + quote.path("id") + "/confirm"),
              command -> Thread.ofVirtual().start(command));
      // It has read what is known of its tenant, and nobody sees the lease yet.
      last.awaitRequestsWaiting(1);
      tenant.find("reject");
      await().atMost(WAIT_MAX).until(() -> isTakenUp("organization.rejected", tenant));
    }

    Response made = confirmed.join();
    made.then().statusCode(201);
    String lease = made.path("id");
    awaitLease(tenant, lease, view -> view.get("windDown") != null);
    tenant.as().post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
    awaitLease(tenant, lease, view -> view.getString("state").equals("ended"));
  }

  private static boolean isTakenUp(String type, NewTenant tenant) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement delivery =
            connection.prepareStatement(
                "select from outbox_delivery join outbox_event on outbox_event.id = event_id"
                    + " where consumer = 'leasing.judgement' and attempts > 0"
                    + " and type = ? and subject = ?")) {
      delivery.setString(1, type);
      delivery.setString(2, tenant.organization());
      try (ResultSet found = delivery.executeQuery()) {
        return found.next();
      }
    }
  }

  @Test
  void keepsAnOfficersOrderWhenAJudgementTakesItsOwnBack() {
    NewTenant tenant = NewTenant.enter();
    String lease = tenant.lease(REQUEST);
    String order = order(lease, "PT40H");

    tenant.find("reject");
    awaitLease(tenant, lease, view -> view.get("windDown.decisionId") != null);
    tenant.find("verify");

    JsonPath going = awaitLease(tenant, lease, view -> view.get("windDown.decisionId") == null);
    assertThat(going.getString("windDown.orderId")).isEqualTo(order);
    tenant.as().post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
    awaitLease(tenant, lease, view -> view.getString("state").equals("ended"));
  }

  @Test
  void knowsWhereNothingButItsTenantsOwnRulesEndIt() throws SQLException {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId tenant = OwnMarket.tenant("DE");
      Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(3, ChronoUnit.DAYS);
      String lease = market.lease(tenant, 4, start.toString(), "PT2H");

      OwnMarket.as(tenant, Role.TENANT)
          .contentType("application/merge-patch+json")
          .header("If-Match", "*")
          .body("{\"facts\": {\"ownRules\": [\"no-nvidia\"]}}")
          .patch("/v1/organizations/" + tenant)
          .then()
          .statusCode(200);

      await()
          .atMost(WAIT_MAX)
          .untilAsserted(() ->
              OwnMarket.as(tenant, Role.TENANT)
                  .get("/v1/leases/" + lease)
                  .then()
                  .body("windDown.decisionId", notNullValue()));
      assertThat(ownRule(tenant)).isTrue();
      OwnMarket.as(tenant, Role.TENANT)
          .post("/v1/leases/" + lease + "/cancel")
          .then()
          .statusCode(202);
    }
  }

  private static boolean ownRule(OrganizationId tenant) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query =
            connection.prepareStatement(
                "select (wind_downs::jsonb -> 0 ->> 'ownRule')::boolean from lease"
                    + " where tenant_id = ?")) {
      query.setObject(1, tenant.value());
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getBoolean(1);
      }
    }
  }

  @Test
  void judgesAgainWhenALeaseIsToStart() {
    NewTenant tenant = NewTenant.enter();
    Instant start = clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(5, ChronoUnit.MINUTES);
    String lease =
        tenant.lease(
            """
            {"models": ["nvidia-h20"], "countries": ["SG"], "accelerators": 1,
             "start": "%s", "duration": "PT1H"}
            """
                .formatted(start));
    tenant.find("reject");
    clock.move(Duration.ofMinutes(5));

    await()
        .atMost(WAIT_MAX)
        .untilAsserted(() ->
            tenant
                .as()
                .get("/v1/notices?lease=" + lease)
                .then()
                .body("items.kind", hasItem("notPermittedToStart")));
    tenant.as().get("/v1/leases/" + lease).then().body("state", is("reserved"));

    tenant.find("verify");

    awaitLease(tenant, lease, view -> view.getString("state").equals("active"));
    tenant.as().post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
    awaitLease(tenant, lease, view -> view.getString("state").equals("ended"));
  }

  @Test
  void obeysAnOfficersOrderUntilItIsTakenBack() {
    NewTenant tenant = NewTenant.enter();
    String ended = tenant.lease(REQUEST);
    String spared = tenant.lease(REQUEST);
    awaitLease(tenant, ended, view -> view.getString("state").equals("active"));

    String sparing = order(spared, "PT2H");
    as("compliance")
        .get("/v1/wind-downs/" + sparing)
        .then()
        .body("leases.leaseId", is(List.of(spared)), "leases.taken", is(List.of(true)));
    order(ended, "PT0S");

    JsonPath gone = awaitLease(tenant, ended, view -> view.getString("state").equals("ended"));
    assertThat(gone.getString("windDown.reason")).isEqualTo("A test says so.");
    assertThat(gone.getLong("charged.amountMicros")).isPositive();
    tenant.as().get("/v1/leases/" + spared).then().body("windDown.orderId", is(sparing));
    as("compliance")
        .body("{\"reason\": \"Called off.\"}")
        .post("/v1/wind-downs/" + sparing + "/withdraw")
        .then()
        .statusCode(202);
    awaitLease(tenant, spared, view -> view.get("windDown") == null);
    tenant
        .as()
        .get("/v1/notices?lease=" + spared)
        .then()
        .body("items.message", hasItems("A test says so.", "Called off."));
    tenant.as().post("/v1/leases/" + spared + "/cancel").then().statusCode(202);
    awaitLease(tenant, spared, view -> view.getString("state").equals("ended"));
  }

  @Test
  void takesOrdersFromOfficersOnlyAndOnlyThoseThatMakeSense() {
    NewTenant tenant = NewTenant.enter();
    String body =
        """
        {"leaseIds": ["lease_agrat33sbz5qrjcxoull2v3hva"], "gracePeriod": "%s", "reason": "So."}
        """;

    tenant.once().body(body.formatted("PT1H")).post("/v1/wind-downs").then().statusCode(403);
    once("compliance").body(body.formatted("PT1H")).post("/v1/wind-downs").then().statusCode(404);
    once("compliance")
        .body(body.formatted("-PT1H"))
        .post("/v1/wind-downs")
        .then()
        .statusCode(400)
        .body("errors.pointer", is(List.of("/gracePeriod")));
    once("compliance")
        .body("{\"gracePeriod\": \"PT1H\", \"reason\": \"So.\"}")
        .post("/v1/wind-downs")
        .then()
        .statusCode(400);
  }

  private static String order(String lease, String grace) {
    return once("compliance")
        .body(
            """
            {"leaseIds": ["%s"], "gracePeriod": "%s", "reason": "A test says so."}
            """
                .formatted(lease, grace))
        .post("/v1/wind-downs")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static JsonPath awaitLease(
      NewTenant tenant, String lease, Predicate<JsonPath> condition) {
    return await()
        .atMost(WAIT_MAX)
        .until(
            () ->
                tenant.as().get("/v1/leases/" + lease).then().statusCode(200).extract().jsonPath(),
            condition);
  }
}
