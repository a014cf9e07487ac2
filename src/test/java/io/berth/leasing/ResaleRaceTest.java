package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.Locks;
import io.berth.testing.OwnMarket;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who buys the rest of a lease where several want to, and what is left where a sale is cut off. */
@BerthTest
class ResaleRaceTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  /** What a sale writes last, so that everything else of it is done by then. */
  private static final String LAST_STEP = "lock table outbox_event in exclusive mode";

  /** What a sale writes, one after the other. */
  private static final List<String> STEPS =
      List.of(
          "decision",
          "quote",
          "allocation",
          "ledger_reservation",
          "lease",
          "lease_debt",
          "notice",
          "audit_entry",
          "outbox_event",
          "resale",
          "idempotency_key");

  private OwnMarket market;
  private OrganizationId seller;
  private String lease;
  private String resale;

  @BeforeEach
  void offer() {
    market = new OwnMarket("nvidia-h100-sxm", "FI", 1);
    seller = OwnMarket.tenant("DE");
    Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(40, ChronoUnit.DAYS);
    lease = market.lease(seller, 4, start.toString(), "PT2H");
    resale =
        OwnMarket.once(seller)
            .body(
                """
                {"pricePerAcceleratorHour": {"amountMicros": "3000000", "currency": "USD"}}
                """)
            .post("/v1/leases/" + lease + "/resale")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
  }

  @AfterEach
  void booksAreSound() throws SQLException {
    market.close();
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, Instant.now());
    }
  }

  @Test
  void sellsToOneOfTwoAndTellsTheOther() throws SQLException {
    OrganizationId first = OwnMarket.tenant("DE");
    OrganizationId second = OwnMarket.tenant("DE");
    CompletableFuture<Response> sold;
    CompletableFuture<Response> late;
    try (Locks last = Locks.taking(LAST_STEP)) {
      sold = async(first, UUID.randomUUID().toString());
      last.awaitRequestsWaiting(1);
      late = async(second, UUID.randomUUID().toString());
      last.awaitRequestsWaiting(2);
    }

    sold.join().then().statusCode(201);
    late.join().then().statusCode(409).body("detail", containsString("sold"));
    assertThat(reserved(second)).isZero();
    OwnMarket.as(second, Role.TENANT).get("/v1/leases").then().body("items.size()", is(0));
  }

  @Test
  void isNotWithdrawnOnceItIsBeingSold() throws SQLException {
    OrganizationId buyer = OwnMarket.tenant("DE");
    CompletableFuture<Response> sold;
    CompletableFuture<Response> withdrawn;
    try (Locks last = Locks.taking(LAST_STEP)) {
      sold = async(buyer, UUID.randomUUID().toString());
      last.awaitRequestsWaiting(1);
      withdrawn =
          CompletableFuture.supplyAsync(
              () -> OwnMarket.as(seller, Role.TENANT).post("/v1/resales/" + resale + "/withdraw"),
              ResaleRaceTest::thread);
      last.awaitWaiting(2);
    }

    sold.join().then().statusCode(201);
    withdrawn.join().then().statusCode(409);
  }

  @Test
  void leavesNothingBehindWhereverItIsKilledAndSellsItLater() throws SQLException {
    OrganizationId buyer = OwnMarket.tenant("DE");
    String key = UUID.randomUUID().toString();
    for (String step : STEPS) {
      CompletableFuture<Response> killed;
      try (Locks table = Locks.taking("lock table " + step + " in exclusive mode")) {
        killed = async(buyer, key);
        String waiting =
            "pg_locks where not granted and relation = '"
                + step
                + "'::regclass and exists (select from pg_locks key where key.pid = pg_locks.pid"
                + " and key.locktype = 'advisory' and key.granted)";
        await().atMost(WAIT_MAX).until(() -> count("select count(*) from " + waiting) > 0);

        count("select count(pg_terminate_backend(pid)) from " + waiting);
      }

      assertThat(killed.join().statusCode()).as(step).isGreaterThanOrEqualTo(500);
      OwnMarket.as(seller, Role.TENANT)
          .get("/v1/resales/" + resale)
          .then()
          .body("state", is("open"));
      assertThat(reserved(buyer)).as(step).isZero();
      assertThat(reserved(seller)).as(step).isEqualTo(8_000_000);
    }

    Response sold = buy(buyer, key);

    sold.then().statusCode(201);
    assertThat(buy(buyer, key).asString()).isEqualTo(sold.asString());
    assertThat(reserved(buyer)).isEqualTo(24_000_000);
    assertThat(reserved(seller)).isEqualTo(8_000_000);
  }

  private CompletableFuture<Response> async(OrganizationId buyer, String key) {
    return CompletableFuture.supplyAsync(() -> buy(buyer, key), ResaleRaceTest::thread);
  }

  private Response buy(OrganizationId buyer, String key) {
    return OwnMarket.as(buyer, Role.TENANT)
        .header("Idempotency-Key", key)
        .body("{}")
        .post("/v1/resales/" + resale + "/buy");
  }

  private static long reserved(OrganizationId tenant) {
    return OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/accounts")
        .jsonPath()
        .getLong("items[0].reserved.amountMicros");
  }

  private static long count(String query) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** On a thread of its own: the common pool may have but one. */
  private static void thread(Runnable command) {
    Thread.ofVirtual().start(command);
  }
}
