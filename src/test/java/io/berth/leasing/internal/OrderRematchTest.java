package io.berth.leasing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.policy.Licences;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.OwnMarket;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders that lack a licence or evidence, and what becomes of them when it comes. */
@BerthTest
class OrderRematchTest {

  private static final String MODEL = "nvidia-a100-80g-sxm";
  private static final String COUNTRY = "KG";
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  @Inject OrderRematches rematches;

  private OwnMarket market;
  private OrganizationId tenant;

  @BeforeEach
  void open() {
    market = new OwnMarket(MODEL, COUNTRY, 2);
    tenant = OwnMarket.tenant("DE");
  }

  @AfterEach
  void close() throws SQLException {
    market.close();
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, Instant.now());
    }
  }

  @Test
  void fillsOnceTheLicenceItWaitedForIsVerified() throws Throwable {
    Response order = order(tenant);
    order
        .then()
        .statusCode(201)
        .body("state", is("inReview"))
        .body("reasons.verdict", hasItem("HOLD_LICENCE"));

    licence("US-BIS");

    settled(order).body("state", is("filled")).body("leaseId", startsWith("lease_"));
    // Whoever comes late, or twice, finds it filled.
    licence("US-BIS");
    VertxContextSupport.subscribeAndAwait(() -> rematches.rematchDue());
    assertThat(leases()).isEqualTo(1);
  }

  @Test
  void waitsOnWhereTheLicenceDoesNotClearTheRule() throws Throwable {
    Response order = order(tenant);

    licence("MY-MITI");

    Awaitility.await().atMost(WAIT_MAX).until(() -> rematchesOf(order) == 0);
    read(order).body("state", is("inReview"));
    assertThat(leases()).isZero();
  }

  @Test
  void fillsOnceTheFactsThatItLackedAreThere() {
    licence("US-BIS");
    Response facts = OwnMarket.as(tenant, Role.TENANT).get("/v1/organizations/" + tenant);
    change(facts, "{\"facts\": {\"ultimateParentCountry\": null}}");
    verify();
    Response order = order(tenant);
    order
        .then()
        .statusCode(201)
        .body("state", is("inReview"))
        .body("reasons.verdict", hasItem("HOLD_EVIDENCE"));
    String review = order.path("caseId");

    change(facts, "{\"facts\": {\"ultimateParentCountry\": \"DE\"}}");
    verify();

    settled(order).body("state", is("filled")).body("caseId", not(is("")));
    assertThat(review).startsWith("case_");
  }

  @Test
  void goesOnWithADecidedCaseOfWhichNoNewsCame() throws Throwable {
    Response order = order(tenant);
    try (Connection connection = BerthResource.superuser();
        PreparedStatement expire =
            connection.prepareStatement(
                "update review_case set state = 'REFUSED' where id ="
                    + " (select case_id from capacity_order where tenant_id = ?)")) {
      expire.setObject(1, tenant.value());
      expire.executeUpdate();
    }

    VertxContextSupport.subscribeAndAwait(() -> rematches.resumeDecided());

    read(order).body("state", is("rejected")).body("detail", startsWith("The review is refused"));
  }

  @Test
  void takesThePartThatTheLicenceHasRoomForAndAsksAboutTheRest() {
    room(6);

    Response order = order(10, "\"timeInForce\": \"untilCancelled\", \"fill\": \"partial\"");

    order.then().statusCode(201).body("fills.accelerators", contains(6));
    Awaitility.await().atMost(WAIT_MAX).until(() -> state(order), "inReview"::equals);
    read(order)
        .body("filled", is(6))
        .body("remaining", is(4))
        .body("reasons.verdict", hasItem("HOLD_LICENCE"));

    room(1);

    Awaitility.await().atMost(WAIT_MAX).until(() -> remaining(order), Integer.valueOf(3)::equals);

    room(3);

    Awaitility.await().atMost(WAIT_MAX).until(() -> state(order), "filled"::equals);
    read(order).body("fills.accelerators", contains(6, 1, 3));
  }

  @Test
  void takesNoPartThatIsTooSmall() {
    room(6);

    order(
            10,
            """
            "timeInForce": "untilCancelled", "fill": "partial", "leaseAcceleratorsMin": 7
            """)
        .then()
        .statusCode(201)
        .body("state", is("inReview"))
        .body("filled", is(0));
  }

  private Response order(OrganizationId who) {
    return order(who, 1, "");
  }

  private Response order(int accelerators, String terms) {
    return order(tenant, accelerators, ", " + terms);
  }

  private Response order(OrganizationId who, int accelerators, String terms) {
    return OwnMarket.once(who)
        .body(
            """
            {"offerId": "%s", "models": ["%s"], "accelerators": %d, "duration": "PT1H"%s}
            """
                .formatted(market.offer(), MODEL, accelerators, terms))
        .post("/v1/orders");
  }

  private String state(Response order) {
    return read(order).extract().path("state");
  }

  private int remaining(Response order) {
    return read(order).extract().path("remaining");
  }

  /** One of the authority whose licence it takes, for so many. */
  private void room(int units) {
    Instant from = Instant.now().minus(Duration.ofHours(1));
    Licences.verified(
        market.provider(),
        MODEL,
        COUNTRY,
        "{\"units\": %d}".formatted(units),
        from,
        from.plus(Duration.ofDays(90)));
  }

  private void licence(String regime) {
    // An order begins with the minute in which it is filled.
    Instant from = Instant.now().minus(Duration.ofHours(1));
    String id = Licences.of(regime, market.provider(), MODEL, COUNTRY, from);
    Licences.decide("officer-1", id, "verify", 202);
  }

  private void change(Response known, String patch) {
    assertThat(known.statusCode()).isEqualTo(200);
    OwnMarket.as(tenant, Role.TENANT)
        .header("If-Match", "*")
        .contentType("application/merge-patch+json")
        .body(patch)
        .patch("/v1/organizations/" + tenant)
        .then()
        .statusCode(200);
  }

  private void verify() {
    OwnMarket.officer("verifier-" + UUID.randomUUID())
        .header("If-Match", "*")
        .body(
            """
            {"reason": "The register agrees.", "evidence": [{"kind": "extract", "reference": "1"}]}
            """)
        .post("/v1/organizations/" + tenant + "/verify")
        .then()
        .statusCode(202);
  }

  private ValidatableResponse settled(Response order) {
    Awaitility.await()
        .atMost(WAIT_MAX)
        .untilAsserted(() -> read(order).body("state", not(is("inReview"))));
    return read(order);
  }

  private ValidatableResponse read(Response order) {
    return OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/orders/" + order.path("id"))
        .then()
        .statusCode(200);
  }

  private int leases() throws SQLException {
    return count("select count(*) from lease where tenant_id = ?", tenant.value());
  }

  /** Wishes of an order that are left; none before its event has come either. */
  private int rematchesOf(Response order) throws SQLException {
    return count(
            "select count(*) from outbox_delivery d join outbox_event e on e.id = d.event_id"
                + " where e.type = 'authorisation.changed' and d.consumer = 'leasing.orderRematches'"
                + " and d.state = 'pending' and ?::uuid is not null",
            tenant.value())
        + count(
            "select count(*) from order_rematch r join capacity_order o on o.id = r.order_id"
                + " where o.tenant_id = ?",
            tenant.value());
  }

  private static int count(String sql, UUID parameter) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setObject(1, parameter);
      try (ResultSet count = query.executeQuery()) {
        count.next();
        return count.getInt(1);
      }
    }
  }
}
