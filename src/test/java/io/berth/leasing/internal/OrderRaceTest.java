package io.berth.leasing.internal;

import static io.berth.testing.OwnMarket.as;
import static io.berth.testing.OwnMarket.once;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.berth.identity.Role;
import io.berth.leasing.OrderId;
import io.berth.leasing.internal.OrderMatchStore.Claimed;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.Locks;
import io.berth.testing.MutableClock;
import io.berth.testing.OwnMarket;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who is first where several would change a resting order at once. Nothing is matched but by the
 * tests themselves.
 */
@BerthTest
@TestProfile(OrderRaceTest.ByHand.class)
class OrderRaceTest {

  /** A service whose time tests move, and that leaves matching and expiry to them. */
  public static class ByHand implements QuarkusTestProfile {

    @Override
    public Set<Class<?>> getEnabledAlternatives() {
      return Set.of(MutableClock.class);
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "berth.leasing.order-match-tick", "PT24H", "berth.leasing.order-sweep-interval", "PT24H");
    }
  }

  private static final String MODEL = "amd-mi250x";
  private static final String OTHER_MODEL = "nvidia-l4";
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final Duration CLAIM = Duration.ofMinutes(1);

  /** What stops a change after everything else of it is done, and before it is told. */
  private static final String LAST_STEP = "lock table outbox_event in exclusive mode";

  /** What stops a fill when its lease is made, and the order still says nothing of it. */
  private static final String FILL_STEP = "lock table order_fill in exclusive mode";

  /** What a fill writes, one after the other. */
  private static final List<String> STEPS =
      List.of(
          "decision",
          "quote",
          "allocation",
          "ledger_reservation",
          "lease",
          "order_fill",
          "outbox_event");

  @Inject OrderMatching matching;
  @Inject OrderMatchStore matches;
  @Inject OrderDesk desk;
  @Inject Database database;
  @Inject MutableClock clock;

  private OwnMarket market;
  private OrganizationId tenant;
  private Instant until;

  @BeforeEach
  void open() {
    RestingOrders.forgetNewsToCome(clock.instant());
    market = new OwnMarket(MODEL, "DE", 2);
    tenant = OwnMarket.tenant("DE");
    // Of the market that has opened: orders would wait for it.
    RestingOrders.awaitNewsHeard(clock);
    until = clock.instant().plus(Duration.ofHours(1));
  }

  @AfterEach
  void close() throws SQLException {
    market.close();
    for (String order : as(tenant, Role.TENANT).get("/v1/orders").<List<String>>path("items.id")) {
      as(tenant, Role.TENANT).post("/v1/orders/" + order + "/cancel");
    }
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void makesOneLeaseThoughTwoMatchersHaveTheOrder() throws SQLException {
    Claimed order = fillable(MODEL);
    CompletableFuture<Void> first;
    CompletableFuture<Void> second;
    try (Locks last = Locks.taking(FILL_STEP)) {
      first = async(() -> matching.match(order, claim()));
      last.awaitWaiting(1);
      second = async(() -> matching.match(order, claim()));

      awaitWaitingForTheOrder();
    }
    first.join();
    second.join();

    assertThat(state(order)).isEqualTo("filled");
    assertThat(count("lease", "tenant_id")).isEqualTo(1);
    assertThat(count("quote", "tenant_id")).isEqualTo(1);
  }

  @Test
  void isNotCancelledOnceItIsBeingFilled() throws SQLException {
    Claimed order = fillable(MODEL);
    CompletableFuture<Void> filled;
    CompletableFuture<Response> cancelled;
    try (Locks last = Locks.taking(FILL_STEP)) {
      filled = async(() -> matching.match(order, claim()));
      last.awaitWaiting(1);
      cancelled = CompletableFuture.supplyAsync(() -> cancel(order), OrderRaceTest::thread);

      awaitWaitingForTheOrder();
    }
    filled.join();

    cancelled.join().then().statusCode(409);
    assertThat(state(order)).isEqualTo("filled");
    assertThat(count("lease", "tenant_id")).isEqualTo(1);
  }

  @Test
  void isNotFilledOnceItIsBeingCancelled() throws SQLException {
    Claimed order = fillable(MODEL);
    CompletableFuture<Void> filled;
    CompletableFuture<Response> cancelled;
    try (Locks last = Locks.taking(LAST_STEP)) {
      cancelled = CompletableFuture.supplyAsync(() -> cancel(order), OrderRaceTest::thread);
      last.awaitWaiting(1);
      filled = async(() -> matching.match(order, claim()));

      awaitWaitingForTheOrder();
    }
    filled.join();

    cancelled.join().then().statusCode(202);
    assertThat(state(order)).isEqualTo("cancelled");
    assertThat(count("quote", "tenant_id")).isZero();
  }

  @Test
  void isNotExpiredByAnyoneWhileItIsBeingFilledInTime() throws Exception {
    Claimed order = fillable(MODEL);
    CompletableFuture<Void> filled;
    int expired;
    try (Locks last = Locks.taking(FILL_STEP)) {
      filled = async(() -> matching.match(order, claim()));
      last.awaitWaiting(1);
      clock.move(Duration.ofHours(1));

      expired = result(() -> desk.expire(10));
    }
    filled.join();

    assertThat(expired).isZero();
    assertThat(state(order)).isEqualTo("filled");
    assertThat(result(() -> desk.expire(10))).isZero();
    assertThat(count("lease", "tenant_id")).isEqualTo(1);
  }

  @Test
  void isNotFilledOnceItIsBeingExpired() throws SQLException {
    Claimed order = fillable(MODEL);
    CompletableFuture<Integer> expired;
    CompletableFuture<Void> filled;
    try (Locks last = Locks.taking(LAST_STEP)) {
      clock.move(Duration.ofHours(1));
      expired = async(() -> desk.expire(10));
      last.awaitWaiting(1);
      // As a replica whose clock is behind.
      clock.move(Duration.ofHours(-1));
      filled = async(() -> matching.match(order, claim()));

      awaitWaitingForTheOrder();
    }
    filled.join();

    assertThat(expired.join()).isEqualTo(1);
    assertThat(state(order)).isEqualTo("expired");
    assertThat(count("quote", "tenant_id")).isZero();
  }

  @Test
  void isNotFilledWhereItsTimePassesWhileSomebodyElseHasIt() throws SQLException {
    Claimed order = fillable(MODEL);
    CompletableFuture<Void> filled;
    try (Locks row = Locks.taking("select * from capacity_order where state = 'OPEN' for update")) {
      filled = async(() -> matching.match(order, claim()));
      row.awaitWaiting(1);
      clock.move(Duration.ofHours(1));
    }
    filled.join();

    assertThat(state(order)).isEqualTo("expired");
    assertThat(count("quote", "tenant_id")).isZero();
  }

  @Test
  void leavesNothingBehindWhereverItIsKilledAndFillsItLater() throws Exception {
    Claimed order = fillable(MODEL);
    for (String step : STEPS) {
      due();
      CompletableFuture<Void> killed;
      try (Locks table = Locks.taking("lock table " + step + " in exclusive mode")) {
        killed = async(() -> matching.matchDue());
        table.awaitWaiting(1);
        String waiting = "pg_locks where not granted and relation = '" + step + "'::regclass";
        await().atMost(WAIT_MAX).until(() -> one("select count(*) from " + waiting) > 0);

        execute("select pg_terminate_backend(pid) from " + waiting);
      }
      killed.join();

      assertThat(state(order)).as(step).isEqualTo("open");
      assertThat(count("lease", "tenant_id")).as(step).isZero();
      assertThat(count("quote", "tenant_id")).as(step).isZero();
    }
    due();

    result(() -> matching.matchDue());

    assertThat(state(order)).isEqualTo("filled");
    assertThat(count("lease", "tenant_id")).isEqualTo(1);
  }

  @Test
  void leavesRivalsOfWhatOneMatcherHasToThatMatcher() throws Exception {
    Claimed first = fillable(MODEL);
    due();
    List<Claimed> claimed = claimDue(1);
    assertThat(claimed).extracting(Claimed::id).containsExactly(first.id());
    Claimed rival = fillable(MODEL);
    Claimed stranger;
    try (OwnMarket elsewhere = new OwnMarket(OTHER_MODEL, "DE", 1)) {
      assertThat(elsewhere.nodes()).isNotEmpty();
      stranger = fillable(OTHER_MODEL);
      RestingOrders.awaitNewsHeard(clock);
      execute(
          "update capacity_order set next_match_at = '-infinity' where claimed_until is null"
              + " and state = 'OPEN'");

      assertThat(claimDue(10)).extracting(Claimed::id).containsExactly(stranger.id());

      Instant claim = claimedUntil(first);
      result(() -> matching.match(first, claim));
      assertThat(claimDue(10)).extracting(Claimed::id).containsExactly(rival.id());
    }
  }

  @Test
  void doesNotHoldUpOthersForOneThatBreaksAndLeavesThatAloneForLonger() throws Exception {
    Claimed broken = fillable(MODEL);
    Claimed sound = fillable(MODEL);
    execute(
        "update capacity_order set request = '{\"models\": [\"amd-mi250x\"]}' where id = '"
            + broken.id().value()
            + "'");
    due();

    result(() -> matching.matchDue());

    assertThat(state(sound)).isEqualTo("filled");
    assertThat(pauseOf(broken)).isBetween(20L, 31L);
    // News does not bring it forward.
    market.price(850_000);
    await()
        .atMost(WAIT_MAX)
        .until(() ->
            one(
                    "select count(*) from outbox_delivery where consumer = 'leasing.orderWakes'"
                        + " and state = 'pending'")
                == 0);
    assertThat(pauseOf(broken)).isBetween(1L, 31L);
    clock.move(Duration.ofSeconds(31));
    result(() -> matching.matchDue());
    assertThat(pauseOf(broken)).isBetween(50L, 61L);
    execute("delete from capacity_order where id = '" + broken.id().value() + "'");
  }

  @Test
  void staysDueWhereNewsComesWhileItIsTried() throws Exception {
    Response whole =
        market.quote(
            OwnMarket.tenant("DE"),
            16,
            clock.instant().truncatedTo(ChronoUnit.MINUTES).toString(),
            "PT1H");
    whole.then().statusCode(201);
    Claimed order = fillable(MODEL);
    due();
    assertThat(claimDue(1)).extracting(Claimed::id).containsExactly(order.id());
    Instant claim = claimedUntil(order);
    result(() ->
        database.sql(
            Scope.system("leasing"),
            connection -> matches.wakeModel(connection, MODEL, clock.instant())));

    result(() -> matching.match(order, claim));

    assertThat(state(order)).isEqualTo("open");
    assertThat(claimDue(1)).extracting(Claimed::id).containsExactly(order.id());
    as(tenant, Role.TENANT)
        .get("/v1/orders/" + order.id())
        .then()
        .body("detail", org.hamcrest.Matchers.containsString("taken until"));
  }

  /** An order that rests at a price that its offer no longer has: whoever tries it fills it. */
  private Claimed fillable(String model) throws SQLException {
    price(model, 1_000_000);
    Response order =
        once(tenant)
            .body(
                """
                {"models": ["%s"], "accelerators": 4, "duration": "PT1H",
                 "timeInForce": "until", "until": "%s",
                 "pricePerAcceleratorHourMax": {"amountMicros": "900000", "currency": "USD"}}
                """
                    .formatted(model, until))
            .post("/v1/orders");
    assertThat(order.statusCode()).as(order.asString()).isEqualTo(201);
    price(model, 900_000);
    return new Claimed(OrderId.fromString(order.path("id")), tenant, clock.instant());
  }

  /** Without telling anybody, so that no news comes in between. */
  private static void price(String model, long micros) throws SQLException {
    execute(
        "update offer set price_micros = %d where state = 'PUBLISHED' and pool_id in (select id"
                .formatted(micros)
            + " from node_pool where model_id = '%s')".formatted(model));
  }

  private Instant claim() {
    return clock.instant().plus(CLAIM);
  }

  private List<Claimed> claimDue(int limit) throws Exception {
    return result(() ->
        database.sql(
            Scope.system("leasing"),
            connection ->
                matches.claimDue(connection, clock.instant(), claim(), limit, List.of())));
  }

  private String state(Claimed order) {
    return as(tenant, Role.TENANT).get("/v1/orders/" + order.id()).path("state");
  }

  private Response cancel(Claimed order) {
    return as(tenant, Role.TENANT).post("/v1/orders/" + order.id() + "/cancel");
  }

  private static void due() throws SQLException {
    execute(
        "update capacity_order set next_match_at = '-infinity', claimed_until = null"
            + " where state = 'OPEN'");
  }

  /** Until somebody waits for the order's row, before anything else is done. */
  private static void awaitWaitingForTheOrder() {
    await()
        .atMost(WAIT_MAX)
        .until(() ->
            one(
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                        + " and usename = 'berth_application'"
                        + " and query like '%from capacity_order%for update%'")
                == 1);
  }

  private Instant claimedUntil(Claimed order) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query =
            connection.prepareStatement("select claimed_until from capacity_order where id = ?")) {
      query.setObject(1, order.id().value());
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getObject(1, java.time.OffsetDateTime.class).toInstant();
      }
    }
  }

  /** For how many seconds an order is left alone. */
  private long pauseOf(Claimed order) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query =
            connection.prepareStatement("select next_match_at from capacity_order where id = ?")) {
      query.setObject(1, order.id().value());
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        Instant next = rows.getObject(1, java.time.OffsetDateTime.class).toInstant();
        return Duration.between(clock.instant(), next).toSeconds();
      }
    }
  }

  private int count(String table, String column) throws SQLException {
    return one("select count(*) from %s where %s = '%s'".formatted(table, column, tenant.value()));
  }

  private static int one(String query) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement statement = connection.prepareStatement(query);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  private static <T> T result(Supplier<Uni<T>> work) throws Exception {
    try {
      return VertxContextSupport.subscribeAndAwait(work::get);
    } catch (Exception e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> CompletableFuture<T> async(Supplier<Uni<T>> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return result(work);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        OrderRaceTest::thread);
  }

  /** On a thread of its own: the common pool may have but one. */
  private static void thread(Runnable command) {
    Thread.ofVirtual().start(command);
  }
}
