package io.berth.kubernetes.internal;

import static io.berth.testing.SeededMarket.as;
import static io.berth.testing.SeededMarket.cluster;
import static io.berth.testing.SeededMarket.once;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.berth.leasing.JobId;
import io.berth.testing.BerthTest;
import io.berth.testing.SeededMarket;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What jobs write and what is said of them, as their tenants read it. */
@BerthTest
class JobStreamsTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final String TENANT = "tenant";

  @Test
  void streamsWhatAJobWroteToItsTenantAlone() {
    String lease = lease();
    String job = submit(lease, "echo epoch 1; echo epoch 2; sleep 1", 2);
    String events = as(TENANT).get("/v1/jobs/" + job + "/events?follow=true").asString();

    Response log = logs(TENANT, job, "?rank=1");

    log.then().statusCode(200).contentType(containsString("text/event-stream"));
    assertThat(log.header("Cache-Control")).isEqualTo("no-store");
    assertThat(lines(log.asString()))
        .containsExactly(
            "event:log",
            "data:epoch 1",
            "data:epoch 2",
            "event:end",
            "data:{\"reason\": \"complete\"}");
    assertThat(lines(logs(TENANT, job, "?tailLines=1").asString())).contains("data:epoch 2");
    assertThat(logs(TENANT, job, "?tailLines=1").asString()).doesNotContain("epoch 1");
    // Followed from its beginning, it came to the job's end.
    assertThat(as(TENANT).get("/v1/jobs/" + job).path("state").toString()).isEqualTo("succeeded");
    assertThat(events).contains("\"reason\":\"Scheduled\"", "\"reason\":\"Completed\"");
    assertThat(lines(events)).endsWith("event:end", "data:{\"reason\": \"complete\"}");
    assertThat(lines(events).stream().filter(line -> line.startsWith("data:")))
        .doesNotHaveDuplicates();

    for (String stream : List.of("/logs", "/events")) {
      as("tenant-fr").get("/v1/jobs/" + job + stream).then().statusCode(404);
      as("operator").get("/v1/jobs/" + job + stream).then().statusCode(403);
      as("provider").get("/v1/jobs/" + job + stream).then().statusCode(403);
      RestAssured.get("/v1/jobs/" + job + stream).then().statusCode(401);
      as(TENANT).get("/v1/jobs/" + JobId.fresh() + stream).then().statusCode(404);
    }
    logs(TENANT, job, "?rank=2").then().statusCode(404);
    logs(TENANT, job, "?rank=-1").then().statusCode(400);
    release(lease);
  }

  @Test
  void saysThatTheClusterGivesNoLog() {
    String lease = lease();
    String job = submit(lease, "sleep infinity", 1);
    await()
        .atMost(WAIT_MAX)
        .until(() -> as(TENANT).get("/v1/jobs/" + job).path("state"), "running"::equals);
    cluster("nordic").setDenied(Set.of("get /pods/log"));
    try {
      logs(TENANT, job, "")
          .then()
          .statusCode(503)
          .contentType("application/problem+json")
          .header("Retry-After", is("5"))
          .body("detail", containsString("403"));
    } finally {
      cluster("nordic").setDenied(Set.of());
    }
    release(lease);
    logs(TENANT, job, "").then().statusCode(409).body("code", is("conflict"));
  }

  @Test
  void letsAnOrganizationReadSoManyAtOnce() throws Exception {
    String lease = lease();
    String job = submit(lease, "sleep infinity", 1);
    List<HttpResponse<Stream<String>>> open = new ArrayList<>();
    HttpClient reader = HttpClient.newHttpClient();
    try {
      HttpRequest follow =
          HttpRequest.newBuilder(
                  URI.create(
                      "http://127.0.0.1:%d/v1/jobs/%s/events?follow=true"
                          .formatted(RestAssured.port, job)))
              .header("Authorization", "Bearer " + SeededMarket.tokens().get(TENANT))
              .build();
      await()
          .atMost(WAIT_MAX)
          .until(() -> as(TENANT).get("/v1/jobs/" + job).path("state"), "running"::equals);
      for (int i = 0; i < 8; i++) {
        open.add(reader.send(follow, BodyHandlers.ofLines()));
      }

      HttpResponse<Stream<String>> ninth = reader.send(follow, BodyHandlers.ofLines());

      assertThat(open).allSatisfy(stream -> assertThat(stream.statusCode()).isEqualTo(200));
      assertThat(ninth.statusCode()).isEqualTo(429);
      open.forEach(stream -> stream.body().close());
      await().atMost(WAIT_MAX).until(() -> logs(TENANT, job, "").statusCode() == 200);
    } finally {
      // Streams that are open still do not hold the test up.
      reader.shutdownNow();
    }
    release(lease);
  }

  private static Response logs(String user, String job, String query) {
    return as(user).get("/v1/jobs/" + job + "/logs" + query);
  }

  /**
   * The lines of a stream that say something, without the spaces that a colon may have after it.
   */
  private static List<String> lines(String stream) {
    return stream
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> line.replaceFirst("^(event|data): ", "$1:"))
        .toList();
  }

  private static String lease() {
    String quote =
        once(TENANT)
            .body(
                Map.of(
                    "accelerators",
                    2,
                    "models",
                    List.of("nvidia-l40s"),
                    "countries",
                    List.of("FI"),
                    "duration",
                    "PT1H"))
            .post("/v1/quotes")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    String lease =
        once(TENANT)
            .post("/v1/quotes/" + quote + "/confirm")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    await()
        .atMost(WAIT_MAX)
        .until(() -> as(TENANT).get("/v1/leases/" + lease).path("state"), "active"::equals);
    return lease;
  }

  private static String submit(String lease, String script, int pods) {
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
                1,
                "parallelism",
                pods))
        .post("/v1/leases/" + lease + "/jobs")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static void release(String lease) {
    as(TENANT).post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
    await()
        .atMost(WAIT_MAX)
        .until(() -> as(TENANT).get("/v1/leases/" + lease).path("state"), "ended"::equals);
  }
}
