package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.policy.Licences;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.MutableClock;
import io.berth.testing.MutableTime;
import io.berth.testing.OwnMarket;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases that go on for longer than was agreed on at first. */
@BerthTest
@TestProfile(MutableTime.class)
class LeaseExtensionTest {

  @Inject MutableClock clock;

  private Instant start;
  private OwnMarket market;
  private OrganizationId tenant;

  @BeforeEach
  void open() {
    start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(20, ChronoUnit.DAYS);
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
  void goesOnAtThePriceOfNowAndKeepsThatOfBefore() {
    String lease = market.lease(tenant, 2, start.toString(), "PT2H");
    market.change("{\"pricePerAcceleratorHour\": {\"amountMicros\": \"1500001\"}}");

    extend(lease, "{\"duration\": \"PT90M\"}")
        .then()
        .statusCode(202)
        .body("period.end", is(start.plus(210, ChronoUnit.MINUTES).toString()))
        .body("pricePerAcceleratorHour.amountMicros", is("1000000"))
        .body("stretches.start", contains(start.toString(), at(2)))
        .body("stretches.pricePerAcceleratorHour.amountMicros", contains("1000000", "1500001"))
        .body("stretches.cost.amountMicros", contains("4000000", "4500003"))
        .body("total.amountMicros", is("8500003"))
        .body("charged", nullValue());

    assertThat(reserved()).isEqualTo(8_500_003);
    assertThat(decisionPurposes(lease)).contains("extension");
    OwnMarket.as(tenant, Role.TENANT)
        .post("/v1/leases/" + lease + "/cancel")
        .then()
        .statusCode(202)
        .body("state", is("ended"));
    assertThat(reserved()).isZero();
  }

  @Test
  void joinsWhatCostsTheSameAndTakesAnEnd() {
    String lease = market.lease(tenant, 8, start.toString(), "PT1H");

    extend(lease, "{\"end\": \"%s\"}".formatted(at(3)))
        .then()
        .statusCode(202)
        .body("stretches.end", contains(at(3)))
        .body("total.amountMicros", is("24000000"));
  }

  @Test
  void answersARepeatedRequestOnce() {
    String lease = market.lease(tenant, 1, start.toString(), "PT1H");
    String key = UUID.randomUUID().toString();

    Response first = extend(key, lease, "{\"duration\": \"PT1H\"}");
    Response second = extend(key, lease, "{\"duration\": \"PT1H\"}");

    first.then().statusCode(202);
    assertThat(second.asString()).isEqualTo(first.asString());
    read(lease).then().body("period.end", is(at(2)));
    extend(key, lease, "{\"duration\": \"PT2H\"}")
        .then()
        .statusCode(422)
        .body("code", is("idempotency-mismatch"));
  }

  @Test
  void saysUntilWhenItCanGoOnWhereOthersHaveTheSlots() {
    market.change("{\"turnaround\": \"PT10M\"}");
    String lease = market.lease(tenant, 8, start.toString(), "PT1H");
    market.lease(OwnMarket.tenant("DE"), 1, at(4), "PT1H");

    extend(lease, "{\"duration\": \"PT3H\"}")
        .then()
        .statusCode(409)
        .body("code", is("capacity-unavailable"))
        .body("extendableUntil", is(start.plus(230, ChronoUnit.MINUTES).toString()))
        .body("detail", containsString("from " + at(4) + " on"));
    read(lease).then().body("period.end", is(at(1)), "total.amountMicros", is("8000000"));

    extend(lease, "{\"duration\": \"PT2H50M\"}").then().statusCode(202);
    extend(lease, "{\"duration\": \"PT1M\"}")
        .then()
        .statusCode(409)
        .body("extendableUntil", nullValue())
        .body("detail", containsString("cannot go on"));
  }

  @Test
  void leavesMaintenanceItsTime() {
    String lease = market.lease(tenant, 1, start.toString(), "PT1H");
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .body(
            """
            {"nodePoolId": "%s", "start": "%s", "end": "%s", "reason": "New switches"}
            """
                .formatted(market.pool(), at(3), at(5)))
        .post("/v1/maintenance-windows")
        .then()
        .statusCode(201);

    extend(lease, "{\"duration\": \"PT3H\"}")
        .then()
        .statusCode(409)
        .body("extendableUntil", is(at(3)));
    extend(lease, "{\"duration\": \"PT2H\"}").then().statusCode(202);
  }

  @Test
  void passesQuotesThatHaveLapsed() {
    String lease = market.lease(tenant, 8, start.toString(), "PT1H");
    market.quote(tenant, 8, at(1), "PT1H").then().statusCode(201);
    extend(lease, "{\"duration\": \"PT1H\"}").then().statusCode(409);

    clock.move(java.time.Duration.ofMinutes(11));

    extend(lease, "{\"duration\": \"PT1H\"}").then().statusCode(202);
  }

  @Test
  void keepsToTheOffersTerms() {
    String lease = market.lease(tenant, 1, start.toString(), "PT1H");
    market.change("{\"termMax\": \"PT3H\", \"availableUntil\": \"%s\"}".formatted(at(2)));

    extend(lease, "{\"duration\": \"PT2H1M\"}")
        .then()
        .statusCode(422)
        .body("errors.pointer", contains("/end"))
        .body("detail", containsString("at most PT3H"));
    extend(lease, "{\"duration\": \"PT2H\"}")
        .then()
        .statusCode(422)
        .body("detail", containsString("available until " + at(2)));
    market.change("{\"pricePerAcceleratorHour\": {\"amountMicros\": \"2000000\"}}");
    extend(
            lease,
            """
            {"duration": "PT1H",
             "pricePerAcceleratorHourMax": {"amountMicros": "1999999", "currency": "USD"}}
            """)
        .then()
        .statusCode(422)
        .body("errors.pointer", contains("/pricePerAcceleratorHourMax"));
    market.act("pause");
    extend(lease, "{\"duration\": \"PT1H\"}")
        .then()
        .statusCode(409)
        .body("detail", containsString("paused"));
    market.act("publish");
    extend(lease, "{\"duration\": \"PT1H\"}").then().statusCode(202);
  }

  @Test
  void refusesWhatMakesNoSense() {
    String lease = market.lease(tenant, 1, start.toString(), "PT1H");

    for (String body :
        List.of(
            "{}",
            "{\"end\": \"%s\", \"duration\": \"PT1H\"}".formatted(at(2)),
            "{\"end\": \"%s\"}".formatted(start.plusSeconds(3630)),
            "{\"duration\": \"PT30S\"}",
            "{\"duration\": \"PT-1H\"}")) {
      extend(lease, body).then().statusCode(400);
    }
    extend(lease, "{\"end\": \"%s\"}".formatted(at(1)))
        .then()
        .statusCode(422)
        .body("errors.pointer", contains("/end"));
    for (OrganizationId other : List.of(OwnMarket.tenant("DE"), market.provider())) {
      OwnMarket.as(other, Role.TENANT)
          .header("Idempotency-Key", UUID.randomUUID().toString())
          .body("{\"duration\": \"PT1H\"}")
          .post("/v1/leases/" + lease + "/extend")
          .then()
          .statusCode(404);
    }
    OwnMarket.as(tenant, Role.TENANT).post("/v1/leases/" + lease + "/cancel");
    extend(lease, "{\"duration\": \"PT1H\"}")
        .then()
        .statusCode(409)
        .body("detail", containsString("ended"));
  }

  @Test
  void needsTheMoney() {
    String lease = market.lease(tenant, 8, start.toString(), "PT1H");
    market.change("{\"pricePerAcceleratorHour\": {\"amountMicros\": \"900000000000\"}}");

    extend(lease, "{\"duration\": \"PT1H\"}")
        .then()
        .statusCode(422)
        .body("code", is("insufficient-funds"))
        .body("needed.amountMicros", is("7200000000000"));

    read(lease).then().body("period.end", is(at(1)));
    assertThat(reserved()).isEqualTo(8_000_000);
  }

  @Test
  void refusesOneThatIsWoundDown() {
    String lease = market.lease(tenant, 1, start.toString(), "PT1H");
    OwnMarket.officer("officer")
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .body(
            """
            {"leaseIds": ["%s"], "gracePeriod": "PT0S", "reason": "A test says so."}
            """
                .formatted(lease))
        .post("/v1/wind-downs")
        .then()
        .statusCode(201);

    extend(lease, "{\"duration\": \"PT1H\"}").then().statusCode(409);
  }

  @Test
  void doesNotGoOnPastAnOfficersOrderThatEndsLater() {
    String lease = market.lease(tenant, 8, start.toString(), "PT1H");
    String order =
        OwnMarket.officer("officer")
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .body(
                """
                {"leaseIds": ["%s"], "gracePeriod": "P30D", "reason": "A test says so."}
                """
                    .formatted(lease))
            .post("/v1/wind-downs")
            .then()
            .statusCode(201)
            .body("leases.taken", contains(true))
            .extract()
            .path("id");
    read(lease).then().body("period.end", is(at(1)), "windDown.orderId", is(order));

    extend(lease, "{\"duration\": \"P30D\"}")
        .then()
        .statusCode(409)
        .body("detail", containsString("ends at " + at(1)));
    OwnMarket.once(tenant)
        .body("{\"accelerators\": 4}")
        .post("/v1/leases/" + lease + "/shrink")
        .then()
        .statusCode(409)
        .body("detail", containsString("being wound down"));
  }

  @Test
  void judgesTheAddedTime() throws SQLException {
    try (OwnMarket licensed = new OwnMarket("nvidia-a100-80g-sxm", "KZ", 1)) {
      Instant end = start.plus(3, ChronoUnit.HOURS);
      Licences.verified(
          licensed.provider(), "nvidia-a100-80g-sxm", "KZ", "{\"units\": 8}", clock.instant(), end);
      String lease = licensed.lease(tenant, 2, start.toString(), "PT1H");

      Response refused = extend(lease, "{\"duration\": \"PT2H1M\"}");

      refused
          .then()
          .statusCode(422)
          .body("code", is("policy-refused"))
          .body("verdict", is("HOLD_LICENCE"))
          .body("detail", containsString("only until " + end));
      OwnMarket.as(tenant, Role.TENANT)
          .get("/v1/decisions/" + refused.path("decisionId"))
          .then()
          .statusCode(200)
          .body("purpose", is("extension"))
          .body("period.start", is(at(1)))
          .body("allowedUntil", is(end.toString()));
      extend(lease, "{\"duration\": \"PT2H\"}").then().statusCode(202);
      OwnMarket.as(tenant, Role.TENANT).post("/v1/leases/" + lease + "/cancel");
    }
  }

  @Test
  void isExtendedOrBookedByOneOnly() throws Exception {
    String lease = market.lease(tenant, 8, start.toString(), "PT1H");
    OrganizationId other = OwnMarket.tenant("DE");
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> answers =
          java.util.stream.IntStream.range(0, 8)
              .mapToObj(number ->
                  executor.submit(() ->
                      (number % 2 == 0
                              ? extend(lease, "{\"end\": \"%s\"}".formatted(at(2)))
                              : market.quote(other, 8, at(1), "PT1H"))
                          .statusCode()))
              .toList();
      int extended = 0;
      int quoted = 0;
      for (Future<Integer> answer : answers) {
        int status = answer.get();
        assertThat(status).isIn(201, 202, 409, 422);
        extended += status == 202 ? 1 : 0;
        quoted += status == 201 ? 1 : 0;
      }
      assertThat(extended + quoted).isEqualTo(1);
    }
  }

  private String at(int hours) {
    return start.plus(hours, ChronoUnit.HOURS).toString();
  }

  private Response extend(String lease, String body) {
    return extend(UUID.randomUUID().toString(), lease, body);
  }

  private Response extend(String key, String lease, String body) {
    return OwnMarket.as(tenant, Role.TENANT)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/v1/leases/" + lease + "/extend");
  }

  private Response read(String lease) {
    return OwnMarket.as(tenant, Role.TENANT).get("/v1/leases/" + lease);
  }

  private long reserved() {
    return Long.parseLong(
        OwnMarket.as(tenant, Role.TENANT)
            .get("/v1/accounts")
            .then()
            .statusCode(200)
            .extract()
            .path("items[0].reserved.amountMicros"));
  }

  private List<String> decisionPurposes(String lease) {
    return OwnMarket.officer("reader")
        .get("/v1/leases/" + lease + "/evidence")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getList("parts.decisions.purpose");
  }
}
