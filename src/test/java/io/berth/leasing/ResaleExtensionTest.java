package io.berth.leasing;

import static io.berth.leasing.ResaleSteps.DEPOSITED;
import static io.berth.leasing.ResaleSteps.as;
import static io.berth.leasing.ResaleSteps.balance;
import static io.berth.leasing.ResaleSteps.bought;
import static io.berth.leasing.ResaleSteps.offered;
import static io.berth.leasing.ResaleSteps.price;
import static io.berth.leasing.ResaleSteps.read;
import static io.berth.leasing.ResaleSteps.reserved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

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
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A bought lease goes on for longer: four accelerators for two hours at 1 USD, sold for 3, and an
 * hour more for 1.50 that the provider is paid. A quarter of what is not used comes back.
 */
@BerthTest
@TestProfile(MutableTime.class)
class ResaleExtensionTest {

  @Inject MutableClock clock;
  @Inject Deliveries deliveries;

  private OwnMarket market;
  private OrganizationId first;
  private OrganizationId second;
  private Instant start;
  private String sale;
  private String seconds;

  @BeforeEach
  void sold() {
    market = new OwnMarket("nvidia-h100-sxm", "FI", 1);
    market.change("{\"earlyReleaseRefundPercent\": 25}");
    first = OwnMarket.tenant("DE");
    second = OwnMarket.tenant("DE");
    start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(3, ChronoUnit.HOURS);
    String lease = market.lease(first, 4, start.toString(), "PT2H");
    sale = offered(first, lease, "{%s}".formatted(price(3_000_000)));
    seconds = bought(second, sale);
    market.price(1_500_000);
  }

