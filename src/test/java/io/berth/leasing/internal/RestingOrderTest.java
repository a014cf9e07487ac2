package io.berth.leasing.internal;

import static io.berth.testing.OwnMarket.as;
import static io.berth.testing.OwnMarket.once;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.berth.identity.Role;
import io.berth.testing.BerthTest;
import io.berth.testing.MutableTime;
import io.berth.testing.OwnMarket;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Orders that wait for capacity, price or money. */
@BerthTest
@TestProfile(MutableTime.class)
class RestingOrderTest extends RestingOrders {
  private static final Duration QUOTE_HOLD = Duration.ofMinutes(10);
  private static final int OPEN_MAX = 50;

  @Test
  void restsAboveItsLimitWithoutSlotsAndMoneyAndFillsWhenThePriceFalls() {
    String key = UUID.randomUUID().toString();
    String body = order(8, "\"timeInForce\": \"untilCancelled\"," + limit(900_000));
    Response order =
        as(tenant, Role.TENANT).header("Idempotency-Key", key).body(body).post("/v1/orders");

    order
        .then()
        .statusCode(201)
        .header("Location", startsWith("/v1/orders/order_"))
        .body("state", is("open"))
        .body("timeInForce", is("untilCancelled"))
        .body("fill", is("allOrNothing"))
        .body("filled", is(0))
        .body("remaining", is(8))
        .body("fills", empty())
        .body("leaseId", nullValue())
        .body("detail", is("2 nodes: 2 above your price, from 1.000000 USD."))
        .body("triedAt", notNullValue())
        .body("until", notNullValue())
        .body("settledAt", nullValue());
    as(tenant, Role.TENANT)
        .get("/v1/accounts")
        .then()
        .body("items.reserved.amountMicros", everyItem(is("0")));
    // What rests keeps nobody from anything.
    Response quote = market.quote(other, 16, start, "PT1H");
    quote.then().statusCode(201);
    release(other, quote);

    market.price(800_000);

    Response filled = settled(tenant, order);
    filled
        .then()
        .body("state", is("filled"))
        .body("filled", is(8))
        .body("remaining", is(0))
        .body("detail", nullValue())
        .body("fills", hasSize(1))
        .body("fills[0].pricePerAcceleratorHour.amountMicros", is("800000"))
        .body("fills[0].total.amountMicros", is("6400000"))
        .body("fills[0].leaseId", is((String) filled.path("leaseId")));
    as(tenant, Role.TENANT)
        .get("/v1/leases/" + filled.path("leaseId"))
        .then()
        .statusCode(200)
        .body("accelerators", is(8))
        .body("decisionId", is((String) filled.path("decisionId")));
    Response again =
        as(tenant, Role.TENANT).header("Idempotency-Key", key).body(body).post("/v1/orders");
    assertThat(again.asString()).isEqualTo(order.asString());
    as(tenant, Role.TENANT).get("/v1/orders").then().body("items", hasSize(1));
    cancelLease(tenant, filled);
  }

  @Test
  void isMatchedWhenAQuoteLapsesOfWhichNobodyTells() {
    market.quote(other, 16, start, "PT1H").then().statusCode(201);
    Response order = place(tenant, order(1, "\"timeInForce\": \"untilCancelled\""));
    order.then().body("state", is("open"));

    clock.move(QUOTE_HOLD);

    cancelLease(tenant, settled(tenant, order));
  }

  @Test
  void fillsPartsOfItsLeastSizeAndLetsTheRemainderRest() {
    Response some = market.quote(other, 6, start, "PT1H");
    Response order =
        place(
            tenant,
            order(
                16,
                """
                "timeInForce": "untilCancelled", "fill": "partial", "leaseAcceleratorsMin": 4
                """));

    order
        .then()
        .body("state", is("open"))
        .body("filled", is(10))
        .body("remaining", is(6))
        .body("fills.accelerators", contains(10))
        .body("leaseAcceleratorsMin", is(4));
    as(tenant, Role.TENANT).get("/v1/leases").then().body("items", hasSize(1));

    release(other, some);

    Response filled = settled(tenant, order);
    filled
        .then()
        .body("state", is("filled"))
        .body("fills.accelerators", contains(10, 6))
        .body("remaining", is(0));
    List<String> leases = filled.path("fills.leaseId");
    assertThat(leases).doesNotHaveDuplicates();
    leases.forEach(lease ->
        as(tenant, Role.TENANT).post("/v1/leases/" + lease + "/cancel").then().statusCode(202));
  }

