package io.berth.booking;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where only a licence permits the devices: what is booked is taken of it, and comes back. */
@BerthTest
@TestProfile(MutableTime.class)
class AuthorisedBookingTest {

  private static final String MODEL = "nvidia-a100-80g-sxm";
  private static final String COUNTRY = "KZ";
  private static final String RULE = "us-3a090-d1-d4-node";
  private static final Duration HOLD = Duration.ofMinutes(10);

  @Inject MutableClock clock;

  private Instant start;
  private OwnMarket market;
  private OrganizationId tenant;

  @BeforeEach
  void open() {
    start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(40, ChronoUnit.DAYS);
    market = new OwnMarket(MODEL, COUNTRY, 2);
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
  void needsOneThatAnotherPersonHasVerified() {
    refused(quote(8));
    String id = enter("{\"units\": 8}");
    refused(quote(8));

    Licences.decide("officer-1", id, "verify", 202);

    quote(8).then().statusCode(201);
  }

  @Test
  void reservesWithTheQuoteCommitsWithTheLeaseAndReleasesAtItsEnd() {
    String id = verified("{\"units\": 8}");
    Response quote = quote(6);
    quote.then().statusCode(201);
    amounts(id, 6, 0, 2);
    refused(quote(3));

    Response lease = confirm(quote);

    lease.then().statusCode(201);
    amounts(id, 0, 6, 2);
    refused(quote(3));
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .get("/v1/authorisations/" + id + "/uses")
        .then()
        .statusCode(200)
        .body("items.state", contains("committed"))
        .body("items.leaseId", contains(lease.<String>path("id")))
        .body("items.quoteId", contains(quote.<String>path("id")))
        .body("items.quantity.units", contains(6));
    job(lease).then().statusCode(201);
    cancel(lease);
    amounts(id, 0, 0, 8);
    quote(8).then().statusCode(201);
  }

  @Test
  void givesBackWhatAQuoteHeldWhenItIsReleasedOrLapses() {
    String id = verified("{\"units\": 8}");
    Response released = quote(8);
    amounts(id, 8, 0, 0);
    OwnMarket.as(tenant, Role.TENANT)
        .post("/v1/quotes/" + released.path("id") + "/release")
        .then()
        .statusCode(202);
    amounts(id, 0, 0, 8);
    Response lapsed = quote(8);
    refused(quote(1));

    clock.move(HOLD);

    amounts(id, 0, 0, 8);
    confirm(lapsed).then().statusCode(409);
    quote(8).then().statusCode(201);
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .get("/v1/authorisations/" + id + "/uses")
        .then()
        .body("items.state", contains("released", "lapsed", "held"));
  }

  @Test
  void countsTotalProcessingPerformanceWhereTheLicenceDoes() {
    // An A100 has a TPP of 4992.
    String id = verified("{\"tpp\": 20000}");

    refused(quote(5));
    quote(4).then().statusCode(201);

    OwnMarket.as(market.provider(), Role.PROVIDER)
        .get("/v1/authorisations/" + id)
        .then()
        .body("reserved.tpp", is(4 * 4992))
        .body("free.tpp", is(20000 - 4 * 4992))
        .body("free.units", nullValue());
  }

  @Test
  void takesTheOneWithRoomThatEndsFirst() {
    String small = licence("{\"units\": 2}", start.plus(50, ChronoUnit.DAYS));
    String late = licence("{\"units\": 8}", start.plus(100, ChronoUnit.DAYS));
    String early = licence("{\"units\": 8}", start.plus(90, ChronoUnit.DAYS));

    quote(6).then().statusCode(201);
    quote(6).then().statusCode(201);

    amounts(small, 0, 0, 2);
    amounts(early, 6, 0, 2);
    amounts(late, 6, 0, 2);
  }

  @Test
  void refusesAPeriodThatBeginsBeforeTheLicenceDoes() {
    Licences.verified(
        market.provider(),
        MODEL,
        COUNTRY,
        "{\"units\": 8}",
        start.plus(1, ChronoUnit.HOURS),
        start.plus(9, ChronoUnit.HOURS));

    refused(quote(1, start, 2));
    quote(1, start.plus(1, ChronoUnit.HOURS), 8).then().statusCode(201);
    Response tooLong = quote(1, start.plus(1, ChronoUnit.HOURS), 9);

    refused(tooLong);
    OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/decisions/" + tooLong.path("decisionId"))
        .then()
        .body("allowedUntil", is(start.plus(9, ChronoUnit.HOURS).toString()))
        .body("intervals.verdict", contains("ALLOW", "HOLD_LICENCE"));
  }

  @Test
  void usesTwoInTurnWhereOneFollowsTheOther() {
    Instant change = start.plus(5, ChronoUnit.HOURS);
    String first =
        Licences.verified(
            market.provider(), MODEL, COUNTRY, "{\"units\": 8}", clock.instant(), change);
    String second =
        Licences.verified(
            market.provider(),
            MODEL,
            COUNTRY,
            "{\"units\": 8}",
            change,
            change.plus(99, ChronoUnit.DAYS));

    quote(3, start, 9).then().statusCode(201);

    amounts(first, 3, 0, 5);
    amounts(second, 3, 0, 5);
  }

  @Test
  void refusesToConfirmWhatWasTakenAwayMeanwhile() {
    String id = verified("{\"units\": 8}");
    Response quote = quote(6);

    Licences.decide("officer-1", id, "revoke", 202);

    Response answer = confirm(quote);
    refused(answer);
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .get("/v1/authorisations/" + id)
        .then()
        .body("state", is("revoked"))
        .body("finding.by", is("officer-1"));
  }

  @Test
  void offersWhatIsPermittedInPlaceOfWhatIsHeldAndNoLongerIs() {
    String id = verified("{\"units\": 16}");
    Response lease = confirm(quote(8));
    lease.then().statusCode(201);
    Response quote = quote(6);

    Licences.decide("officer-1", id, "revoke", 202);

    try (OwnMarket elsewhere = new OwnMarket(MODEL, "FI", 1)) {
      for (Response answer : List.of(confirm(quote), job(lease))) {
        refused(answer);
        answer
            .then()
            .body("alternatives.offerId", hasItem(elsewhere.offer()))
            .body("alternatives.country", not(hasItem(COUNTRY)));
      }
    }
  }

  @Test
  void refusesWhereOnlyAnotherAuthorityPermits() {
    String id = Licences.of("MY-MITI", market.provider(), MODEL, COUNTRY, clock.instant());
    Licences.decide("officer-1", id, "verify", 202);

    refused(quote(1));
  }

  @Test
  void refusesWhereNobodySaysWhichAuthorityPermits() {
    String id = Licences.of(null, market.provider(), MODEL, COUNTRY, clock.instant());
    Licences.decide("officer-1", id, "verify", 202);

    quote(1)
        .then()
        .statusCode(422)
        .body("verdict", is("HOLD_EVIDENCE"))
        .body(
            "reasons.find { it.ruleId == '" + RULE + "' }.missingFacts",
            hasItem("node.authorisedBy.US_BIS"));
  }

  @Test
  void aTenantsOwnHelpsThatTenantAlone() {
    Licences.verified(
        tenant, MODEL, COUNTRY, "{\"units\": 8}", clock.instant(), start.plus(90, ChronoUnit.DAYS));

    quote(4).then().statusCode(201);
    refused(market.quote(OwnMarket.tenant("DE"), 1, start.toString(), "PT1H"));
  }

  private String verified(String quantity) {
    return licence(quantity, start.plus(90, ChronoUnit.DAYS));
  }

  private String licence(String quantity, Instant until) {
    return Licences.verified(market.provider(), MODEL, COUNTRY, quantity, clock.instant(), until);
  }

  private String enter(String quantity) {
    return Licences.entered(
        market.provider(),
        MODEL,
        COUNTRY,
        quantity,
        clock.instant(),
        start.plus(90, ChronoUnit.DAYS));
  }

  private Response quote(int accelerators) {
    return quote(accelerators, start, 1);
  }

  private Response quote(int accelerators, Instant from, int hours) {
    return market.quote(tenant, accelerators, from.toString(), "PT" + hours + "H");
  }

  private Response confirm(Response quote) {
    return OwnMarket.once(tenant).post("/v1/quotes/" + quote.path("id") + "/confirm");
  }

  private Response job(Response lease) {
    return OwnMarket.once(tenant)
        .body(
            """
            {"name": "train", "image": "registry.example/train:1", "accelerators": 1, "command": ["true"]}
            """)
        .post("/v1/leases/" + lease.path("id") + "/jobs");
  }

  private void cancel(Response lease) {
    OwnMarket.as(tenant, Role.TENANT)
        .post("/v1/leases/" + lease.path("id") + "/cancel")
        .then()
        .statusCode(202)
        .body("state", is("ended"));
  }

  private void amounts(String id, int reserved, int committed, int free) {
    OwnMarket.officer("reader")
        .get("/v1/authorisations/" + id)
        .then()
        .statusCode(200)
        .body("reserved.units", equalTo(reserved))
        .body("committed.units", equalTo(committed))
        .body("free.units", equalTo(free));
  }

  private static void refused(Response answer) {
    answer
        .then()
        .statusCode(422)
        .body("code", is("policy-refused"))
        .body("verdict", is("HOLD_LICENCE"))
        .body("reasons.ruleId", hasItem(RULE));
  }
}
