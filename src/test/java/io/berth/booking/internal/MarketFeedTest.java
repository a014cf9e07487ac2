package io.berth.booking.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.Organizations;
import io.berth.identity.Role;
import io.berth.inventory.Inventory;
import io.berth.inventory.NodeId;
import io.berth.market.Offers;
import io.berth.matching.OfferedPool;
import io.berth.matching.SnapshotNode;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.OwnMarket;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

/** The market in memory is what the database holds, whatever happened to it and in what order. */
@BerthTest
class MarketFeedTest {

  private static final int STEPS = 80;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Inject MarketFeed feed;
  @Inject Offers offers;
  @Inject Inventory inventory;
  @Inject Organizations organizations;
  @Inject AcceleratorCatalog catalog;
  @Inject AllocationStore allocations;
  @Inject MarketChanges changes;
  @Inject Database database;
  @Inject Clock clock;
  @Inject Vertx vertx;

  @Test
  void isEqualToTheDatabaseAfterEveryChange() {
    Random random = new Random(20261128);
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 3)) {
      OrganizationId tenant = OwnMarket.tenant("FI");
      List<String> quotes = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        change(random, market, tenant, quotes);

        assertThat(described(feed)).as("after step %s", step).isEqualTo(described(fresh()));
      }
      // Others look whether every allocation is of slots that its node has.
      for (NodeId node : market.nodes()) {
        OwnMarket.execute(
            "update node set slots = 8, version = version + 1 where id = ?", node.value());
      }
    }
  }

  private static void change(
      Random random, OwnMarket market, OrganizationId tenant, List<String> quotes) {
    NodeId node = market.nodes().get(random.nextInt(market.nodes().size()));
    Instant start =
        Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1 + random.nextInt(6)));
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> {
        var quote = market.quote(tenant, 1 + random.nextInt(10), start.toString(), "PT2H");
        if (quote.statusCode() == 201) {
          quotes.add(quote.path("id"));
        }
      }
      case 3 -> {
        if (!quotes.isEmpty()) {
          String quote = quotes.remove(random.nextInt(quotes.size()));
          OwnMarket.as(tenant, Role.TENANT).post("/v1/quotes/" + quote + "/release");
        }
      }
      case 4 -> {
        if (!quotes.isEmpty()) {
          String quote = quotes.remove(random.nextInt(quotes.size()));
          OwnMarket.once(tenant).post("/v1/quotes/" + quote + "/confirm");
        }
      }
      case 5 ->
          OwnMarket.execute(
              "update node set sellable = not sellable, version = version + 1 where id = ?",
              node.value());
      case 6 ->
          OwnMarket.as(market.provider(), Role.PROVIDER)
              .post(
                  "/v1/offers/" + market.offer() + (random.nextBoolean() ? "/pause" : "/publish"));
      default ->
          OwnMarket.execute(
              "update node set slots = ?, version = version + 1 where id = ?",
              1 + random.nextInt(8),
              node.value());
    }
  }

  @Test
  void skipsNoChangeThatCommitsAfterALaterOne() throws SQLException {
    try (OwnMarket market = new OwnMarket("nvidia-l40s", "FI", 2);
        Connection earlier = BerthResource.superuser();
        Connection later = BerthResource.superuser()) {
      NodeId one = market.nodes().get(0);
      NodeId other = market.nodes().get(1);
      earlier.setAutoCommit(false);
      move(earlier, one, "first-region");
      move(later, other, "second-region");
      assertThat(region(other)).isEqualTo("second-region");
      assertThat(region(one)).isNull();

      earlier.commit();

      assertThat(region(one)).isEqualTo("first-region");
    }
  }

  @Test
  void letsGoOfANodeThatMovedToAPoolThatIsNewlyOnOffer() {
    try (OwnMarket from = new OwnMarket("nvidia-l40s", "FI", 2);
        OwnMarket to = new OwnMarket("nvidia-l40s", "FI", 1)) {
      offer(to, "pause");
      current(feed);
      OwnMarket.execute(
          "update node set pool_id = ?, cluster_id = cluster_id, version = version + 1 where id = ?",
          to.pool().value(),
          from.nodes().getFirst().value());
      offer(to, "publish");

      assertThat(described(feed)).isEqualTo(described(fresh()));
    }
  }

  private static void offer(OwnMarket market, String action) {
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .post("/v1/offers/" + market.offer() + "/" + action)
        .then()
        .statusCode(202);
  }

  @Test
  void goesOnForAllWhereOneGivesUpWaiting() {
    List<CompletableFuture<LiveMarket>> others = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      var one = feed.current().subscribe().with(market -> {}, failure -> {});
      others.add(feed.current().subscribeAsCompletionStage());
      one.cancel();
    }

    assertThat(others).allSatisfy(other -> assertThat(other).succeedsWithin(PATIENCE));
  }

  private static void move(Connection connection, NodeId node, String region) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "update node set region = ?, version = version + 1 where id = ?")) {
      statement.setString(1, region);
      statement.setObject(2, node.value());
      statement.executeUpdate();
    }
  }

  private String region(NodeId node) {
    return current(feed).node(node).orElseThrow().region();
  }

  @Test
  void isNotReadyBeforeAllHasBeenRead() {
    MarketFeed feed = fresh();
    MarketReadiness readiness = new MarketReadiness(feed);

    assertThat(readiness.call().getStatus()).isEqualTo(Status.DOWN);
    current(feed);
    assertThat(readiness.call().getStatus()).isEqualTo(Status.UP);
  }

  private MarketFeed fresh() {
    return new MarketFeed(
        offers, inventory, organizations, catalog, allocations, changes, database, clock, vertx);
  }

  private static LiveMarket current(MarketFeed feed) {
    return feed.current().await().atMost(PATIENCE);
  }

  /** All that planning sees of a market, but for the numbers of policy classes. */
  private static List<String> described(MarketFeed feed) {
    List<String> lines = new ArrayList<>();
    LiveMarket market = current(feed);
    for (OfferedPool pool : market.view().byPrice()) {
      lines.add("offer " + pool.offer());
      for (SnapshotNode node : pool.nodes()) {
        SnapshotNode.Traits traits = node.traits();
        lines.add(
            node.id()
                + " "
                + traits.country()
                + " "
                + traits.region()
                + " "
                + traits.slotCount()
                + " "
                + node.timeline());
      }
    }
    market.view().pools().values().stream()
        .map(pool -> pool.pool().id() + " " + pool.nodes() + " " + pool.numbers().keySet().size())
        .sorted()
        .forEach(lines::add);
    market.view().providers().values().stream()
        .map(provider -> provider.id() + " " + provider.version())
        .filter(line ->
            market.view().byPrice().stream()
                .anyMatch(pool -> line.contains(pool.offer().provider().toString())))
        .sorted()
        .forEach(lines::add);
    return lines;
  }
}
