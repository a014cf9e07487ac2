package io.berth.kubernetes.internal;

import static io.berth.testing.SeededMarket.as;
import static io.berth.testing.SeededMarket.once;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.LeaseId;
import io.berth.testing.BerthTest;
import io.berth.testing.SeededMarket;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Kubeconfigs for tenants, from a simulated cluster. */
@BerthTest
class LeaseKubeconfigTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final String TENANT = "tenant";

  @Test
  void letsATenantFollowAnActiveLease() {
    String lease = lease(null);
    awaitState(lease, "active");

    Response answer = kubeconfig(TENANT, lease);

    answer.then().statusCode(200).contentType("application/yaml");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    try (KubernetesClient follower =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(answer.asString()))
            .build()) {
      assertThat(follower.getNamespace()).isEqualTo(Marks.namespace(LeaseId.fromString(lease)));
      assertThat(follower.pods().list().getItems()).isEmpty();
      assertThatThrownBy(() -> follower.namespaces().list())
          .isInstanceOfSatisfying(
              KubernetesClientException.class,
              refusal -> assertThat(refusal.getCode()).isEqualTo(403));
      cancel(lease);
      awaitState(lease, "ended");
      assertThatThrownBy(() -> follower.pods().list())
          .isInstanceOfSatisfying(
              KubernetesClientException.class,
              refusal -> assertThat(refusal.getCode()).isEqualTo(401));
    }
    kubeconfig(TENANT, lease).then().statusCode(409).body("code", equalTo("conflict"));
  }

  @Test
  void hidesLeasesOfOthersAndRefusesThoseThatHaveNotBegun() {
    String lease = lease(Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(30)));

    kubeconfig(TENANT, lease).then().statusCode(409);
    kubeconfig("tenant-fr", lease).then().statusCode(404).body("code", equalTo("not-found"));
    kubeconfig("operator", lease).then().statusCode(403);
    kubeconfig("provider", lease).then().statusCode(403);
    RestAssured.get("/v1/leases/" + lease + "/kubeconfig").then().statusCode(401);
    cancel(lease);
  }

  @Test
  void saysThatTheClusterMakesNoToken() {
    String lease = lease(null);
    awaitState(lease, "active");
    SeededMarket.cluster("nordic").setDenied(Set.of("create /serviceaccounts/token"));
    try {
      Response answer = kubeconfig(TENANT, lease);

      answer.then().statusCode(503).contentType("application/problem+json");
      assertThat(answer.header("Retry-After")).isEqualTo("5");
      assertThat(answer.path("detail").toString()).contains("The cluster refuses (403)");
    } finally {
      SeededMarket.cluster("nordic").setDenied(Set.of());
      cancel(lease);
    }
  }

  private static Response kubeconfig(String user, String lease) {
    return as(user).get("/v1/leases/" + lease + "/kubeconfig");
  }

  private static String lease(@Nullable Instant start) {
    Map<String, Object> wanted = new HashMap<>();
    wanted.put("accelerators", 1);
    wanted.put("models", List.of("nvidia-l40s"));
    wanted.put("countries", List.of("FI"));
    wanted.put("duration", "PT1H");
    if (start != null) {
      wanted.put("start", start.toString());
    }
    String quote =
        once(TENANT).body(wanted).post("/v1/quotes").then().statusCode(201).extract().path("id");
    return once(TENANT)
        .post("/v1/quotes/" + quote + "/confirm")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static void cancel(String lease) {
    as(TENANT).post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
  }

  private static void awaitState(String lease, String state) {
    await()
        .atMost(WAIT_MAX)
        .until(() -> as(TENANT).get("/v1/leases/" + lease).path("state"), state::equals);
  }
}