  @AfterEach
  void close() throws SQLException {
    market.close();
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void goesOnAtTheProvidersPriceOfNow() {
    String key = UUID.randomUUID().toString();

    Response extended = extend(key, "{\"duration\": \"PT1H\"}");

    extended
        .then()
        .statusCode(202)
        .body("period.end", is(at(3)))
        .body("stretches.pricePerAcceleratorHour.amountMicros", contains("3000000", "1500000"))
        .body("total.amountMicros", is("30000000"));
    assertThat(extend(key, "{\"duration\": \"PT1H\"}").asString()).isEqualTo(extended.asString());
    assertThat(reserved(second)).isEqualTo(30_000_000);
    assertThat(reserved(first)).isEqualTo(8_000_000);
    seenByProvider()
        .then()
        .body("period.end", is(at(3)))
        .body("stretches.pricePerAcceleratorHour.amountMicros", contains("1000000", "1500000"))
        .body("total.amountMicros", is("14000000"));
  }

  @Test
  void keepsToTheRulesOfEveryExtension() {
    market.lease(OwnMarket.tenant("DE"), 5, at(4), "PT1H");

    extend("{\"duration\": \"PT3H\"}")
        .then()
        .statusCode(409)
        .body("code", is("capacity-unavailable"))
        .body("extendableUntil", is(at(4)));
    extend(
            """
            {"duration": "PT1H",
             "pricePerAcceleratorHourMax": {"amountMicros": "1499999", "currency": "USD"}}
            """)
        .then()
        .statusCode(422);
    as(second)
        .header("If-Match", "*")
        .body("{\"limit\": {\"amountMicros\": \"29999999\", \"currency\": \"USD\"}}")
        .put("/v1/spend-limit")
        .then()
        .statusCode(200);
    extend("{\"duration\": \"PT1H\"}")
        .then()
        .statusCode(422)
        .body("code", is("spend-limit-exceeded"));
    market.act("pause");
    extend("{\"duration\": \"PT1M\"}").then().statusCode(409);
    read(second, seconds).then().body("total.amountMicros", is("24000000"));
  }

  @Test
  void paysTheSellerForWhatItSoldAndTheProviderForTheRest() {
    extend("{\"duration\": \"PT1H\"}").then().statusCode(202);
    OwnMarket.once(second)
        .body("{\"accelerators\": 2}")
        .post("/v1/leases/" + seconds + "/shrink")
        .then()
        .statusCode(202)
        .body("retained.amountMicros", is("11250000"))
        .body("total.amountMicros", is("26250000"));
    assertThat(reserved(first)).isEqualTo(7_000_000);
    seenByProvider()
        .then()
        .body("retained.amountMicros", is("5250000"))
        .body("total.amountMicros", is("12250000"));

    as(second).post("/v1/leases/" + seconds + "/cancel").then().statusCode(202);

    read(second, seconds).then().body("charged.amountMicros", is("22500000"));
    seenByProvider().then().body("charged.amountMicros", is("10500000"));
    JsonPath settled = as(first).get("/v1/resales/" + sale).jsonPath();
    assertThat(settled.getLong("settlement.received.amountMicros")).isEqualTo(18_000_000);
    assertThat(settled.getLong("settlement.paid.amountMicros")).isEqualTo(6_000_000);
    assertThat(balance(second)).isEqualTo(DEPOSITED - 22_500_000);
    assertThat(balance(first)).isEqualTo(DEPOSITED + 12_000_000);
    assertEarned("10500000");
  }

  @Test
  void isSoldOnWithWhatWasAdded() {
    OrganizationId third = OwnMarket.tenant("DE");
    extend("{\"duration\": \"PT1H\"}").then().statusCode(202);
    String resale = offered(second, seconds, "{%s}".formatted(price(2_000_000)));
    String thirds = bought(third, resale);
    assertThat(reserved(second)).isEqualTo(30_000_000);

    as(third).post("/v1/leases/" + thirds + "/cancel").then().statusCode(202);

    // Three hours at 2, of which a quarter comes back; each pays on by the same rule.
    assertThat(balance(third)).isEqualTo(DEPOSITED - 18_000_000);
    assertThat(balance(second)).isEqualTo(DEPOSITED + 18_000_000 - 18_000_000 - 4_500_000);
    assertThat(balance(first)).isEqualTo(DEPOSITED + 18_000_000 - 6_000_000);
    assertEarned("10500000");
    assertThat(
            as(second)
                .get("/v1/resales/" + resale)
                .jsonPath()
                .getLong("settlement.paid.amountMicros"))
        .isEqualTo(22_500_000);
  }

  @Test
  void sellsWhatWasAddedAlone() {
    OrganizationId third = OwnMarket.tenant("DE");
    extend("{\"duration\": \"PT1H\"}").then().statusCode(202);
    String terms = "{%s, \"from\": \"%s\"}".formatted(price(2_000_000), at(2));
    String thirds = bought(third, offered(second, seconds, terms));
    // Who sold the time before has nothing to do with it, and may have it.
    String transfer =
        OwnMarket.once(third)
            .body("{\"recipientId\": \"%s\"}".formatted(first))
            .post("/v1/leases/" + thirds + "/transfer")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    String firsts =
        OwnMarket.once(first)
            .body("{}")
            .post("/v1/lease-transfers/" + transfer + "/accept")
            .then()
            .statusCode(201)
            .body("total.amountMicros", is("8000000"))
            .extract()
            .path("id");

    as(first).post("/v1/leases/" + firsts + "/cancel").then().statusCode(202);
    as(second).post("/v1/leases/" + seconds + "/cancel").then().statusCode(202);

    assertThat(balance(third)).isEqualTo(DEPOSITED);
    assertThat(balance(second)).isEqualTo(DEPOSITED + 6_000_000 - 4_500_000 - 18_000_000);
    assertThat(balance(first)).isEqualTo(DEPOSITED - 6_000_000 + 18_000_000 - 6_000_000);
    assertEarned("10500000");
  }

  @Test
  void paysEachForTheMinutesOfItsOwnTime() {
    market.change("{\"earlyReleaseRefundPercent\": 100}");
    extend("{\"duration\": \"PT1H\"}").then().statusCode(202);
    OwnMarket.execute(
        "update lease set state = 'ACTIVE', active_at = start_at, next_delivery_at = null,"
            + " early_release_refund_percent = 100 where id = ?",
        LeaseId.fromString(seconds).value());
    Duration moved = Duration.between(clock.instant(), start.plus(150, ChronoUnit.MINUTES));
    clock.move(moved);
    as(second).post("/v1/leases/" + seconds + "/cancel").then().statusCode(202);
    deliveries.cleared(LeaseId.fromString(seconds)).await().atMost(Duration.ofSeconds(60));

    JsonPath lease = read(second, seconds).jsonPath();
    long charged = lease.getLong("charged.amountMicros");
    // Two hours at 12 USD, and what was begun of the third at 6.
    assertThat(charged).isBetween(27_000_000L, 27_300_000L);
    assertThat(balance(first)).isEqualTo(DEPOSITED + 24_000_000 - 8_000_000);
    assertEarned(Long.toString(charged - 24_000_000 + 8_000_000));
    seenByProvider()
        .then()
        .body("charged.amountMicros", is(Long.toString(charged - 24_000_000 + 8_000_000)));
    clock.move(moved.negated());
  }

  private String at(int hours) {
    return start.plus(hours, ChronoUnit.HOURS).toString();
  }

  private Response extend(String body) {
    return extend(UUID.randomUUID().toString(), body);
  }

  private Response extend(String key, String body) {
    return as(second)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/v1/leases/" + seconds + "/extend");
  }

  private Response seenByProvider() {
    return OwnMarket.as(market.provider(), Role.PROVIDER).get("/v1/leases/" + seconds);
  }

  private void assertEarned(String micros) {
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .get("/v1/accounts")
        .then()
        .body("items.balance.amountMicros", contains(micros));
  }
}
