package io.berth.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.Locks;
import io.berth.testing.MutableClock;
import io.berth.testing.MutableTime;
import io.berth.testing.SeededMarket;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Quotes end by time alone: nothing sweeps. */
@BerthTest
@TestProfile(MutableTime.class)
class LapseTest {

  private static final Duration HOLD = Duration.ofMinutes(10);

  /** All that the only such node in the country has. */
  private static final String WHOLE_NODE =
      """
      {"models": ["amd-mi300x"], "countries": ["US"], "accelerators": 8, "duration": "PT1H"}
      """;

  /** More than half of what the tenant owns. */
  private static final String MORE_THAN_HALF =
      """
      {"models": ["nvidia-b200"], "countries": ["%s"], "accelerators": 16, "duration": "PT720H",
       "use": {"workload": "inference"}}
      """;

  /** What stops a booking after its slots and money are taken and before it is done. */
  private static final String LAST_STEP = "lock table outbox_event in exclusive mode";

  @Inject MutableClock clock;

  @AfterEach
  void booksAreSound() throws SQLException {
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  /** What another test gave back in this minute is free from the next one on. */
  @BeforeEach
  void beginAMinute() {
    clock.move(Duration.ofMinutes(1));
  }

  @Test
  void freesSlotsAndMoneyWhenItsTimeIsOver() {
    long before = reserved("tenant");
    Response quote = quote("tenant", WHOLE_NODE);
    quote.then().statusCode(201);
    quote("tenant", WHOLE_NODE).then().statusCode(409).body("code", is("capacity-unavailable"));
    assertThat(reserved("tenant")).isGreaterThan(before);

    clock.move(HOLD);

    assertThat(reserved("tenant")).isEqualTo(before);
    String id = quote.path("id");
    SeededMarket.as("tenant").get("/v1/quotes/" + id).then().body("state", is("lapsed"));
    confirm("tenant", id).then().statusCode(409).body("code", is("conflict"));
    SeededMarket.as("tenant").post("/v1/quotes/" + id + "/release").then().statusCode(409);
    Response next = quote("tenant", WHOLE_NODE);
    next.then().statusCode(201);
    confirm("tenant", id).then().statusCode(409);
    free("tenant", confirm("tenant", next.path("id")));
  }

  @Test
  void lapsesAgainstNobodyThatConfirmsInTime() throws SQLException {
    String quote = quote("tenant", WHOLE_NODE).path("id");
    CompletableFuture<Response> confirmed;
    CompletableFuture<Response> other;
    try (Locks last = Locks.taking(LAST_STEP)) {
      confirmed = async(() -> confirm("tenant", quote));
      last.awaitRequestsWaiting(1);
      clock.move(HOLD);
      other = async(() -> quote("tenant", WHOLE_NODE));
      last.awaitRequestsWaiting(2);
    }

    assertThat(confirmed.join().statusCode()).isEqualTo(201);
    other.join().then().statusCode(409).body("code", is("capacity-unavailable"));
    free("tenant", confirmed.join());
  }

  @Test
  void isNotConfirmedByAReplicaWhoseClockIsBehindOnceSomebodyElseHasTheSlots() throws SQLException {
    String quote = quote("tenant", WHOLE_NODE).path("id");
    clock.move(HOLD);
    CompletableFuture<Response> other;
    CompletableFuture<Response> confirmed;
    try (Locks last = Locks.taking(LAST_STEP)) {
      other = async(() -> quote("tenant", WHOLE_NODE));
      last.awaitRequestsWaiting(1);
      clock.move(HOLD.negated());
      confirmed = async(() -> confirm("tenant", quote));
      last.awaitRequestsWaiting(2);
      clock.move(HOLD);
    }

    assertThat(other.join().statusCode()).isEqualTo(201);
    assertThat(confirmed.join().statusCode()).isEqualTo(409);
    SeededMarket.as("tenant")
        .post("/v1/quotes/" + other.join().path("id") + "/release")
        .then()
        .statusCode(202);
  }

  @Test
  void doesNotSpendMoneyAgainThatAConfirmationIsAboutToKeep() throws SQLException {
    String quote = quote("tenant-sg", MORE_THAN_HALF.formatted("JP")).path("id");
    CompletableFuture<Response> confirmed;
    CompletableFuture<Response> other;
    try (Locks last = Locks.taking(LAST_STEP)) {
      confirmed = async(() -> confirm("tenant-sg", quote));
      last.awaitRequestsWaiting(1);
      clock.move(HOLD);
      other = async(() -> quote("tenant-sg", MORE_THAN_HALF.formatted("US")));
      last.awaitRequestsWaiting(2);
    }

    assertThat(confirmed.join().statusCode()).isEqualTo(201);
    other.join().then().statusCode(422).body("code", is("insufficient-funds"));
    free("tenant-sg", confirmed.join());
  }

  @Test
  void answersARepeatedRequestTheSameWhenItsStartIsPast() {
    String body =
        """
        {"models": ["nvidia-h200-sxm"], "countries": ["DE"], "accelerators": 1,
         "start": "%s", "duration": "PT1H"}
        """
            .formatted(clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(2)));
    String key = UUID.randomUUID().toString();
    Response first =
        SeededMarket.as("tenant").header("Idempotency-Key", key).body(body).post("/v1/quotes");
    first.then().statusCode(201);

    clock.move(HOLD);

    Response repeated =
        SeededMarket.as("tenant").header("Idempotency-Key", key).body(body).post("/v1/quotes");
    repeated.then().statusCode(201);
    assertThat(repeated.asString()).isEqualTo(first.asString());
    quote("tenant", body).then().statusCode(422).body("errors[0].pointer", is("/start"));
  }

  private static Response quote(String tenant, String body) {
    return SeededMarket.once(tenant).body(body).post("/v1/quotes");
  }

  private static Response confirm(String tenant, String quote) {
    return SeededMarket.once(tenant).post("/v1/quotes/" + quote + "/confirm");
  }

  private static void free(String tenant, Response lease) {
    lease.then().statusCode(201);
    SeededMarket.as(tenant)
        .post("/v1/leases/" + lease.path("id") + "/cancel")
        .then()
        .statusCode(202);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> SeededMarket.as(tenant).get("/v1/leases/" + lease.path("id")).path("state"),
            "ended"::equals);
  }

  private static long reserved(String user) {
    String micros =
        SeededMarket.as(user).get("/v1/accounts").path("items[0].reserved.amountMicros");
    return Long.parseLong(micros);
  }

  /** On a thread of its own: the common pool may have but one. */
  private static <T> CompletableFuture<T> async(Supplier<T> request) {
    return CompletableFuture.supplyAsync(request, command -> Thread.ofVirtual().start(command));
  }
}
