package io.berth.leasing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.node.NullNode;
import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.platform.OutboxEvent;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.SeededMarket;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders of a tenant of which listed parties own a share: a person must look at it. */
@BerthTest
class OrderTest {

  private static final OrganizationId AUTHORITY = OrganizationId.fresh();
  private static final String A100_IN_JP = request("nvidia-a100-80g-sxm", "JP");
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final int CONSUMERS = 6;
  private static final int WAITING_MAX = 20;
  private static final int TOO_MANY = 4;

  @Inject OrderResumption resumption;

  private OrganizationId tenant = OrganizationId.fresh();
  private final List<String> leases = new ArrayList<>();

  @BeforeEach
  void enterTenant() {
    tenant = entered();
  }

  /** The pool is every test's. */
  @AfterEach
  void giveBack() {
    for (String lease : leases) {
      as("member", tenant, Role.TENANT).post("/v1/leases/" + lease + "/cancel");
    }
  }

  @Test
  void fillsAtOnceWhatPolicyPermits() throws Exception {
    String key = UUID.randomUUID().toString();

    Response first =
        SeededMarket.as("tenant")
            .header("Idempotency-Key", key)
            .body(A100_IN_JP)
            .post("/v1/orders");
    Response again =
        SeededMarket.as("tenant")
            .header("Idempotency-Key", key)
            .body(A100_IN_JP)
            .post("/v1/orders");

    first
        .then()
        .statusCode(201)
        .header("Location", containsString("/v1/orders/order_"))
        .body("state", is("filled"))
        .body("caseId", nullValue())
        .body("request.models", hasItem("nvidia-a100-80g-sxm"));
    assertThat(again.asString()).isEqualTo(first.asString());
    String lease = first.path("leaseId");
    SeededMarket.as("tenant")
        .get("/v1/leases/" + lease)
        .then()
        .statusCode(200)
        .body("decisionId", is((String) first.path("decisionId")));
    SeededMarket.as("compliance")
        .get("/v1/decisions/" + first.path("decisionId"))
        .then()
        .body("purpose", is("order"));
    assertBooksSound();
    SeededMarket.as("tenant").post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
  }

  @Test
  void waitsWithoutSlotsAndMoneyAndFillsWhenTwoOfficersLetItPass() throws Exception {
    Response order = order();
    order
        .then()
        .statusCode(201)
        .body("state", is("inReview"))
        .body("leaseId", nullValue())
        .body("expiresAt", notNullValue())
        .body("reasons.ruleId", hasItem("us-owned-by-listed"));
    String review = order.path("caseId");
    Response second = order();
    second.then().statusCode(201).body("caseId", is(review));
    assertThat(count("quote", "tenant_id")).isZero();
    as("member", tenant, Role.TENANT)
        .get("/v1/accounts")
        .then()
        .body("items.reserved.amountMicros", everyItem(is("0")));
    as("member", tenant, Role.TENANT)
        .get("/v1/review-cases/" + review)
        .then()
        .statusCode(200)
        .body("kind", is("order"))
        .body("reason", is("export-baseline/us-owned-by-listed"))
        .body("subject", is((String) order.path("id")))
        .body("detail.models", hasItem("nvidia-a100-80g-sxm"));
    quote().statusCode(422).body("verdict", is("HOLD_REVIEW"));

    approve(review);

    String lease =
        settled(order).statusCode(200).body("state", is("filled")).extract().path("leaseId");
    leases.add(lease);
    leases.add(settled(second).body("state", is("filled")).extract().path("leaseId"));
    assertThat(leases).doesNotHaveDuplicates();
    // Quotes and jobs count the approval too.
    quote()
        .statusCode(201)
        .body("warnings.find { it.ruleId == 'us-owned-by-listed' }.verdict", is("WARN"))
        .body(
            "warnings.find { it.ruleId == 'us-owned-by-listed' }.message",
            containsString("Approved in " + review + " until "));
    once("member", tenant, Role.TENANT)
        .body("{\"name\": \"t\", \"image\": \"registry.example/t:1\", \"accelerators\": 1}")
        .post("/v1/leases/" + lease + "/jobs")
        .then()
        .statusCode(201);
    assertBooksSound();
    // Another tenant about which the same is known has nothing of it.
    OrganizationId other = entered();
    once("member", other, Role.TENANT).body(A100_IN_JP).post("/v1/quotes").then().statusCode(422);
    finding("one", review, "withdraw");
    quote().statusCode(422).body("verdict", is("HOLD_REVIEW"));
  }

  @Test
  void isRefusedWithTheReviewsReason() {
    Response order = order();

    finding("one", order.path("caseId"), "refuse");

    settled(order)
        .body("state", is("rejected"))
        .body("detail", is("The review is refused: because"))
        .body("settledAt", notNullValue());
  }

