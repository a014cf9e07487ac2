package io.berth.kubernetes.internal;

import static io.berth.testing.SeededMarket.as;
import static io.berth.testing.SeededMarket.cluster;
import static io.berth.testing.SeededMarket.once;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.JobId;
import io.berth.leasing.LeaseId;
import io.berth.leasing.SealedEnv;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Deliveries from the booking to the cluster and back. */
@BerthTest
class LeaseReconcilerTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final String TENANT = "tenant";

  @Test
  void deliversALeaseRunsItsJobsAndLeavesNothing() {
    try (KubernetesClient nordic = cluster("nordic").newClient()) {
      String lease = confirm(quote("FI"));
      awaitLease(lease, view -> view.getString("state").equals("active"));
      assertThat(namespace(nordic, lease)).isNotNull();

      String done = submit(lease, "sleep 1");
      String cancelled = submit(lease, "sleep infinity");
      JsonPath ended = awaitJob(done, "succeeded");
      awaitJob(cancelled, "running");
      as(TENANT).post("/v1/jobs/" + cancelled + "/cancel").then().statusCode(202);
      awaitJob(cancelled, "cancelled");
      JsonPath active = lease(lease);
      String left = submit(lease, "sleep infinity");
      awaitJob(left, "running");
      as(TENANT).post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
      awaitLease(lease, view -> view.getString("state").equals("ended"));

      assertThat(ended.getList("nodes", String.class))
          .isSubsetOf(active.getList("nodes.name", String.class));
      assertThat(ended.getList("events.reason")).contains("Scheduled", "Completed");
      assertThat(ended.getString("startedAt")).isNotNull();
      assertThat(ended.getString("finishedAt")).isNotNull();
      assertThat(namespace(nordic, lease)).isNull();
      assertThat(job(left).getString("state")).isEqualTo("cancelled");
    }
  }

  @Test
  void bringsSecretsToPodsAndShowsThemToNobody() throws SQLException {
    try (KubernetesClient nordic = cluster("nordic").newClient()) {
      String lease = confirm(quote("FI"));
      awaitLease(lease, view -> view.getString("state").equals("active"));
      String home = Marks.namespace(LeaseId.fromString(lease));
      Response made =
          once(TENANT)
              .body(
                  """
                  {"name": "train", "image": "registry.example/train:1", "command": ["sh", "-c", "sleep infinity"],
                   "accelerators": 1, "parallelism": 2, "secretEnv": {"TOKEN": "hush-hush"},
                   "registryCredentials": {"username": "robot", "password": "hush-too"}}
                  """)
              .post("/v1/leases/" + lease + "/jobs");
      String job = made.then().statusCode(201).extract().path("id");
      JsonPath running = awaitJob(job, "running");
      List<Secret> secrets = nordic.secrets().inNamespace(home).list().getItems();
      boolean keptWhileItRuns = isKept(job);
      String stored = stored(job);
      as(TENANT).post("/v1/jobs/" + job + "/cancel").then().statusCode(202);
      awaitJob(job, "cancelled");
      await()
          .atMost(WAIT_MAX)
          .until(() ->
              nordic.secrets().inNamespace(home).list().getItems().isEmpty()
                  && nordic.services().inNamespace(home).list().getItems().isEmpty());
      String listed = as(TENANT).get("/v1/leases/" + lease + "/jobs").asString();
      as(TENANT).post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
      awaitLease(lease, view -> view.getString("state").equals("ended"));

      assertThat(running.getList("secretNames", String.class)).containsExactly("TOKEN");
      // What may be long is not in lists.
      assertThat(running.getList("command")).isNotNull();
      assertThat(listed).contains("\"image\"").doesNotContain("\"command\"", "\"args\"", "\"env\"");
      assertThat(secrets)
          .singleElement()
          .satisfies(secret -> {
            assertThat(secret.getStringData()).containsEntry("TOKEN", "hush-hush");
            assertThat(
                    JsonPath.from(secret.getStringData().get(SealedEnv.REGISTRY))
                        .getMap("auths.'registry.example'"))
                .isEqualTo(Map.of("username", "robot", "password", "hush-too"));
          });
      assertThat(keptWhileItRuns).isTrue();
      assertThat(isKept(job)).isFalse();
      assertThat(made.asString() + running.prettify() + listed + stored)
          .contains("TOKEN", "robot")
          .doesNotContain("hush-");
    }
  }

  /** Whether a job's secrets lie in the database. */
  private static boolean isKept(String job) throws SQLException {
    return query("select secrets is not null from job where id = ?", job).equals("t");
  }

  /** Everything that the database has of a job, in text; what is encrypted as it lies there. */
  private static String stored(String job) throws SQLException {
    return query(
        "select encode(secrets, 'escape') || job || (select string_agg(k::text, ' ') from"
            + " idempotency_key k) || (select string_agg(o::text, ' ') from outbox_event o)"
            + " from job where id = ?",
        job);
  }

  private static String query(String sql, String job) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setObject(1, JobId.fromString(job).value());
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  @Test
  void waitsForAClusterThatDoesNotAnswerAndGoesOnWithOthers() throws SQLException {
    String url = cluster("straits").url();
    String stuckQuote = quote("SG");
    String otherQuote = quote("FI");
    moveCluster("straits", "https://127.0.0.1:1");
    String stuck;
    try {
      stuck = confirm(stuckQuote);
      String other = confirm(otherQuote);

      JsonPath waiting = awaitLease(stuck, view -> !delivered(view).isEmpty());
      awaitLease(other, view -> view.getString("state").equals("active"));

      assertThat(waiting.getString("state")).isEqualTo("provisioning");
      assertThat(delivered(waiting))
          .containsEntry("status", "False")
          .containsEntry("reason", "ConnectionRefused");
      as(TENANT).post("/v1/leases/" + other + "/cancel").then().statusCode(202);
    } finally {
      moveCluster("straits", url);
    }

    JsonPath recovered = awaitLease(stuck, view -> view.getString("state").equals("active"));
    assertThat(delivered(recovered)).containsEntry("status", "True");
    as(TENANT).post("/v1/leases/" + stuck + "/cancel").then().statusCode(202);
    awaitLease(stuck, view -> view.getString("state").equals("ended"));
  }

  @Test
  void removesNamespacesWhoseLeaseIsUnknown() {
    LeaseId unknown = LeaseId.fresh();
    Namespace orphan =
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(Marks.namespace(unknown))
            .withLabels(Marks.of(unknown))
            .endMetadata()
            .build();
    Namespace lookalike =
        new NamespaceBuilder(orphan).editMetadata().withName("lookalike").endMetadata().build();
    try (KubernetesClient nordic = cluster("nordic").newClient()) {
      nordic.resource(lookalike).create();
      nordic.resource(orphan).create();

      await()
          .atMost(WAIT_MAX)
          .until(() -> nordic.namespaces().withName(orphan.getMetadata().getName()).get() == null);
      assertThat(
              nordic.namespaces().withName("lookalike").get().getMetadata().getDeletionTimestamp())
          .isNull();
    }
  }

  @Test
  void evictsAPodOutsideTheLeaseAndTellsBothOnce() throws SQLException {
    try (KubernetesClient nordic = cluster("nordic").newClient()) {
      String lease = confirm(quote("FI"));
      List<String> leased =
          awaitLease(lease, view -> view.getString("state").equals("active"))
              .getList("nodes.name", String.class);
      String home = Marks.namespace(LeaseId.fromString(lease));
      String elsewhere =
          nordic.nodes().list().getItems().stream()
              .map(node -> node.getMetadata().getName())
              .filter(name -> !leased.contains(name))
              .findFirst()
              .orElseThrow();
      stray(nordic, home, "stray-1", elsewhere);
      lookAgain(lease);
      await()
          .atMost(WAIT_MAX)
          .until(() -> nordic.pods().inNamespace(home).list().getItems().isEmpty());
      stray(nordic, home, "stray-2", elsewhere);
      lookAgain(lease);
      await()
          .atMost(WAIT_MAX)
          .until(() -> nordic.pods().inNamespace(home).list().getItems().isEmpty());
      JsonPath view = lease(lease);

      Map<String, Object> condition = view.getMap("conditions.find { it.type == 'PodsInPlace' }");
      assertThat(condition)
          .containsEntry("status", "False")
          .containsEntry("reason", "PodsElsewhere");
      assertThat((String) condition.get("message")).contains("stray-2 on " + elsewhere);
      assertThat(delivered(view)).containsEntry("status", "True");
      for (String party : List.of(TENANT, "provider")) {
        JsonPath told = as(party).get("/v1/notices?lease=" + lease).jsonPath();
        assertThat(told.getList("items.kind")).containsExactly("podsEvicted");
        assertThat(told.getString("items[0].message")).contains("stray-1 on " + elsewhere);
      }
      as(TENANT).post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
      awaitLease(lease, ended -> ended.getString("state").equals("ended"));
    }
  }

  private static void stray(KubernetesClient client, String home, String name, String node) {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(home)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withName("main")
                .withImage("registry.example/own:1")
                .withCommand("sleep", "infinity")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  /** An idle lease is looked after seldom. */
  private static void lookAgain(String lease) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement update =
            connection.prepareStatement("update lease set next_delivery_at = now() where id = ?")) {
      update.setObject(1, LeaseId.fromString(lease).value());
      update.executeUpdate();
    }
  }

  private static Namespace namespace(KubernetesClient client, String lease) {
    return client.namespaces().withName(Marks.namespace(LeaseId.fromString(lease))).get();
  }

  /** What another test gave back in this minute is free from the next one on. */
  private static String quote(String country) {
    Map<String, Object> wanted =
        Map.of(
            "accelerators",
            4,
            "models",
            List.of("nvidia-l40s"),
            "countries",
            List.of(country),
            "duration",
            "PT1H");
    Response quote =
        await()
            .atMost(Duration.ofMinutes(2))
            .until(
                () -> once(TENANT).body(wanted).post("/v1/quotes"),
                answer -> answer.statusCode() == 201);
    return quote.path("id");
  }

  private static String confirm(String quote) {
    return once(TENANT)
        .post("/v1/quotes/" + quote + "/confirm")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static String submit(String lease, String script) {
    return once(TENANT)
        .body(
            Map.of(
                "name",
                "train",
                "image",
                "registry.example/train:1",
                "command",
                List.of("sh", "-c", script),
                "accelerators",
                2))
        .post("/v1/leases/" + lease + "/jobs")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static JsonPath lease(String id) {
    return as(TENANT).get("/v1/leases/" + id).then().statusCode(200).extract().jsonPath();
  }

  private static JsonPath job(String id) {
    return as(TENANT).get("/v1/jobs/" + id).then().statusCode(200).extract().jsonPath();
  }

  private static JsonPath awaitLease(String id, Predicate<JsonPath> condition) {
    return await().atMost(WAIT_MAX).until(() -> lease(id), condition);
  }

  private static JsonPath awaitJob(String id, String state) {
    return await()
        .atMost(WAIT_MAX)
        .until(() -> job(id), view -> view.getString("state").equals(state));
  }

  private static Map<String, Object> delivered(JsonPath lease) {
    Map<String, Object> found = lease.getMap("conditions.find { it.type == 'Delivered' }");
    return found == null ? Map.of() : found;
  }

  private static void moveCluster(String name, String server) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement update =
            connection.prepareStatement("update cluster set server = ? where name = ?")) {
      update.setString(1, server);
      update.setString(2, name);
      update.executeUpdate();
    }
  }
}
