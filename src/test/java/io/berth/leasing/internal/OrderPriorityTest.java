package io.berth.leasing.internal;

import static io.berth.testing.OwnMarket.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.berth.booking.QuoteId;
import io.berth.identity.Role;
import io.berth.leasing.OrderId;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.MutableTime;
import io.berth.testing.OwnMarket;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several resting orders has capacity that comes, and what the book shows of them. */
@BerthTest
@TestProfile(MutableTime.class)
class OrderPriorityTest extends RestingOrders {
  @Test
  void fillsTheBestPriceFirstAndThenTheOldestWhenCapacityComes() {
    Response whole = market.quote(other, 16, start, "PT1H");
    String rests = "\"timeInForce\": \"untilCancelled\"";
    Response low = place(tenant, order(16, rests + "," + limit(1_100_000)));
    Response high = place(tenant, order(16, rests + "," + limit(1_500_000)));
    Response highLater = place(other, order(16, rests + "," + limit(1_500_000)));
    Response any = place(other, order(16, rests));
    for (Response order : List.of(low, high, highLater, any)) {
      order.then().body("state", is("open")).body("detail", containsString("taken until"));
    }
    // What one party's orders alone are woken by, as when it was verified; and an order that is
    // being tried as capacity comes takes it out of turn.
    awaitWakesOver();

    release(other, whole);

    Response first = settled(other, any);
    first.then().body("state", is("filled"));
    assertOpen(tenant, low);
    assertOpen(tenant, high);
    assertOpen(other, highLater);
    awaitWakesOver();
    cancelLease(other, first);
    Response second = settled(tenant, high);
    assertOpen(tenant, low);
    assertOpen(other, highLater);
    awaitWakesOver();
    cancelLease(tenant, second);
    Response third = settled(other, highLater);
    assertOpen(tenant, low);
    awaitWakesOver();
    cancelLease(other, third);
    cancelLease(tenant, settled(tenant, low));
  }

  @Test
  void showsTheBookByPriceAndNamesNobody() {
    String rests = "\"timeInForce\": \"untilCancelled\",";
    Response quote =
        market.quote(other, 3, clock.instant().truncatedTo(ChronoUnit.MINUTES).toString(), "PT1H");
    quote.then().statusCode(201);
    place(tenant, order(8, rests + limit(500_000)));
    place(other, order(4, rests + limit(500_000)));
    place(other, order(2, rests + limit(600_000)));
    place(other, order(1, rests + "\"countries\": [\"FI\"]," + limit(600_000)));
    Response filled = place(tenant, order(1, rests + limit(2_000_000)));
    filled.then().body("state", is("filled"));

    Response book = as(tenant, Role.TENANT).get("/v1/order-book?model=" + MODEL + "&depth=2");

    book.then()
        .statusCode(200)
        .body("bids.pricePerAcceleratorHour.amountMicros", contains("600000", "500000"))
        .body("bids.accelerators", contains(3, 12))
        .body("bids.orders", contains(2, 2))
        .body("asks.pricePerAcceleratorHour.amountMicros", contains("1000000"))
        .body("asks.accelerators", contains(13))
        .body("fills[0].accelerators", is(1))
        .body("fills[0].pricePerAcceleratorHour.amountMicros", is("1000000"))
        .body("fills[0].filledAt", not(containsString(".")));
    assertThat(book.asString())
        .doesNotContain("org_", "order_", "lease_", "offer_", "node_", "pool_", "decision_");
    as(market.provider(), Role.PROVIDER)
        .get("/v1/order-book?model=" + MODEL + "&region=nowhere")
        .then()
        .body("asks", empty())
        // Orders that name a country are in no book of a region where none of it is known.
        .body("bids.accelerators", contains(2, 12));
    as(tenant, Role.TENANT)
        .get("/v1/order-book?model=nothing")
        .then()
        .statusCode(400)
        .body("errors[0].pointer", is("?model"));
    as(tenant, Role.TENANT)
        .get("/v1/order-book?model=" + MODEL + "&depth=101")
        .then()
        .statusCode(400);
    cancelLease(tenant, filled);
    release(other, quote);
  }

  @Test
  void letsABetterOneTryFirstWhereSomethingElseWakesAWorseOne() {
    Response whole = market.quote(other, 16, start, "PT1H");
    Response better = place(tenant, order(16, rests(1_500_000)));
    Response worse = place(other, order(16, rests(1_100_000)));
    awaitWakesOver();

    // Capacity comes of which nobody has told yet, and news that is the worse one's alone.
    free(whole);
    OwnMarket.deposit(other, 1);

    Response filled = settled(tenant, better);
    filled.then().body("state", is("filled"));
    assertOpen(other, worse);
    awaitWakesOver();
    cancelLease(tenant, filled);
    cancelLease(other, settled(other, worse));
  }

  @Test
  void takesItWhereTheBetterOneCannotHaveIt() {
    Response whole = market.quote(other, 16, start, "PT1H");
    Response tooLarge = place(tenant, order(16, rests(1_500_000) + ", \"countries\": [\"FI\"]"));
    Response worse = place(other, order(16, rests(1_100_000)));
    awaitWakesOver();
    free(whole);

    OwnMarket.deposit(other, 1);

    Response filled = settled(other, worse);
    filled.then().body("state", is("filled"));
    assertOpen(tenant, tooLarge);
    cancelLease(other, filled);
  }

