package io.berth.leasing;

import static io.berth.leasing.ResaleSteps.as;
import static io.berth.leasing.ResaleSteps.bought;
import static io.berth.leasing.ResaleSteps.offered;
import static io.berth.leasing.ResaleSteps.price;
import static io.berth.leasing.ResaleSteps.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.berth.identity.Role;
import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.MutableClock;
import io.berth.testing.MutableTime;
import io.berth.testing.OwnMarket;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the provider of a lease sees that one tenant sold to another: its own contract, of 1 USD an
 * accelerator-hour, and nothing of what the tenants agreed on.
 */
@BerthTest
@TestProfile(MutableTime.class)
class ResaleProviderTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  @Inject MutableClock clock;

  @AfterEach
  void booksAreSound() throws SQLException {
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void seesWhatItEarnsAndNotWhatTheBuyerPays() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      market.change("{\"earlyReleaseRefundPercent\": 25}");
      OrganizationId first = OwnMarket.tenant("DE");
      OrganizationId second = OwnMarket.tenant("DE");
      OrganizationId third = OwnMarket.tenant("DE");
      Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(70, ChronoUnit.DAYS);
      String lease = market.lease(first, 4, start.toString(), "PT2H");
      String sale =
          offered(
              first,
              lease,
              "{%s, \"from\": \"%s\"}".formatted(price(3_000_000), start.plusSeconds(3600)));
      String seconds = bought(second, sale);
      String thirds = bought(third, offered(second, seconds, "{%s}".formatted(price(7_000_000))));

      read(third, thirds)
          .then()
          .body("pricePerAcceleratorHour.amountMicros", is("7000000"))
          .body("total.amountMicros", is("28000000"));
      seenByProvider(market, thirds)
          .then()
          .body("pricePerAcceleratorHour.amountMicros", is("1000000"))
          .body("stretches.pricePerAcceleratorHour.amountMicros", contains("1000000"))
          .body("stretches.cost.amountMicros", contains("4000000"))
          .body("total.amountMicros", is("4000000"))
          .body("charged", nullValue())
          .body("tenant.id", is(third.toString()));

      OwnMarket.once(third)
          .body("{\"accelerators\": 2}")
          .post("/v1/leases/" + thirds + "/shrink")
          .then()
          .statusCode(202);
      seenByProvider(market, thirds)
          .then()
          .body("retained.amountMicros", is("1500000"))
          .body("total.amountMicros", is("3500000"));
      as(third).post("/v1/leases/" + thirds + "/cancel").then().statusCode(202);

      read(third, thirds).then().body("charged.amountMicros", is("21000000"));
      seenByProvider(market, thirds).then().body("charged.amountMicros", is("3000000"));
      OwnMarket.officer("reader")
          .get("/v1/leases/" + thirds)
          .then()
          .body("charged.amountMicros", is("21000000"));
      String all =
          OwnMarket.as(market.provider(), Role.PROVIDER)
                  .get("/v1/leases?pageSize=200")
                  .then()
                  .statusCode(200)
                  .extract()
                  .asString()
              + OwnMarket.as(market.provider(), Role.PROVIDER)
                  .get("/v1/notices?pageSize=200")
                  .then()
                  .statusCode(200)
                  .extract()
                  .asString();
      assertThat(all)
          .contains(lease, seconds, thirds, "Another tenant has the rest")
          .doesNotContain("sold", "12.000000", "28.000000", "12000000", "28000000", "21000000");
      as(first)
          .get("/v1/notices?lease=" + lease)
          .then()
          .body("items[0].message", containsString("sold for 12.000000 USD"));
    }
  }

  @Test
  void isToldWhatALostNodeTakesOffItsOwnPrice() {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId seller = OwnMarket.tenant("DE");
      OrganizationId buyer = OwnMarket.tenant("DE");
      Instant start = clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.DAYS);
      String lease = market.lease(seller, 6, start.toString(), "PT4H");
      String bought = bought(buyer, offered(seller, lease, "{%s}".formatted(price(5_000_000))));
      OwnMarket.execute(
          "update lease set state = 'ACTIVE', active_at = start_at, next_delivery_at = null"
              + " where id = ?",
          LeaseId.fromString(bought).value());
      clock.move(Duration.ofDays(1).plusMinutes(30));
      String node = market.nodes().getFirst().toString();
      Instant since = clock.instant().minus(10, ChronoUnit.MINUTES);
      OwnMarket.execute(
          "update node set failing_since = ?, failed_at = ?, failures = 1, offerable = false,"
              + " sellable = false where id = ?",
          since.atOffset(ZoneOffset.UTC),
          since.atOffset(ZoneOffset.UTC),
          NodeId.fromString(node).value());
      seen(node);
      await().atMost(WAIT_MAX).until(() -> notices(buyer, bought).getList("items").size() == 1);

      OwnMarket.execute(
          "update node set failing_since = null, offerable = true, sellable = true where id = ?",
          NodeId.fromString(node).value());
      // It is looked at again a minute after the last time.
      clock.move(Duration.ofMinutes(2));
      seen(node);
      await().atMost(WAIT_MAX).until(() -> notices(buyer, bought).getList("items").size() == 2);

      String ofBuyer = notices(buyer, bought).getString("items[1].message");
      String ofProvider = notices(market.provider(), bought).getString("items[1].message");
      assertThat(micros(ofBuyer)).isPositive().isEqualTo(5 * micros(ofProvider));
      assertThat(ofBuyer).startsWith("A node of the lease is back");
    }
  }

  /** What a notice says is not charged. */
  private static long micros(String message) {
    String amount = message.replaceFirst("(?s).*: ([0-9]+\\.[0-9]{6}) USD.*", "$1");
    return Long.parseLong(amount.replace(".", ""));
  }

  private void seen(String node) {
    OwnMarket.execute(
        "update cluster set last_synced_at = ? where id = (select cluster_id from node where id = ?)",
        clock.instant().atOffset(ZoneOffset.UTC),
        NodeId.fromString(node).value());
  }

  private static JsonPath notices(OrganizationId party, String lease) {
    return OwnMarket.as(party, Role.TENANT, Role.PROVIDER)
        .get("/v1/notices?lease=" + lease)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static io.restassured.response.Response seenByProvider(OwnMarket market, String lease) {
    return OwnMarket.as(market.provider(), Role.PROVIDER).get("/v1/leases/" + lease);
  }
}
