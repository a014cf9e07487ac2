package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
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
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases that yield to firm orders. */
@BerthTest
@TestProfile(MutableTime.class)
class InterruptibleLeaseTest {

  @Inject MutableClock clock;

  private Instant start;
  private OwnMarket market;
  private OrganizationId tenant;
  private OrganizationId firm;

  @BeforeEach
  void open() {
    start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(40, ChronoUnit.DAYS);
    market = new OwnMarket("nvidia-h100-sxm", "FI", 2);
    market.change("{\"turnaround\": \"PT10M\"}");
    interruptible(400_000);
    tenant = OwnMarket.tenant("DE");
    firm = OwnMarket.tenant("DE");
  }

  @AfterEach
  void close() throws SQLException {
    market.close();
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void costsLessAndSaysItsNotice() {
    Response quote = request("quotes", tenant, "interruptible", 8, at(0), "PT2H");
    quote
        .then()
        .statusCode(201)
        .body("term", is("interruptible"))
        .body("interruptionNotice", is("PT15M"))
        .body("pricePerAcceleratorHour.amountMicros", is("400000"))
        .body("total.amountMicros", is("6400000"));
    read(confirm(quote))
        .body("term", is("interruptible"))
        .body("interruptionNotice", is("PT15M"))
        .body("windDown", nullValue());

    OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/capacity?model=nvidia-h100-sxm&country=FI&duration=PT2H&pageSize=100")
        .then()
        .statusCode(200)
        .rootPath("items.find { it.offerId == '%s' }.interruptible".formatted(market.offer()))
        .body("notice", is("PT15M"))
        .body("pricePerAcceleratorHour.amountMicros", is("400000"));

    market.change("{\"interruptible\": null}");

    request("quotes", tenant, "interruptible", 1, at(0), "PT2H")
        .then()
        .statusCode(409)
        .body("code", is("capacity-unavailable"));
    request("quotes", tenant, "reserved", 1, at(0), "PT2H").then().statusCode(201);
  }

  @Test
  void yieldsToAFirmOrderTheCheapestFirstAndInTime() {
    String cheap = lease(at(0), "PT72H");
    interruptible(600_000);
    String dear = lease(at(0), "PT72H");
    assertThat(Instant.parse(at(0))).isAfter(clock.instant());

    Response order = request("orders", firm, null, 8, at(24), "PT24H");

    order.then().statusCode(201).body("state", is("filled"));
    read(cheap)
        .body("windDown.interruption", is(true))
        .body(
            "windDown.endsAt",
            is(start.plus(Duration.ofHours(24)).minus(Duration.ofMinutes(10)).toString()))
        .body("windDown.reason", containsString("interruptible"));
    read(dear).body("windDown", nullValue());
    read(order.path("leaseId")).body("pricePerAcceleratorHour.amountMicros", is("1000000"));
    for (OrganizationId party : List.of(tenant, market.provider())) {
      OwnMarket.as(party, party.equals(tenant) ? Role.TENANT : Role.PROVIDER)
          .get("/v1/notices?lease=" + cheap)
          .then()
          .body("items.kind", hasItem("interrupted"));
    }
    OwnMarket.once(tenant)
        .body("{\"duration\": \"PT1H\"}")
        .post("/v1/leases/" + cheap + "/extend")
        .then()
        .statusCode(409);
    // What comes after the firm lease is free again.
    request("quotes", tenant, "reserved", 8, at(49), "PT12H").then().statusCode(201);
  }

  @Test
  void yieldsToOrdersAloneAndToFirmOnesAlone() {
    String one = lease(at(0), "PT72H");
    String other = lease(at(0), "PT72H");

    request("quotes", firm, "reserved", 8, at(24), "PT24H")
        .then()
        .statusCode(409)
        .body("code", is("capacity-unavailable"));
    request("orders", firm, "interruptible", 8, at(24), "PT24H")
        .then()
        .statusCode(409)
        .body("code", is("capacity-unavailable"));

    read(one).body("windDown", nullValue());
    read(other).body("windDown", nullValue());
  }

  @Test
  void isNotInterruptedWithoutItsNotice() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    lease(now.plus(Duration.ofMinutes(1)).toString(), "PT72H");
    lease(now.plus(Duration.ofMinutes(1)).toString(), "PT72H");

    request("orders", firm, null, 8, now.plus(Duration.ofMinutes(20)).toString(), "PT24H")
        .then()
        .statusCode(409)
        .body("code", is("capacity-unavailable"));

    Response order =
        OwnMarket.once(firm)
            .body(
                """
                {"offerId": "%s", "accelerators": 8, "duration": "PT24H",
                 "earliestStart": "%s", "latestEnd": "%s"}
                """
                    .formatted(
                        market.offer(),
                        now.plus(Duration.ofMinutes(2)),
                        now.plus(Duration.ofHours(30))))
            .post("/v1/orders");
    order.then().statusCode(201).body("state", is("filled"));
    // 15 minutes of notice and 10 of turnaround, from the next whole minute.
    Instant began = Instant.parse(read(order.path("leaseId")).extract().path("period.start"));
    assertThat(began).isBetween(now.plus(Duration.ofMinutes(25)), now.plus(Duration.ofMinutes(28)));
  }

