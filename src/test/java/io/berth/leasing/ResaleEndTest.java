package io.berth.leasing;

import static io.berth.leasing.ResaleSteps.as;
import static io.berth.leasing.ResaleSteps.offered;
import static io.berth.leasing.ResaleSteps.price;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthTest;
import io.berth.testing.MutableClock;
import io.berth.testing.MutableTime;
import io.berth.testing.OwnMarket;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who offers the rest of a lease is told where that ends by itself. */
@BerthTest
@TestProfile(MutableTime.class)
class ResaleEndTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  @Inject MutableClock clock;

  private OwnMarket market;
  private OrganizationId seller;
  private String lease;

  @BeforeEach
  void lease() {
    market = new OwnMarket("nvidia-h100-sxm", "FI", 1);
    seller = OwnMarket.tenant("DE");
    Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(50, ChronoUnit.DAYS);
    lease = market.lease(seller, 4, start.toString(), "PT1H");
  }

  @AfterEach
  void close() {
    market.close();
  }

  @Test
  void tellsTheSellerAloneAndOnceThatItsTimeIsOver() {
    Instant until = clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(5, ChronoUnit.MINUTES);
    String resale = offered(seller, lease, "{%s, \"until\": \"%s\"}".formatted(price(1), until));

    clock.move(Duration.ofMinutes(5));

    assertThat(awaitTold(1))
        .containsExactly(
            "Your offer to sell the rest of this lease ended" + " unsold: its time was over.");
    String settledAt = as(seller).get("/v1/resales/" + resale).path("settledAt");
    assertThat(settledAt).isNotNull();
    awaitAnotherLook();
    as(seller).get("/v1/resales/" + resale).then().body("settledAt", is(settledAt));
    assertThat(told()).hasSize(1);
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .get("/v1/notices?lease=" + lease)
        .then()
        .body("items", empty());
    clock.move(Duration.ofMinutes(-5));
  }

  @Test
  void saysWhatBecameOfTheLease() {
    offered(seller, lease, "{%s}".formatted(price(1)));
    OwnMarket.once(seller)
        .body("{\"accelerators\": 2}")
        .post("/v1/leases/" + lease + "/shrink")
        .then()
        .statusCode(202);
    assertThat(awaitTold(1).getLast()).contains("a part of the lease was given back");
    offered(seller, lease, "{%s}".formatted(price(1)));
    OwnMarket.once(seller)
        .body("{\"duration\": \"PT1H\"}")
        .post("/v1/leases/" + lease + "/extend")
        .then()
        .statusCode(202);
    assertThat(awaitTold(2).getLast()).contains("another time than when it was offered");
    offered(seller, lease, "{%s}".formatted(price(1)));
    as(seller).post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
    assertThat(awaitTold(3).getLast()).contains("the lease is over");
  }

  @Test
  void tellsOfOneThatMakesRoomForAnother() {
    offered(seller, lease, "{%s}".formatted(price(1)));
    OwnMarket.once(seller)
        .body("{\"accelerators\": 2}")
        .post("/v1/leases/" + lease + "/shrink")
        .then()
        .statusCode(202);

    // At once, whether or not somebody has told of the first by then.
    offered(seller, lease, "{%s}".formatted(price(1)));

    assertThat(told()).hasSize(1);
    awaitAnotherLook();
    assertThat(told()).hasSize(1);
  }

  @Test
  void doesNotTellOfOneThatMayGoOn() {
    String resale = offered(seller, lease, "{%s}".formatted(price(1)));
    String order =
        OwnMarket.officer("officer")
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .body(
                """
                {"leaseIds": ["%s"], "gracePeriod": "P30D", "reason": "A test says so."}
                """
                    .formatted(lease))
            .post("/v1/wind-downs")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    as(seller).get("/v1/resales/" + resale).then().body("state", is("ended"));

    awaitAnotherLook();

    assertThat(told()).isEmpty();
    OwnMarket.officer("officer")
        .body("{\"reason\": \"A test says so.\"}")
        .post("/v1/wind-downs/" + order + "/withdraw")
        .then()
        .statusCode(202);
    as(seller).get("/v1/resales/" + resale).then().body("state", is("open"));
  }

  /** Waits until one was told of that ended later than now: whatever had ended was told before. */
  private void awaitAnotherLook() {
    OrganizationId other = OwnMarket.tenant("DE");
    try (OwnMarket elsewhere = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(50, ChronoUnit.DAYS);
      String last = elsewhere.lease(other, 4, start.toString(), "PT1H");
      offered(other, last, "{%s}".formatted(price(1)));
      as(other).post("/v1/leases/" + last + "/cancel").then().statusCode(202);
      await().atMost(WAIT_MAX).until(() -> !told(other, last).isEmpty());
    }
  }

  private List<String> awaitTold(int count) {
    await().atMost(WAIT_MAX).until(() -> told().size() == count);
    return told();
  }

  private List<String> told() {
    return told(seller, lease);
  }

  private static List<String> told(OrganizationId tenant, String lease) {
    return as(tenant)
        .get("/v1/notices?lease=" + lease)
        .then()
        .statusCode(200)
        .extract()
        .path("items.findAll {it.kind == 'resaleEnded'}.message");
  }
}
