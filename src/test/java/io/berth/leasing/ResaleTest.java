package io.berth.leasing;

import static io.berth.leasing.ResaleSteps.DEPOSITED;
import static io.berth.leasing.ResaleSteps.as;
import static io.berth.leasing.ResaleSteps.balance;
import static io.berth.leasing.ResaleSteps.buy;
import static io.berth.leasing.ResaleSteps.offer;
import static io.berth.leasing.ResaleSteps.offered;
import static io.berth.leasing.ResaleSteps.price;
import static io.berth.leasing.ResaleSteps.read;
import static io.berth.leasing.ResaleSteps.reserved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.policy.Licences;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.MutableClock;
import io.berth.testing.MutableTime;
import io.berth.testing.NewTenant;
import io.berth.testing.OwnMarket;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tenant sells the rest of its lease. */
@BerthTest
@TestProfile(MutableTime.class)
class ResaleTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  @Inject MutableClock clock;

  private Instant start;

  @BeforeEach
  void later() {
    start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(70, ChronoUnit.DAYS);
  }

  @AfterEach
  void booksAreSound() throws SQLException {
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void paysEachSellerForWhatIsUsedAndTheProviderAsBefore() {
    NewTenant first = NewTenant.enter();
    NewTenant second = NewTenant.enter();
    NewTenant third = NewTenant.enter();
    String lease =
        first.lease(
            """
            {"models": ["nvidia-h20"], "countries": ["SG"], "accelerators": 2, "duration": "PT4H"}
            """);
    awaitState(first, lease, "active");
    String job =
        first
            .once()
            .body(
                """
                {"name": "train", "image": "registry.example/train:1", "accelerators": 1,
                 "command": ["sh", "-c", "sleep infinity"]}
                """)
            .post("/v1/leases/" + lease + "/jobs")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    String sale = offeredBy(first, lease, 3_000_000);
    String bought = bought(second, sale);
    clock.move(Duration.ofMinutes(1));
    awaitState(first, lease, "ended");
    awaitState(second, bought, "active");
    clock.move(Duration.ofMinutes(4));
    String resale = offeredBy(second, bought, 6_000_000);
    String boughtAgain = bought(third, resale);
    clock.move(Duration.ofMinutes(1));
    awaitState(second, bought, "ended");
    awaitState(third, boughtAgain, "active");
    clock.move(Duration.ofMinutes(5));

    third.as().post("/v1/leases/" + boughtAgain + "/cancel").then().statusCode(202);
    awaitState(third, boughtAgain, "ended");

    long paidBySecond = charged(second, bought);
    long paidByThird = charged(third, boughtAgain);
    JsonPath firsts = settlement(first, sale);
    JsonPath seconds = settlement(second, resale);
    // Two accelerators at 3 and at 6 USD an hour.
    long minutesOfSecond = paidBySecond / 100_000;
    long minutesOfThird = paidByThird / 200_000;
    assertThat(minutesOfSecond).isGreaterThanOrEqualTo(4);
    assertThat(minutesOfThird).isGreaterThanOrEqualTo(5);
    assertThat(seconds.getLong("settlement.received.amountMicros")).isEqualTo(paidByThird);
    assertThat(seconds.getLong("settlement.paid.amountMicros")).isEqualTo(minutesOfThird * 100_000);
    assertThat(firsts.getLong("settlement.received.amountMicros"))
        .isEqualTo(paidBySecond + minutesOfThird * 100_000);
    long price =
        first
            .as()
            .get("/v1/leases/" + lease)
            .jsonPath()
            .getLong("pricePerAcceleratorHour.amountMicros");
    assertThat(firsts.getLong("settlement.paid.amountMicros"))
        .isCloseTo((minutesOfSecond + minutesOfThird) * price * 2 / 60, within(3L))
        .isLessThan(firsts.getLong("settlement.owed.amountMicros"));
    assertThat(spent(third)).isEqualTo(paidByThird);
    assertThat(spent(second)).isEqualTo(paidBySecond + minutesOfThird * 100_000 - paidByThird);
    assertThat(spent(first))
        .isEqualTo(
            charged(first, lease)
                + firsts.getLong("settlement.paid.amountMicros")
                - firsts.getLong("settlement.received.amountMicros"));
    first.as().get("/v1/jobs/" + job).then().body("state", is("cancelled"));
    first.as().get("/v1/leases/" + bought).then().statusCode(404);
    second.as().get("/v1/leases/" + lease).then().statusCode(404);
    first
        .as()
        .get("/v1/notices?lease=" + lease)
        .then()
        .body("items.kind", contains("transferred"))
        .body("items[0].message", containsString("sold"));
  }

  @Test
  void chargesNobodyMoreThanWasUsedWhereAnOfficerEndsIt() {
    NewTenant seller = NewTenant.enter();
    NewTenant buyer = NewTenant.enter();
    String lease =
        seller.lease(
            """
            {"models": ["nvidia-h20"], "countries": ["SG"], "accelerators": 2, "duration": "PT4H"}
            """);
    awaitState(seller, lease, "active");
    String sale = offeredBy(seller, lease, 3_000_000);
    String bought = bought(buyer, sale);
    clock.move(Duration.ofMinutes(1));
    awaitState(buyer, bought, "active");

    OwnMarket.officer("officer")
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .body(
            """
            {"leaseIds": ["%s"], "gracePeriod": "PT0S", "reason": "A test says so."}
            """
                .formatted(bought))
        .post("/v1/wind-downs")
        .then()
        .statusCode(201);
    awaitState(buyer, bought, "ended");

    JsonPath settled = settlement(seller, sale);
    long received = settled.getLong("settlement.received.amountMicros");
    assertThat(received).isPositive().isEqualTo(charged(buyer, bought));
    long minutes = received / 100_000;
    long price =
        seller
            .as()
            .get("/v1/leases/" + lease)
            .jsonPath()
            .getLong("pricePerAcceleratorHour.amountMicros");
    assertThat(settled.getLong("settlement.paid.amountMicros"))
        .isCloseTo(minutes * price * 2 / 60, within(2L));
  }

  @Test
  void passesBeforeItStartsAndKeepsTheRefundTerms() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      market.change("{\"earlyReleaseRefundPercent\": 25}");
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId buyer = OwnMarket.tenant("FR");
      String lease = market.lease(seller, 4, start.toString(), "PT2H");
      String resale = offered(seller, lease, "{%s}".formatted(price(3_000_000)));
      Response seen = as(buyer).get("/v1/resales/" + resale);
      seen.then()
          .statusCode(200)
          .body("state", is("open"), "mine", is(false), "leaseId", nullValue())
          .body("period.start", is(start.toString()))
          .body("total.amountMicros", is("24000000"))
          .body("verdict", is("ALLOW"), "reasons", empty());
      assertThat(seen.asString()).doesNotContain(seller.toString()).doesNotContain(lease);
      String key = UUID.randomUUID().toString();

      Response bought = buy(buyer, key, resale, "{}");

      bought
          .then()
          .statusCode(201)
          .body("period.start", is(start.toString()))
          .body("total.amountMicros", is("24000000"));
      assertThat(bought.asString()).doesNotContain(seller.toString());
      assertThat(buy(buyer, key, resale, "{}").asString()).isEqualTo(bought.asString());
      buy(buyer, key, resale, "{\"end\": \"%s\"}".formatted(start)).then().statusCode(422);
      buy(OwnMarket.tenant("DE"), resale)
          .then()
          .statusCode(409)
          .body("detail", containsString("sold"));
      read(seller, lease)
          .then()
          .body("state", is("ended"), "charged.amountMicros", is("0"))
          .body("transferredAt", notNullValue());
      as(buyer).get("/v1/resales/" + resale).then().statusCode(404);
      market.quote(seller, 5, start.toString(), "PT2H").then().statusCode(409);
      assertThat(reserved(seller)).isEqualTo(8_000_000);

      as(buyer).post("/v1/leases/" + bought.path("id") + "/cancel").then().statusCode(202);

      as(seller)
          .get("/v1/resales/" + resale)
          .then()
          .body("state", is("sold"), "mine", is(true), "leaseId", is(lease))
          .body("settlement.owed.amountMicros", is("8000000"))
          .body("settlement.paid.amountMicros", is("6000000"))
          .body("settlement.received.amountMicros", is("18000000"));
      // What it earned is not set off.
      as(seller).get("/v1/spend-limit").then().body("spent.amountMicros", is("6000000"));
      OwnMarket.officer("auditor")
          .get("/v1/leases/" + bought.path("id") + "/evidence")
          .then()
          .body("parts.ledger.reservations.reference", hasItem(startsWith("debt_")))
          .body("parts.ledger.postings.amountMicros", hasItems("18000000", "6000000"));
      assertThat(balance(seller)).isEqualTo(DEPOSITED + 12_000_000);
      assertThat(balance(buyer)).isEqualTo(DEPOSITED - 18_000_000);
      assertThat(reserved(seller)).isZero();
      OwnMarket.as(market.provider(), Role.PROVIDER)
          .get("/v1/accounts")
          .then()
          .body("items.balance.amountMicros", contains("6000000"));
    }
  }

  @Test
  void passesLaterAndGoesThroughManyHands() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      market.change("{\"earlyReleaseRefundPercent\": 25}");
      OrganizationId first = OwnMarket.tenant("DE");
      OrganizationId second = OwnMarket.tenant("DE");
      OrganizationId third = OwnMarket.tenant("DE");
      OrganizationId fourth = OwnMarket.tenant("DE");
      Instant middle = start.plus(Duration.ofHours(1));
      String lease = market.lease(first, 4, start.toString(), "PT2H");
      String sale =
          offered(first, lease, "{%s, \"from\": \"%s\"}".formatted(price(3_000_000), middle));
      String seconds = buy(second, sale).then().statusCode(201).extract().path("id");
      read(second, seconds).then().body("period.start", is(middle.toString()));
      read(first, lease)
          .then()
          .body("state", is("reserved"), "period.end", is(middle.toString()))
          .body("total.amountMicros", is("4000000"));
      assertThat(reserved(first)).isEqualTo(8_000_000);
      offer(first, lease, "{%s}".formatted(price(1))).then().statusCode(409);
      OwnMarket.once(first)
          .body("{\"duration\": \"PT1H\"}")
          .post("/v1/leases/" + lease + "/extend")
          .then()
          .statusCode(409);
      String resale = offered(second, seconds, "{%s}".formatted(price(2_000_000)));
      String thirds = buy(third, resale).then().statusCode(201).extract().path("id");
      String transfer =
          OwnMarket.once(third)
              .body("{\"recipientId\": \"%s\"}".formatted(fourth))
              .post("/v1/leases/" + thirds + "/transfer")
              .then()
              .statusCode(201)
              .extract()
              .path("id");
      String fourths =
          OwnMarket.once(fourth)
              .body("{}")
              .post("/v1/lease-transfers/" + transfer + "/accept")
              .then()
              .statusCode(201)
              .body("total.amountMicros", is("8000000"))
              .extract()
              .path("id");

      OwnMarket.once(fourth)
          .body("{\"accelerators\": 2}")
          .post("/v1/leases/" + fourths + "/shrink")
          .then()
          .statusCode(202)
          .body("retained.amountMicros", is("3000000"), "total.amountMicros", is("7000000"));
      assertThat(reserved(second)).isEqualTo(10_500_000);
      assertThat(reserved(first)).isEqualTo(4_000_000 + 3_500_000);
      as(fourth).post("/v1/leases/" + fourths + "/cancel").then().statusCode(202);
      as(first).post("/v1/leases/" + lease + "/cancel").then().statusCode(202);

      // Of four for an hour: half was given back first, then the other half, and a quarter came
      // back.
      assertThat(balance(fourth)).isEqualTo(DEPOSITED - 6_000_000);
      assertThat(balance(third)).isEqualTo(DEPOSITED);
      assertThat(balance(second)).isEqualTo(DEPOSITED + 6_000_000 - 9_000_000);
      assertThat(balance(first)).isEqualTo(DEPOSITED + 9_000_000 - 3_000_000 - 3_000_000);
      OwnMarket.as(market.provider(), Role.PROVIDER)
          .get("/v1/accounts")
          .then()
          .body("items.balance.amountMicros", contains("6000000"));
    }
  }

  @Test
  void isNotTransferredBackToWhoIsPaidForItButMayBeBoughtBack() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId first = OwnMarket.tenant("DE");
      OrganizationId second = OwnMarket.tenant("DE");
      String lease = market.lease(first, 4, start.toString(), "PT1H");
      String sale = offered(first, lease, "{%s}".formatted(price(3_000_000)));
      String seconds = buy(second, sale).then().statusCode(201).extract().path("id");
      String transfer =
          OwnMarket.once(second)
              .body("{\"recipientId\": \"%s\"}".formatted(first))
              .post("/v1/leases/" + seconds + "/transfer")
              .then()
              .statusCode(201)
              .extract()
              .path("id");
      OwnMarket.once(first)
          .body("{}")
          .post("/v1/lease-transfers/" + transfer + "/accept")
          .then()
          .statusCode(409);
      as(second).post("/v1/lease-transfers/" + transfer + "/withdraw").then().statusCode(202);

      String back = offered(second, seconds, "{%s}".formatted(price(2_000_000)));
      String firsts = buy(first, back).then().statusCode(201).extract().path("id");

      assertThat(reserved(first)).isEqualTo(8_000_000 + 4_000_000);
      assertThat(reserved(second)).isEqualTo(12_000_000);
      as(first).post("/v1/leases/" + firsts + "/cancel").then().statusCode(202);
      assertThat(balance(first)).isEqualTo(DEPOSITED);
    }
  }

  @Test
  void isJudgedAndPaidForByTheBuyer() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId denied = OwnMarket.tenant("DE");
      OwnMarket.officer("officer")
          .header("If-Match", "*")
          .body(
              """
              {"reason": "A test says so.", "evidence": [{"kind": "extract", "reference": "1"}]}
              """)
          .post("/v1/organizations/" + denied + "/reject")
          .then()
          .statusCode(202);
      String lease = market.lease(seller, 4, start.toString(), "PT1H");
      String resale = offered(seller, lease, "{%s}".formatted(price(3_000_000)));

      as(denied)
          .get("/v1/resales/" + resale)
          .then()
          .body("verdict", is("HOLD_EVIDENCE"), "reasons.verdict", hasItem("HOLD_EVIDENCE"));
      Response refused = buy(denied, resale);
      refused
          .then()
          .statusCode(422)
          .body("code", is("policy-refused"), "alternatives", notNullValue());
      as(denied).get("/v1/decisions/" + refused.path("decisionId")).then().statusCode(200);
      buy(market.provider(), resale).then().statusCode(422).body("code", is("insufficient-funds"));
      buy(seller, resale).then().statusCode(422);
      OrganizationId buyer = OwnMarket.tenant("DE");
      String dear = "{\"totalMax\": {\"amountMicros\": \"11999999\", \"currency\": \"USD\"}}";
      buy(buyer, UUID.randomUUID().toString(), resale, dear)
          .then()
          .statusCode(422)
          .body("errors.pointer", contains("/totalMax"));
      as(buyer).post("/v1/resales/" + resale + "/withdraw").then().statusCode(404);
      offer(buyer, lease, "{%s}".formatted(price(1))).then().statusCode(404);
      as(seller).post("/v1/resales/" + resale + "/withdraw").then().statusCode(202);
      as(seller)
          .post("/v1/resales/" + resale + "/withdraw")
          .then()
          .statusCode(202)
          .body("state", is("withdrawn"), "period", nullValue());
      buy(buyer, resale).then().statusCode(409).body("detail", containsString("withdrawn"));
      as(buyer).get("/v1/resales/" + resale).then().statusCode(404);
      as(seller)
          .get("/v1/resales?mine=true")
          .then()
          .body("items.id", contains(resale), "items.state", contains("withdrawn"));
      read(seller, lease).then().body("state", is("reserved"));
    }
  }

  @Test
  void isBoughtByAProviderAsByAnyoneElse() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OwnMarket.deposit(market.provider(), 100);
      market.change("{\"earlyReleaseRefundPercent\": 0}");
      String lease = market.lease(seller, 4, start.toString(), "PT1H");
      String resale = offered(seller, lease, "{%s}".formatted(price(500_000)));

      String bought = buy(market.provider(), resale).then().statusCode(201).extract().path("id");
      as(market.provider()).post("/v1/leases/" + bought + "/cancel").then().statusCode(202);

      assertThat(balance(seller)).isEqualTo(DEPOSITED - 2_000_000);
      OwnMarket.as(market.provider(), Role.PROVIDER)
          .get("/v1/accounts")
          .then()
          .body("items.balance.amountMicros", hasItems("98000000", "4000000"));
    }
  }

  @Test
  void takesOfALicenceWhatTheBuyerNeeds() {
    try (OwnMarket market = new OwnMarket("nvidia-a100-80g-sxm", "KZ", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId buyer = OwnMarket.tenant("DE");
      Instant soon = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(30, ChronoUnit.DAYS);
      String licence = licence(market, "{\"units\": 3}");
      String lease = market.lease(seller, 2, soon.toString(), "PT1H");
      String resale = offered(seller, lease, "{%s}".formatted(price(500_000)));

      // The seller's two are not free before its lease has ended.
      as(buyer)
          .get("/v1/resales?model=nvidia-a100-80g-sxm&country=KZ")
          .then()
          .body("items.find {it.id == '%s'}.verdict".formatted(resale), is("HOLD_LICENCE"))
          .body("use.mode", is("remote"));
      buy(buyer, resale)
          .then()
          .statusCode(422)
          .body("code", is("policy-refused"), "verdict", is("HOLD_LICENCE"));
      String second = licence(market, "{\"units\": 2}");
      as(buyer).get("/v1/resales/" + resale).then().body("verdict", not(is("HOLD_LICENCE")));
      buy(buyer, resale).then().statusCode(201);

      committed(licence, 0);
      committed(second, 2);
    }
  }

  @Test
  void refusesTermsThatMakeNoSense() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      String lease = market.lease(seller, 4, start.toString(), "PT1H");
      String amount = "/pricePerAcceleratorHour/amountMicros";

      refused(offer(seller, lease, "{%s}".formatted(price(0))), 400, amount);
      refused(offer(seller, lease, "{%s}".formatted(price(-1))), 400, amount);
      refused(offer(seller, lease, "{}"), 400, "/pricePerAcceleratorHour");
      refused(
          offer(seller, lease, "{%s}".formatted(price(1).replace("USD", "EUR"))),
          400,
          "/pricePerAcceleratorHour/currency");
      String terms = "{%s, \"%s\": \"%s\"}";
      refused(
          offer(seller, lease, terms.formatted(price(1), "from", start.plusSeconds(1))),
          400,
          "/from");
      refused(
          offer(seller, lease, terms.formatted(price(1), "from", "2026-01-01T00:00:00Z")),
          422,
          "/from");
      refused(
          offer(seller, lease, terms.formatted(price(1), "from", start.plus(Duration.ofHours(1)))),
          422,
          "/from");
      refused(
          offer(seller, lease, terms.formatted(price(1), "until", "2026-01-01T00:00:00Z")),
          422,
          "/until");
      refused(
          offer(seller, lease, terms.formatted(price(1), "until", start.plusMillis(1))),
          400,
          "/until");
      OwnMarket.as(seller, Role.TENANT)
          .body("{%s}".formatted(price(1)))
          .post("/v1/leases/" + lease + "/resale")
          .then()
          .statusCode(400);
      as(seller).get("/v1/resales?model=none").then().statusCode(400);
      as(seller).get("/v1/resales?country=XX").then().statusCode(400);
      as(seller).get("/v1/resales?mode=loud").then().statusCode(400);
      as(seller).get("/v1/resales?pageToken=AAAA").then().statusCode(400);
    }
  }

  @ParameterizedTest
  @CsvSource({"shrink", "extend", "cancel", "wind-down"})
  void endsWhereTheLeaseIsNoLongerWhatWasOffered(String change) {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId buyer = OwnMarket.tenant("DE");
      String lease = market.lease(seller, 4, start.toString(), "PT1H");
      String resale = offered(seller, lease, "{%s}".formatted(price(1_000_000)));
      found(buyer, market, hasItem(resale));

      ValidatableResponse changed =
          switch (change) {
            case "shrink" ->
                OwnMarket.once(seller)
                    .body("{\"accelerators\": 1}")
                    .post("/v1/leases/" + lease + "/shrink")
                    .then();
            case "extend" ->
                OwnMarket.once(seller)
                    .body("{\"duration\": \"PT1H\"}")
                    .post("/v1/leases/" + lease + "/extend")
                    .then();
            case "cancel" -> as(seller).post("/v1/leases/" + lease + "/cancel").then();
            default ->
                OwnMarket.officer("officer")
                    .header("Idempotency-Key", UUID.randomUUID().toString())
                    .body(
                        """
                        {"leaseIds": ["%s"], "gracePeriod": "P30D", "reason": "A test says so."}
                        """
                            .formatted(lease))
                    .post("/v1/wind-downs")
                    .then();
          };
      assertThat(changed.extract().statusCode()).isBetween(201, 202);

      found(buyer, market, not(hasItem(resale)));
      as(buyer).get("/v1/resales/" + resale).then().statusCode(404);
      buy(buyer, resale).then().statusCode(409).body("detail", containsString("changed"));
      as(seller)
          .get("/v1/resales/" + resale)
          .then()
          .body("state", is("ended"), "period", nullValue());
      offer(seller, lease, "{%s}".formatted(price(2_000_000)))
          .then()
          .statusCode(change.equals("shrink") || change.equals("extend") ? 201 : 409);
    }
  }

  @Test
  void standsUntilItsTimeAndOnceALease() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId buyer = OwnMarket.tenant("DE");
      String lease = market.lease(seller, 4, start.toString(), "PT1H");
      Instant until = clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(5, ChronoUnit.MINUTES);
      String terms = "{%s, \"until\": \"%s\"}".formatted(price(1_000_000), until);
      String resale = offered(seller, lease, terms);
      offer(seller, lease, terms).then().statusCode(409);
      String proposal = "{\"recipientId\": \"%s\"}".formatted(buyer);
      OwnMarket.once(seller)
          .body(proposal)
          .post("/v1/leases/" + lease + "/transfer")
          .then()
          .statusCode(409)
          .body("detail", containsString(resale));

      clock.move(Duration.ofMinutes(5));

      buy(buyer, resale).then().statusCode(409);
      found(buyer, market, not(hasItem(resale)));
      OwnMarket.once(seller)
          .body(proposal)
          .post("/v1/leases/" + lease + "/transfer")
          .then()
          .statusCode(201);
      offer(seller, lease, "{%s}".formatted(price(1_000_000)))
          .then()
          .statusCode(409)
          .body("detail", containsString("transfer"));
      String transfer = as(seller).get("/v1/lease-transfers").then().extract().path("items[0].id");
      as(seller).post("/v1/lease-transfers/" + transfer + "/withdraw").then().statusCode(202);
      String again = offered(seller, lease, "{%s}".formatted(price(1_000_000)));
      as(seller)
          .get("/v1/resales?mine=true")
          .then()
          .body("items.id", contains(resale, again), "items.state", contains("ended", "open"));
      as(seller).get("/v1/resales").then().body("items.id", not(hasItem(again)));
      clock.move(Duration.ofMinutes(-5));
    }
  }

  @Test
  void followsTheRenewalsOfALeaseOnDemand() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId buyer = OwnMarket.tenant("DE");
      String quote =
          OwnMarket.once(seller)
              .body(
                  """
                  {"offerId": "%s", "models": ["nvidia-h100-sxm"], "accelerators": 2,
                   "term": "onDemand"}
                  """
                      .formatted(market.offer()))
              .post("/v1/quotes")
              .then()
              .statusCode(201)
              .extract()
              .path("id");
      String lease =
          OwnMarket.once(seller)
              .post("/v1/quotes/" + quote + "/confirm")
              .then()
              .statusCode(201)
              .extract()
              .path("id");
      Instant end = Instant.parse(read(seller, lease).path("period.end"));
      String resale = offered(seller, lease, "{%s}".formatted(price(1_000_000)));
      String seen = "{\"end\": \"%s\"}".formatted(end);

      clock.move(Duration.ofMinutes(51));
      await()
          .atMost(WAIT_MAX)
          .until(
              () -> Instant.parse(read(seller, lease).path("period.end")),
              later -> later.isAfter(end));

      buy(buyer, UUID.randomUUID().toString(), resale, seen)
          .then()
          .statusCode(409)
          .body("detail", containsString("by now"));
      buy(buyer, resale).then().statusCode(400).body("errors.pointer", hasItem("/end"));
      String now = "{\"end\": \"%s\"}".formatted(end.plus(Duration.ofHours(1)));
      buy(buyer, UUID.randomUUID().toString(), resale, now)
          .then()
          .statusCode(201)
          .body("term", is("reserved"))
          .body("period.end", is(end.plus(Duration.ofHours(1)).toString()));
      read(seller, lease).then().body("renewal.nextAt", nullValue());
      clock.move(Duration.ofMinutes(-51));
    }
  }

  @Test
  void isFoundByWhatItIsTheLowestPriceFirst() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 2);
        OwnMarket elsewhere = new OwnMarket("nvidia-l40s", "DE", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId buyer = OwnMarket.tenant("DE");
      String dear =
          offered(seller, market.lease(seller, 8, start.toString(), "PT1H"), of(3_000_000));
      String cheap =
          offered(seller, market.lease(seller, 2, start.toString(), "PT1H"), of(1_000_000));
      String far =
          offered(seller, elsewhere.lease(seller, 4, start.toString(), "PT1H"), of(2_000_000));
      String all = "/v1/resales?model=nvidia-l40s";

      assertThat(ids(buyer, all)).containsExactly(cheap, far, dear);
      assertThat(ids(buyer, all + "&country=FI")).containsExactly(cheap, dear);
      assertThat(ids(buyer, all + "&region=none")).isEmpty();
      assertThat(ids(buyer, all + "&acceleratorsMin=4")).containsExactly(far, dear);
      assertThat(ids(buyer, all + "&acceleratorsMax=4")).containsExactly(cheap, far);
      assertThat(ids(buyer, all + "&priceMicrosMax=2000000")).containsExactly(cheap, far);
      Response first = as(buyer).get(all + "&pageSize=2");
      assertThat(first.<List<String>>path("items.id")).containsExactly(cheap, far);
      assertThat(ids(buyer, all + "&pageSize=2&pageToken=" + first.path("nextPageToken")))
          .containsExactly(dear);
      as(buyer)
          .get(all + "&workload=training")
          .then()
          .body("use.workload", is("training"))
          .body("items[0].nodes.accelerators", contains(2))
          .body("items[0].nodes.country", contains("FI"))
          .body("items[0].slotKind", is("WHOLE_DEVICE"))
          .body("items[0].provider.id", is(market.provider().toString()))
          .body("items[0].settlement", nullValue());
    }
  }

  private static String of(long micros) {
    return "{%s}".formatted(price(micros));
  }

  private static List<String> ids(OrganizationId who, String path) {
    return as(who).get(path).then().statusCode(200).extract().path("items.id");
  }

  private static void found(
      OrganizationId buyer, OwnMarket market, org.hamcrest.Matcher<Iterable<? super String>> what) {
    as(buyer)
        .get("/v1/resales?model=nvidia-h100-sxm&country=FI&pageSize=200")
        .then()
        .statusCode(200)
        .body("items.id", what);
    assertThat(market.nodes()).isNotEmpty();
  }

  private static void refused(Response response, int status, String pointer) {
    response.then().statusCode(status).body("errors.pointer", contains(pointer));
  }

  private static String offeredBy(NewTenant seller, String lease, long micros) {
    return seller
        .once()
        .body("{%s}".formatted(price(micros)))
        .post("/v1/leases/" + lease + "/resale")
        .then()
        .statusCode(201)
        .body("state", is("open"), "mine", is(true))
        .extract()
        .path("id");
  }

  private static String bought(NewTenant buyer, String resale) {
    return buyer
        .once()
        .body("{}")
        .post("/v1/resales/" + resale + "/buy")
        .then()
        .statusCode(201)
        .body("state", is("reserved"))
        .extract()
        .path("id");
  }

  /** What a tenant has less than it came with. */
  private static long spent(NewTenant tenant) {
    return 100_000_000_000L
        - tenant.as().get("/v1/accounts").jsonPath().getLong("items[0].balance.amountMicros");
  }

  private static long charged(NewTenant tenant, String lease) {
    return tenant.as().get("/v1/leases/" + lease).jsonPath().getLong("charged.amountMicros");
  }

  private static JsonPath settlement(NewTenant seller, String resale) {
    return seller.as().get("/v1/resales/" + resale).jsonPath();
  }

  private String licence(OwnMarket market, String quantity) {
    return Licences.verified(
        market.provider(),
        "nvidia-a100-80g-sxm",
        "KZ",
        quantity,
        clock.instant(),
        clock.instant().plus(90, ChronoUnit.DAYS));
  }

  private static void committed(String licence, int units) {
    OwnMarket.officer("reader")
        .get("/v1/authorisations/" + licence)
        .then()
        .body("committed.units", is(units), "reserved.units", is(0));
  }

  private static void awaitState(NewTenant tenant, String lease, String state) {
    await()
        .atMost(WAIT_MAX)
        .until(() -> tenant.as().get("/v1/leases/" + lease).path("state"), state::equals);
  }
}
