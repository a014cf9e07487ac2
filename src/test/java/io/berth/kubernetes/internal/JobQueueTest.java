package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.cancelled;
import static io.berth.kubernetes.LeaseFixtures.deadline;
import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.retried;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterCredentials;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.domain.JobQueue;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How jobs of leases go through Kueue where a provider runs it. */
class JobQueueTest extends SteppedDelivery {

  private FakeKueue kueue;

  @BeforeEach
  void installKueue() {
    cluster.setKueue(true);
    kueue = new FakeKueue(client, "v1beta2", namespace);
    kueue.makeClusterQueue();
  }

  @Test
  void goesOnAsEverWithoutKueue() {
    cluster.setKueue(false);
    assertThat(JobQueues.find(client)).isEqualTo(JobQueues.NONE);

    running(job(1, 2, 4, "sleep infinity"));

    assertThat(parts())
        .allSatisfy(part -> {
          assertThat(JobQueue.isQueued(part)).isFalse();
          assertThat(part.getSpec().getSuspend()).isNull();
        });
  }

  @Test
  void goesOnWithoutAQueueForLeasesAndSaysSo() {
    kueue.removeClusterQueue();

    JobQueues.Finding finding = JobQueues.find(client);
    running(job(1, 2, 4, "sleep infinity"));

    assertThat(finding.kueue()).isTrue();
    assertThat(finding.version()).isEmpty();
    assertThat(finding.reason()).isEqualTo("QueueMissing");
    assertThat(finding.message()).contains("no ClusterQueue berth", "berth-kueue.yaml");
    assertThat(kueue.localQueue()).isNull();
    assertThat(parts()).noneMatch(JobQueue::isQueued);
  }

  @Test
  void namesEachRightThatIsMissing() {
    for (Rights.Right right : Rights.FOR_QUEUES) {
      cluster.setDenied(
          Set.of("%s %s/%s".formatted(right.verb(), right.group(), right.resource())));

      JobQueues.Finding finding = JobQueues.find(client);

      assertThat(finding.version()).isEmpty();
      assertThat(finding.reason()).isEqualTo("RightsMissing");
      assertThat(finding.message()).contains("The account may not: " + right);
    }
  }

  @Test
  void trustsNoServerThatMightNotHoldJobs() {
    cluster.setVersion("v1.23.17");

    assertThat(JobQueues.find(client).version()).isEmpty();
    assertThat(JobQueues.find(client).reason()).isEqualTo("ServerTooOld");
  }

  @Test
  void saysThatTheQueueAdmitsNone() {
    kueue.deactivateClusterQueue(
        "Can't admit new workloads: references missing ResourceFlavor(s).");

    JobQueues.Finding finding = JobQueues.find(client);

    assertThat(finding.version()).contains("v1beta2");
    assertThat(finding.reason()).isEqualTo("QueueInactive");
    assertThat(finding.message()).endsWith("missing ResourceFlavor(s).");
  }

  @ParameterizedTest
  @CsvSource({"403", "404", "500", "503"})
  void goesByWhatWasFoundLastWhereKueueCannotBeRead(int code) {
    KubernetesClientException failure =
        new KubernetesClientException("no", code, new StatusBuilder().withMessage("why").build());
    JobQueues.Finding found = JobQueues.find(client);

    assertThat(JobQueues.unread(failure, Optional.of(found))).isEqualTo(found);
    assertThat(JobQueues.unread(failure, Optional.empty()).version()).isEmpty();
    assertThat(JobQueues.unread(failure, Optional.empty()).message()).endsWith("why");
  }

  @ParameterizedTest
  @CsvSource({"0", "401", "429"})
  void saysNothingOfKueueWhereTheClusterDoesNotAnswer(int code) {
    KubernetesClientException failure =
        new KubernetesClientException("no", code, new StatusBuilder().build());

    assertThatThrownBy(() -> JobQueues.unread(failure, Optional.of(JobQueues.NONE)))
        .isSameAs(failure);
  }

