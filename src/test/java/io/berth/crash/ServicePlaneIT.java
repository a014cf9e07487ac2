package io.berth.crash;

import static io.berth.crash.PlaneMarket.patiently;
import static io.berth.crash.PlaneMarket.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.LeaseId;
import io.berth.plane.ControlPlane;
import io.berth.plane.ProviderAccess;
import io.berth.sandbox.cluster.SandboxClusters;
import io.berth.testing.Books;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service and a provider's real API server, from registration to the end. */
class ServicePlaneIT {

  @TempDir private static Path folder;

  private static final ControlPlane PLANE = ControlPlane.shared();
  private static PlaneMarket market;

  @BeforeAll
  static void start() throws IOException {
    market = new PlaneMarket(PLANE, SandboxClusters.nordic().nodes(), folder, Map.of());
  }

  @AfterAll
  static void stop() throws IOException {
    if (market != null) {
      market.close();
    }
  }

  @AfterEach
  void startAgain() {
    // Where a test failed in the middle of an outage.
    PLANE.startApiServer();
  }

  @Test
  void readsNodesAsTheApiServerShowsThem() {
    StubbornClient provider = market.as("provider");
    JsonNode cluster = provider.get("/v1/clusters").json().at("/items/0");

    JsonNode pools =
        provider.get("/v1/clusters/" + cluster.get("id").asText() + "/node-pools").json();
    JsonNode unsold =
        provider.get("/v1/clusters/" + cluster.get("id").asText() + "/nodes?sellable=false").json();

    assertThat(cluster.get("kubernetesVersion").asText()).startsWith("v1.");
    assertThat(pools.get("items"))
        .anySatisfy(pool -> {
          assertThat(pool.get("modelId").asText()).isEqualTo("nvidia-h100-sxm");
          assertThat(pool.get("slots").asInt()).isEqualTo(40);
          assertThat(pool.get("sellableSlots").asInt()).isEqualTo(32);
        });
    assertThat(unsold.get("items")).isNotEmpty();
  }

  @Test
  void takesALeaseThroughOutagesInItsStartItsRunAndItsEnd() throws SQLException {
    StubbornClient tenant = market.as("tenant");
    String quote = market.quote(tenant, 4);
    PLANE.killApiServer();
    String lease = market.confirm(tenant, quote);
    String path = "/v1/leases/" + lease;
    patiently().until(() -> !tenant.get(path).json().get("conditions").isEmpty());
    String inOutage = state(tenant, path);
    PLANE.startApiServer();
    market.awaitState(tenant, path, "active");

    String job = "/v1/jobs/" + market.job(tenant, lease, "sleep 4");
    market.awaitState(tenant, job, "running");
    PLANE.killApiServer();
    patiently().until(() -> delivered(tenant.get(path).json()), "False"::equals);
    String inSecondOutage = state(tenant, path);
    PLANE.startApiServer();
    market.awaitState(tenant, job, "succeeded");
    String after = state(tenant, path);

    market.awaitState(tenant, "/v1/jobs/" + market.job(tenant, lease, "sleep infinity"), "running");
    assertThat(tenant.act(path + "/cancel").status()).isEqualTo(202);
    PLANE.killApiServer();
    patiently().until(() -> delivered(tenant.get(path).json()), "False"::equals);
    String inThirdOutage = state(tenant, path);
    PLANE.startApiServer();
    market.awaitState(tenant, path, "ended");

    assertThat(inOutage).isEqualTo("provisioning");
    assertThat(inSecondOutage).isEqualTo("active");
    assertThat(after).isEqualTo("active");
    assertThat(inThirdOutage).isEqualTo("ending");
    assertThat(market.namespace(lease)).isNull();
    try (Connection connection = market.database()) {
      Books.assertSound(connection, Instant.now());
    }
  }

  private static String delivered(JsonNode lease) {
    for (JsonNode condition : lease.get("conditions")) {
      if (condition.get("type").asText().equals("Delivered")) {
        return condition.get("status").asText();
      }
    }
    return "";
  }

  @Test
  void saysWhichRightAProviderTookAway() {
    ClusterRole role = market.admin().rbac().clusterRoles().withName("berth").get();
    try {
      market
          .admin()
          .resource(
              role.edit()
                  .editMetadata()
                  .withResourceVersion(null)
                  .endMetadata()
                  .editMatchingRule(rule -> rule.getResources().contains("networkpolicies"))
                  .removeFromVerbs("create")
                  .endRule()
                  .build())
          .update();

      patiently()
          .untilAsserted(() ->
              assertThat(authorized().get("message").asText())
                  .isEqualTo(
                      "The account may not: create networkpolicies.networking.k8s.io."
                          + " Grant it these in every namespace."));
      assertThat(authorized().get("reason").asText()).isEqualTo("RightsMissing");
    } finally {
      ProviderAccess.grant(market.admin());
    }
    patiently().until(() -> authorized().get("status").asText(), "True"::equals);
  }

