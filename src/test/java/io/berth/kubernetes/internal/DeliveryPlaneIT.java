package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.freshLease;
import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static io.berth.kubernetes.LeaseFixtures.with;
import static io.berth.kubernetes.internal.DeliveryPlane.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kubernetes.domain.LeaseManifests;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Deliveries as a real API server, its controllers and its scheduler take them. */
class DeliveryPlaneIT {

  private static DeliveryPlane cluster;

  private final LeaseDelivery lease =
      freshLease(LeaseState.ACTIVE, sizedSlots(1, 4), sizedSlots(2, 4));
  private final String namespace = Marks.namespace(lease.id());

  @BeforeAll
  static void start() {
    cluster = new DeliveryPlane();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void makesTheSameTwice() {
    StepReport first = cluster.step(in(LeaseState.PROVISIONING, lease));
    List<String> made = identities();
    StepReport second = cluster.step(in(LeaseState.PROVISIONING, lease));

    assertThat(first.obstacle()).isEmpty();
    assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(made).hasSize(7);
    assertThat(identities()).isEqualTo(made);
    cluster.end(lease);
  }

  @Test
  void runsPodsOnLeasedNodesAloneAndLeavesNothing() {
    JobDelivery job = job(1, 4, 2, "sleep 2");

    cluster.until(JobState.RUNNING, lease, job);
    List<String> nodes = cluster.podsOn(lease.id());
    JobObservation done = cluster.until(JobState.SUCCEEDED, lease, job);
    cluster.end(lease);

    assertThat(nodes).containsExactly("h100-1", "h100-1", "h100-2", "h100-2");
    assertThat(done.nodes()).containsExactly("h100-1", "h100-2");
    assertThat(done.startedAt()).isNotNull();
    assertThat(done.finishedAt()).isAfterOrEqualTo(done.startedAt());
    assertThat(done.events()).extracting("reason").contains("SuccessfulCreate", "Scheduled");
    assertThat(cluster.admin().namespaces().withName(namespace).get()).isNull();
  }

  @Test
  void failsAJobWithOneOfItsPods() {
    JobDelivery job = job(1, 1, 2, "exit 3");

    JobObservation failed = cluster.until(JobState.FAILED, lease, job);
    cluster.end(lease);

    assertThat(failed.message()).contains("BackoffLimitExceeded", "exit code 3");
  }

  @Test
  void refusesTheNinthDevice() {
    cluster.step(with(lease, job(1, 8, 1, "sleep infinity")));
    patiently().until(() -> cluster.pods(lease.id()).size() == 8);
    Pod ninth =
        new PodBuilder()
            .withNewMetadata()
            .withName("ninth")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("main")
            .withImage("registry.example/train:1")
            .withNewResources()
            .addToLimits(GPU, new Quantity("1"))
            .endResources()
            .endContainer()
            .endSpec()
            .build();

    assertThatThrownBy(() -> cluster.admin().resource(ninth).create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refusal -> assertThat(refusal.getCode()).isEqualTo(403))
        .hasMessageContaining("exceeded quota: " + LeaseManifests.QUOTA)
        .hasMessageContaining("requests." + GPU);
    cluster.end(lease);
  }

  /** Every object around the lease's jobs, each as it came into the world. */
  private List<String> identities() {
    KubernetesClient admin = cluster.admin();
    Stream<HasMetadata> objects =
        Stream.of(
                List.of(admin.namespaces().withName(namespace).get()),
                admin.limitRanges().inNamespace(namespace).list().getItems(),
                admin.network().v1().networkPolicies().inNamespace(namespace).list().getItems(),
                admin.rbac().roleBindings().inNamespace(namespace).list().getItems())
            .flatMap(List::stream);
    // The cluster itself changes these two: it counts, and it makes tokens.
    Stream<HasMetadata> counted =
        Stream.of(
                admin.resourceQuotas().inNamespace(namespace).list().getItems(),
                admin
                    .serviceAccounts()
                    .inNamespace(namespace)
                    .withLabel(Marks.MANAGED_BY, Marks.BERTH)
                    .list()
                    .getItems())
            .flatMap(List::stream);
    return Stream.concat(
            objects.map(object -> name(object) + " " + object.getMetadata().getResourceVersion()),
            counted.map(DeliveryPlaneIT::name))
        .sorted()
        .toList();
  }

  private static String name(HasMetadata object) {
    return object.getKind()
        + " "
        + object.getMetadata().getName()
        + " "
        + object.getMetadata().getUid();
  }
}
