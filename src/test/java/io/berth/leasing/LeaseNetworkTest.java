package io.berth.leasing;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthTest;
import io.berth.testing.OwnMarket;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** What leases reach of their providers' networks. */
@BerthTest
class LeaseNetworkTest {

  private static final String STORAGE =
      """
      {"networkExceptions": [{"cidr": "10.20.0.0/24", "ports": [{"protocol": "tcp", "port": 2049}]}]}
      """;

  @Test
  void keepsWhatItsOfferSaidWhenItWasQuoted() {
    String start =
        Instant.now().truncatedTo(ChronoUnit.HOURS).plus(30, ChronoUnit.HOURS).toString();
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 3)) {
      OrganizationId tenant = OwnMarket.tenant("DE");
      String before = market.lease(tenant, 8, start, "PT1H");
      market.change(STORAGE);
      String quote =
          market.quote(tenant, 8, start, "PT1H").then().statusCode(201).extract().path("id");
      market.change("{\"networkExceptions\": null}");
      String lease =
          OwnMarket.once(tenant)
              .post("/v1/quotes/" + quote + "/confirm")
              .then()
              .statusCode(201)
              .body("networkExceptions.cidr", contains("10.20.0.0/24"))
              .extract()
              .path("id");
      String after = market.lease(tenant, 8, start, "PT1H");

      for (String party : new String[] {Role.TENANT, Role.PROVIDER}) {
        OwnMarket.as(party.equals(Role.TENANT) ? tenant : market.provider(), party)
            .get("/v1/leases/" + lease)
            .then()
            .statusCode(200)
            .body("networkExceptions.cidr", contains("10.20.0.0/24"))
            .body("networkExceptions[0].ports[0].protocol", is("tcp"))
            .body("networkExceptions[0].ports[0].port", is(2049));
      }
      for (String other : new String[] {before, after}) {
        OwnMarket.as(tenant, Role.TENANT)
            .get("/v1/leases/" + other)
            .then()
            .body("networkExceptions", hasSize(0));
      }
    }
  }
}
