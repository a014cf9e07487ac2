package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.freshLease;
import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.joined;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.lost;
import static io.berth.kubernetes.LeaseFixtures.on;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.domain.NodeMarks;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a lease has in its cluster, from its start to its end. */
class DeliveryStepTest extends SteppedDelivery {

  @Test
  void makesTheSameTwice() {
    StepReport first = step(in(LeaseState.PROVISIONING, lease));
    List<String> made = identities();
    StepReport second = step(in(LeaseState.PROVISIONING, lease));

    assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(made).hasSize(6);
    assertThat(identities()).isEqualTo(made);
  }

  @Test
  void marksItsNodesAndTaintsThoseThatItHasWhole() {
    String label = NodeMarks.label(lease.id());

    step(in(LeaseState.PROVISIONING, lease));

    assertThat(labels("h100-1")).containsEntry(label, "whole");
    assertThat(taints("h100-1")).containsExactly(GPU, "lease.berth.io/id");
    assertThat(labels("h100-2")).containsEntry(label, "leased");
    assertThat(taints("h100-2")).containsExactly(GPU);
    assertThat(labels("h100-3")).doesNotContainKey(label);

    // Another takes the place of one; somebody takes the mark off another.
    client.nodes().withName("h100-2").edit(node -> unlabelled(node, label));
    step(on(lease, lost(1, 0), slots(2, 3), joined(3, 8, 1)));

    assertThat(labels("h100-1")).doesNotContainKey(label);
    assertThat(taints("h100-1")).containsExactly(GPU);
    assertThat(labels("h100-2")).containsEntry(label, "leased");
    assertThat(taints("h100-3")).containsExactly(GPU, "lease.berth.io/id");

    LeaseDelivery ending = in(LeaseState.ENDING, on(lease, slots(2, 3), joined(3, 8, 1)));
    // What somebody else put there stays.
    client
        .nodes()
        .withName("h100-3")
        .edit(node ->
            new NodeBuilder(node)
                .editSpec()
                .addNewTaint()
                .withKey("repair")
                .withEffect("NoSchedule")
                .endTaint()
                .endSpec()
                .build());
    while (step(ending).outcome() != Outcome.CLEARED) {
      settle();
    }
    assertThat(labels("h100-2")).doesNotContainKey(label);
    assertThat(labels("h100-3")).doesNotContainKey(label);
    assertThat(taints("h100-3")).containsExactly(GPU, "repair");
  }

  /** Whoever leases the node next would wait for it, as long as the job runs. */
  @Test
  void takesItsTaintOffANodeThatItGaveBackWhileAJobRuns() {
    String label = NodeMarks.label(lease.id());
    LeaseDelivery whole = on(lease, slots(1, 8), slots(2, 8), slots(3, 8));
    JobDelivery job = job(1, 1, 2, "sleep 60");
    step(in(LeaseState.PROVISIONING, whole));

    step(with(on(whole, slots(1, 8), slots(2, 4), slots(3, 0)), job), NOT_LOOKED, JobQueues.NONE);

    assertThat(taints("h100-1")).containsExactly(GPU, "lease.berth.io/id");
    assertThat(taints("h100-2")).containsExactly(GPU);
    assertThat(labels("h100-2")).containsEntry(label, "leased");
    assertThat(taints("h100-3")).containsExactly(GPU);
    assertThat(labels("h100-3")).doesNotContainKey(label);
  }

  @Test
  void takesWhatAnotherLeaseLeftOffANodeOfWhichItHasAPart() {
    step(in(LeaseState.PROVISIONING, on(freshLease(LeaseState.ACTIVE), slots(2, 8))));
    assertThat(taints("h100-2")).containsExactly(GPU, "lease.berth.io/id");

    step(with(lease, job(1, 1, 2, "sleep 60")), NOT_LOOKED, JobQueues.NONE);

    assertThat(taints("h100-2")).containsExactly(GPU);
  }

