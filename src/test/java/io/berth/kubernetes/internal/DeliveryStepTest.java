package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.PRODUCT;
import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.cancelled;
import static io.berth.kubernetes.LeaseFixtures.deadline;
import static io.berth.kubernetes.LeaseFixtures.furnished;
import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.joined;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.lost;
import static io.berth.kubernetes.LeaseFixtures.on;
import static io.berth.kubernetes.LeaseFixtures.retried;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static io.berth.kubernetes.LeaseFixtures.until;
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
import io.berth.sandbox.cluster.ClusterBlueprint;
import io.berth.sandbox.cluster.ControlLoop;
import io.berth.sandbox.cluster.NodeBlueprint;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps against a cluster that does what jobs need when it is told to, at a time that is set. */
class DeliveryStepTest {

  private static final ClusterBlueprint BLUEPRINT =
      new ClusterBlueprint(
          "test", "v1.34.2", Stream.of(1, 2, 3).map(DeliveryStepTest::h100).toList());

  private static final Duration GANG_START_MAX = Duration.ofMinutes(10);

  private final LeaseDelivery lease = lease(LeaseState.ACTIVE, slots(1, 8), slots(2, 3));
  private final String namespace = Marks.namespace(lease.id());
  private final SettableClock clock = new SettableClock();
  private SimulatedCluster cluster;
  private ControlLoop loop;
  private KubernetesClient client;

  @BeforeEach
  void start() {
    cluster = SimulatedCluster.start(BLUEPRINT, 0, "secret-token", null);
    loop = new ControlLoop(cluster, clock);
    client = cluster.newClient();
  }

  @AfterEach
  void stop() {
    client.close();
    loop.close();
    cluster.close();
  }

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

    assertThat(labels("h100-1")).containsEntry(label, "leased");
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

  private Map<String, String> labels(String node) {
    return client.nodes().withName(node).get().getMetadata().getLabels();
  }

  private List<String> taints(String node) {
    return client.nodes().withName(node).get().getSpec().getTaints().stream()
        .map(Taint::getKey)
        .toList();
  }

  private static Node unlabelled(Node node, String label) {
    return new NodeBuilder(node).editMetadata().removeFromLabels(label).endMetadata().build();
  }