  @Test
  void isGivenUpByItsTenantForGood() throws Exception {
    Response order = order();
    String path = "/v1/orders/" + order.path("id") + "/cancel";
    as("other", OrganizationId.fresh(), Role.TENANT).post(path).then().statusCode(404);

    as("member", tenant, Role.TENANT)
        .post(path)
        .then()
        .statusCode(202)
        .body("state", is("cancelled"));
    as("member", tenant, Role.TENANT).post(path).then().statusCode(202);
    approve(order.path("caseId"));
    resume(order.path("caseId"));

    settled(order).body("state", is("cancelled")).body("leaseId", nullValue());
    assertThat(count("lease", "tenant_id")).isZero();
  }

  @Test
  void makesOneLeaseHoweverOftenAndManyAreTold() throws Exception {
    Response order = order();
    String review = order.path("caseId");
    approve(review);
    try (ExecutorService threads = Executors.newFixedThreadPool(CONSUMERS)) {
      List<Future<?>> told = new ArrayList<>();
      for (int i = 0; i < CONSUMERS; i++) {
        told.add(
            threads.submit(() -> {
              resume(review);
              return null;
            }));
      }
      for (Future<?> one : told) {
        one.get();
      }
    }

    leases.add(settled(order).body("state", is("filled")).extract().path("leaseId"));
    assertThat(count("lease", "tenant_id")).isEqualTo(1);
    resume(review);
    assertThat(count("lease", "tenant_id")).isEqualTo(1);
    assertBooksSound();
  }

