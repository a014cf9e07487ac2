package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.MutableClock;
import io.berth.testing.MutableTime;
import io.berth.testing.OwnMarket;
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
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases that renew by themselves. */
@BerthTest
@TestProfile(MutableTime.class)
class OnDemandLeaseTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  @Inject MutableClock clock;

  private OwnMarket market;
  private OrganizationId tenant;

  @BeforeEach
  void open() {
    market = new OwnMarket("nvidia-h100-sxm", "FI", 1);
    tenant = OwnMarket.tenant("DE");
  }

  @AfterEach
  void close() throws SQLException {
    market.close();
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void renewsBeforeItsEndAndOnlyOnceAStepUntilItIsStopped() {
    String lease = lease("\"duration\": \"PT2H\"");
    Instant end = end(read(lease));
    assertThat(Duration.between(clock.instant(), end)).isGreaterThan(Duration.ofMinutes(110));

    clock.move(Duration.ofMinutes(111));

    JsonPath renewed = awaitLease(lease, view -> end(view).isAfter(end));
    assertThat(end(renewed)).isEqualTo(end.plus(1, ChronoUnit.HOURS));
    awaitLease(
        lease,
        view ->
            end.plus(50, ChronoUnit.MINUTES)
                .equals(Instant.parse(view.getString("renewal.nextAt"))));
    assertThat(renewed.getString("total.amountMicros")).isEqualTo("6000000");
    OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/notices?lease=" + lease)
        .then()
        .body("items", hasSize(0));

    stop(tenant, lease).then().statusCode(202).body("renewal.nextAt", nullValue());
    stop(tenant, lease).then().statusCode(202);
    clock.move(Duration.ofMinutes(70));
    JsonPath ended = awaitLease(lease, view -> view.getString("endingAt") != null);
    assertThat(end(ended)).isEqualTo(end.plus(1, ChronoUnit.HOURS));
    stop(OwnMarket.tenant("DE"), lease).then().statusCode(404);
  }

  @Test
  void beginsWithAStepWhereNothingElseIsSaid() {
    Response quote = quote("");

    quote.then().statusCode(201).body("term", is("onDemand"));
    assertThat(
            Duration.between(
                Instant.parse(quote.path("period.start")), Instant.parse(quote.path("period.end"))))
        .isEqualTo(Duration.ofHours(1));
    OwnMarket.once(tenant)
        .body("{\"models\": [\"nvidia-h100-sxm\"], \"accelerators\": 1}")
        .post("/v1/quotes")
        .then()
        .statusCode(400)
        .body("errors.pointer", contains("/duration"));
  }

  @Test
  void goesOnUntilOthersHaveTheSlotsAndSaysWhyItEnds() {
    String lease = lease("\"accelerators\": 8");
    Instant end = end(read(lease));
    Instant others = end.plus(20, ChronoUnit.MINUTES);
    market.lease(OwnMarket.tenant("DE"), 1, others.toString(), "PT1H");

    clock.move(Duration.ofMinutes(51));

    awaitLease(lease, view -> end(view).equals(others));
    clock.move(Duration.ofMinutes(20));
    JsonPath told = awaitLease(lease, view -> view.getString("renewal.problem") != null);
    assertThat(told.getString("renewal.problem")).contains("Others have booked");
    for (var party :
        List.of(
            OwnMarket.as(tenant, Role.TENANT), OwnMarket.as(market.provider(), Role.PROVIDER))) {
      party
          .get("/v1/notices?lease=" + lease)
          .then()
          .body("items.kind", contains("notRenewed"))
          .body("items[0].message", containsString("ends at " + others))
          .body("items[0].endsAt", is(others.toString()));
    }
    clock.move(Duration.ofMinutes(20));
    awaitLease(lease, view -> view.getString("endingAt") != null);
    assertThat(end(read(lease))).isEqualTo(others);
  }

  @Test
  void renewsAfterAllWhereWhatStoodAgainstItGoes() {
    String lease = lease("\"duration\": \"PT1H\"");
    Instant end = end(read(lease));
    market.change("{\"pricePerAcceleratorHour\": {\"amountMicros\": \"1000001\"}}");
    clock.move(Duration.ofMinutes(51));
    awaitLease(
        lease,
        view ->
            view.getString("renewal.problem") != null
                && view.getString("renewal.problem").contains("1.000001 USD"));

    market.change("{\"pricePerAcceleratorHour\": {\"amountMicros\": \"900000\"}}");
    clock.move(Duration.ofMinutes(1));

    JsonPath renewed = awaitLease(lease, view -> end(view).isAfter(end));
    assertThat(renewed.getList("stretches.pricePerAcceleratorHour.amountMicros", String.class))
        .containsExactly("1000000", "900000");
    awaitLease(lease, view -> view.getString("renewal.problem") == null);
    OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/notices?lease=" + lease)
        .then()
        .body("items.kind", contains("notRenewed", "renewed"));
  }

  @Test
  void doesNotTellItsProviderWhatItsTenantHas() {
    String lease = lease("\"duration\": \"PT1H\"");
    OwnMarket.as(tenant, Role.TENANT)
        .header("If-Match", "\"0\"")
        .body("{\"limit\": {\"amountMicros\": \"2000000\", \"currency\": \"USD\"}}")
        .put("/v1/spend-limit")
        .then()
        .statusCode(200);

    clock.move(Duration.ofMinutes(51));

    JsonPath told = awaitLease(lease, view -> view.getString("renewal.problem") != null);
    assertThat(told.getString("renewal.problem"))
        .isEqualTo("There is not enough money set free for another step.");
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .get("/v1/notices?lease=" + lease)
        .then()
        .body("items.kind", contains("notRenewed"))
        .body(
            "items[0].message", endsWith(": There is not enough money set free for another step."));
  }

  @Test
  void tellsWhichRuleKeepsItFromGoingOn() {
    String lease = lease("\"duration\": \"PT1H\"");
    OwnMarket.officer("officer")
        .header("If-Match", "*")
        .body(
            """
            {"reason": "A test says so.", "evidence": [{"kind": "extract", "reference": "1"}]}
            """)
        .post("/v1/organizations/" + tenant + "/reject")
        .then()
        .statusCode(202);

    clock.move(Duration.ofMinutes(51));

    awaitLease(lease, view -> view.getString("renewal.problem") != null);
    String decision =
        OwnMarket.as(tenant, Role.TENANT)
            .get("/v1/notices?lease=" + lease)
            .then()
            .body("items.find { it.kind == 'notRenewed' }.decisionId", notNullValue())
            .extract()
            .path("items.find { it.kind == 'notRenewed' }.decisionId");
    OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/decisions/" + decision)
        .then()
        .statusCode(200)
        .body("purpose", is("extension"));
  }

  @Test
  void leavesReservedLeasesAlone() {
    Instant start = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    String lease = market.lease(tenant, 1, start.toString(), "PT1H");

    OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/leases/" + lease)
        .then()
        .body("term", is("reserved"), "renewal", nullValue());
    stop(tenant, lease).then().statusCode(409);
  }

  private static Response stop(OrganizationId who, String lease) {
    return OwnMarket.as(who, Role.TENANT).post("/v1/leases/" + lease + "/stop-renewal");
  }

  private Response quote(String more) {
    String accelerators = more.contains("accelerators") ? "" : "\"accelerators\": 2, ";
    return OwnMarket.once(tenant)
        .body(
            "{\"offerId\": \"%s\", %s%s \"term\": \"onDemand\"}"
                .formatted(
                    market.offerPath().substring("/v1/offers/".length()),
                    accelerators,
                    more.isEmpty() ? "" : more + ","))
        .post("/v1/quotes");
  }

  private String lease(String more) {
    Response quote = quote(more);
    quote.then().statusCode(201);
    return OwnMarket.once(tenant)
        .post("/v1/quotes/" + quote.path("id") + "/confirm")
        .then()
        .statusCode(201)
        .body("term", is("onDemand"), "renewal.nextAt", notNullValue())
        .extract()
        .path("id");
  }

  private JsonPath read(String lease) {
    return OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/leases/" + lease)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static Instant end(JsonPath lease) {
    return Instant.parse(lease.getString("period.end"));
  }

  private JsonPath awaitLease(String lease, Predicate<JsonPath> condition) {
    return await().atMost(WAIT_MAX).until(() -> read(lease), condition);
  }
}