  @Test
  void leavesNothingOfAnEndingLease() {
    JobDelivery job = job(1, 5, 2, "sleep 60");
    seen(job);
    settle();
    LeaseDelivery ending = with(in(LeaseState.ENDING, lease), job(job, JobState.RUNNING));

    StepReport deleting = step(ending);
    settle();
    StepReport after = step(ending);

    assertThat(deleting.outcome()).isEqualTo(Outcome.UNDERWAY);
    assertThat(after.outcome()).isEqualTo(Outcome.CLEARED);
    assertThat(client.namespaces().withName(namespace).get()).isNull();
    assertThat(client.pods().inAnyNamespace().list().getItems()).isEmpty();
    assertThat(client.batch().v1().jobs().inAnyNamespace().list().getItems()).isEmpty();
    assertThat(step(ending).outcome()).isEqualTo(Outcome.CLEARED);
  }

  @Test
  void recordsHowJobsEndedBeforeTheirNamespaceGoes() {
    JobDelivery job = job(1, 1, 2, "sleep 60");
    seen(job);
    settle();
    clock.advance(Duration.ofSeconds(60));
    loop.pass();

    StepReport last = step(with(in(LeaseState.ENDING, lease), job(job, JobState.RUNNING)));
    assertThat(last.outcome()).isEqualTo(Outcome.UNDERWAY);
    assertThat(last.jobs().get(job.id()).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(client.namespaces().withName(namespace).get().getMetadata().getDeletionTimestamp())
        .isNull();

    step(in(LeaseState.ENDING, lease));
    settle();
    assertThat(step(in(LeaseState.ENDING, lease)).outcome()).isEqualTo(Outcome.CLEARED);
  }

  @Test
  void saysThatANamespaceDoesNotGo() {
    step(lease);
    LeaseDelivery ending = in(LeaseState.ENDING, lease);
    step(ending);
    clock.set(Instant.now().plus(Duration.ofMinutes(5)));

    StepReport report = step(ending);

    assertThat(report.outcome()).isEqualTo(Outcome.STUCK);
    assertThat(report.obstacle().orElseThrow().reason()).isEqualTo("NamespaceRemains");
  }

  @Test
  void makesAgainWhatVanished() {
    JobDelivery job = job(1, 5, 2, "sleep 60");
    seen(job);
    settle();
    client.batch().v1().jobs().inNamespace(namespace).withName(Marks.part(job.id(), 4)).delete();
    client.resourceQuotas().inNamespace(namespace).delete();
    settle();

    JobObservation repaired = seen(job(job, JobState.STARTING));
    settle();

    assertThat(repaired.state()).isEqualTo(JobState.STARTING);
    assertThat(repaired.attempt()).isZero();
    assertThat(seen(job(job, JobState.STARTING)).state()).isEqualTo(JobState.RUNNING);
    assertThat(podsOn("h100-2")).isEqualTo(1);
    assertThat(client.resourceQuotas().inNamespace(namespace).list().getItems()).hasSize(1);
    client.batch().v1().jobs().inNamespace(namespace).withName(Marks.part(job.id(), 4)).delete();
    // The others have run without it.
    assertThat(seen(job(job, JobState.RUNNING)).message()).contains("the parts of ranks [4]");
  }

  @Test
  void makesAVanishedNamespaceAgain() {
    JobDelivery job = job(1, 1, 2, "sleep 60");
    seen(job);
    settle();
    client.namespaces().withName(namespace).delete();

    StepReport going = step(with(lease, job(job, JobState.RUNNING)));
    settle();
    JobObservation anew = seen(job(job, JobState.RUNNING));

    assertThat(going.obstacle().orElseThrow().reason()).isEqualTo("NamespaceVanished");
    assertThat(anew.state()).isEqualTo(JobState.STARTING);
    assertThat(parts()).hasSize(1);
  }

  @Test
  void setsAQuotaRightThatSomebodyChanged() {
    step(lease);
    client
        .resourceQuotas()
        .inNamespace(namespace)
        .withName("berth-lease")
        .edit(quota ->
            quota.edit().editSpec().addToHard("pods", new Quantity("500")).endSpec().build());

    step(lease);

    ResourceQuota quota =
        client.resourceQuotas().inNamespace(namespace).withName("berth-lease").get();
    assertThat(quota.getSpec().getHard()).containsEntry("pods", new Quantity("11"));
  }

  @Test
  void leavesAForeignNamespaceOfTheSameNameAlone() {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels(Marks.MANAGED_BY, Marks.BERTH)
                .addToLabels(Marks.LEASE, "lease_of_somebody_else")
                .endMetadata()
                .build())
        .create();

    StepReport report = step(with(lease, job(1, 1, 2, "sleep 60")));
    StepReport ending = step(in(LeaseState.ENDING, lease));

    assertThat(report.outcome()).isEqualTo(Outcome.STUCK);
    assertThat(report.obstacle().orElseThrow().reason()).isEqualTo("NamespaceTaken");
    assertThat(report.obstacle().orElseThrow().message()).contains(namespace);
    assertThat(report.obstacle().orElseThrow().wholeCluster()).isFalse();
    assertThat(client.resourceQuotas().inNamespace(namespace).list().getItems()).isEmpty();
    assertThat(parts()).isEmpty();
    assertThat(ending.outcome()).isEqualTo(Outcome.CLEARED);
    assertThat(client.namespaces().withName(namespace).get().getMetadata().getDeletionTimestamp())
        .isNull();
  }

