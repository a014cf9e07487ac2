package io.berth.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
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
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an organization allows itself to spend. */
@BerthTest
@TestProfile(MutableTime.class)
class SpendLimitTest {

  @Inject MutableClock clock;

  private Instant start;
  private OwnMarket market;
  private OrganizationId tenant;

  @BeforeEach
  void open() {
    start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(60, ChronoUnit.DAYS);
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
  void holdsForQuotesOrdersAndExtensions() {
    set("\"0\"", "10000000").then().statusCode(200).header("ETag", is("\"1\""));
    String lease = market.lease(tenant, 4, start.toString(), "PT2H");

    Response refused = market.quote(tenant, 3, start.toString(), "PT1H");

    refused
        .then()
        .statusCode(422)
        .body("code", is("spend-limit-exceeded"))
        .body("limit.amountMicros", is("10000000"))
        .body("spent.amountMicros", is("0"))
        .body("reserved.amountMicros", is("8000000"))
        .body("needed.amountMicros", is("3000000"));
    OwnMarket.once(tenant)
        .body(
            """
            {"offerId": "%s", "accelerators": 3, "start": "%s", "duration": "PT1H"}
            """
                .formatted(market.offerPath().substring("/v1/offers/".length()), start))
        .post("/v1/orders")
        .then()
        .statusCode(422)
        .body("code", is("spend-limit-exceeded"));
    OwnMarket.once(tenant)
        .body("{\"duration\": \"PT31M\"}")
        .post("/v1/leases/" + lease + "/extend")
        .then()
        .statusCode(422)
        .body("code", is("spend-limit-exceeded"));
    OwnMarket.once(tenant)
        .body("{\"duration\": \"PT30M\"}")
        .post("/v1/leases/" + lease + "/extend")
        .then()
        .statusCode(202);
    read().then().body("reserved.amountMicros", is("10000000"));
  }

  @Test
  void countsWhatWasChargedInTheMonth() {
    set("*", "10000000");
    market.change("{\"earlyReleaseRefundPercent\": 0}");
    String lease = market.lease(tenant, 8, start.toString(), "PT1H");
    OwnMarket.as(tenant, Role.TENANT).post("/v1/leases/" + lease + "/cancel");

    read().then().body("spent.amountMicros", is("8000000")).body("reserved.amountMicros", is("0"));
    market.quote(tenant, 3, start.toString(), "PT1H").then().statusCode(422);

    Duration nextMonth =
        Duration.between(
            clock.instant(), Instant.parse(read().<String>path("month")).plus(32, ChronoUnit.DAYS));
    clock.move(nextMonth);
    try {
      market.quote(tenant, 3, start.toString(), "PT1H").then().statusCode(201);
    } finally {
      clock.move(nextMonth.negated());
    }
  }

  @Test
  void isNotPassedByTwoAtOnce() throws Exception {
    set("*", "3000000");
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> answers =
          IntStream.range(0, 4)
              .mapToObj(number ->
                  executor.submit(
                      () -> market.quote(tenant, 2, start.toString(), "PT1H").statusCode()))
              .toList();
      int made = 0;
      for (Future<Integer> answer : answers) {
        made += answer.get() == 201 ? 1 : 0;
      }
      assertThat(made).isEqualTo(1);
    }
  }

  @Test
  void isTheOrganizationsOwnAndGoesAgain() {
    read().then().statusCode(200).header("ETag", is("\"0\"")).body("limit", nullValue());
    set(null, "1").then().statusCode(428);
    set("\"0\"", "-1").then().statusCode(400);
    set("\"0\"", "0").then().statusCode(200);
    set("\"0\"", "5").then().statusCode(412);
    market.quote(tenant, 1, start.toString(), "PT1H").then().statusCode(422);
    OrganizationId other = OwnMarket.tenant("DE");
    market.quote(other, 1, start.toString(), "PT1H").then().statusCode(201);

    OwnMarket.as(tenant, Role.TENANT)
        .header("If-Match", "\"1\"")
        .body("{}")
        .put("/v1/spend-limit")
        .then()
        .statusCode(200)
        .body("limit", nullValue());

    market.quote(tenant, 1, start.toString(), "PT1H").then().statusCode(201);
    OwnMarket.as(tenant, Role.PROVIDER).get("/v1/spend-limit").then().statusCode(403);
  }

  private Response read() {
    return OwnMarket.as(tenant, Role.TENANT).get("/v1/spend-limit");
  }

  private Response set(@org.jspecify.annotations.Nullable String ifMatch, String micros) {
    var request =
        OwnMarket.as(tenant, Role.TENANT)
            .body(
                "{\"limit\": {\"amountMicros\": \"%s\", \"currency\": \"USD\"}}".formatted(micros));
    return (ifMatch == null ? request : request.header("If-Match", ifMatch)).put("/v1/spend-limit");
  }
}
