package io.berth.inventory;

import static io.berth.inventory.Providers.as;
import static io.berth.inventory.Providers.provider;
import static io.berth.inventory.Providers.registration;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.berth.platform.Condition;
import io.berth.platform.ConditionStatus;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Since when a cluster is known not to answer. */
@BerthTest
class ClusterSilenceTest {

  private static final Instant AT = Instant.parse("2026-11-01T10:00:00Z");

  private static PemFiles pem;

  @Inject ClusterWork work;

  private final OrganizationId provider = provider();
  private ClusterId silent;
  private ClusterId other;

  @BeforeAll
  static void make(@TempDir Path folder) {
    pem = PemFiles.make(folder);
  }

  @BeforeEach
  void register() {
    silent = register("silent");
    other = register("other");
    // What the service itself sees of new ones comes no more after this.
    for (ClusterId cluster : List.of(silent, other)) {
      await()
          .until(
              () ->
                  query("select conditions from cluster where id = ?", cluster, String.class)
                      .length(),
              length -> length > "[]".length());
    }
    read(silent);
    read(other);
  }

  @Test
  void beginsWithTheFirstRequestThatIsNotAnsweredAndEndsWithAnAnswer() {
    Instant before = Instant.now();
    assertThat(silence()).isNull();
    unanswered();
    Instant since = silence();
    assertThat(since).isAfterOrEqualTo(before.minusMillis(1));

    read(other);
    unanswered();
    assertThat(silence()).isEqualTo(since);

    read(silent);
    assertThat(silence()).isNull();
  }

  @Test
  void beginsAnewAsLongAsNoOtherClusterIsReadEither() throws SQLException {
    unanswered();
    Instant first = silence();

    // Others' clusters are read all the time, so until none is.
    await()
        .until(() -> {
          execute(
              "update cluster set last_synced_at = now() - interval '1 hour',"
                  + " next_sync_at = now() + interval '1 day' where next_sync_at is not null and id <> ?");
          unanswered();
          return silence().isAfter(first);
        });

    execute("update cluster set next_sync_at = now() where next_sync_at is not null and id <> ?");
    Instant second = silence();
    read(other);
    unanswered();
    assertThat(silence()).isEqualTo(second);
  }

  @Test
  void beginsAnewWhereNobodyLookedForLong() throws SQLException {
    unanswered();
    execute(
        "update cluster set unanswered_since = now() - interval '2 hours',"
            + " unanswered_at = now() - interval '90 minutes' where id = ?");
    read(other);

    unanswered();

    assertThat(silence()).isAfter(Instant.now().minusSeconds(600));
  }

  @Test
  void goesOnWhereItAnswersWithRefusalsAndWhereCredentialsChange() {
    unanswered();
    Instant since = silence();

    read(other);
    look(
        silent,
        condition("Reachable", ConditionStatus.TRUE, "Answered"),
        condition("Authorized", ConditionStatus.FALSE, "CredentialsRefused"));
    assertThat(silence()).isEqualTo(since);
    look(
        silent,
        condition("Reachable", ConditionStatus.TRUE, "Answered"),
        condition("InventorySynced", ConditionStatus.FALSE, "ListForbidden"));
    assertThat(silence()).isEqualTo(since);

    as(provider)
        .header("If-Match", "*")
        .body(
            Map.of(
                "credentials",
                registration("silent", "https://127.0.0.1:1", "another", pem.certificate())
                    .get("credentials")))
        .put("/v1/clusters/" + silent + "/credentials")
        .then()
        .statusCode(200);
    assertThat(silence()).isNotNull();
  }

  @Test
  void isSeenByLooksThatNewCredentialsOvertook() {
    unanswered();
    Instant since = silence();
    Instant seen = time("unanswered_at");
    long overtaken = claim(silent);
    claim(silent);
    read(other);

    report(silent, overtaken, List.of(down("ConnectionRefused")), null);

    assertThat(silence()).isEqualTo(since);
    assertThat(time("unanswered_at")).isAfter(seen);
    // That nodes could be read with the old ones is no news any more.
    report(silent, overtaken, well(), List.of());
    assertThat(silence()).isEqualTo(since);
  }

  @Test
  void isNotWhatTheServiceItselfCouldNotDo() {
    look(silent, down(ClusterObservation.INTERNAL_ERROR));
    assertThat(silence()).isNull();

    unanswered();
    Instant since = silence();
    look(silent, down(ClusterObservation.INTERNAL_ERROR));

    assertThat(silence()).isEqualTo(since);
  }

  @Test
  void beginsWithItsRetirement() {
    for (String verb : List.of("drain", "retire")) {
      as(provider).post("/v1/clusters/" + silent + "/" + verb).then().statusCode(202);
    }

    assertThat(silence()).isNotNull();
  }

  private void unanswered() {
    look(silent, down("ConnectionRefused"));
  }

  private void read(ClusterId cluster) {
    report(cluster, claim(cluster), well(), List.of());
  }

  private void look(ClusterId cluster, Condition... conditions) {
    report(cluster, claim(cluster), List.of(conditions), null);
  }

  private void report(
      ClusterId cluster,
      long claim,
      List<Condition> conditions,
      @Nullable List<NodeObservation> nodes) {
    try {
      VertxContextSupport.subscribeAndAwait(() ->
          work.observed(
              cluster,
              new ClusterObservation(
                  claim, conditions, "v1.34.2", nodes == null ? null : SeenNodes.all(nodes))));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static List<Condition> well() {
    return List.of("Reachable", "Supported", "Authorized", "InventorySynced").stream()
        .map(type -> condition(type, ConditionStatus.TRUE, "Test"))
        .toList();
  }

  private static Condition down(String reason) {
    return condition("Reachable", ConditionStatus.FALSE, reason);
  }

  private static Condition condition(String type, ConditionStatus status, String reason) {
    return new Condition(type, status, reason, "Test.", AT);
  }

  private ClusterId register(String name) {
    String id =
        as(provider)
            .body(registration(name, "https://127.0.0.1:1", "token", pem.certificate()))
            .post("/v1/clusters")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    return ClusterId.fromString(id);
  }

  private @Nullable Instant silence() {
    return time("unanswered_since");
  }

  private @Nullable Instant time(String column) {
    return query("select " + column + " from cluster where id = ?", silent, OffsetDateTime.class)
            instanceof OffsetDateTime at
        ? at.toInstant()
        : null;
  }

  /** A claim of our own, which the service's own loop cannot take meanwhile. */
  private static long claim(ClusterId cluster) {
    Long epoch =
        query(
            "update cluster set next_sync_at = now() + interval '1 day', sync_epoch = sync_epoch + 1"
                + " where id = ? returning sync_epoch",
            cluster,
            Long.class);
    return epoch == null ? -1 : epoch;
  }

  /** For the cluster that is silent, or for all others, as the statement has it. */
  private void execute(String sql) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, silent.value());
      statement.executeUpdate();
    }
  }

  private static <T> @Nullable T query(String sql, ClusterId cluster, Class<T> type) {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setObject(1, cluster.value());
      try (ResultSet result = query.executeQuery()) {
        result.next();
        return result.getObject(1, type);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
