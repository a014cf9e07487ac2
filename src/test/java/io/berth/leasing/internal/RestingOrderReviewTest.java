package io.berth.leasing.internal;

import static io.berth.testing.OwnMarket.as;
import static io.berth.testing.OwnMarket.once;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthTest;
import io.berth.testing.MutableTime;
import io.berth.testing.OwnMarket;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Orders about which policy has something to say while they rest. */
@BerthTest
@TestProfile(MutableTime.class)
class RestingOrderReviewTest extends RestingOrders {
  @Test
  void asksPeopleWhenItIsItsTurnAndTheyMust() throws Exception {
    OrganizationId owned = OwnMarket.tenantOwnedByListed("DE");
    // Training devices under control are what rules ask about.
    try (OwnMarket controlled = new OwnMarket("nvidia-a100-80g-sxm", "DE", 1)) {
      Response order =
          place(
              owned,
              """
              {"offerId": "%s", "accelerators": 8, "start": "%s", "duration": "PT1H",
               "timeInForce": "untilCancelled", %s}
              """
                  .formatted(controlled.offer(), start, limit(900_000)));
      order.then().body("state", is("open"));

      controlled.price(800_000);

      await().atMost(WAIT_MAX).until(() -> read(owned, order).path("state"), "inReview"::equals);
      read(owned, order)
          .then()
          .body("reasons.ruleId", hasItem("us-owned-by-listed"))
          .body("decisionId", notNullValue());
      String review = read(owned, order).path("caseId");
      // Let pass when others have it: it rests again.
      controlled.price(1_000_000);
      OwnMarket.approve(review, clock.instant().plus(Duration.ofDays(10)));
      await().atMost(WAIT_MAX).until(() -> read(owned, order).path("state"), "open"::equals);
      controlled.price(800_000);
      Response filled = settled(owned, order);
      filled.then().body("state", is("filled"));
      cancelLease(owned, filled);
    }
  }

  @Test
  void restsAgainWhereNobodyDecidesInTime() {
    OrganizationId owned = OwnMarket.tenantOwnedByListed("DE");
    try (OwnMarket controlled = new OwnMarket("nvidia-a100-80g-sxm", "DE", 1)) {
      Response order =
          place(
              owned,
              """
              {"offerId": "%s", "accelerators": 8, "start": "%s", "duration": "PT1H",
               "timeInForce": "untilCancelled", %s}
              """
                  .formatted(controlled.offer(), start, limit(1_000_000)));
      order.then().body("state", is("inReview"));
      controlled.price(1_100_000);

      OwnMarket.execute(
          "update capacity_order set expires_at = ? where tenant_id = ?",
          clock.instant().atOffset(ZoneOffset.UTC),
          owned.value());

      // Whether or not somebody has written it down.
      as(owned, Role.TENANT)
          .get("/v1/orders?state=open")
          .then()
          .body("items.id", contains((String) order.path("id")))
          .body("items.expiresAt", contains((String) order.path("until")));
      as(owned, Role.TENANT).get("/v1/orders?state=expired").then().body("items", empty());
      await()
          .atMost(WAIT_MAX)
          .until(
              () -> {
                // As it would be half a minute later.
                OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
                OwnMarket.execute(
                    "update capacity_order set next_match_at = ? where tenant_id = ?"
                        + " and state = 'OPEN' and (claimed_until is null or claimed_until < ?)",
                    now,
                    owned.value(),
                    now);
                return read(owned, order).path("detail");
              },
              containsString("above your price"));
      controlled.price(1_000_000);
      await().atMost(WAIT_MAX).until(() -> read(owned, order).path("state"), "inReview"::equals);
      as(owned, Role.TENANT).post("/v1/orders/" + order.path("id") + "/cancel");
    }
  }

  @Test
  void staysOpenWherePolicyDeniesItAndSaysWhy() {
    try (OwnMarket denied = new OwnMarket("nvidia-h100-sxm", "CN", 1)) {
      String body =
          """
          {"offerId": "%s", "accelerators": 8, "start": "%s", "duration": "PT1H",
           "timeInForce": "untilCancelled", %s}
          """;
      Response order = place(tenant, body.formatted(denied.offer(), start, limit(900_000)));
      order.then().body("state", is("open")).body("decisionId", nullValue());
      // At the door it is told at once.
      once(tenant)
          .body(body.formatted(denied.offer(), start, limit(2_000_000)))
          .post("/v1/orders")
          .then()
          .statusCode(422)
          .body("verdict", is("DENY"));

      denied.price(800_000);

      await().atMost(WAIT_MAX).until(() -> read(tenant, order).path("decisionId") != null);
      Response refused = read(tenant, order);
      refused
          .then()
          .body("state", is("open"))
          .body("detail", containsString("denied by rule"))
          .body("reasons.verdict", hasItem("DENY"));
      OwnMarket.officer("reader")
          .get("/v1/decisions/" + refused.path("decisionId"))
          .then()
          .statusCode(200)
          .body("verdict", is("DENY"))
          .body("purpose", is("order"));
    }
  }
}