  @Test
  void fillsNoPartThatLeavesTooLittleForAnother() {
    Response some = market.quote(other, 2, start, "PT1H");
    Response order =
        place(
            tenant,
            order(
                16,
                """
                "timeInForce": "untilCancelled", "fill": "partial", "leaseAcceleratorsMin": 9
                """));

    order.then().body("state", is("open")).body("filled", is(0));
    release(other, some);

    Response filled = settled(tenant, order);
    filled.then().body("fills.accelerators", contains(16));
    cancelLease(tenant, filled);
  }

  @Test
  void startsWhenItCanWithinItsWindow() {
    String now = clock.instant().truncatedTo(ChronoUnit.MINUTES).toString();
    String end =
        clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofHours(3)).toString();
    Response order =
        place(
            tenant,
            """
            {"models": ["%s"], "accelerators": 8, "duration": "PT1H", "earliestStart": "%s",
             "latestEnd": "%s", "timeInForce": "untilCancelled", %s}
            """
                .formatted(MODEL, now, end, limit(900_000)));
    order.then().body("state", is("open"));
    // Its earliest start is past by then.
    clock.move(Duration.ofMinutes(5));
    market.price(900_000);

    Response filled = settled(tenant, order);
    filled.then().body("state", is("filled"));
    cancelLease(tenant, filled);

