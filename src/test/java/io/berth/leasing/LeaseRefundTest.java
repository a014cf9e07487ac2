package io.berth.leasing;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.OwnMarket;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes back where a lease ends before its time. */
@BerthTest
class LeaseRefundTest {

  private final Instant start =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(30, ChronoUnit.DAYS);

  private OwnMarket market;
  private OrganizationId tenant;

  @BeforeEach
  void open() {
    market = new OwnMarket("nvidia-h100-sxm", "FI", 1);
    market.change("{\"earlyReleaseRefundPercent\": 25}");
    tenant = OwnMarket.tenant("DE");
  }

  @AfterEach
  void close() throws SQLException {
    market.close();
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, Instant.now());
    }
  }

  @Test
  void keepsTheTermsThatWereQuoted() {
    Response quote = market.quote(tenant, 4, start.toString(), "PT2H");
    quote.then().statusCode(201).body("earlyReleaseRefundPercent", is(25));
    market.change("{\"earlyReleaseRefundPercent\": 0}");
    Response lease = OwnMarket.once(tenant).post("/v1/quotes/" + quote.path("id") + "/confirm");
    lease.then().statusCode(201).body("earlyReleaseRefundPercent", is(25));

    OwnMarket.as(tenant, Role.TENANT)
        .post("/v1/leases/" + lease.path("id") + "/cancel")
        .then()
        .statusCode(202)
        .body("state", is("ended"))
        .body("charged.amountMicros", is("6000000"));

    OwnMarket.as(market.provider(), Role.PROVIDER)
        .get("/v1/accounts")
        .then()
        .body("items.balance.amountMicros", contains("6000000"));
  }

  @Test
  void givesAllBackWhereNotTheTenantEndsIt() {
    String lease = market.lease(tenant, 4, start.toString(), "PT2H");

    OwnMarket.as(OrganizationId.fresh(), Role.OPERATOR)
        .post("/v1/leases/" + lease + "/cancel")
        .then()
        .statusCode(202)
        .body("charged.amountMicros", is("0"));
  }

  @Test
  void isAShareOfAHundred() {
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .contentType("application/merge-patch+json")
        .header("If-Match", "*")
        .body("{\"earlyReleaseRefundPercent\": 101}")
        .patch(market.offerPath())
        .then()
        .statusCode(400)
        .body("errors.pointer", contains("/earlyReleaseRefundPercent"));
    market.change("{\"earlyReleaseRefundPercent\": null}");
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .get(market.offerPath())
        .then()
        .body("earlyReleaseRefundPercent", is(100));
  }
}
