package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leased nodes fail. The offers are of 1 USD an accelerator-hour. */
@BerthTest
@TestProfile(MutableTime.class)
class NodeLossTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  @Inject MutableClock clock;
  @Inject Deliveries deliveries;

  private Instant start;

  @AfterEach
  void booksAreSound() throws SQLException {
    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, clock.instant());
    }
  }

  @Test
  void putsAnEqualNodeInTheLostOnesPlace() throws SQLException {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 3)) {
      OrganizationId tenant = OwnMarket.tenant("DE");
      String lease = active(market, tenant, 16);
      List<String> before = nodes(tenant, lease);

      lose(before.getFirst(), Duration.ofMinutes(10));

      JsonPath view = awaitLease(tenant, lease, seen -> !nodes(seen).equals(before));
      assertThat(nodes(view)).hasSize(2).contains(before.getLast()).doesNotContain(before.get(0));
      assertThat(view.getInt("accelerators")).isEqualTo(16);
      assertThat(view.getList("outages.nodeId")).containsExactly(before.getFirst());
      assertThat(view.getString("outages[0].until")).isNotNull();
      JsonPath notices = notices(tenant, lease);
      assertThat(notices.getList("items.kind")).containsExactly("nodeReplaced");
      assertThat(notices(market.provider(), lease).getList("items.kind"))
          .containsExactly("nodeReplaced");
      assertThat(notices.getString("items[0].message")).contains("has taken its place");
      OwnMarket.as(tenant, Role.TENANT)
          .get("/v1/decisions/" + notices.getString("items[0].decisionId"))
          .then()
          .statusCode(200)
          .body("purpose", is("replacement"));
      // What was lost stays another's to repair, and what is not lost is not replaced.
      assertThat(failures(before.getFirst())).isBetween(0.99, 1.01);
      assertThat(failures(before.getLast())).isZero();

      // Nothing more happens, however often it is looked at.
      String since = view.getString("outages");
      clock.move(Duration.ofMinutes(2));
      seen(before.getFirst());
      awaitTicks();
      assertThat(lease(tenant, lease).getString("outages")).isEqualTo(since);
      assertThat(notices(tenant, lease).getList("items.kind")).containsExactly("nodeReplaced");

      // The ten minutes of half the lease, and the begun ones around them, are not charged.
      long charged = end(tenant, lease);
      long whole = minutesOf(lease) * 16;
      assertThat(whole * 1_000_000 / 60 - charged)
          .isBetween(8 * 10 * 1_000_000L / 60, 8 * 14 * 1_000_000L / 60);
    }
  }

  @Test
  void chargesNothingForWhatIsLostUntilItIsBack() throws SQLException {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      market.change("{\"earlyReleaseRefundPercent\": 0}");
      OrganizationId tenant = OwnMarket.tenant("DE");
      String lease = active(market, tenant, 8);
      String node = nodes(tenant, lease).getFirst();

      lose(node, Duration.ofMinutes(10));

      awaitLease(tenant, lease, seen -> seen.getList("outages").size() == 1);
      JsonPath notices = notices(tenant, lease);
      assertThat(notices.getList("items.kind")).containsExactly("nodeLost");
      assertThat(notices.getString("items[0].message"))
          .contains("No equal node is free", "8 accelerators");

      restore(node);
      clock.move(Duration.ofMinutes(2));
      JsonPath back = awaitLease(tenant, lease, seen -> seen.getString("outages[0].until") != null);
      assertThat(notices(tenant, lease).getList("items.kind"))
          .containsExactly("nodeLost", "nodeRestored");
      assertThat(nodes(back)).containsExactly(node);

      clock.move(Duration.ofMinutes(30));
      // Nothing of the rest comes back by this offer's terms: two hours less the outage.
      long charged = end(tenant, lease);
      assertThat(2 * 8 * 1_000_000L - charged)
          .isBetween(8 * 12 * 1_000_000L / 60, 8 * 16 * 1_000_000L / 60);
    }
  }

  @Test
  void refundsInFullWhatIsGivenBackWhileAPartIsLost() throws SQLException {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 2)) {
      market.change("{\"earlyReleaseRefundPercent\": 0}");
      OrganizationId tenant = OwnMarket.tenant("DE");
      String lease = active(market, tenant, 16);
      String node = nodes(tenant, lease).getFirst();
      lose(node, Duration.ofMinutes(10));
      awaitLease(tenant, lease, seen -> seen.getList("outages").size() == 1);

      OwnMarket.once(tenant)
          .body("{\"nodes\": [\"%s\"]}".formatted(node))
          .post("/v1/leases/" + lease + "/shrink")
          .then()
          .statusCode(202)
          .body("accelerators", is(8));

      JsonPath view = lease(tenant, lease);
      assertThat(view.getString("retained")).isNull();
      Instant from = Instant.parse(view.getString("stretches[1].start"));
      assertThat(Instant.parse(view.getString("outages[0].until"))).isEqualTo(from);
      // The other half goes on, under the terms that were agreed on: until the end of two hours.
      long charged = end(tenant, lease);
      long lostMinutes = Duration.between(start.plus(20, ChronoUnit.MINUTES), from).toMinutes();
      assertThat(lostMinutes).isPositive();
      long goneFrom = Duration.between(start, from).toMinutes() - 10;
      assertThat(charged)
          .isBetween(
              2 * 8 * 1_000_000L + 8 * (goneFrom - 3) * 1_000_000L / 60,
              2 * 8 * 1_000_000L + 8 * (goneFrom + 1) * 1_000_000L / 60);
    }
  }

  @Test
  void waitsForTheBoundAndForTheClusterToBeSeen() throws SQLException {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 2)) {
      OrganizationId tenant = OwnMarket.tenant("DE");
      String brief = active(market, tenant, 8);
      String other = active(market, tenant, 8);
      String node = nodes(tenant, brief).getFirst();
      String lost = nodes(tenant, other).getFirst();
      // One failed a minute ago, and nobody has seen its cluster since the other one failed.
      lose(node, Duration.ofMinutes(1));
      lose(lost, Duration.ofMinutes(10));
      seenAt(lost, clock.instant().minus(Duration.ofMinutes(8)));
      awaitTicks();

      assertThat(lease(tenant, brief).getList("outages")).isEmpty();
      assertThat(lease(tenant, other).getList("outages")).isEmpty();

      // It is seen again, and the cluster does not answer the next time.
      seen(lost);
      unanswered(lost);
      awaitTicks();
      assertThat(lease(tenant, other).getList("outages")).isEmpty();

      answered(lost);
      awaitLease(tenant, other, view -> view.getList("outages").size() == 1);
      assertThat(lease(tenant, brief).getList("outages")).isEmpty();
    }
  }

  @Test
  void chargesNothingWhereTheClusterIsSilentForLong() throws SQLException {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 3)) {
      OrganizationId tenant = OwnMarket.tenant("DE");
      String lease = active(market, tenant, 16);
      List<String> nodes = nodes(tenant, lease);
      Instant since = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      silent(nodes.getFirst(), since);

      // An hour later nobody knows whether it still does not answer.
      clock.move(Duration.ofMinutes(31));
      awaitTicks();
      assertThat(lease(tenant, lease).getList("outages")).isEmpty();

      silent(nodes.getFirst(), since);
      JsonPath silent = awaitLease(tenant, lease, view -> view.getList("outages").size() == 2);
      assertThat(Instant.parse(silent.getString("outages[0].from"))).isEqualTo(since);
      // Another node of the same cluster would be no better.
      assertThat(nodes(silent)).isEqualTo(nodes);
      JsonPath notices = notices(tenant, lease);
      assertThat(notices.getList("items.kind")).containsExactly("nodeLost");
      assertThat(notices.getString("items[0].message"))
          .contains("its cluster does not answer", "Its 16 accelerators");

      // New credentials are no answer.
      answered(nodes.getFirst());
      awaitSweep(lease);
      assertThat(lease(tenant, lease).getList("outages.until")).containsOnlyNulls();

      silent(nodes.getFirst(), null);
      seen(nodes.getFirst());
      clock.move(Duration.ofMinutes(2));
      JsonPath back = awaitLease(tenant, lease, view -> view.getString("outages[0].until") != null);
      assertThat(back.getList("outages.until")).doesNotContainNull();
      assertThat(nodes(back)).isEqualTo(nodes);
      assertThat(notices(tenant, lease).getList("items.kind"))
          .containsExactly("nodeLost", "nodeRestored");
      assertThat(notices(tenant, lease).getString("items[1].message"))
          .startsWith("2 nodes of the lease are back");
      long charged = end(tenant, lease);
      assertThat(minutesOf(lease) * 16 * 1_000_000L / 60 - charged)
          .isBetween(16 * 66 * 1_000_000L / 60, 16 * 71 * 1_000_000L / 60);
    }
  }

  @Test
  void replacesNodesThatLoseAcceleratorsOrAreGone() throws SQLException {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 4)) {
      OrganizationId tenant = OwnMarket.tenant("DE");
      String lease = active(market, tenant, 16);
      List<String> before = nodes(tenant, lease);
      // A device plugin takes one of eight devices back; the other node goes away.
      OwnMarket.execute(
          "update node set slots = 7, slots_lost = json_build_object('7', ?::timestamptz) where id = ?",
          utc(clock.instant().minus(Duration.ofMinutes(10))),
          uuid(before.getFirst()));
      lose(before.getLast(), Duration.ofMinutes(10));
      OwnMarket.execute(
          "update node set gone_at = failing_since, failed_at = null, failures = 0 where id = ?",
          uuid(before.getLast()));

      JsonPath view =
          awaitLease(tenant, lease, seen -> nodes(seen).stream().noneMatch(before::contains));

      assertThat(nodes(view)).hasSize(2);
      assertThat(notices(tenant, lease).getList("items.message").toString())
          .contains("fewer accelerators than are leased", "no longer has it");
      assertThat(failures(before.getFirst())).isBetween(0.99, 1.01);
      assertThat(failures(before.getLast())).isBetween(0.99, 1.01);
      OwnMarket.execute("update node set slots = 8 where id = ?", uuid(before.getFirst()));
      end(tenant, lease);
    }
  }

  @Test
  void givesNoNodeThatPolicyForbids() throws SQLException {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 2)) {
      OrganizationId tenant = OwnMarket.tenant("DE");
      String lease = active(market, tenant, 8);
      String node = nodes(tenant, lease).getFirst();
      String other =
          market.nodes().stream()
              .map(NodeId::toString)
              .filter(id -> !id.equals(node))
              .findFirst()
              .orElseThrow();
      // Nothing is permitted where it stands.
      OwnMarket.execute("update node set country = 'KP' where id = ?", uuid(other));
      lose(node, Duration.ofMinutes(10));

      awaitLease(tenant, lease, seen -> seen.getList("outages").size() == 1);

      assertThat(nodes(tenant, lease)).containsExactly(node);
      JsonPath notices = notices(tenant, lease);
      assertThat(notices.getString("items[0].message")).contains("Policy does not permit");
      OwnMarket.as(tenant, Role.TENANT)
          .get("/v1/decisions/" + notices.getString("items[0].decisionId"))
          .then()
          .statusCode(200)
          .body("purpose", is("replacement"));

      // Another is found as soon as there is one.
      OwnMarket.execute("update node set country = 'FI' where id = ?", uuid(other));
      clock.move(Duration.ofMinutes(2));
      seen(node);
      JsonPath view = awaitLease(tenant, lease, seen -> nodes(seen).contains(other));
      assertThat(view.getString("outages[0].until")).isNotNull();
      OwnMarket.as(market.provider(), Role.PROVIDER)
          .get("/v1/notices?lease=" + lease)
          .then()
          .body("items.kind", hasItem("nodeReplaced"));
    }
  }

  /** A lease of two hours that has run for half of one. */
  private String active(OwnMarket market, OrganizationId tenant, int accelerators) {
    start = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    String lease = market.lease(tenant, accelerators, start.toString(), "PT2H");
    OwnMarket.execute(
        "update lease set state = 'ACTIVE', active_at = start_at, next_delivery_at = null"
            + " where id = ?",
        LeaseId.fromString(lease).value());
    clock.move(Duration.ofMinutes(30));
    return lease;
  }

  private void lose(String node, Duration before) {
    Instant since = clock.instant().minus(before);
    OwnMarket.execute(
        "update node set failing_since = ?, failed_at = ?, failures = 1, offerable = false,"
            + " sellable = false where id = ?",
        utc(since),
        utc(since),
        uuid(node));
    seen(node);
  }

  private void restore(String node) {
    OwnMarket.execute(
        "update node set failing_since = null, offerable = true, sellable = true where id = ?",
        uuid(node));
    seen(node);
  }

  /** The node's cluster is seen now. */
  private void seen(String node) {
    seenAt(node, clock.instant());
  }

  private static void seenAt(String node, Instant moment) {
    OwnMarket.execute(
        "update cluster set last_synced_at = ? where id = (select cluster_id from node where id = ?)",
        utc(moment),
        uuid(node));
  }

  /**
   * The node's cluster was seen now not to answer since a moment; it answers where there is none.
   */
  private void silent(String node, @Nullable Instant since) {
    OwnMarket.execute(
        "update cluster set looks_failed = case when ?::timestamptz is null then 0 else 9 end,"
            + " unanswered_since = ?::timestamptz, unanswered_at = ?::timestamptz"
            + " where id = (select cluster_id from node where id = ?)",
        since == null ? null : utc(since),
        since == null ? null : utc(since),
        since == null ? null : utc(clock.instant()),
        uuid(node));
  }

  private static void unanswered(String node) {
    OwnMarket.execute(
        "update cluster set looks_failed = 1 where id = (select cluster_id from node where id = ?)",
        uuid(node));
  }

  private static void answered(String node) {
    OwnMarket.execute(
        "update cluster set looks_failed = 0 where id = (select cluster_id from node where id = ?)",
        uuid(node));
  }

  /** Ends a lease as its tenant does, cleared at once; gives what it cost. */
  private long end(OrganizationId tenant, String lease) {
    OwnMarket.as(tenant, Role.TENANT)
        .post("/v1/leases/" + lease + "/cancel")
        .then()
        .statusCode(202);
    deliveries.cleared(LeaseId.fromString(lease)).await().atMost(WAIT_MAX);
    return lease(tenant, lease).getLong("charged.amountMicros");
  }

  private long minutesOf(String lease) throws SQLException {
    return Math.round(
        number(
            "select ceil(extract(epoch from ending_at - active_at) / 60) from lease where id = ?",
            LeaseId.fromString(lease).value()));
  }

  private double failures(String node) throws SQLException {
    return number("select failures from node where id = ?", uuid(node));
  }

  /** Waits until somebody else's loss, later than now, was dealt with. */
  private void awaitTicks() throws SQLException {
    try (OwnMarket market = new OwnMarket("nvidia-h100-sxm", "FI", 1)) {
      OrganizationId tenant = OwnMarket.tenant("DE");
      Instant before = start;
      String lease = active(market, tenant, 8);
      start = before;
      lose(nodes(tenant, lease).getFirst(), Duration.ofMinutes(10));
      awaitLease(tenant, lease, seen -> seen.getList("outages").size() == 1);
    }
  }

  /** Waits until somebody has looked after the lease's nodes, from now on and to the end. */
  private void awaitSweep(String lease) throws SQLException {
    String due = "select extract(epoch from next_loss_check_at) from lease where id = ?";
    UUID id = LeaseId.fromString(lease).value();
    // The second one begins when the first is over.
    for (int sweep = 0; sweep < 2; sweep++) {
      double before = number(due, id);
      clock.move(Duration.ofMinutes(2));
      await().atMost(WAIT_MAX).until(() -> number(due, id) > before);
    }
  }

  private static double number(String query, UUID id) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setObject(1, id);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getDouble(1);
      }
    }
  }

  private static JsonPath awaitLease(
      OrganizationId tenant, String lease, Predicate<JsonPath> condition) {
    return await().atMost(WAIT_MAX).until(() -> lease(tenant, lease), condition);
  }

  private static JsonPath lease(OrganizationId tenant, String lease) {
    return OwnMarket.as(tenant, Role.TENANT)
        .get("/v1/leases/" + lease)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static JsonPath notices(OrganizationId party, String lease) {
    return OwnMarket.as(party, Role.TENANT, Role.PROVIDER)
        .get("/v1/notices?lease=" + lease)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static List<String> nodes(OrganizationId tenant, String lease) {
    return nodes(lease(tenant, lease));
  }

  private static List<String> nodes(JsonPath lease) {
    return lease.getList("nodes.id");
  }

  private static UUID uuid(String node) {
    return NodeId.fromString(node).value();
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
