package io.berth.leasing.internal;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.policy.Licences;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.OwnMarket;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders that take parts, of devices that a licence has room for fewer of than they want. */
@BerthTest
class LicensedPartTest {

  private static final String MODEL = "nvidia-a100-80g-sxm";
  private static final String COUNTRY = "KG";
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private OwnMarket market;
  private OrganizationId tenant;

  @BeforeEach
  void open() {
    market = new OwnMarket(MODEL, COUNTRY, 2);
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
  void takesWhatTheLicenceHasRoomForAndAsksAboutTheRest() {
    licence(6);

    Response order = order("\"timeInForce\": \"untilCancelled\", \"fill\": \"partial\"");

    order.then().statusCode(201).body("fills.accelerators", contains(6));
    await().atMost(WAIT_MAX).until(() -> read(order).path("state"), "inReview"::equals);
    read(order)
        .then()
        .body("filled", is(6))
        .body("remaining", is(4))
        .body("reasons.verdict", hasItem("HOLD_LICENCE"));

    licence(1);

    await().atMost(WAIT_MAX).until(() -> read(order).path("remaining"), Integer.valueOf(3)::equals);

    licence(3);

    await().atMost(WAIT_MAX).until(() -> read(order).path("state"), "filled"::equals);
    read(order).then().body("fills.accelerators", contains(6, 1, 3));
  }

  @Test
  void takesNoPartThatIsTooSmall() {
    licence(6);

    order(
            """
            "timeInForce": "untilCancelled", "fill": "partial", "leaseAcceleratorsMin": 7
            """)
        .then()
        .statusCode(201)
        .body("state", is("inReview"))
        .body("filled", is(0));
  }

  private Response order(String terms) {
    return OwnMarket.once(tenant)
        .body(
            """
            {"offerId": "%s", "accelerators": 10, "duration": "PT1H", %s}
            """
                .formatted(market.offer(), terms))
        .post("/v1/orders");
  }

  private Response read(Response order) {
    return OwnMarket.as(tenant, Role.TENANT).get("/v1/orders/" + order.path("id"));
  }

  private void licence(int units) {
    // An order begins with the minute in which it is filled.
    Instant from = Instant.now().minus(Duration.ofHours(1));
    Licences.verified(
        market.provider(),
        MODEL,
        COUNTRY,
        "{\"units\": %d}".formatted(units),
        from,
        from.plus(Duration.ofDays(90)));
  }
}
