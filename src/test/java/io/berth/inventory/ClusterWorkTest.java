package io.berth.inventory;

import static io.berth.inventory.Providers.as;
import static io.berth.inventory.Providers.provider;
import static io.berth.inventory.Providers.registration;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.AcceleratorLabel;
import io.berth.catalog.DetectedDevices;
import io.berth.catalog.SlotKind;
import io.berth.platform.Condition;
import io.berth.platform.ConditionStatus;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Locks;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims and reports under concurrency, with real commits. */
@BerthTest
class ClusterWorkTest {

  private static final int AT_ONCE = 8;
  private static final String H100 = "NVIDIA-H100-80GB-HBM3";
  private static final String H800 = "NVIDIA-H800";
  private static final String NODES = "select name from node where cluster_id = ? ";
  private static final String DUE =
      "select extract(epoch from next_sync_at) from cluster where id = ?";
  private static final String ID_OF_NODE = "select id from node where cluster_id = ?";
  private static final String LABEL_OF_POOL =
      "select label_value from node_pool where cluster_id = ?";

  private static PemFiles pem;

  @Inject ClusterWork work;
  @Inject Inventory inventory;
  @Inject Scheduler scheduler;

  @ConfigProperty(name = "berth.inventory.new-nodes-a-day-max")
  int newNodesADayMax;

  private final OrganizationId provider = provider();

  @BeforeAll
  static void make(@TempDir Path folder) {
    pem = PemFiles.make(folder);
  }

  @Test
  void takesTheSameReportManyTimesAtOnceForOne() throws Exception {
    ClusterId cluster = register("reports");
    ClusterObservation seen = observation(freshClaim(cluster));

    atOnce(() -> await(() -> work.observed(cluster, seen)));

    Map<ClusterId, Cluster> clusters =
        await(() -> inventory.clusters(Scope.system("test"), List.of(cluster)));
    assertThat(clusters.get(cluster).state()).isEqualTo(ClusterState.ACTIVE);
    assertThat(ids("select id from node where cluster_id = ?", cluster)).hasSize(3);
    assertThat(ids("select id from node_pool where cluster_id = ?", cluster)).hasSize(1);
  }

  @Test
  void leavesWhatAReportOfChangesDoesNotNameAsItIs() {
    ClusterId cluster = register("changes");
    ClusterObservation first = observation(freshClaim(cluster));
    await(() -> work.observed(cluster, first));

    assertThat(ids(LABEL_OF_POOL, cluster)).containsExactly(H100);

    report(cluster, SeenNodes.changes(List.of(node("b", H800), node("d", H800)), Set.of("c", "x")));

    assertThat(ids(NODES + "and gone_at is null order by name", cluster))
        .containsExactly("a", "b", "d");
    assertThat(ids(NODES + "and sellable order by name", cluster)).containsExactly("a", "b", "d");
    assertThat(ids(NODES + "and label_value = '" + H800 + "' order by name", cluster))
        .containsExactly("b", "d");
    // Node "a" has another, although nobody named it.
    assertThat(ids(LABEL_OF_POOL, cluster)).containsExactly((String) null);

    report(cluster, SeenNodes.changes(List.of(), Set.of("a")));
    assertThat(ids(LABEL_OF_POOL, cluster)).containsExactly(H800);
    report(cluster, SeenNodes.changes(List.of(), Set.of()));
    assertThat(ids(NODES + "and gone_at is null order by name", cluster)).containsExactly("b", "d");
    report(cluster, SeenNodes.all(List.of(node("b", H800), node("c", H800))));
    assertThat(ids(NODES + "and gone_at is null order by name", cluster)).containsExactly("b", "c");
  }