  @Test
  void runsAJobOnLeasedNodesAndSaysHowItWent() {
    JobDelivery job = job(1, 5, 2, "sleep 60");

    assertThat(seen(job).state()).isEqualTo(JobState.STARTING);
    settle();
    JobObservation running = seen(job(job, JobState.STARTING));
    clock.advance(Duration.ofSeconds(60));
    loop.pass();
    JobObservation done = seen(job(job, JobState.RUNNING));

    assertThat(running.state()).isEqualTo(JobState.RUNNING);
    assertThat(running.message()).isEqualTo("5 of 5 pods run.");
    assertThat(running.nodes()).containsExactly("h100-1", "h100-2");
    assertThat(running.startedAt()).isEqualTo(NOW);
    assertThat(running.finishedAt()).isNull();
    assertThat(running.events()).extracting("reason").contains("SuccessfulCreate", "Scheduled");
    assertThat(podsOn("h100-1")).isEqualTo(4);
    assertThat(podsOn("h100-2")).isEqualTo(1);
    assertThat(done.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(done.nodes()).containsExactly("h100-1", "h100-2");
    assertThat(done.startedAt()).isEqualTo(NOW);
    assertThat(done.finishedAt()).isEqualTo(NOW.plusSeconds(60));
    assertThat(done.events()).extracting("reason").endsWith("Completed");
  }

  @Test
  void letsAJobRunOnWhereItsLeaseGoesOn() {
    JobDelivery job = job(1, 5, 2, "sleep infinity");
    seen(job);
    settle();

    StepReport report = step(with(until(NOW.plus(Duration.ofHours(20)), lease), job));

    assertThat(report.obstacle()).isEmpty();
    clock.advance(Duration.ofHours(15));
    settle();
    assertThat(seen(job(job, JobState.RUNNING)).state()).isEqualTo(JobState.RUNNING);
    clock.advance(Duration.ofHours(5));
    settle();
    assertThat(seen(job(job, JobState.RUNNING)).message()).contains("DeadlineExceeded");
  }

  @Test
  void failsAJobWithOneOfItsParts() {
    JobDelivery job = job(1, 5, 2, "sleep 60; exit 3");
    seen(job);
    settle();
    clock.advance(Duration.ofSeconds(60));
    settle();

    JobObservation failed = seen(job(job, JobState.RUNNING));

    assertThat(failed.state()).isEqualTo(JobState.FAILED);
    assertThat(failed.message())
        .contains("BackoffLimitExceeded", "the last pod ended with exit code 3");
    assertThat(failed.finishedAt()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void stopsTheOtherPartsOfAFailedJob() {
    JobDelivery job = job(1, 5, 2, "sleep infinity");
    seen(job);
    settle();
    fail(Marks.part(job.id(), 4));
    loop.pass();

    assertThat(seen(job(job, JobState.RUNNING)).state()).isEqualTo(JobState.FAILED);
    // The failure is recorded, so the job is asked for no more.
    step(lease);
    settle();

    assertThat(podsOn("h100-1")).isZero();
    assertThat(parts())
        .extracting(part -> part.getMetadata().getName())
        .containsExactly(Marks.part(job.id(), 4));
  }

  @Test
  void startsAllRanksAnewWhereOneFailsAsOftenAsItMay() {
    JobDelivery job = running(retried(job(1, 5, 2, "sleep infinity"), 1));
    List<String> before = partIds();
    fail(Marks.part(job.id(), 2));

    JobObservation anew = seen(job);
    // Nothing goes before it is recorded, and asking twice counts one failure.
    assertThat(seen(job)).isEqualTo(anew);
    assertThat(partIds()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(anew.state()).isEqualTo(JobState.STARTING);
    assertThat(anew.message()).startsWith("All pods start anew together: ");
    assertThat(anew.attempt()).isOne();
    assertThat(anew.failures()).isOne();

    JobDelivery second = after(anew, job);
    assertThat(seen(second).message()).startsWith("What is left of an earlier start stops");
    settle();
    assertThat(pods()).isEmpty();
    JobDelivery again = running(second);
    assertThat(partIds()).hasSize(5).doesNotContainAnyElementsOf(before);
    fail(Marks.part(job.id(), 0));

    assertThat(seen(again).state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void removesAStartThatIsNotCompleteInTimeAndTriesAgain() {
    cordon("h100-2", true);
    JobDelivery job = job(1, 5, 2, "sleep infinity");
    JobObservation starting = seen(job);
    settle();
    clock.advance(GANG_START_MAX.minusSeconds(1));
    assertThat(seen(after(starting, job)).attempt()).isZero();
    clock.advance(Duration.ofSeconds(1));

    JobObservation late = seen(after(starting, job));
    JobDelivery again = after(late, job);
    seen(again);
    settle();

    assertThat(late.attempt()).isOne();
    assertThat(late.failures()).isZero();
    assertThat(late.message()).contains("not all ran within PT10M. 4 of 5 pods run.");
    assertThat(parts()).isEmpty();
    assertThat(pods()).isEmpty();
    cordon("h100-2", false);
    assertThat(running(again).progress().attempt()).isOne();
    assertThat(podsOn("h100-2")).isOne();
  }

  @Test
  void startsAllRanksAnewWhereARunningOneIsLost() {
    JobDelivery job = running(job(1, 5, 2, "sleep infinity"));
    Pod lost = pods().getFirst();
    cordon(lost.getSpec().getNodeName(), true);
    client.resource(lost).delete();
    settle();

    JobObservation anew = seen(job);

    assertThat(anew.attempt()).isOne();
    assertThat(anew.failures()).isZero();
    assertThat(anew.message())
        .contains("the pods of ranks [")
        .contains("] were lost. 4 of 5 pods run.");
  }

  @Test
  void countsAFailureThatThePartDoesNotSayYet() {
    JobDelivery job = running(retried(job(1, 2, 2, "sleep infinity"), 1));
    Pod pod = pods().getFirst();
    client
        .resource(pod)
        .editStatus(found -> found.edit().editStatus().withPhase("Failed").endStatus().build());

    JobObservation meanwhile = seen(job);
    settle();
    JobObservation anew = seen(after(meanwhile, job));

    assertThat(meanwhile.state()).isEqualTo(JobState.RUNNING);
    assertThat(meanwhile.attempt()).isZero();
    assertThat(anew.attempt()).isOne();
    assertThat(anew.failures()).isOne();
  }

  @Test
  void letsRanksEndOneAfterTheOther() {
    JobDelivery job = running(job(1, 2, 2, "sleep 60"));
    clock.advance(Duration.ofSeconds(60));
    loop.pass();
    client.resource(pods().getFirst()).delete();

    assertThat(seen(job).state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void givesAGangOneServiceAndItsSecretsForEachAttempt() {
    JobDelivery job =
        running(furnished(retried(job(1, 2, 2, "sleep infinity"), 1), Map.of("TOKEN", "hush")));

    assertThat(companions()).containsExactly("Secret a0", "Service a0");
    fail(Marks.part(job.id(), 1));
    JobDelivery second = after(seen(job), job);
    seen(second);
    settle();
    assertThat(companions()).isEmpty();
    running(second);
    assertThat(companions()).containsExactly("Secret a1", "Service a1");
  }

  @Test
  void makesWhatGoesWithAPartThatWasMadeAlone() {
    JobDelivery job = furnished(job(1, 1, 2, "sleep infinity"), Map.of("TOKEN", "hush"));
    cluster.setDenied(Set.of("create /secrets"));
    assertThat(seen(job).message()).contains("cannot create resource \"secrets\"");
    assertThat(parts()).hasSize(1);
    cluster.setDenied(Set.of());

    seen(job(job, JobState.STARTING));

    assertThat(companions()).containsExactly("Secret a0");
    assertThat(parts()).hasSize(1);
  }

  @Test
  void failsAJobThatOutrunsItsDeadline() {
    JobDelivery job = deadline(job(1, 1, 1, "sleep infinity"), Duration.ofMinutes(1));
    seen(job);
    settle();
    clock.advance(Duration.ofMinutes(1));
    loop.pass();

    JobObservation failed = seen(job(job, JobState.RUNNING));

    assertThat(failed.state()).isEqualTo(JobState.FAILED);
    assertThat(failed.message()).contains("DeadlineExceeded");
    assertThat(failed.nodes()).containsExactly("h100-1");
    assertThat(failed.startedAt()).isEqualTo(NOW);
  }

  @Test
  void failsAJobThatNeverFits() {
    JobDelivery tooBig = job(1, 2, 8, "sleep 1");

    JobObservation failed = seen(tooBig);

    assertThat(failed.state()).isEqualTo(JobState.FAILED);
    assertThat(failed.message()).isEqualTo("The lease has no room for so many pods of that size.");
    assertThat(failed.finishedAt()).isEqualTo(NOW);
    assertThat(parts()).isEmpty();
  }

  @Test
  void placesJobsBesideEachOtherAndLetsTheRestWait() {
    JobDelivery first = job(1, 1, 8, "sleep 60");
    JobDelivery second = job(2, 1, 4, "sleep 60");
    JobDelivery third = job(3, 1, 3, "sleep 60");

    Map<?, JobObservation> seen = step(with(lease, first, second, third)).jobs();
    settle();

    assertThat(seen.get(first.id()).state()).isEqualTo(JobState.STARTING);
    assertThat(seen.get(second.id()).state()).isEqualTo(JobState.QUEUED);
    assertThat(seen.get(second.id()).message())
        .isEqualTo("Waits until 4 accelerators of the lease are free, 4 a pod.");
    assertThat(seen.get(third.id()).state()).isEqualTo(JobState.STARTING);
    assertThat(podsOn("h100-1")).isEqualTo(1);
    assertThat(podsOn("h100-2")).isEqualTo(1);

    clock.advance(Duration.ofSeconds(60));
    settle();
    assertThat(step(with(lease, second)).jobs().get(second.id()).state())
        .isEqualTo(JobState.STARTING);
  }

  @Test
  void leavesNothingOfACancelledJob() {
    JobDelivery job = job(1, 5, 2, "sleep 60");
    seen(job);
    settle();

    JobObservation stopping = seen(cancelled(job(job, JobState.RUNNING)));
    settle();
    JobObservation gone = seen(cancelled(job(job, JobState.RUNNING)));

    assertThat(stopping.state()).isEqualTo(JobState.RUNNING);
    assertThat(stopping.message()).isEqualTo("Being cancelled; 5 pods stop.");
    assertThat(gone.state()).isEqualTo(JobState.CANCELLED);
    assertThat(gone.finishedAt()).isEqualTo(NOW);
    assertThat(parts()).isEmpty();
    assertThat(pods()).isEmpty();
  }

  @Test
  void letsAJobThatEndedBeforeItWasCancelledEndAsItDid() {
    JobDelivery job = job(1, 1, 2, "sleep 60");
    seen(job);
    settle();
    clock.advance(Duration.ofSeconds(60));
    loop.pass();

    assertThat(seen(cancelled(job(job, JobState.RUNNING))).state()).isEqualTo(JobState.SUCCEEDED);
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
    clock.now = Instant.now().plus(Duration.ofMinutes(5));

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
  void removesAPodFromANodeThatIsNotLeased() {
    JobDelivery job = job(1, 1, 2, "sleep 60");
    seen(job);
    settle();
    Pod pod = pods().getFirst();
    Pod stray =
        new PodBuilder()
            .withNewMetadata()
            .withName("stray")
            .withNamespace(namespace)
            .withLabels(pod.getMetadata().getLabels())
            .endMetadata()
            .withSpec(pod.getSpec())
            .editSpec()
            .withNodeName("h100-3")
            .endSpec()
            .build();
    client.resource(stray).create();

    JobObservation seen = seen(job(job, JobState.RUNNING));

    assertThat(seen.message())
        .startsWith("Pods ran on nodes that the lease does not have and were deleted: h100-3.");
    assertThat(pods()).extracting(found -> found.getMetadata().getName()).doesNotContain("stray");
    assertThat(podsOn("h100-1")).isEqualTo(1);
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
  void keepsAJobWaitingThatTheClusterForbids() {
    cluster.setDenied(Set.of("create batch/jobs"));

    JobObservation waiting = seen(job(1, 1, 2, "sleep 60"));

    assertThat(waiting.state()).isEqualTo(JobState.QUEUED);
    assertThat(waiting.message()).contains("cannot create resource \"jobs\"");
  }

  @Test
  void saysThatAClusterDoesNotAnswer() {
    cluster.close();
    try {
      Obstacle obstacle = step(lease).obstacle().orElseThrow();

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
          new DeliveryStep(stranger, lease, clock, clock.now.plusSeconds(30), GANG_START_MAX)
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
        new DeliveryStep(client, lease, clock, clock.now.minusSeconds(1), GANG_START_MAX).run();

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

    assertThat(OrphanSweep.leases(client)).containsExactly(lease.id());
  }

  private StepReport step(LeaseDelivery delivery) {
    return new DeliveryStep(client, delivery, clock, clock.now.plusSeconds(30), GANG_START_MAX)
        .run();
  }

  private JobObservation seen(JobDelivery job) {
    StepReport report = step(with(lease, job));
    assertThat(report.obstacle()).isEmpty();
    JobObservation seen = report.jobs().get(job.id());
    assertThat(seen).isNotNull();
    return seen;
  }

  /** Steps and lets the cluster work until the job runs; gives it as it is recorded then. */
  private JobDelivery running(JobDelivery job) {
    JobDelivery recorded = job;
    for (int i = 0; i < 5 && (i == 0 || recorded.state() != JobState.RUNNING); i++) {
      recorded = after(seen(recorded), recorded);
      settle();
    }
    assertThat(recorded.state()).isEqualTo(JobState.RUNNING);
    return recorded;
  }

  private void cordon(String node, boolean cordoned) {
    client
        .nodes()
        .withName(node)
        .edit(found -> found.edit().editSpec().withUnschedulable(cordoned).endSpec().build());
    loop.pass();
  }

  private List<String> partIds() {
    return parts().stream().map(part -> part.getMetadata().getUid()).toList();
  }

  /** What goes with jobs' parts, by kind and attempt. */
  private List<String> companions() {
    return Stream.<List<? extends HasMetadata>>of(
            client.secrets().inNamespace(namespace).list().getItems(),
            client.services().inNamespace(namespace).list().getItems())
        .flatMap(List::stream)
        .map(object ->
            object.getKind() + " " + object.getMetadata().getName().replaceFirst(".*-", ""))
        .toList();
  }

  private void settle() {
    loop.pass();
    loop.pass();
    loop.pass();
  }

  /** The cluster gives a job up, as after too many failures. */
  private void fail(String part) {
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(part)
        .editStatus(job ->
            job.edit()
                .editStatus()
                .addNewCondition()
                .withType("Failed")
                .withStatus("True")
                .withReason("BackoffLimitExceeded")
                .withMessage("Job has reached the specified backoff limit")
                .withLastTransitionTime(NOW.toString())
                .endCondition()
                .endStatus()
                .build());
  }

  private List<Job> parts() {
    return client.batch().v1().jobs().inNamespace(namespace).list().getItems();
  }

  private List<Pod> pods() {
    return client.pods().inNamespace(namespace).list().getItems();
  }

  private long podsOn(String node) {
    return pods().stream().filter(pod -> node.equals(pod.getSpec().getNodeName())).count();
  }

  /** Every object that belongs to the lease, each as it came into the world. */
  private List<String> identities() {
    Stream<HasMetadata> objects =
        Stream.of(
                List.of(client.namespaces().withName(namespace).get()),
                client.resourceQuotas().inNamespace(namespace).list().getItems(),
                client.network().v1().networkPolicies().inNamespace(namespace).list().getItems(),
                client.serviceAccounts().inNamespace(namespace).list().getItems(),
                client.rbac().roleBindings().inNamespace(namespace).list().getItems(),
                client.limitRanges().inNamespace(namespace).list().getItems())
            .flatMap(List::stream);
    return objects
        .map(object ->
            object.getKind()
                + " "
                + object.getMetadata().getUid()
                + " "
                + object.getMetadata().getResourceVersion())
        .toList();
  }

  private static NodeBlueprint h100(int number) {
    return NodeBlueprint.plain("h100-" + number, "fi-hel-1", "fi-hel-1a")
        .withLabel(PRODUCT.key(), PRODUCT.value())
        .withAllocatable(GPU, "8")
        .withTaint(GPU, "present", "NoSchedule");
  }

  private static final class SettableClock extends Clock {

    private Instant now = NOW;

    void advance(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