  /** A server that has just started may not serve all of its resources yet. */
  @Test
  void believesThatTheQueueIsGoneOnceTwoLooksFindItGone() {
    KubernetesConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(KubernetesConfig.class)
            .withConverters(new Converter<?>[] {new DurationConverter(), new MemorySizeConverter()})
            .build()
            .getConfigMapping(KubernetesConfig.class);
    JobQueues queues = new JobQueues(config, clock);
    ClusterAccess access =
        new ClusterAccess(
            lease.cluster(),
            URI.create(cluster.url()),
            new ClusterCredentials.Token("secret-token", cluster.caCertificatePem()),
            0);
    JobQueues.Finding found = queues.at(access, client);
    cluster.setKueue(false);
    JobQueues.Finding cached = queues.at(access, client);
    clock.advance(config.policyCheckInterval());
    JobQueues.Finding doubted = queues.at(access, client);
    cluster.setKueue(true);
    clock.advance(config.policyCheckInterval());
    JobQueues.Finding again = queues.at(access, client);
    cluster.setKueue(false);
    clock.advance(config.policyCheckInterval());
    queues.at(access, client);
    clock.advance(config.policyCheckInterval());

    assertThat(found.reason()).isEqualTo("QueueFound");
    assertThat(List.of(cached, doubted, again)).containsOnly(found);
    assertThat(queues.at(access, client)).isEqualTo(JobQueues.NONE);
  }

  @Test
  void makesOneQueueInTheLeasesNamespaceAndMakesItAgain() {
    step(in(LeaseState.PROVISIONING, lease));
    GenericKubernetesResource made = kueue.localQueue();
    step(lease);

    assertThat(made).isNotNull();
    assertThat((String) made.get("spec", "clusterQueue")).isEqualTo("berth");
    assertThat(Marks.isOf(lease.id(), made)).isTrue();
    assertThat(kueue.localQueue().getMetadata().getUid()).isEqualTo(made.getMetadata().getUid());

    kueue.removeLocalQueue();
    step(lease);

    assertThat(kueue.localQueue()).isNotNull();
    assertThat(kueue.localQueue().getMetadata().getUid()).isNotEqualTo(made.getMetadata().getUid());
  }