  @Test
  void putsNoLookAtAllNodesOffForThoseThatChanged() {
    ClusterId cluster = register("busy");
    report(cluster, SeenNodes.all(List.of(node("a", H100))));
    List<String> due = ids(DUE, cluster);

    report(cluster, SeenNodes.changes(List.of(node("a", H800)), Set.of()));
    assertThat(ids(DUE, cluster)).isEqualTo(due);

    report(cluster, SeenNodes.all(List.of(node("a", H800))));
    assertThat(ids(DUE, cluster)).isNotEqualTo(due);
  }

  @Test
  void leavesWhatOthersWriteOfANodeMeanwhile() throws Exception {
    ClusterId cluster = register("failing");
    report(cluster, SeenNodes.all(List.of(node("a", H100), node("b", H100))));
    try (Locks failing =
            Locks.taking(
                "update node set failures = 5 where cluster_id = '" + cluster.value() + "'");
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> reported =
          threads.submit(
              () -> report(cluster, SeenNodes.all(List.of(node("a", H800), node("b", H800)))));
      failing.awaitWaiting(1);
      failing.commit();
      reported.get();
    }

    assertThat(ids(NODES + "and failures = 5 and label_value = '" + H800 + "'", cluster))
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void countsEachTimeThatANodeBeginsToFail() throws SQLException {
    ClusterId cluster = register("fails");
    report(cluster, SeenNodes.all(List.of(node("a", H100), node("b", H100))));
    report(cluster, SeenNodes.all(List.of(node("a", H100), failing("b"))));
    report(cluster, SeenNodes.all(List.of(node("a", H100), failing("b"))));
    assertThat(ids(NODES + "and failures = 1 and failed_at is not null", cluster))
        .containsExactly("b");
    report(cluster, SeenNodes.all(List.of(node("a", H100), node("b", H100))));
    try (Connection connection = BerthResource.superuser();
        PreparedStatement update =
            connection.prepareStatement(
                "update node set failed_at = now() - interval '30 days' where cluster_id = ?")) {
      update.setObject(1, cluster.value());
      update.executeUpdate();
    }

    report(cluster, SeenNodes.all(List.of(node("a", H100), failing("b"))));

    // The first counts half by now.
    assertThat(ids(NODES + "and failures between 1.49 and 1.51", cluster)).containsExactly("b");
    assertThat(ids(NODES + "and failures = 0", cluster)).containsExactly("a");
  }

  @Test
  void knowsNodesAgainThatWereGoneHoweverMany() {
    ClusterId cluster = register("many");
    List<NodeObservation> many =
        IntStream.range(0, 2_300).mapToObj(i -> node("node-" + i, H100)).toList();
    report(cluster, SeenNodes.all(many));
    List<String> before = ids(ID_OF_NODE, cluster);
    assertThat(before).hasSize(2_300);

    report(cluster, SeenNodes.all(List.of()));
    assertThat(ids(NODES + "and gone_at is null", cluster)).isEmpty();
    report(cluster, SeenNodes.all(many));

    assertThat(ids(NODES + "and gone_at is null", cluster)).hasSize(2_300);
    assertThat(ids(ID_OF_NODE, cluster)).containsExactlyInAnyOrderElementsOf(before);
    report(cluster, SeenNodes.changes(List.of(), names(many)));
    assertThat(ids(NODES + "and gone_at is null", cluster)).isEmpty();
  }

  @Test
  void takesInNoMoreNewNodesThanItMayBringInADay() throws SQLException {
    ClusterId cluster = register("makes-up");
    report(cluster, SeenNodes.all(List.of(node("a", H100))));
    // One is left of those that it may bring.
    bringAndLose(cluster, newNodesADayMax - 2);

    boolean isAll =
        report(cluster, SeenNodes.all(List.of(node("a", H100), node("b", H100), node("c", H100))));

    assertThat(isAll).isFalse();
    assertThat(ids(NODES + "and gone_at is null order by name", cluster)).containsExactly("a", "b");
    assertThat(ids(NODES + "and sellable", cluster)).isEmpty();
    assertThat(inventorySynced(cluster).status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(inventorySynced(cluster).reason()).isEqualTo("TooMuch");

    // A day goes by.
    age(cluster);
    assertThat(
            report(
                cluster, SeenNodes.all(List.of(node("a", H100), node("b", H100), node("c", H100)))))
        .isTrue();
    assertThat(ids(NODES + "and sellable order by name", cluster)).containsExactly("a", "b", "c");
    assertThat(inventorySynced(cluster).status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void makesNoMorePoolsThanAClusterMayHave() {
    ClusterId cluster = register("pools");
    report(cluster, SeenNodes.all(List.of(node("first", H100))));

    report(
        cluster,
        SeenNodes.all(
            Stream.concat(
                    Stream.of(node("first", H100)),
                    IntStream.range(0, 600).mapToObj(i -> node("node-" + i, H100, "region-" + i)))
                .toList()));

    assertThat(ids("select id from node_pool where cluster_id = ?", cluster)).hasSize(500);
    assertThat(ids(NODES + "and pool_id is null and not offerable", cluster)).hasSize(101);
    assertThat(ids(NODES + "and pool_id is null and conditions like '%PoolsTooMany%'", cluster))
        .hasSize(101);
    assertThat(ids(NODES + "and sellable and name = 'first'", cluster)).hasSize(1);
  }

  @Test
  void takesNoReportOfAnOlderClaim() {
    ClusterId cluster = register("stale");
    long claim = freshClaim(cluster);
    freshClaim(cluster);

    assertThat(await(() -> work.observed(cluster, observation(claim)))).isFalse();

    assertThat(ids("select id from node where cluster_id = ?", cluster)).isEmpty();
  }

  @Test
  void givesAClusterToOneWorkerOnly() throws Exception {
    for (int i = 0; i < 10; i++) {
      register("claim-" + i);
    }

    List<ClusterTask> claimed = new ArrayList<>();
    try {
      for (List<ClusterTask> tasks : atOnce(() -> await(() -> work.claimDue(3, Set.of(), 500)))) {
        claimed.addAll(tasks);
      }
    } finally {
      // Clusters that other tests wait for may be among them, and nobody looks at them here.
      makeAllDue();
    }

    assertThat(claimed).extracting(ClusterTask::cluster).doesNotHaveDuplicates();
  }

  @Test
  void leavesOutWhatTheCallerLooksAtStill() throws Exception {
    ClusterId cluster = register("slow");
    try {
      assertThat(await(() -> work.claimDue(500, Set.of(underWay(cluster)), 500)))
          .extracting(ClusterTask::cluster)
          .doesNotContain(cluster);
      // Whoever looks at clusters here may be quicker, so until it is not.
      Awaitility.await()
          .until(() -> {
            makeAllDue();
            return await(() -> work.claimDue(500, Set.of(), 500)).stream()
                .anyMatch(task -> task.cluster().equals(cluster));
          });
    } finally {
      makeAllDue();
    }
  }

  @Test
  void leavesPlacesToOtherProviders() throws Exception {
    for (int i = 0; i < 5; i++) {
      register("of-one-" + i);
    }
    OrganizationId other = provider();
    register(other, "of-another");
    ClusterTask slow = underWay(ClusterId.fresh());
    // Nobody else claims them meanwhile.
    scheduler.pause();
    try {
      Awaitility.await()
          .untilAsserted(() -> {
            makeAllDue();
            assertThat(await(() -> work.claimDue(500, Set.of(slow), 3)))
                .filteredOn(task -> task.provider().equals(provider))
                .hasSize(2);
          });
      makeAllDue();
      List<ClusterTask> claimed = await(() -> work.claimDue(500, Set.of(), 3));
      assertThat(claimed).filteredOn(task -> task.provider().equals(provider)).hasSize(3);
      assertThat(claimed).extracting(ClusterTask::provider).contains(other);
    } finally {
      makeAllDue();
      scheduler.resume();
    }
  }

  @Test
  void keepsNoClusterThatItDoesNotComeToLookAt() throws Exception {
    ClusterId cluster = register("overdue");
    scheduler.pause();
    try {
      await(() -> work.claimDue(500, Set.of(), 500));
      assertThat(isKept(cluster, "-3 minutes", Set.of())).isTrue();
      assertThat(isKept(cluster, "-5 minutes", Set.of())).isFalse();
      assertThat(isKept(cluster, "-5 minutes", Set.of(underWay(cluster)))).isTrue();
    } finally {
      makeAllDue();
      scheduler.resume();
    }
  }

  private boolean isKept(ClusterId cluster, String due, Set<ClusterTask> underWay)
      throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement update =
            connection.prepareStatement(
                "update cluster set owned_until = now() + interval '5 seconds',"
                    + " next_sync_at = now() + ?::interval where id = ?")) {
      update.setString(1, due);
      update.setObject(2, cluster.value());
      update.executeUpdate();
    }
    await(() -> work.keepOwned(underWay));
    return !ids(
            "select id from cluster where id = ? and owned_until > now() + interval '7 seconds'",
            cluster)
        .isEmpty();
  }

  @Test
  void leavesAClusterToWhoeverOwnsItForAsLongAsThatIsAlive() throws Exception {
    ClusterId cluster = register("owned");
    try {
      ownedByAnother(cluster, "1 hour");
      assertThat(await(() -> work.claimDue(500, Set.of(), 500)))
          .extracting(ClusterTask::cluster)
          .doesNotContain(cluster);
      ClusterOwners owners = await(() -> work.keepOwned(Set.of()));
      assertThat(owners.others()).contains(cluster);
      assertThat(owners.mine()).doesNotContain(cluster);

      ownedByAnother(cluster, "-1 second");
      // By this test or by whoever looks at clusters here, which is the same replica.
      await(() -> work.claimDue(500, Set.of(), 500));
      Awaitility.await()
          .until(() -> await(() -> work.keepOwned(Set.of())).mine().contains(cluster));
    } finally {
      makeAllDue();
    }
  }

  private ClusterTask underWay(ClusterId cluster) {
    return new ClusterTask(cluster, provider, 0);
  }

  private boolean report(ClusterId cluster, SeenNodes nodes) {
    // Not on the event loop, which may have to end what the claim waits for.
    ClusterObservation observation = observation(freshClaim(cluster), nodes);
    return await(() -> work.observed(cluster, observation));
  }

  private static Set<String> names(List<NodeObservation> nodes) {
    return nodes.stream().map(NodeObservation::name).collect(Collectors.toSet());
  }

  private Condition inventorySynced(ClusterId cluster) {
    return await(() -> inventory.clusters(Scope.system("test"), List.of(cluster)))
        .get(cluster)
        .conditions()
        .stream()
        .filter(condition -> condition.type().equals(ClusterObservation.INVENTORY_SYNCED))
        .findFirst()
        .orElseThrow();
  }

  /** So many nodes that a cluster had a moment ago. */
  private static void bringAndLose(ClusterId cluster, int count) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into node (id, cluster_id, provider_id, name, slots, flags, conditions,"
                    + " observation, offerable, sellable, gone_at, created_at)"
                    + " select gen_random_uuid(), id, provider_id, 'lost-' || i, 0, '{}', '[]',"
                    + " '{}', false, false, now(), now()"
                    + " from cluster, generate_series(1, ?) as i where id = ?")) {
      insert.setInt(1, count);
      insert.setObject(2, cluster.value());
      insert.executeUpdate();
    }
  }

