package io.berth.sandbox.cluster;

import static io.berth.sandbox.cluster.SimulatedClusterFixture.NAMESPACE;
import static io.berth.sandbox.cluster.SimulatedClusterFixture.gpuJob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedClusterTest {

  private SimulatedClusterFixture fixture;

  @BeforeEach
  void start() {
    fixture = SimulatedClusterFixture.withNamespace();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void refusesAnotherToken() {
    try (var stranger = fixture.cluster.newClient("another-token")) {
      assertThatThrownBy(() -> stranger.nodes().list())
          .isInstanceOfSatisfying(
              KubernetesClientException.class,
              e -> {
                assertThat(e.getCode()).isEqualTo(401);
                assertThat(e.getStatus().getReason()).isEqualTo("Unauthorized");
              });
    }
  }

  @Test
  void refusesAClientThatDoesNotTrustItsCertificate() {
    var config =
        new ConfigBuilder(fixture.client.getConfiguration())
            .withCaCertData(LocalCertificate.generate("another").certificatePem())
            .build();
    try (var suspicious = new KubernetesClientBuilder().withConfig(config).build()) {
      assertThatThrownBy(() -> suspicious.nodes().list())
          .isInstanceOf(KubernetesClientException.class)
          .hasStackTraceContaining("PKIX");
    }
  }

  @Test
  void showsItsNodesAndVersion() {
    Node node = fixture.client.nodes().withName("h100-1").get();

    assertThat(node.getStatus().getAllocatable().get("nvidia.com/gpu").getAmount()).isEqualTo("8");
    assertThat(node.getMetadata().getLabels())
        .containsEntry("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3")
        .containsEntry("kubernetes.io/hostname", "h100-1");
    assertThat(fixture.client.getKubernetesVersion().getGitVersion()).isEqualTo("v1.34.2");
    fixture.cluster.setVersion("v1.30.1");
    assertThat(fixture.client.getKubernetesVersion().getMinor()).isEqualTo("30");
  }

  @Test
  void reviewsAccessAndHoldsToIt() {
    assertThat(allowed("create", "batch", "jobs")).isTrue();

    fixture.cluster.setDenied(Set.of("create batch/jobs", "list /nodes"));

    assertThat(allowed("create", "batch", "jobs")).isFalse();
    assertThat(allowed("delete", "batch", "jobs")).isTrue();
    assertThat(allowed("list", "", "nodes")).isFalse();
    assertCode(403, () -> fixture.create(gpuJob("job", 1, "sleep 1").build()));
    assertCode(403, () -> fixture.client.nodes().list());
    assertThat(fixture.client.nodes().withName("cpu-1").get()).isNotNull();
  }

  @Test
  void refusesWhatItDoesNotServe() {
    var workloads =
        new ResourceDefinitionContext.Builder()
            .withGroup("kueue.x-k8s.io")
            .withVersion("v1beta1")
            .withKind("Workload")
            .withPlural("workloads")
            .withNamespaced(true)
            .build();

    assertCode(
        404,
        () -> fixture.client.genericKubernetesResources(workloads).inNamespace(NAMESPACE).list());
    assertCode(404, () -> fixture.client.pods().inNamespace(NAMESPACE).withName("pod").getLog());
    assertCode(400, () -> fixture.client.nodes().withLabelIn("zone", "a", "b").delete());
    assertCode(404, () -> fixture.client.raw("/api/v1/nodes/cpu-1/proxy", "DELETE", null));
    assertThat(fixture.client.nodes().list().getItems()).hasSize(3);
  }

  @Test
  void servesKueuesResourcesWhereSomebodyAsksForThem() {
    var queues =
        new ResourceDefinitionContext.Builder()
            .withGroup("kueue.x-k8s.io")
            .withVersion("v1beta2")
            .withKind("ClusterQueue")
            .withPlural("clusterqueues")
            .withNamespaced(false)
            .build();
    assertThat(fixture.client.getApiGroup("kueue.x-k8s.io")).isNull();
    assertCode(404, () -> fixture.client.genericKubernetesResources(queues).list());

    fixture.cluster.setKueue(true);

    assertThat(fixture.client.getApiGroup("kueue.x-k8s.io").getPreferredVersion().getVersion())
        .isEqualTo("v1beta2");
    assertThat(fixture.client.getApiGroup("batch").getPreferredVersion().getVersion())
        .isEqualTo("v1");
    assertThat(fixture.client.genericKubernetesResources(queues).list().getItems()).isEmpty();
  }

  @Test
  void refusesInvalidObjects() {
    assertCode(422, () -> fixture.create(gpuJob("Job_One", 1, "sleep 1").build()));
    assertCode(
        422,
        () ->
            fixture.create(
                gpuJob("job", 1, "sleep 1")
                    .editMetadata()
                    .addToLabels("lease", "a b")
                    .endMetadata()
                    .build()));
    assertCode(
        404,
        () ->
            fixture.create(
                gpuJob("job", 1, "sleep 1")
                    .editMetadata()
                    .withNamespace("nowhere")
                    .endMetadata()
                    .build()));
  }

  @Test
  void keepsTheStatusWhenTheObjectIsReplaced() {
    fixture.create(gpuJob("job", 1, "sleep 60").build());
    fixture.settle();

    fixture
        .client
        .resource(fixture.job("job"))
        .edit(job -> job.edit().editMetadata().addToLabels("a", "b").endMetadata().build());
    fixture.client.resource(gpuJob("job", 1, "sleep 60").build()).update();

    assertThat(fixture.job("job").getStatus().getActive()).isEqualTo(1);
  }

  @Test
  void mergesPatchesAsTheStandardSays() {
    fixture
        .client
        .nodes()
        .withName("h100-1")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"labels\":{\"nvidia.com/gpu.family\":null,\"added\":\"yes\"}},\"spec\":{\"taints\":[]}}");

    Node node = fixture.client.nodes().withName("h100-1").get();
    assertThat(node.getMetadata().getLabels())
        .doesNotContainKey("nvidia.com/gpu.family")
        .containsEntry("added", "yes");
    assertThat(node.getSpec().getTaints()).isEmpty();
    assertThat(node.getStatus().getAllocatable()).containsKey("nvidia.com/gpu");
  }

  @Test
  void appliesFromTheServerSide() {
    var first = configMap(Map.of("a", "1"));
    var second = configMap(Map.of("b", "2"));

    fixture.client.resource(first).serverSideApply();
    fixture.client.resource(second).serverSideApply();

    assertThat(fixture.client.resource(first).get().getData()).containsOnlyKeys("a", "b");
  }

  @Test
  void tellsWatchersWhatChanges() throws Exception {
    var seen = new CompletableFuture<String>();
    try (var informer = fixture.client.pods().inNamespace(NAMESPACE).runnableInformer(0)) {
      informer.addEventHandler(
          new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {}

            @Override
            public void onUpdate(Pod before, Pod after) {
              if (after.getStatus().getPhase().equals("Running")) {
                seen.complete(after.getSpec().getNodeName());
              }
            }

            @Override
            public void onDelete(Pod pod, boolean unknown) {}
          });
      informer.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
      fixture.create(gpuJob("job", 1, "sleep 60").build());
      fixture.settle();

      assertThat(seen.get(10, TimeUnit.SECONDS)).startsWith("h100-");
    }
  }

  private boolean allowed(String verb, String group, String resource) {
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withVerb(verb)
            .withGroup(group)
            .withResource(resource)
            .endResourceAttributes()
            .endSpec()
            .build();
    return fixture
        .client
        .authorization()
        .v1()
        .selfSubjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }

  private static ConfigMap configMap(Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("settings")
        .withNamespace(NAMESPACE)
        .endMetadata()
        .withData(data)
        .build();
  }

  private static void assertCode(int code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(code));
  }
}
