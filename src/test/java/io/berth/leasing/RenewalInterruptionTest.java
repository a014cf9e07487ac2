package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
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
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Leases on demand renew, hour by hour and ten minutes before their end, where interruptible ones
 * have booked the time after. There is one node with eight accelerators.
 */
@BerthTest
@TestProfile(MutableTime.class)
class RenewalInterruptionTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  @Inject MutableClock clock;

  private OwnMarket market;
  private OrganizationId tenant;
  private OrganizationId other;
  private String lease;
  private Instant end;
  private Duration moved = Duration.ZERO;

  @BeforeEach
  void lease() {
    market = new OwnMarket("nvidia-h100-sxm", "FI", 1);
    market.change("{\"termMin\": \"PT10M\"}");
    notice("PT5M");
    tenant = OwnMarket.tenant("DE");
    other = OwnMarket.tenant("DE");
    lease = book(tenant, "onDemand", null, "PT1H");
    end = end(read(tenant, lease));
  }

  @AfterEach
  void close() throws SQLException {
    market.close();
    clock.move(moved.negated());
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void letsInterruptibleLeasesYieldAndIsOwedForIt() {
    String yielding = book(other, "interruptible", end, "PT2H");

    move(Duration.ofMinutes(51));

    JsonPath renewed = awaitLease(lease, view -> end(view).isAfter(end));
    assertThat(end(renewed)).isEqualTo(end.plus(Duration.ofHours(1)));
    assertThat(renewed.getInt("earlyReleaseRefundPercent")).isZero();
    JsonPath gone = read(other, yielding);
    assertThat(gone.getString("state")).isEqualTo("ended");
    assertThat(gone.getString("charged.amountMicros")).isEqualTo("0");
    assertThat(gone.getBoolean("windDown.interruption")).isTrue();
    notices(other, yielding).then().body("items.kind", contains("interrupted"));
    Response told = notices(tenant, lease);
    told.then().body("items.kind", contains("renewed"));
    assertThat(told.<String>path("items[0].message")).contains("nothing of its price comes back");

    move(Duration.ofMinutes(60));

    JsonPath again = awaitLease(lease, view -> end(view).isAfter(end.plus(Duration.ofHours(1))));
    // Nobody had to go for this one.
    assertThat(again.getInt("earlyReleaseRefundPercent")).isEqualTo(100);
    notices(tenant, lease).then().body("items.kind", contains("renewed"));
  }

  @Test
  void goesOnUntilAFirmLeaseBeginsAndInterruptsNobodyBeyond() {
    Instant firm = end.plus(Duration.ofMinutes(40));
    String before = book(other, "interruptible", end, "PT40M");
    book(OwnMarket.tenant("DE"), "reserved", firm, "PT1H");
    String after = book(other, "interruptible", firm.plus(Duration.ofHours(1)), "PT1H");

    move(Duration.ofMinutes(51));

    awaitLease(lease, view -> end(view).equals(firm));
    assertThat(read(other, before).getBoolean("windDown.interruption")).isTrue();
    assertThat(read(other, after).getString("windDown")).isNull();
  }

  @Test
  void interruptsNobodyWithoutItsNotice() {
    notice("PT15M");
    String yielding = book(other, "interruptible", end, "PT2H");

    move(Duration.ofMinutes(51));

    JsonPath told = awaitLease(lease, view -> view.getString("renewal.problem") != null);
    assertThat(told.getString("renewal.problem")).contains("Others have booked");
    assertThat(told.getInt("earlyReleaseRefundPercent")).isEqualTo(100);
    assertThat(read(other, yielding).getString("windDown")).isNull();
    notices(other, yielding).then().body("items", empty());
  }

  @Test
  void countsTheNoticeFromWhenItsSlotsAreNeeded() {
    notice("PT15M");
    String later = book(other, "interruptible", end.plus(Duration.ofMinutes(20)), "PT2H");

    move(Duration.ofMinutes(51));

    awaitLease(lease, view -> end(view).equals(end.plus(Duration.ofHours(1))));
    assertThat(read(other, later).getBoolean("windDown.interruption")).isTrue();
  }

  @Test
  void doesNotDriveOutItsOwnTenant() {
    String own = book(tenant, "interruptible", end, "PT2H");

    move(Duration.ofMinutes(51));

    awaitLease(lease, view -> view.getString("renewal.problem") != null);
    assertThat(read(tenant, own).getString("windDown")).isNull();
  }

  @Test
  void doesNotHelpWhoAsksForMoreTime() {
    String yielding = book(other, "interruptible", end, "PT2H");

    OwnMarket.once(tenant)
        .body("{\"duration\": \"PT1H\"}")
        .post("/v1/leases/" + lease + "/extend")
        .then()
        .statusCode(409)
        .body("code", is("capacity-unavailable"));

    assertThat(read(other, yielding).getString("windDown")).isNull();
  }

  private void move(Duration by) {
    clock.move(by);
    moved = moved.plus(by);
  }

  private void notice(String notice) {
    market.change(
        """
        {"interruptible": {"pricePerAcceleratorHour": {"amountMicros": "400000", "currency": "USD"},
         "notice": "%s"}}
        """
            .formatted(notice));
  }

  private String book(
      OrganizationId who,
      String term,
      @org.jspecify.annotations.Nullable Instant from,
      String duration) {
    Response quote =
        OwnMarket.once(who)
            .body(
                """
                {"offerId": "%s", "accelerators": 8, %s "duration": "%s", "term": "%s"}
                """
                    .formatted(
                        market.offer(),
                        from == null ? "" : "\"start\": \"" + from + "\",",
                        duration,
                        term))
            .post("/v1/quotes");
    assertThat(quote.statusCode()).as(quote.asString()).isEqualTo(201);
    return OwnMarket.once(who)
        .post("/v1/quotes/" + quote.path("id") + "/confirm")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static JsonPath read(OrganizationId who, String lease) {
    return OwnMarket.as(who, Role.TENANT)
        .get("/v1/leases/" + lease)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static Response notices(OrganizationId who, String lease) {
    return OwnMarket.as(who, Role.TENANT).get("/v1/notices?lease=" + lease);
  }

  private static Instant end(JsonPath lease) {
    return Instant.parse(lease.getString("period.end"));
  }

  private JsonPath awaitLease(String lease, Predicate<JsonPath> condition) {
    return await().atMost(WAIT_MAX).until(() -> read(tenant, lease), condition);
  }
}
