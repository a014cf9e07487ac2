package io.berth.booking;

import static io.berth.testing.OwnMarket.as;
import static io.berth.testing.OwnMarket.once;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthTest;
import io.berth.testing.OwnMarket;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** When something is free, in one question: the calendar, the earliest start, and windows. */
@BerthTest
class CapacityOverTimeTest {

  private static final Instant TOMORROW =
      Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(2));

  @Test
  void saysWhenSoManyAreFreeTogetherAtTheEarliest() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 3, "WHOLE_DEVICE", "rail-1")) {
      OrganizationId tenant = OwnMarket.tenant("FI");
      book(market, tenant, 16, TOMORROW, "PT3H");

      earliest(market, tenant, "\"nodes\": 2, \"acceleratorsPerNode\": 8", TOMORROW)
          .then()
          .statusCode(200)
          .body("period.start", is(TOMORROW.plus(Duration.ofHours(3)).toString()))
          .body("period.end", is(TOMORROW.plus(Duration.ofHours(5)).toString()))
          .body("accelerators", is(16))
          .body("nodes", hasSize(2))
          .body("total.amountMicros", is("32000000"));
      earliest(market, tenant, "\"accelerators\": 8", TOMORROW)
          .then()
          .statusCode(200)
          .body("period.start", is(TOMORROW.toString()));
      earliest(market, tenant, "\"nodes\": 4, \"acceleratorsPerNode\": 8", TOMORROW)
          .then()
          .statusCode(409)
          .body("code", is("capacity-unavailable"));
      earliest(
              market,
              tenant,
              "\"nodes\": 1, \"acceleratorsPerNode\": 8, \"together\": \"nvlinkDomain\"",
              TOMORROW)
          .then()
          .statusCode(409)
          .body("detail", containsString("NVLink domain"));
    }
  }

  @Test
  void quotesTheEarliestStartOfAWindow() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 1)) {
      OrganizationId tenant = OwnMarket.tenant("FI");
      book(market, tenant, 8, TOMORROW, "PT3H");
      Instant latestEnd = TOMORROW.plus(Duration.ofHours(5));

      window(market, tenant, TOMORROW, latestEnd.minusSeconds(60))
          .then()
          .statusCode(409)
          .body("code", is("capacity-unavailable"));
      window(market, tenant, TOMORROW, latestEnd)
          .then()
          .statusCode(201)
          .body("period.start", is(TOMORROW.plus(Duration.ofHours(3)).toString()))
          .body("period.end", is(latestEnd.toString()));
      window(market, tenant, TOMORROW, TOMORROW.plus(Duration.ofHours(1)))
          .then()
          .statusCode(422)
          .body("errors[0].pointer", is("/latestEnd"));
    }
  }

  @Test
  void showsWhatIsFreeHourByHourAndDayByDay() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 2)) {
      OrganizationId tenant = OwnMarket.tenant("FI");
      book(market, tenant, 12, TOMORROW.plus(Duration.ofHours(1)), "PT1H");

      as(tenant, Role.TENANT)
          .queryParam("model", "nvidia-l40s")
          .queryParam("provider", market.provider().toString())
          .queryParam("start", TOMORROW.toString())
          .queryParam("end", TOMORROW.plus(Duration.ofHours(3)).toString())
          .get("/v1/capacity/calendar")
          .then()
          .statusCode(200)
          .body("items", hasSize(1))
          .body("items[0].country", is("FI"))
          .body("items[0].accelerators", is(16))
          .body("items[0].stretches.free", contains(16, 4, 16))
          .body("items[0].stretches.freeOnOneNode", contains(8, 4, 8))
          .body("items[0].stretches[1].pricePerAcceleratorHourFrom.amountMicros", is("1000000"));
      as(tenant, Role.TENANT)
          .queryParam("provider", market.provider().toString())
          .queryParam("start", TOMORROW.toString())
          .queryParam("end", TOMORROW.plus(Duration.ofDays(2)).toString())
          .queryParam("step", "day")
          .get("/v1/capacity/calendar")
          .then()
          .statusCode(200)
          .body("items[0].stretches.free", contains(4, 16));
    }
  }

  @Test
  void refusesACalendarThatIsNone() {
    OrganizationId tenant = OwnMarket.tenant("FI");
    as(tenant, Role.TENANT)
        .queryParam("start", TOMORROW.plusSeconds(60).toString())
        .get("/v1/capacity/calendar")
        .then()
        .statusCode(400);
    as(tenant, Role.TENANT)
        .queryParam("start", TOMORROW.toString())
        .queryParam("end", TOMORROW.plus(Duration.ofDays(17)).toString())
        .get("/v1/capacity/calendar")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", is("?end"));
  }

  @Test
  void leasesSharesOfANodeToOneOrganizationAtATime() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 1, "SHARE", null)) {
      OrganizationId one = OwnMarket.tenant("FI");
      OrganizationId other = OwnMarket.tenant("FI");

      market.quote(one, 2, TOMORROW.toString(), "PT1H").then().statusCode(409);
      share(market, one, TOMORROW).then().statusCode(201);
      share(market, other, TOMORROW).then().statusCode(409);
      share(market, one, TOMORROW).then().statusCode(201);
      share(market, other, TOMORROW.plus(Duration.ofHours(1))).then().statusCode(201);
    }
  }

  /** Slots have numbers for our books; which device a pod gets is the cluster's affair. */
  @Test
  void sellsNoMoreThanANodeHasLeft() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 1)) {
      OrganizationId tenant = OwnMarket.tenant("FI");
      String low = market.quote(tenant, 4, TOMORROW.toString(), "PT1H").then().extract().path("id");
      market.quote(tenant, 3, TOMORROW.toString(), "PT1H").then().statusCode(201);
      as(tenant, Role.TENANT).post("/v1/quotes/" + low + "/release").then().statusCode(202);
      OwnMarket.execute(
          "update node set slots = 4, version = version + 1 where id = ?",
          market.nodes().getFirst().value());

      market.quote(tenant, 2, TOMORROW.toString(), "PT1H").then().statusCode(409);
      market.quote(tenant, 1, TOMORROW.toString(), "PT1H").then().statusCode(201);
      market.quote(tenant, 1, TOMORROW.toString(), "PT1H").then().statusCode(409);
      restore(market);
    }
  }

  /** Others look whether every allocation is of slots that its node has. */
  private static void restore(OwnMarket market) {
    market
        .nodes()
        .forEach(node ->
            OwnMarket.execute(
                "update node set slots = 8, version = version + 1 where id = ?", node.value()));
  }

  @Test
  void givesNoCapacityThatIsNotKnownToBeEnough() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 1)) {
      OrganizationId tenant = OwnMarket.tenant("FI");

      earliest(market, tenant, "\"accelerators\": 1, \"cpuMillisPerAcceleratorMin\": 1", TOMORROW)
          .then()
          .statusCode(409);
      earliest(market, tenant, "\"accelerators\": 1, \"excludedRegions\": [\"x\"]", TOMORROW)
          .then()
          .statusCode(409);
      earliest(market, tenant, "\"accelerators\": 1, \"excludedCountries\": [\"DE\"]", TOMORROW)
          .then()
          .statusCode(200);
      earliest(market, tenant, "\"accelerators\": 1, \"excludedCountries\": [\"FI\"]", TOMORROW)
          .then()
          .statusCode(409);
    }
  }

  private static void book(
      OwnMarket market, OrganizationId tenant, int accelerators, Instant start, String duration) {
    String quote =
        market
            .quote(tenant, accelerators, start.toString(), duration)
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    once(tenant).post("/v1/quotes/" + quote + "/confirm").then().statusCode(201);
  }

  private static Response earliest(
      OwnMarket market, OrganizationId tenant, String shape, Instant from) {
    return as(tenant, Role.TENANT)
        .body(
            """
            {"offerId": "%s", %s, "duration": "PT2H", "earliestStart": "%s", "latestEnd": "%s"}
            """
                .formatted(market.offer(), shape, from, from.plus(Duration.ofDays(30))))
        .post("/v1/capacity/earliest");
  }

  private static Response window(
      OwnMarket market, OrganizationId tenant, Instant earliestStart, Instant latestEnd) {
    return once(tenant)
        .body(
            """
            {"offerId": "%s", "accelerators": 8, "duration": "PT2H", "earliestStart": "%s",
             "latestEnd": "%s"}
            """
                .formatted(market.offer(), earliestStart, latestEnd))
        .post("/v1/quotes");
  }

  private static Response share(OwnMarket market, OrganizationId tenant, Instant start) {
    return once(tenant)
        .body(
            """
            {"offerId": "%s", "slotKind": "SHARE", "accelerators": 2, "start": "%s",
             "duration": "PT1H"}
            """
                .formatted(market.offer(), start))
        .post("/v1/quotes");
  }
}