  @Test
  void letsNoMoreWaitHoweverManyComeAtOnce() throws Exception {
    List<Integer> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CONSUMERS)) {
      List<Future<Integer>> placed = new ArrayList<>();
      for (int i = 0; i < WAITING_MAX + TOO_MANY; i++) {
        placed.add(
            threads.submit(() ->
                once("member", tenant, Role.TENANT)
                    .body(A100_IN_JP)
                    .post("/v1/orders")
                    .statusCode()));
      }
      for (Future<Integer> one : placed) {
        answers.add(one.get());
      }
    }

    assertThat(answers).containsOnly(201, 429);
    assertThat(answers.stream().filter(status -> status == 201)).hasSize(WAITING_MAX);
  }

  @Test
  void keepsWhatPeopleCannotLetPass() {
    Response order = SeededMarket.once("tenant-hk").body(A100_IN_JP).post("/v1/orders");
    order
        .then()
        .statusCode(201)
        .body("state", is("inReview"))
        .body("detail", containsString("see wouldChange"))
        .body("reasons.verdict", hasItem("HOLD_EVIDENCE"));
    String review = order.path("caseId");
    SeededMarket.as("tenant-hk")
        .get("/v1/review-cases/" + review)
        .then()
        .body("detail.needed.wouldChange", hasItem("Evidence of the tenant's ultimate parent"));

    approve(review);

    Awaitility.await()
        .atMost(WAIT_MAX)
        .untilAsserted(() ->
            SeededMarket.as("tenant-hk")
                .get("/v1/orders/" + order.path("id"))
                .then()
                .body("state", is("rejected"))
                .body("detail", startsWith("The review let it pass, and this still holds it: "))
                .body("reasons.verdict", hasItem("HOLD_EVIDENCE")));
  }

  @Test
  void isRefusedAtOnceWhereARuleDeniesItAndOffersWhatIsPermitted() {
    SeededMarket.once("tenant")
        .body(request("nvidia-h100-sxm", "CN"))
        .post("/v1/orders")
        .then()
        .statusCode(422)
        .body("code", is("policy-refused"))
        .body("verdict", is("DENY"))
        .body("decisionId", startsWith("decision_"))
        .body("alternatives", hasSize(greaterThan(0)))
        .body("alternatives[0].model", is("nvidia-h100-sxm"))
        .body("alternatives.verdict", everyItem(is(oneOf("ALLOW", "WARN"))))
        .body("alternatives.country", everyItem(not("CN")));
  }

  @Test
  void doesNotWaitForever() throws Exception {
    Response order = order();
    try (Connection connection = BerthResource.superuser();
        PreparedStatement late =
            connection.prepareStatement(
                "update capacity_order set expires_at = now() where tenant_id = ?")) {
      late.setObject(1, tenant.value());
      late.executeUpdate();
    }

    settled(order).body("state", is("expired")).body("detail", equalTo("Nobody decided in time."));
  }

  @Test
  void showsOrdersToTheirTenantOnly() {
    Response order = order();

    as("member", tenant, Role.TENANT)
        .get("/v1/orders?state=inReview")
        .then()
        .body("items.id", hasItem((String) order.path("id")))
        .body("items", hasSize(1));
    as("member", tenant, Role.TENANT)
        .get("/v1/orders?state=filled")
        .then()
        .body("items", hasSize(0));
    as("other", OrganizationId.fresh(), Role.TENANT)
        .get("/v1/orders/" + order.path("id"))
        .then()
        .statusCode(404);
    as("officer", AUTHORITY, Role.COMPLIANCE)
        .get("/v1/orders/" + order.path("id"))
        .then()
        .statusCode(200);
  }

  private Response order() {
    Response order = once("member", tenant, Role.TENANT).body(A100_IN_JP).post("/v1/orders");
    assertThat(order.statusCode()).as(order.asString()).isEqualTo(201);
    return order;
  }

  private ValidatableResponse quote() {
    Response quote = once("member", tenant, Role.TENANT).body(A100_IN_JP).post("/v1/quotes");
    if (quote.statusCode() == 201) {
      as("member", tenant, Role.TENANT)
          .post("/v1/quotes/" + quote.path("id") + "/release")
          .then()
          .statusCode(202);
    }
    return quote.then();
  }

  private ValidatableResponse settled(Response order) {
    String path = "/v1/orders/" + order.path("id");
    Awaitility.await()
        .atMost(WAIT_MAX)
        .until(() -> as("member", tenant, Role.TENANT).get(path).path("settledAt") != null);
    return as("member", tenant, Role.TENANT).get(path).then();
  }

  private void resume(String review) throws Exception {
    OutboxEvent event =
        new OutboxEvent(
            UUID.randomUUID(), "case.approved", review, NullNode.getInstance(), Instant.now());
    try {
      VertxContextSupport.subscribeAndAwait(() -> resumption.handle(event));
    } catch (Exception e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void approve(String review) {
    as("one", AUTHORITY, Role.COMPLIANCE)
        .header("If-Match", "*")
        .body(
            Map.of(
                "reason",
                "because",
                "expiresAt",
                Instant.now().plus(Duration.ofDays(30)).toString()))
        .post("/v1/review-cases/" + review + "/approve")
        .then()
        .statusCode(202);
    finding("two", review, "confirm");
  }

  private static void finding(String officer, String review, String verb) {
    as(officer, AUTHORITY, Role.COMPLIANCE)
        .header("If-Match", "*")
        .body(Map.of("reason", "because"))
        .post("/v1/review-cases/" + review + "/" + verb)
        .then()
        .statusCode(202);
  }

  /** A tenant of which a listed party owns a share, verified and with money. */
  private static OrganizationId entered() {
    String id =
        SeededMarket.as("operator")
            .body(
                """
                {"name": "Shared GmbH", "facts": {
                 "residenceCountry": "DE", "ultimateParentCountry": "DE", "endUseCountry": "DE",
                 "owners": [{"name": "Listed", "country": "DE", "percent": 30, "listed": true}],
                 "ownersComplete": true,
                 "profile": {"mode": "remote", "workload": "training", "dataResidency": "none", "usNexus": false}}}
                """)
            .post("/v1/organizations")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    as("verifier", AUTHORITY, Role.COMPLIANCE)
        .header("If-Match", "*")
        .body(
            """
            {"reason": "Made up.", "evidence": [{"kind": "register-extract", "reference": "test"}]}
            """)
        .post("/v1/organizations/" + id + "/verify")
        .then()
        .statusCode(202);
    SeededMarket.once("operator")
        .body(
            """
            {"organizationId": "%s", "reference": "%s",
             "amount": {"amountMicros": "1000000000", "currency": "USD"}}
            """
                .formatted(id, id))
        .post("/v1/deposits")
        .then()
        .statusCode(201);
    return OrganizationId.fromString(id);
  }

  private static String request(String model, String country) {
    return """
    {"models": ["%s"], "countries": ["%s"], "accelerators": 1, "duration": "PT1H"}
    """
        .formatted(model, country);
  }

  private static RequestSpecification as(
      String name, OrganizationId organization, String... roles) {
    return RestAssured.given()
        .auth()
        .oauth2(BerthResource.tokenOf(name, organization, roles))
        .contentType(ContentType.JSON);
  }

  private static RequestSpecification once(
      String name, OrganizationId organization, String... roles) {
    return as(name, organization, roles).header("Idempotency-Key", UUID.randomUUID().toString());
  }

  private int count(String table, String column) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement statement =
            connection.prepareStatement(
                "select count(*) from " + table + " where " + column + " = ?")) {
      statement.setObject(1, tenant.value());
      try (ResultSet count = statement.executeQuery()) {
        count.next();
        return count.getInt(1);
      }
    }
  }

  private static void assertBooksSound() throws SQLException {
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, Instant.now());
    }
  }
}