  @Test
  void endsAtOnceAndForNothingWhereItWouldNotEvenHaveBegun() {
    String one = lease(at(24), "PT24H");
    String other = lease(at(24), "PT24H");

    request("orders", firm, null, 16, at(0), "PT48H").then().statusCode(201);

    for (String lease : List.of(one, other)) {
      read(lease).body("state", is("ended")).body("charged.amountMicros", is("0"));
    }
  }

  @Test
  void yieldsOnceHoweverManyOrderAtOnce() throws Exception {
    lease(at(0), "PT72H");
    lease(at(0), "PT72H");
    List<Response> orders = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Response>> asked = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        asked.add(threads.submit(() -> request("orders", firm, null, 8, at(24), "PT24H")));
      }
      for (Future<Response> one : asked) {
        orders.add(one.get());
      }
    }

    assertThat(orders).extracting(Response::statusCode).containsOnly(201, 409);
    assertThat(orders.stream().filter(order -> order.statusCode() == 201)).hasSize(2);
  }

  @Test
  void staysInterruptibleWhoeverHasIt() {
    String lease = lease(at(0), "PT72H");
    lease(at(0), "PT72H");
    OrganizationId recipient = OwnMarket.tenant("DE");
    String transfer =
        OwnMarket.once(tenant)
            .body("{\"recipientId\": \"%s\"}".formatted(recipient))
            .post("/v1/leases/" + lease + "/transfer")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    String theirs =
        OwnMarket.once(recipient)
            .body("{}")
            .post("/v1/lease-transfers/" + transfer + "/accept")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    OwnMarket.as(recipient, Role.TENANT)
        .get("/v1/leases/" + theirs)
        .then()
        .body("term", is("interruptible"))
        .body("interruptionNotice", is("PT15M"));

    request("orders", firm, null, 16, at(24), "PT24H").then().statusCode(201);

    OwnMarket.as(recipient, Role.TENANT)
        .get("/v1/leases/" + theirs)
        .then()
        .body("windDown.interruption", is(true));
  }

  @Test
  void isCutOnceAtTheEarliestOfSeveral() throws Exception {
    // On both nodes, so that two who want one each want the same lease out.
    String lease = confirm(request("quotes", tenant, "interruptible", 16, at(0), "PT72H"));
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Response>> asked =
          List.of(
              threads.submit(() -> request("orders", firm, null, 8, at(24), "PT12H")),
              threads.submit(() -> request("orders", firm, null, 8, at(48), "PT12H")));
      for (Future<Response> one : asked) {
        one.get().then().statusCode(201).body("state", is("filled"));
      }
    }

    // In whichever order they came: nothing is left from the first of them on.
    read(lease)
        .body(
            "period.end",
            is(start.plus(Duration.ofHours(24)).minus(Duration.ofMinutes(10)).toString()));
  }

  @Test
  void takesNobodyOutWhoIsNotInTheWay() {
    String half = confirm(request("quotes", tenant, "interruptible", 4, at(0), "PT72H"));
    interruptible(600_000);
    String whole = lease(at(0), "PT72H");

    request("orders", firm, null, 12, at(24), "PT24H").then().statusCode(201);

    read(half).body("windDown", nullValue());
    read(whole).body("windDown.interruption", is(true));
  }

  @Test
  void costsWhoeverDrivesOthersOutAllOfIt() {
    lease(at(0), "PT72H");
    lease(at(0), "PT72H");
    request("orders", tenant, null, 8, at(24), "PT24H")
        .then()
        .statusCode(409)
        .body("code", is("capacity-unavailable"));

    String lease = request("orders", firm, null, 8, at(24), "PT24H").path("leaseId");

    OwnMarket.as(firm, Role.TENANT)
        .post("/v1/leases/" + lease + "/cancel")
        .then()
        .statusCode(202)
        .body("earlyReleaseRefundPercent", is(0))
        .body("charged.amountMicros", is("192000000"));
  }

  @Test
  void staysWhereTheFirmLeaseCannotBePaid() throws SQLException {
    String one = lease(at(0), "PT72H");
    String other = lease(at(0), "PT72H");
    OwnMarket.as(firm, Role.TENANT)
        .header("If-Match", "\"0\"")
        .body("{\"limit\": {\"amountMicros\": \"1000000\", \"currency\": \"USD\"}}")
        .put("/v1/spend-limit")
        .then()
        .statusCode(200);

    request("orders", firm, null, 8, at(24), "PT24H").then().statusCode(422);

    read(one).body("windDown", nullValue()).body("period.end", is(at(72)));
    read(other).body("windDown", nullValue()).body("period.end", is(at(72)));
    OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/notices?lease=" + one)
        .then()
        .body("items", hasSize(0));
  }

  @Test
  void refusesTermsThatMakeNoSense() {
    String tooDear =
        "{\"interruptible\": {\"pricePerAcceleratorHour\": {\"amountMicros\": \"1000001\"}}}";
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .contentType("application/merge-patch+json")
        .header("If-Match", "*")
        .body(tooDear)
        .patch(market.offerPath())
        .then()
        .statusCode(422)
        .body("errors.pointer", hasItem("/interruptible/pricePerAcceleratorHour"));
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .contentType("application/merge-patch+json")
        .header("If-Match", "*")
        .body("{\"interruptible\": {\"notice\": \"PT10S\"}}")
        .patch(market.offerPath())
        .then()
        .statusCode(400)
        .body("errors.pointer", hasItem("/interruptible/notice"))
        .body("errors.pointer", not(hasItem("/interruptible/pricePerAcceleratorHour")));
  }

  @Test
  void yieldsToAPartOfAnOrderWhereNothingIsFree() {
    String firms = confirm(firm, request("quotes", firm, null, 8, at(0), "PT72H"));
    String yielding = lease(at(0), "PT72H");
    String partial =
        """
        {"offerId": "%s", "accelerators": 16, "start": "%s", "duration": "PT24H",
         "timeInForce": "untilCancelled", "fill": "partial", "leaseAcceleratorsMin": 4%s}
        """;
    Response mine =
        OwnMarket.once(firm)
            .body(partial.formatted(market.offer(), at(24), ", \"term\": \"interruptible\""))
            .post("/v1/orders");
    mine.then().statusCode(201).body("filled", is(0));

    Response order =
        OwnMarket.once(firm).body(partial.formatted(market.offer(), at(24), "")).post("/v1/orders");

    order
        .then()
        .statusCode(201)
        .body("state", is("open"))
        .body("filled", is(8))
        .body("remaining", is(8));
    read(yielding).body("windDown.interruption", is(true));
    read(firms).body("windDown", nullValue());
    for (Response open : List.of(mine, order)) {
      OwnMarket.as(firm, Role.TENANT)
          .post("/v1/orders/" + open.path("id") + "/cancel")
          .then()
          .statusCode(202);
    }
  }

  private void interruptible(long micros) {
    market.change(
        """
        {"interruptible": {"pricePerAcceleratorHour": {"amountMicros": "%d", "currency": "USD"},
         "notice": "PT15M"}}
        """
            .formatted(micros));
  }

  private String at(int hours) {
    return start.plus(Duration.ofHours(hours)).toString();
  }

  private Response request(
      String what,
      OrganizationId who,
      String term,
      int accelerators,
      String from,
      String duration) {
    return OwnMarket.once(who)
        .body(
            """
            {"offerId": "%s", "accelerators": %d, "start": "%s", "duration": "%s"%s}
            """
                .formatted(
                    market.offer(),
                    accelerators,
                    from,
                    duration,
                    term == null ? "" : ", \"term\": \"" + term + "\""))
        .post("/v1/" + what);
  }

  private String lease(String from, String duration) {
    return confirm(request("quotes", tenant, "interruptible", 8, from, duration));
  }

  private String confirm(Response quote) {
    return confirm(tenant, quote);
  }

  private static String confirm(OrganizationId who, Response quote) {
    quote.then().statusCode(201);
    return OwnMarket.once(who)
        .post("/v1/quotes/" + quote.path("id") + "/confirm")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private ValidatableResponse read(String lease) {
    return OwnMarket.as(market.provider(), Role.PROVIDER)
        .get("/v1/leases/" + lease)
        .then()
        .statusCode(200);
  }
}
