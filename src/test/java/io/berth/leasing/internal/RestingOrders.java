package io.berth.leasing.internal;

import static io.berth.testing.OwnMarket.as;
import static io.berth.testing.OwnMarket.once;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.Books;
import io.berth.testing.MutableClock;
import io.berth.testing.OwnMarket;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A market of two nodes in which orders rest. Devices cost 1 USD an hour until that changes. */
abstract class RestingOrders {

  static final String MODEL = "amd-mi250x";
  static final Duration WAIT_MAX = Duration.ofSeconds(60);

  @Inject MutableClock clock;

  OwnMarket market;
  OrganizationId tenant;
  OrganizationId other;
  String start;

  @BeforeEach
  void open() {
    forgetNewsToCome(clock.instant());
    market = new OwnMarket(MODEL, "DE", 2);
    tenant = OwnMarket.tenant("DE");
    other = OwnMarket.tenant("DE");
    // What has not started is free again as soon as it is cancelled.
    start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(2, ChronoUnit.DAYS).toString();
  }

  /**
   * What was told at a time that the clock has yet to come to: tests set it forward, and it is set
   * back with the next one. Orders would wait for it.
   */
  static void forgetNewsToCome(Instant now) {
    OwnMarket.execute(
        "update outbox_delivery set state = 'done' where state = 'pending'"
            + " and consumer = 'leasing.orderWakes' and next_attempt_at > ?",
        now.atOffset(ZoneOffset.UTC));
  }

  /** Waits until whatever was told so far of capacity has been heard. */
  static void awaitNewsHeard(Clock clock) {
    await()
        .atMost(WAIT_MAX)
        .until(() -> {
          try (Connection connection = BerthResource.superuser();
              PreparedStatement heard =
                  connection.prepareStatement(
                      "select not exists (select from outbox_delivery where state = 'pending'"
                          + " and consumer = 'leasing.orderWakes' and next_attempt_at <= ?)")) {
            heard.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
            try (ResultSet found = heard.executeQuery()) {
              return found.next() && found.getBoolean(1);
            }
          }
        });
  }

  @AfterEach
  void close() throws SQLException {
    for (String state : List.of("open", "inReview")) {
      for (OrganizationId one : List.of(tenant, other)) {
        List<String> orders =
            as(one, Role.TENANT).get("/v1/orders?pageSize=200&state=" + state).path("items.id");
        orders.forEach(order -> as(one, Role.TENANT).post("/v1/orders/" + order + "/cancel"));
      }
    }
    market.close();
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  String order(int accelerators, String terms) {
    return """
    {"models": ["%s"], "accelerators": %d, "start": "%s", "duration": "PT1H", %s}
    """
        .formatted(MODEL, accelerators, start, terms);
  }

  static String limit(long micros) {
    return "\"pricePerAcceleratorHourMax\": {\"amountMicros\": \"%d\", \"currency\": \"USD\"}"
        .formatted(micros);
  }

  static Response place(OrganizationId tenant, String body) {
    Response order = once(tenant).body(body).post("/v1/orders");
    assertThat(order.statusCode()).as(order.asString()).isEqualTo(201);
    return order;
  }

  static Response read(OrganizationId tenant, Response order) {
    return as(tenant, Role.TENANT).get("/v1/orders/" + order.path("id"));
  }

  static Response settled(OrganizationId tenant, Response order) {
    await().atMost(WAIT_MAX).until(() -> read(tenant, order).path("settledAt") != null);
    return read(tenant, order);
  }

  static void release(OrganizationId tenant, Response quote) {
    as(tenant, Role.TENANT)
        .post("/v1/quotes/" + quote.path("id") + "/release")
        .then()
        .statusCode(202);
  }

  static void cancelLease(OrganizationId tenant, Response filled) {
    as(tenant, Role.TENANT)
        .post("/v1/leases/" + filled.path("leaseId") + "/cancel")
        .then()
        .statusCode(202);
  }
}