  @ParameterizedTest
  @CsvSource({"quote.released, MODEL", "organization.verified, OTHER"})
  void waitsForNewsToBeHeardButNotForever(String type, String model) throws SQLException {
    Response whole = market.quote(other, 16, start, "PT1H");
    Response better = place(tenant, order(16, rests(1_500_000)));
    Response worse = place(other, order(16, rests(1_100_000)));
    awaitWakesOver();
    // The better one was tried after whatever came, as far as anybody can see.
    OwnMarket.execute(
        "update capacity_order set tried_at = ?, next_match_at = ? where tenant_id = ?",
        clock.instant().plus(Duration.ofDays(1)).atOffset(ZoneOffset.UTC),
        clock.instant().plus(Duration.ofDays(1)).atOffset(ZoneOffset.UTC),
        tenant.value());
    UUID news = pending(type, model.equals("MODEL") ? MODEL : "none of it");
    free(whole);

    OwnMarket.deposit(other, 1);

    Response filled = settled(other, worse);
    filled.then().body("state", is("filled"));
    assertThat(gaveWay(worse)).isEqualTo(3);
    OwnMarket.execute("update outbox_delivery set state = 'done' where event_id = ?", news);
    as(tenant, Role.TENANT).post("/v1/orders/" + better.path("id") + "/cancel");
    cancelLease(other, filled);
  }

  @Test
  void waitsForNoNewsOfPartiesWhereNobodyComesBefore() throws SQLException {
    Response whole = market.quote(other, 16, start, "PT1H");
    Response alone = place(other, order(16, rests(1_100_000)));
    awaitWakesOver();
    UUID news = pending("organization.verified", "none of it");
    free(whole);

    OwnMarket.deposit(other, 1);

    Response filled = settled(other, alone);
    filled.then().body("state", is("filled"));
    assertThat(gaveWay(alone)).isZero();
    OwnMarket.execute("update outbox_delivery set state = 'done' where event_id = ?", news);
    cancelLease(other, filled);
  }

  /** News of which nobody hears for long. */
  private static UUID pending(String type, String model) {
    UUID news = UUID.randomUUID();
    OwnMarket.execute(
        "insert into outbox_event (id, type, subject, payload, occurred_at)"
            + " values (?, ?, 'none', ?, now())",
        news,
        type,
        "{\"model\": \"" + model + "\"}");
    OwnMarket.execute(
        "insert into outbox_delivery (event_id, consumer, state, attempts, next_attempt_at)"
            + " values (?, 'leasing.orderWakes', 'pending', 0, '2100-01-01Z')",
        news);
    return news;
  }

  private static String rests(long limit) {
    return "\"timeInForce\": \"untilCancelled\"," + limit(limit);
  }

  /** Frees what a quote holds, past the service: nobody is told, but what is free is seen. */
  private void free(Response quote) {
    UUID id = QuoteId.fromString(quote.path("id")).value();
    OwnMarket.execute("update allocation set state = 'RELEASED' where quote_id = ?", id);
    OwnMarket.execute("update quote set state = 'RELEASED' where id = ?", id);
    OwnMarket.execute(
        "update ledger_reservation set state = 'RELEASED' where reference = ?",
        quote.<String>path("id"));
    String free = "items.findAll { it.offerId == '%s' && it.free >= 16 }".formatted(market.offer());
    await()
        .atMost(WAIT_MAX)
        .until(() ->
            !as(other, Role.TENANT)
                .get("/v1/capacity?pageSize=200&model=" + MODEL + "&start=" + start)
                .<List<Object>>path(free)
                .isEmpty());
  }

  private static int gaveWay(Response order) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement read =
            connection.prepareStatement("select gave_way from capacity_order where id = ?")) {
      read.setObject(1, OrderId.fromString(order.path("id")).value());
      try (ResultSet rows = read.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }

  /** What was told at a time to which the clock has yet to come is told then. */
  private void awaitWakesOver() {
    await()
        .atMost(WAIT_MAX)
        .until(() -> {
          try (Connection connection = BerthResource.superuser();
              PreparedStatement due =
                  connection.prepareStatement(
                      "select not exists (select from outbox_delivery where state = 'pending'"
                          + " and consumer = 'leasing.orderWakes' and next_attempt_at <= ?)"
                          + " and not exists (select from capacity_order where state = 'OPEN'"
                          + " and tenant_id in (?, ?)"
                          + " and (next_match_at <= ? or claimed_until > ?))")) {
            OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
            due.setObject(1, now);
            due.setObject(2, tenant.value());
            due.setObject(3, other.value());
            due.setObject(4, now);
            due.setObject(5, now);
            try (ResultSet found = due.executeQuery()) {
              return found.next() && found.getBoolean(1);
            }
          }
        });
  }

  private static void assertOpen(OrganizationId tenant, Response order) {
    read(tenant, order).then().body("state", is("open")).body("fills", empty());
  }
}
