package io.berth.leasing;

import static io.berth.leasing.ResaleSteps.as;
import static io.berth.leasing.ResaleSteps.bought;
import static io.berth.leasing.ResaleSteps.offered;
import static io.berth.leasing.ResaleSteps.price;
import static io.berth.leasing.ResaleSteps.read;
import static org.hamcrest.Matchers.is;

import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.MutableClock;
import io.berth.testing.MutableTime;
import io.berth.testing.OwnMarket;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A lease of two hours, of which the second is sold, on slots that rest for half an hour after use:
 * from one tenant to the other they pass at once, but nobody else gets them before they have
 * rested.
 */
@BerthTest
@TestProfile(MutableTime.class)
class ResaleTurnaroundTest {

  @Inject MutableClock clock;
  @Inject Deliveries deliveries;

  private OwnMarket market;
  private OrganizationId seller;
  private OrganizationId buyer;
  private Instant start;
  private String lease;
  private String bought;

  @BeforeEach
  void sold() {
    market = new OwnMarket("nvidia-h100-sxm", "FI", 1);
    market.change("{\"turnaround\": \"PT30M\"}");
    seller = OwnMarket.tenant("DE");
    buyer = OwnMarket.tenant("DE");
    start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(3, ChronoUnit.HOURS);
    lease = market.lease(seller, 8, start.toString(), "PT2H");
    String terms = "{%s, \"from\": \"%s\"}".formatted(price(3_000_000), at(60));
    bought = bought(buyer, offered(seller, lease, terms));
  }

  @AfterEach
  void close() throws SQLException {
    market.close();
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void restsAfterTheSellersTimeWhereTheBuyerCancelsBeforeItsOwn() {
    as(buyer).post("/v1/leases/" + bought + "/cancel").then().statusCode(202);

    read(buyer, bought).then().body("state", is("ended"));
    quote(1, 60).then().statusCode(409);
    quote(8, 89).then().statusCode(409);
    quote(8, 90).then().statusCode(201);
  }

  /** Who bought what remains gets it at its time, from one tenant to the next. */
  @Test
  void restsNoLongerThanUntilTheNextBuyersTime() {
    OrganizationId next = OwnMarket.tenant("DE");
    String terms = "{%s, \"from\": \"%s\"}".formatted(price(3_500_000), at(70));
    String last = bought(next, offered(buyer, bought, terms));

    as(buyer).post("/v1/leases/" + bought + "/cancel").then().statusCode(202);

    read(buyer, bought).then().body("state", is("ended"));
    read(next, last).then().body("state", is("reserved"));
    quote(1, 60).then().statusCode(409);
    quote(1, 69).then().statusCode(409);
  }

  /** What the seller gave back itself rests on, though it goes on with the others. */
  @Test
  void restsForWhatTheSellerGaveBackThoughItGoesOn() {
    as(buyer).post("/v1/leases/" + bought + "/cancel").then().statusCode(202);
    activate();
    Duration moved = Duration.between(clock.instant(), at(50));
    clock.move(moved);
    OwnMarket.once(seller)
        .body("{\"accelerators\": 4}")
        .post("/v1/leases/" + lease + "/shrink")
        .then()
        .statusCode(202);
    OwnMarket.once(seller)
        .body("{\"duration\": \"PT1H\"}")
        .post("/v1/leases/" + lease + "/extend")
        .then()
        .statusCode(202);

    quote(1, 60).then().statusCode(409);
    quote(4, 90).then().statusCode(201);
    quote(1, 90).then().statusCode(409);
    clock.move(moved.negated());
  }

  @Test
  void restsForWhatTheBuyerGivesBackBeforeItsTime() {
    OwnMarket.once(buyer)
        .body("{\"accelerators\": 5}")
        .post("/v1/leases/" + bought + "/shrink")
        .then()
        .statusCode(202);

    quote(1, 89).then().statusCode(409);
    quote(4, 90).then().statusCode(409);
    quote(3, 90).then().statusCode(201);
    // The rest of it follows, and nothing rests twice.
    as(buyer).post("/v1/leases/" + bought + "/cancel").then().statusCode(202);
    quote(1, 89).then().statusCode(409);
    quote(5, 90).then().statusCode(201);
  }

  @Test
  void restsForNobodyWhereTheSellerNeverHadItEither() {
    as(buyer).post("/v1/leases/" + bought + "/cancel").then().statusCode(202);
    as(seller).post("/v1/leases/" + lease + "/cancel").then().statusCode(202);

    quote(8, 60).then().statusCode(201);
  }

  @Test
  void restsSoonerWhereTheSellerEndsSooner() {
    activate();
    Duration moved = Duration.between(clock.instant(), at(10));
    clock.move(moved);
    as(seller).post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
    deliveries.cleared(LeaseId.fromString(lease)).await().atMost(Duration.ofSeconds(60));
    read(seller, lease).then().body("state", is("ended"));

    as(buyer).post("/v1/leases/" + bought + "/cancel").then().statusCode(202);

    quote(8, 39).then().statusCode(409);
    quote(8, 42).then().statusCode(201);
    clock.move(moved.negated());
  }

  @Test
  void goesOnWhereTheSellerKeepsItAfterAll() {
    as(buyer).post("/v1/leases/" + bought + "/cancel").then().statusCode(202);

    OwnMarket.once(seller)
        .body("{\"duration\": \"PT1H\"}")
        .post("/v1/leases/" + lease + "/extend")
        .then()
        .statusCode(202)
        .body("period.end", is(at(120).toString()));

    quote(8, 149).then().statusCode(409);
    quote(8, 150).then().statusCode(201);
  }

  /** The seller's lease runs, and nobody delivers anything. */
  private void activate() {
    OwnMarket.execute(
        "update lease set state = case when id = ? then 'ACTIVE' else state end,"
            + " active_at = case when id = ? then start_at end, next_delivery_at = null"
            + " where provider_id = ?",
        LeaseId.fromString(lease).value(),
        LeaseId.fromString(lease).value(),
        market.provider().value());
  }

  private Instant at(int minutes) {
    return start.plus(minutes, ChronoUnit.MINUTES);
  }

  private io.restassured.response.Response quote(int accelerators, int minutes) {
    return market.quote(OwnMarket.tenant("DE"), accelerators, at(minutes).toString(), "PT1H");
  }
}