    Response late =
        place(
            tenant,
            """
            {"models": ["%s"], "accelerators": 8, "duration": "PT1H", "latestEnd": "%s",
             "timeInForce": "untilCancelled", %s}
            """
                .formatted(MODEL, end, limit(800_000)));
    // There is no hour left in it.
    clock.move(Duration.ofHours(2));
    read(tenant, late).then().body("state", is("expired"));
  }

  @Test
  void paysNoMoreThanItsTotal() {
    Response order =
        place(
            tenant,
            order(
                8,
                """
                "timeInForce": "untilCancelled",
                "totalMax": {"amountMicros": "7200000", "currency": "USD"}
                """));
    order.then().body("state", is("open")).body("detail", containsString("above your total"));

    market.price(900_000);

    Response filled = settled(tenant, order);
    filled.then().body("state", is("filled")).body("fills[0].total.amountMicros", is("7200000"));
    cancelLease(tenant, filled);
    once(tenant)
        .body(order(8, "\"totalMax\": {\"amountMicros\": \"7199999\", \"currency\": \"USD\"}"))
        .post("/v1/orders")
        .then()
        .statusCode(409)
        .body("detail", containsString("above your total"));
  }

  @Test
  void paysWhatItsPartsHaveLeftOfItsTotal() {
    market.price(800_000);
    Response some = market.quote(other, 6, start, "PT1H");
    Response more = market.quote(other, 6, start, "PT1H");
    Response order =
        place(
            tenant,
            order(
                16,
                """
                "timeInForce": "untilCancelled", "fill": "partial", "leaseAcceleratorsMin": 4,
                "totalMax": {"amountMicros": "16000000", "currency": "USD"}
                """));
    order.then().body("state", is("open")).body("remaining", is(12));
    // 3.2 of 16 are spent.
    assertBid("1066666", 12);

    release(other, more);

    await().atMost(WAIT_MAX).until(() -> read(tenant, order).path("remaining"), is(6));
    assertBid("1333333", 6);
    release(other, some);
    Response filled = settled(tenant, order);
    filled.then().body("state", is("filled")).body("fills.accelerators", contains(4, 6, 6));
    List<String> leases = filled.path("fills.leaseId");
    leases.forEach(lease ->
        as(tenant, Role.TENANT).post("/v1/leases/" + lease + "/cancel").then().statusCode(202));
  }

  private void assertBid(String limit, int accelerators) {
    as(tenant, Role.TENANT)
        .get("/v1/order-book?model=" + MODEL)
        .then()
        .body("bids.pricePerAcceleratorHour.amountMicros", contains(limit))
        .body("bids.accelerators", contains(accelerators));
  }

  @Test
  void restsUntilThereIsMoneyAndSaysSo() {
    market.price(200_000_000_000L);
    Response order = place(tenant, order(8, "\"timeInForce\": \"untilCancelled\""));
    order
        .then()
        .body("state", is("open"))
        .body("detail", startsWith("This needs 1600000.000000 USD set aside"));

    OwnMarket.deposit(tenant, 700_000);

    Response filled = settled(tenant, order);
    filled.then().body("state", is("filled"));
    cancelLease(tenant, filled);
  }

  @Test
  void isFilledNoMoreOnceItsTimeIsOver() {
    Instant until = clock.instant().plus(Duration.ofHours(1));
    Response order =
        place(
            tenant,
            order(8, "\"timeInForce\": \"until\", \"until\": \"" + until + "\"," + limit(900_000)));
    order.then().body("state", is("open")).body("until", is(until.toString()));

    clock.move(Duration.ofHours(1));

    // Whether or not somebody has written it down.
    read(tenant, order)
        .then()
        .body("state", is("expired"))
        .body("detail", startsWith("Its time was over. Last: 2 nodes: 2 above your price"))
        .body("settledAt", notNullValue());
    as(tenant, Role.TENANT)
        .get("/v1/orders?state=expired")
        .then()
        .body("items.id", hasItem((String) order.path("id")));
    as(tenant, Role.TENANT).get("/v1/orders?state=open").then().body("items", empty());
    as(tenant, Role.TENANT)
        .post("/v1/orders/" + order.path("id") + "/cancel")
        .then()
        .statusCode(409);
    market.price(800_000);
    // This one is tried after it, and filled.
    Response next = place(other, order(8, "\"timeInForce\": \"untilCancelled\"," + limit(700_000)));
    market.price(700_000);
    cancelLease(other, settled(other, next));
    read(tenant, order).then().body("state", is("expired")).body("fills", empty());
  }

  @Test
  void isGivenUpByItsTenantAlone() {
    Response order =
        place(tenant, order(8, "\"timeInForce\": \"untilCancelled\"," + limit(900_000)));
    String path = "/v1/orders/" + order.path("id");
    as(other, Role.TENANT).get(path).then().statusCode(404);
    as(other, Role.TENANT).post(path + "/cancel").then().statusCode(404);

    as(tenant, Role.TENANT)
        .post(path + "/cancel")
        .then()
        .statusCode(202)
        .body("state", is("cancelled"));

    as(tenant, Role.TENANT).post(path + "/cancel").then().statusCode(202);
    market.price(800_000);
    Response next = place(other, order(8, "\"timeInForce\": \"untilCancelled\"," + limit(700_000)));
    market.price(700_000);
    cancelLease(other, settled(other, next));
    read(tenant, order).then().body("state", is("cancelled")).body("fills", empty());
  }

  @Test
  void letsNoMoreRestThanABoundedNumber() {
    String body = order(1, "\"timeInForce\": \"untilCancelled\"," + limit(1_000));
    for (int i = 0; i < OPEN_MAX; i++) {
      place(tenant, body);
    }

    once(tenant)
        .body(body)
        .post("/v1/orders")
        .then()
        .statusCode(429)
        .body("detail", startsWith("There are 50 open orders already"));
  }

  @Test
  void saysWhatIsWrongWithTheTermsAndWhere() {
    wrong(400, "/until", "\"timeInForce\": \"until\"");
    wrong(400, "/until", "\"until\": \"2030-01-01T00:00:00Z\"");
    wrong(422, "/until", "\"timeInForce\": \"until\", \"until\": \"2020-01-01T00:00:00Z\"");
    wrong(422, "/until", "\"timeInForce\": \"until\", \"until\": \"2100-01-01T00:00:00Z\"");
    wrong(422, "/fill", "\"fill\": \"partial\"");
    wrong(400, "/leaseAcceleratorsMin", "\"leaseAcceleratorsMin\": 2");
    wrong(400, "/leaseAcceleratorsMin", "\"leaseAcceleratorsMin\": 0");
    wrong(
        422,
        "/leaseAcceleratorsMin",
        "\"timeInForce\": \"untilCancelled\", \"fill\": \"partial\", \"leaseAcceleratorsMin\": 9");
    wrong(400, "/timeInForce", "\"timeInForce\": \"whenever\"");
    wrong(
        422,
        "/totalMax",
        """
        "timeInForce": "untilCancelled", "totalMax": {"amountMicros": "1", "currency": "EUR"}
        """);
    wrong(400, "/totalMax/amountMicros", "\"totalMax\": {\"currency\": \"USD\"}");
    wrong(400, "/whatever", "\"whatever\": 1");
    wrong(400, "/nodes", "\"nodes\": 0");
  }

  private void wrong(int status, String pointer, String terms) {
    once(tenant)
        .body(order(8, terms))
        .post("/v1/orders")
        .then()
        .statusCode(status)
        .body("errors[0].pointer", is(pointer));
  }
}