  private static void age(ClusterId cluster) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement update =
            connection.prepareStatement(
                "update node set created_at = created_at - interval '1 day'"
                    + " where cluster_id = ? and name like 'lost-%'")) {
      update.setObject(1, cluster.value());
      update.executeUpdate();
    }
  }

  private static void ownedByAnother(ClusterId cluster, String forHowLong) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement update =
            connection.prepareStatement(
                "update cluster set owner = gen_random_uuid(), owned_until = now() + ?::interval,"
                    + " next_sync_at = now() where id = ?")) {
      update.setString(1, forHowLong);
      update.setObject(2, cluster.value());
      update.executeUpdate();
    }
  }

  @Test
  void opensCredentialsOnlyForTheirOwnCluster() {
    ClusterId cluster = register("access");

    ClusterAccess access = await(() -> work.access(cluster));

    assertThat(access.credentials())
        .isEqualTo(new ClusterCredentials.Token("token-of-access", pem.certificate()));
    assertThat(access.toString()).doesNotContain("token-of-access");
  }

  private static void makeAllDue() throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement update =
            connection.prepareStatement(
                "update cluster set next_sync_at = now() where next_sync_at is not null")) {
      update.executeUpdate();
    }
  }

  private ClusterId register(String name) {
    return register(provider, name);
  }

  private static ClusterId register(OrganizationId provider, String name) {
    String id =
        as(provider)
            .body(registration(name, "https://127.0.0.1:1", "token-of-" + name, pem.certificate()))
            .post("/v1/clusters")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    return ClusterId.fromString(id);
  }

  private static ClusterObservation observation(long epoch) {
    return observation(
        epoch, SeenNodes.all(List.of(node("a", H100), node("b", H100), node("c", H100))));
  }

  private static ClusterObservation observation(long epoch, SeenNodes nodes) {
    Instant now = Instant.parse("2026-11-01T10:00:00Z");
    List<Condition> conditions =
        List.of("Reachable", "Supported", "Authorized", "InventorySynced").stream()
            .map(type -> new Condition(type, ConditionStatus.TRUE, "Test", "Test.", now))
            .toList();
    return new ClusterObservation(epoch, conditions, "v1.34.2", nodes);
  }

  private static NodeObservation failing(String name) {
    NodeObservation well = node(name, H100);
    return new NodeObservation(
        name,
        well.labels(),
        well.taints(),
        false,
        true,
        well.devices(),
        null,
        null,
        List.of(),
        List.of());
  }

  private static NodeObservation node(String name, String product) {
    return node(name, product, "de-fra-1");
  }

  private static NodeObservation node(String name, String product, String region) {
    return new NodeObservation(
        name,
        new TreeMap<>(Map.of("topology.kubernetes.io/region", region)),
        List.of(),
        true,
        true,
        List.of(
            new DetectedDevices(
                "nvidia.com/gpu",
                8,
                "NVIDIA",
                "nvidia-h100-sxm",
                SlotKind.WHOLE_DEVICE,
                null,
                new AcceleratorLabel("nvidia.com/gpu.product", product))),
        null,
        null,
        List.of(),
        List.of());
  }

  /** A claim of our own, which the service's own loop cannot take meanwhile. */
  private static long freshClaim(ClusterId cluster) {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement claim =
            connection.prepareStatement(
                "update cluster set next_sync_at = now() + interval '1 day',"
                    + " sync_epoch = sync_epoch + 1 where id = ? returning sync_epoch")) {
      claim.setObject(1, cluster.value());
      try (ResultSet result = claim.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> ids(String sql, ClusterId cluster) {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setObject(1, cluster.value());
      List<String> ids = new ArrayList<>();
      try (ResultSet result = query.executeQuery()) {
        while (result.next()) {
          ids.add(result.getString(1));
        }
      }
      return ids;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> List<T> atOnce(Callable<T> work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(java.util.Collections.nCopies(AT_ONCE, work))) {
        results.add(result.get());
      }
      return results;
    }
  }

  private static <T> T await(Supplier<Uni<T>> work) {
    try {
      return VertxContextSupport.subscribeAndAwait(work);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
