package io.berth.market;

import static io.berth.testing.OwnMarket.as;
import static io.berth.testing.OwnMarket.once;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthTest;
import io.berth.testing.OwnMarket;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Providers keep nodes from sale ahead of time, and leases made before go on. */
@BerthTest
class MaintenanceTest {

  private static final Instant START =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofDays(3));
  private static final Instant END = START.plus(Duration.ofHours(4));

  @Test
  void keepsAPoolFromSaleUntilItIsTakenBack() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 2)) {
      OrganizationId tenant = OwnMarket.tenant("FI");
      String lease = lease(market, tenant);

      Response entered = enter(market, UUID.randomUUID().toString(), "");
      entered.then().statusCode(201).body("id", startsWith("maintenance_"));

      market.quote(tenant, 1, START.toString(), "PT1H").then().statusCode(409);
      market.quote(tenant, 1, START.minusSeconds(60).toString(), "PT1H").then().statusCode(409);
      market.quote(tenant, 1, END.toString(), "PT1H").then().statusCode(201);
      as(tenant, Role.TENANT)
          .get("/v1/leases/" + lease)
          .then()
          .body("state", is("reserved"))
          .body("period.start", is(START.toString()));

      String id = entered.path("id");
      cancel(market, id).then().statusCode(202).body("cancelled", is(true));
      cancel(market, id).then().statusCode(202).body("cancelled", is(true));
      market.quote(tenant, 1, START.toString(), "PT1H").then().statusCode(201);
    }
  }

  @Test
  void keepsOneNodeFromSale() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 2)) {
      OrganizationId tenant = OwnMarket.tenant("FI");

      enter(
              market,
              UUID.randomUUID().toString(),
              ", \"nodeId\": \"" + market.nodes().getFirst() + "\"")
          .then()
          .statusCode(201);

      market.quote(tenant, 9, START.toString(), "PT1H").then().statusCode(409);
      market
          .quote(tenant, 8, START.toString(), "PT1H")
          .then()
          .statusCode(201)
          .body("nodes[0].id", is(market.nodes().getLast().toString()));
    }
  }

  @Test
  void answersARepeatedRequestOnce() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 1)) {
      String key = UUID.randomUUID().toString();
      String first = enter(market, key, "").path("id");

      enter(market, key, "").then().statusCode(201).body("id", is(first));

      as(market.provider(), Role.PROVIDER)
          .get("/v1/maintenance-windows")
          .then()
          .body("items", hasSize(1));
    }
  }

  /** A window past what the market counts in would stop the market, and not the node alone. */
  @Test
  void endsInForeseeableTime() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 1)) {
      as(market.provider(), Role.PROVIDER)
          .header("Idempotency-Key", UUID.randomUUID().toString())
          .body(
              """
              {"nodePoolId": "%s", "start": "7000-01-01T00:00:00Z", "end": "7000-01-02T00:00:00Z"}
              """
                  .formatted(market.pool()))
          .post("/v1/maintenance-windows")
          .then()
          .statusCode(422)
          .body("errors[0].pointer", is("/end"));
    }
  }

  @Test
  void isTheProvidersOwn() {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 1);
        OwnMarket another = new OwnMarket("nvidia-l40s", "FI", 1)) {
      String id = enter(market, UUID.randomUUID().toString(), "").path("id");

      as(another.provider(), Role.PROVIDER)
          .get("/v1/maintenance-windows/" + id)
          .then()
          .statusCode(404);
      cancel(another, id).then().statusCode(404);
      once(another.provider())
          .auth()
          .oauth2(io.berth.testing.BerthResource.token(another.provider(), Role.PROVIDER))
          .body(body(market, ""))
          .post("/v1/maintenance-windows")
          .then()
          .statusCode(422)
          .body("errors[0].pointer", is("/nodePoolId"));
      enter(
              market,
              UUID.randomUUID().toString(),
              ", \"nodeId\": \"" + another.nodes().getFirst() + "\"")
          .then()
          .statusCode(422)
          .body("errors[0].pointer", is("/nodeId"));
    }
  }

  private static String lease(OwnMarket market, OrganizationId tenant) {
    String quote =
        market
            .quote(tenant, 8, START.toString(), "PT1H")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    return once(tenant)
        .post("/v1/quotes/" + quote + "/confirm")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static String body(OwnMarket market, String more) {
    return """
    {"nodePoolId": "%s", "start": "%s", "end": "%s"%s}
    """
        .formatted(market.pool(), START, END, more);
  }

  private static Response enter(OwnMarket market, String key, String more) {
    return as(market.provider(), Role.PROVIDER)
        .header("Idempotency-Key", key)
        .body(body(market, more))
        .post("/v1/maintenance-windows");
  }

  private static Response cancel(OwnMarket market, String id) {
    return as(market.provider(), Role.PROVIDER).post("/v1/maintenance-windows/" + id + "/cancel");
  }
}