  @Test
  void saysWhatTheClusterForbids() {
    cluster.setDenied(Set.of("create /namespaces"));

    Obstacle obstacle = step(lease).obstacle().orElseThrow();

    assertThat(obstacle.reason()).isEqualTo("Forbidden");
    assertThat(obstacle.message()).contains("cannot create resource \"namespaces\"");
    assertThat(obstacle.wholeCluster()).isFalse();
  }

  @Test
  void saysThatAClusterDoesNotAnswer() {
    cluster.close();
    try {
      Obstacle obstacle = step(lease, NOT_LOOKED, JobQueues.NONE).obstacle().orElseThrow();

      assertThat(obstacle.reason()).isEqualTo("ConnectionRefused");
      assertThat(obstacle.wholeCluster()).isTrue();
    } finally {
      start();
    }
  }

  @Test
  void saysThatAClusterRefusesTheCredentials() {
    try (KubernetesClient stranger = cluster.newClient("wrong-token")) {
      Obstacle obstacle =
          new DeliveryStep(
                  stranger,
                  lease,
                  clock,
                  clock.instant().plusSeconds(30),
                  GANG_START_MAX,
                  NOT_LOOKED,
                  JobQueues.NONE)
              .run()
              .obstacle()
              .orElseThrow();

      assertThat(obstacle.reason()).isEqualTo("CredentialsRefused");
      assertThat(obstacle.wholeCluster()).isTrue();
    }
  }

  @Test
  void beginsNothingAfterItsTime() {
    StepReport report =
        new DeliveryStep(
                client,
                lease,
                clock,
                clock.instant().minusSeconds(1),
                GANG_START_MAX,
                NOT_LOOKED,
                JobQueues.NONE)
            .run();

    assertThat(report.outcome()).isEqualTo(Outcome.UNDERWAY);
    assertThat(client.namespaces().withName(namespace).get()).isNull();
  }

  @Test
  void findsNamespacesOfLeasesForTheSweep() {
    step(lease);
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName("berth-lookalike")
                .withLabels(Marks.of(lease.id()))
                .endMetadata()
                .build())
        .create();

    assertThat(OrphanSweep.ours(client).values()).containsExactly(lease.id());
  }
}