  private static JsonNode authorized() {
    for (JsonNode condition :
        market.as("provider").get("/v1/clusters").json().at("/items/0/conditions")) {
      if (condition.get("type").asText().equals("Authorized")) {
        return condition;
      }
    }
    throw new AssertionError("the cluster's access was never checked");
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
    market.admin().resource(lookalike).create();
    market.admin().resource(orphan).create();

    patiently().until(() -> market.namespace(unknown.toString()) == null);

    Namespace spared = market.admin().namespaces().withName("lookalike").get();
    assertThat(spared.getMetadata().getDeletionTimestamp()).isNull();
    market.admin().resource(lookalike).delete();
  }

  @Test
  void letsTheTenantFollowItsLeaseAndNothingElse() {
    StubbornClient tenant = market.as("tenant");
    String lease = market.lease(tenant, 2);
    String other = market.lease(tenant, 2);
    market.awaitState(tenant, "/v1/leases/" + lease, "active");
    market.awaitState(tenant, "/v1/leases/" + other, "active");
    market.awaitState(tenant, "/v1/jobs/" + market.job(tenant, lease, "sleep infinity"), "running");
    String path = "/v1/leases/" + lease + "/kubeconfig";

    StubbornClient.Answer answer = tenant.ask(path);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    String namespace = Marks.namespace(LeaseId.fromString(lease));
    try (KubernetesClient follower =
        new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(answer.body())).build()) {
      List<Pod> pods = follower.pods().list().getItems();
      Job job = follower.batch().v1().jobs().list().getItems().getFirst();
      assertThat(follower.getNamespace()).isEqualTo(namespace);
      assertThat(pods).hasSize(2);
      assertThat(follower.v1().events().list().getItems()).isNotEmpty();
      String pod = pods.getFirst().getMetadata().getName();
      assertThat(status(() -> follower.pods().withName(pod).getLog())).isNotIn(401, 403);

      assertForbidden(() -> follower.resource(pod("own", namespace)).create());
      assertForbidden(() -> follower.resource(job).delete());
      assertForbidden(() -> follower.pods().withName(pod).delete());
      assertForbidden(() -> follower.secrets().list());
      assertForbidden(() -> follower.serviceAccounts().list());
      assertForbidden(() -> follower.rbac().roleBindings().list());
      assertForbidden(() -> follower.resourceQuotas().list());
      assertForbidden(() -> follower.nodes().list());
      assertForbidden(() -> follower.namespaces().list());
      assertForbidden(() -> follower.pods().inAnyNamespace().list());
      assertForbidden(() -> follower.pods().inNamespace("kube-system").list());
      assertForbidden(
          () -> follower.pods().inNamespace(Marks.namespace(LeaseId.fromString(other))).list());
      assertForbidden(() -> follower.serviceAccounts().withName("berth-tenant").tokenRequest());

      assertThat(market.as("tenant-fr").ask(path).status()).isEqualTo(404);
      assertThat(market.as("provider").ask(path).status()).isIn(403, 404);
      PLANE.killApiServer();
      StubbornClient.Answer unanswered = tenant.ask(path);
      PLANE.startApiServer();
      assertThat(unanswered.status()).as(unanswered.body()).isEqualTo(503);
      assertThat(unanswered.json().get("code").asText()).isEqualTo("unavailable");

      tenant.act("/v1/leases/" + other + "/cancel");
      tenant.act("/v1/leases/" + lease + "/cancel");
      market.awaitState(tenant, "/v1/leases/" + lease, "ended");
      assertThat(status(() -> follower.pods().list())).isEqualTo(401);
      StubbornClient.Answer over = tenant.ask(path);
      assertThat(over.status()).as(over.body()).isEqualTo(409);
    }
  }

  private static void assertForbidden(ThrowingCallable request) {
    assertThat(status(request)).isEqualTo(403);
  }

  /** With which status a request fails; 200 where it does not. */
  private static int status(ThrowingCallable request) {
    KubernetesClientException failure =
        catchThrowableOfType(KubernetesClientException.class, request);
    return failure == null ? 200 : failure.getCode();
  }

  private static Pod pod(String name, String namespace) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("registry.example/own:1")
        .endContainer()
        .endSpec()
        .build();
  }
}