  @Test
  void waitsUntilItIsAdmittedAndSaysWhy() {
    JobDelivery job = job(1, 1, 4, "sleep 60");
    JobObservation made = seen(job);
    settle();
    JobObservation untaken = seen(after(made, job));
    kueue.takeUp("insufficient unused quota for nvidia.com/gpu in flavor berth, 4 more needed");
    JobObservation waiting = seen(after(made, job));

    assertThat(parts()).allMatch(JobQueue::isHeld).allMatch(JobQueue::isQueued);
    assertThat(pods()).isEmpty();
    assertThat(untaken.state()).isEqualTo(JobState.STARTING);
    assertThat(untaken.message())
        .endsWith("It waits in the cluster's queue: Kueue has not taken it up yet.");
    assertThat(waiting.message())
        .endsWith("insufficient unused quota for nvidia.com/gpu in flavor berth, 4 more needed");
    assertThat(waiting.startedAt()).isNull();

    kueue.admit(Marks.part(job.id(), 0));
    settle();
    JobObservation running = seen(after(waiting, job));
    clock.advance(Duration.ofSeconds(60));
    settle();

    assertThat(running.state()).isEqualTo(JobState.RUNNING);
    assertThat(seen(after(running, job)).state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void leavesTheWaitOutOfTheTimeInWhichAllRanksMustRun() {
    JobDelivery job = job(1, 2, 4, "sleep infinity");
    JobDelivery recorded = after(seen(job), job);
    settle();
    clock.advance(GANG_START_MAX.multipliedBy(5));

    JobObservation waiting = seen(recorded);
    admitAll(job, 2);
    settle();
    JobObservation running = seen(recorded);

    assertThat(waiting.attempt()).isZero();
    assertThat(waiting.message()).contains("Ranks [0, 1] wait in the cluster's queue: ");
    assertThat(running.state()).isEqualTo(JobState.RUNNING);
    assertThat(running.attempt()).isZero();
  }

  @Test
  void letsNoPartOfAJobHoldDevicesForLongWhileOthersWait() {
    JobDelivery job = job(1, 2, 4, "sleep infinity");
    JobDelivery recorded = after(seen(job), job);
    settle();
    clock.advance(GANG_START_MAX.multipliedBy(2));
    kueue.takeUp("no quota");
    kueue.admit(Marks.part(job.id(), 0));
    settle();
    clock.advance(GANG_START_MAX.minusSeconds(1));
    assertThat(seen(recorded).attempt()).isZero();
    clock.advance(Duration.ofSeconds(1));

    JobObservation late = seen(recorded);
    JobDelivery again = after(late, job);
    seen(again);
    settle();

    assertThat(late.attempt()).isOne();
    assertThat(late.failures()).isZero();
    assertThat(late.message())
        .contains("not all ran within PT10M. 1 of 2 pods run. Ranks [1] wait")
        .endsWith("no quota");
    assertThat(pods()).isEmpty();
    assertThat(parts()).isEmpty();
    seen(again);
    assertThat(parts()).hasSize(2).allMatch(JobQueue::isHeld);
  }

  /** The last one to be admitted has its time, too. */
  @Test
  void countsFromTheLastAdmissionOnceAllAreAdmitted() {
    bar("h100-2", true);
    JobDelivery job = job(1, 5, 2, "sleep infinity");
    JobDelivery recorded = after(seen(job), job);
    settle();
    admitAll(job, 4);
    settle();
    clock.advance(GANG_START_MAX.minusSeconds(1));
    kueue.admit(Marks.part(job.id(), 4));
    settle();
    clock.advance(GANG_START_MAX.minusSeconds(1));
    assertThat(seen(recorded).attempt()).isZero();
    clock.advance(Duration.ofSeconds(1));

    assertThat(seen(recorded).attempt()).isOne();
  }

  @Test
  void stopsTheOthersWhereKueueStopsARank() {
    JobDelivery job = admitted(retried(job(1, 2, 4, "sleep infinity"), 1), 2);
    kueue.preempt(Marks.part(job.id(), 1), "Preempted to accommodate a workload");
    settle();

    JobObservation anew = seen(job);
    JobDelivery again = after(anew, job);
    seen(again);
    settle();

    assertThat(anew.attempt()).isOne();
    assertThat(anew.failures()).isZero();
    assertThat(anew.message())
        .contains("the pods of ranks [1] were lost", "Preempted to accommodate a workload");
    assertThat(pods()).isEmpty();
    assertThat(admitted(again, 2).progress().attempt()).isOne();
  }

  @Test
  void waitsAgainWhereKueueStopsASinglePod() {
    JobDelivery job = admitted(job(1, 1, 4, "sleep infinity"), 1);
    String part = parts().getFirst().getMetadata().getUid();
    kueue.preempt(Marks.part(job.id(), 0), "Preempted to accommodate a workload");
    settle();

    JobObservation stopped = seen(job);
    JobDelivery again = admitted(after(stopped, job), 1);

    assertThat(stopped.state()).isEqualTo(JobState.STARTING);
    assertThat(stopped.message()).endsWith("Preempted to accommodate a workload");
    assertThat(again.progress().attempt()).isZero();
    assertThat(parts()).extracting(found -> found.getMetadata().getUid()).containsExactly(part);
  }

  @Test
  void endsAJobWhoseDeadlinePassesWhileItWaitsAgain() {
    JobDelivery job = admitted(deadline(job(1, 1, 4, "sleep infinity"), Duration.ofHours(1)), 1);
    kueue.preempt(Marks.part(job.id(), 0), "Preempted to accommodate a workload");
    settle();
    clock.advance(Duration.ofMinutes(59));
    JobObservation waiting = seen(job);
    clock.advance(Duration.ofMinutes(1));

    JobObservation failed = seen(after(waiting, job));
    step(lease);
    settle();

    assertThat(waiting.state()).isEqualTo(JobState.STARTING);
    assertThat(failed.state()).isEqualTo(JobState.FAILED);
    assertThat(failed.message())
        .isEqualTo("Its deadline passed while it waited in the cluster's queue.");
    assertThat(parts()).isEmpty();
  }

  /** Whenever it starts, and whether anybody looks after it then or not. */
  @Test
  void holdsWhatWaitsToTheLeasesEnd() {
    JobDelivery job = job(1, 1, 4, "sleep infinity");
    JobDelivery recorded = after(seen(job), job);
    settle();
    clock.advance(Duration.ofHours(2));
    seen(recorded);

    assertThat(parts().getFirst().getSpec().getActiveDeadlineSeconds())
        .isEqualTo(Duration.between(clock.instant(), lease.period().end()).toSeconds());
  }

  @Test
  void leavesWhatRunsAloneWhereKueueComesAndGoes() {
    kueue.removeClusterQueue();
    JobDelivery before = running(job(1, 1, 4, "sleep infinity"));
    kueue.makeClusterQueue();
    List<String> unqueued = partIds();
    JobObservation seen = seen(before);
    assertThat(seen.state()).isEqualTo(JobState.RUNNING);
    assertThat(partIds()).isEqualTo(unqueued);
    assertThat(parts()).noneMatch(JobQueue::isQueued);
    seen(cancelled(before));
    settle();

    JobDelivery after = admitted(job(2, 1, 4, "sleep infinity"), 1);
    List<String> queued = partIds();
    cluster.setKueue(false);

    assertThat(seen(after).state()).isEqualTo(JobState.RUNNING);
    assertThat(partIds()).isEqualTo(queued);
  }

  @Test
  void startsWhatWaitsWithoutKueueWhereThatGoes() {
    JobDelivery job = job(1, 2, 4, "sleep infinity");
    JobDelivery waiting = after(seen(job), job);
    settle();
    cluster.setKueue(false);

    JobObservation anew = seen(waiting);
    JobDelivery again = running(after(anew, job));

    assertThat(anew.message()).contains("no queue for its jobs any more");
    assertThat(again.progress().failures()).isZero();
    assertThat(parts()).hasSize(2).noneMatch(JobQueue::isQueued);
  }

  @Test
  void waitsOnWhereItIsNotKnownWhetherTheQueueIsThere() {
    JobDelivery job = job(1, 2, 4, "sleep infinity");
    JobDelivery waiting = after(seen(job), job);
    settle();
    List<String> made = partIds();
    JobQueues.Finding unread =
        JobQueues.unread(
            new KubernetesClientException("no", 503, new StatusBuilder().build()),
            Optional.empty());

    StepReport report = step(with(lease, waiting), TenantWorkloads.find(client), unread);

    assertThat(report.obstacle()).isEmpty();
    assertThat(partIds()).isEqualTo(made);
    assertThat(parts()).hasSize(2).allMatch(JobQueue::isQueued);
  }

  @Test
  void saysThatSomebodySuspendedAJobThatIsInNoQueue() {
    cluster.setKueue(false);
    JobDelivery job = running(job(1, 1, 4, "sleep infinity"));
    kueue.suspend(Marks.part(job.id(), 0));
    settle();

    assertThat(seen(job).message()).endsWith("It waits: somebody in the cluster suspended it.");
  }

  @Test
  void adoptsAPartWithoutTouchingItsQueue() {
    JobDelivery job = admitted(job(1, 2, 4, "sleep infinity"), 2);
    String part = Marks.part(job.id(), 1);
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(part)
        .edit(found ->
            found
                .edit()
                .editMetadata()
                .removeFromLabels(Marks.MANAGED_BY)
                .removeFromLabels(JobQueue.LABEL)
                .endMetadata()
                .build());

    JobObservation seen = seen(job);
    Job adopted = client.batch().v1().jobs().inNamespace(namespace).withName(part).get();

    assertThat(seen.attempt()).isZero();
    assertThat(adopted.getMetadata().getLabels())
        .containsEntry(Marks.MANAGED_BY, Marks.BERTH)
        .doesNotContainKey(JobQueue.LABEL);
  }

  @Test
  void leavesNothingBehind() {
    JobDelivery job = job(1, 2, 4, "sleep infinity");
    seen(job);
    kueue.takeUp("no quota");
    settle();

    StepReport report = step(in(LeaseState.ENDING, lease));
    for (int i = 0; i < 5 && report.outcome() != Outcome.CLEARED; i++) {
      settle();
      report = step(in(LeaseState.ENDING, lease));
    }

    assertThat(report.outcome()).isEqualTo(Outcome.CLEARED);
    assertThat(client.namespaces().withName(namespace).get()).isNull();
    assertThat(kueue.localQueue()).isNull();
  }

  private void admitAll(JobDelivery job, int ranks) {
    for (int rank = 0; rank < ranks; rank++) {
      kueue.admit(Marks.part(job.id(), rank));
    }
  }

  /** Makes a job, admits all of it and lets it run. */
  private JobDelivery admitted(JobDelivery job, int ranks) {
    JobDelivery recorded = after(seen(job), job);
    settle();
    recorded = after(seen(recorded), recorded);
    admitAll(job, ranks);
    return running(recorded);
  }
}
