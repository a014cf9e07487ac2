package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.freshLease;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static io.berth.kubernetes.LeaseFixtures.with;
import static io.berth.kubernetes.internal.DeliveryPlane.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kubernetes.domain.JobQueue;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.domain.ServerVersion;
import io.berth.kubernetes.internal.Rights.Right;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Leases' queues as a real API server with Kueue's resources takes them, by an account that has
 * what the provider's manifests grant. There is no Kueue, and this server does not know that jobs
 * may be suspended: how jobs wait is in {@link JobQueueTest}.
 */
class JobQueuePlaneIT {

  private static final ServerVersion ANY = new ServerVersion(1, 0);

  private final DeliveryPlane cluster = new DeliveryPlane();
  private final KubernetesClient admin = cluster.admin();
  private final KubernetesClient berth = cluster.berth();
  private final LeaseDelivery lease = freshLease(LeaseState.ACTIVE, sizedSlots(1, 4));
  private final FakeKueue kueue = new FakeKueue(admin, "v1beta2", Marks.namespace(lease.id()));
  private final List<HasMetadata> resources = objects("src/test/resources/kubernetes/kueue.yaml");
  private final List<HasMetadata> manifest = objects("k8s/provider/berth-kueue.yaml");

  private static List<HasMetadata> objects(String file) {
    try {
      return new KubernetesSerialization().unmarshal(Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void install() {
    resources.forEach(resource -> admin.resource(resource).create());
    patiently()
        .untilAsserted(() ->
            assertThat(admin.apiextensions().v1().customResourceDefinitions().list().getItems())
                .filteredOn(found -> found.getSpec().getGroup().equals(JobQueue.GROUP))
                .hasSize(resources.size())
                .allMatch(JobQueuePlaneIT::isEstablished));
  }

  private static boolean isEstablished(CustomResourceDefinition resource) {
    return resource.getStatus().getConditions().stream()
        .anyMatch(condition ->
            condition.getType().equals("Established") && condition.getStatus().equals("True"));
  }

  /** Others share the server: it has no Kueue when this is over. */
  @AfterEach
  void remove() {
    cluster.forget(lease);
    manifest.forEach(object -> admin.resource(object).delete());
    resources.forEach(resource -> admin.resource(resource).delete());
    patiently().until(() -> JobQueues.find(berth, ANY).equals(JobQueues.NONE));
    cluster.close();
  }

  @Test
  void namesEachRightThatTheProviderDoesNotGrant() {
    JobQueues.Finding ungranted = JobQueues.find(berth, ANY);
    apply();
    awaitReason("QueueFound");
    ClusterRole whole = admin.rbac().clusterRoles().withName("berth-kueue").get();

    assertThat(ungranted.reason()).isEqualTo("RightsMissing");
    assertThat(Rights.FOR_QUEUES)
        .allSatisfy(right -> assertThat(ungranted.message()).contains(right.toString()));
    for (Right right : Rights.FOR_QUEUES) {
      admin.resource(without(right, whole)).update();

      patiently()
          .untilAsserted(() ->
              assertThat(JobQueues.find(berth, ANY).message())
                  .contains("The account may not: " + right + "."));
    }
  }

  @Test
  void goesOnWithoutAQueueForLeases() {
    apply();
    awaitReason("QueueFound");
    kueue.removeClusterQueue();

    JobQueues.Finding finding = JobQueues.find(berth, ANY);
    StepReport step = cluster.step(with(lease, job(1, 2, 2, "sleep infinity")), finding);

    assertThat(finding.reason()).isEqualTo("QueueMissing");
    assertThat(step.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(kueue.localQueue()).isNull();
    assertThat(cluster.parts(lease.id())).hasSize(2).noneMatch(JobQueue::isQueued);
  }

  @Test
  void trustsNoServerThatDropsWhetherJobsAreSuspended() {
    apply();
    awaitReason("QueueFound");

    // 1.20 in these tests, unless somebody put a newer one in its place.
    boolean holdsJobs =
        ServerVersion.parse(admin.getKubernetesVersion().getGitVersion())
            .orElseThrow()
            .isAtLeast(JobQueue.SERVER_MIN);

    assertThat(JobQueues.find(berth).version().isPresent()).isEqualTo(holdsJobs);
    assertThat(JobQueues.find(berth).reason()).isEqualTo(holdsJobs ? "QueueFound" : "ServerTooOld");
  }

  @Test
  void keepsAQueueInTheLeasesNamespaceThatGoesWithIt() {
    apply();
    awaitReason("QueueFound");
    JobQueues.Finding finding = JobQueues.find(berth, ANY);

    StepReport first = cluster.step(with(lease, job(1, 2, 2, "sleep infinity")), finding);
    GenericKubernetesResource made = kueue.localQueue();
    StepReport second = cluster.step(lease, finding);
    GenericKubernetesResource kept = kueue.localQueue();
    kueue.removeLocalQueue();
    StepReport third = cluster.step(lease, finding);
    GenericKubernetesResource again = kueue.localQueue();
    cluster.end(lease);

    assertThat(List.of(first, second, third))
        .allSatisfy(step -> {
          assertThat(step.obstacle()).isEmpty();
          assertThat(step.outcome()).isEqualTo(Outcome.DELIVERED);
        });
    assertThat(made).isNotNull();
    assertThat((String) made.get("spec", "clusterQueue")).isEqualTo("berth");
    assertThat(kept).isEqualTo(made);
    assertThat(again).isNotNull();
    assertThat(again.getMetadata().getUid()).isNotEqualTo(made.getMetadata().getUid());
    assertThat(kueue.localQueue()).isNull();
  }

  @Test
  void labelsJobsWithTheQueue() {
    apply();
    awaitReason("QueueFound");

    cluster.step(with(lease, job(1, 2, 2, "sleep infinity")), JobQueues.find(berth, ANY));

    assertThat(cluster.parts(lease.id()))
        .hasSize(2)
        .allSatisfy(part ->
            assertThat(part.getMetadata().getLabels())
                .containsEntry("kueue.x-k8s.io/queue-name", "berth"));
  }

  @Test
  void letsTheAccountDoNothingElseWithKueue() {
    apply();
    awaitReason("QueueFound");
    cluster.step(lease, JobQueues.find(berth, ANY));

    for (Runnable attempt :
        List.<Runnable>of(
            () ->
                berth
                    .genericKubernetesResources(JobQueue.localQueues("v1beta2"))
                    .inNamespace(Marks.namespace(lease.id()))
                    .withName(JobQueue.NAME)
                    .delete(),
            () -> berth.genericKubernetesResources(JobQueue.clusterQueues("v1beta2")).list(),
            () ->
                berth
                    .genericKubernetesResources(JobQueue.clusterQueues("v1beta2"))
                    .withName(JobQueue.CLUSTER_QUEUE)
                    .delete())) {
      assertThatThrownBy(attempt::run)
          .isInstanceOfSatisfying(
              KubernetesClientException.class,
              refusal -> assertThat(refusal.getCode()).isEqualTo(403));
    }
  }

  private void apply() {
    manifest.forEach(object -> admin.resource(object).create());
  }

  /** The API server's authorizer and its discovery learn of a change a moment after it. */
  private void awaitReason(String reason) {
    patiently()
        .untilAsserted(() -> assertThat(JobQueues.find(berth, ANY).reason()).isEqualTo(reason));
  }

  private static ClusterRole without(Right right, ClusterRole whole) {
    List<PolicyRule> rules =
        whole.getRules().stream()
            .filter(rule ->
                !(rule.getResources().contains(right.resource())
                    && rule.getVerbs().contains(right.verb())))
            .map(rule -> new PolicyRuleBuilder(rule).build())
            .toList();
    return new ClusterRoleBuilder(whole)
        .editMetadata()
        .withResourceVersion(null)
        .endMetadata()
        .withRules(rules)
        .build();
  }
}
