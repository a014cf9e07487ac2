package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.cancelled;
import static io.berth.kubernetes.LeaseFixtures.deadline;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.joined;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.lost;
import static io.berth.kubernetes.LeaseFixtures.on;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static io.berth.kubernetes.LeaseFixtures.until;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How jobs are placed, run and end. */
class JobStepTest extends SteppedDelivery {

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
  void startsNothingOnANodeThatFails() {
    LeaseDelivery failing = on(lease, lost(1, 8), slots(2, 8));
    JobDelivery small = job(1, 1, 4, "sleep 60");
    JobDelivery large = job(2, 2, 4, "sleep 60");

    Map<?, JobObservation> seen = step(with(failing, small, large)).jobs();
    settle();

    assertThat(seen.get(small.id()).state()).isEqualTo(JobState.STARTING);
    assertThat(podsOn("h100-1")).isZero();
    assertThat(podsOn("h100-2")).isEqualTo(1);
    assertThat(seen.get(large.id()).state()).isEqualTo(JobState.QUEUED);
    assertThat(seen.get(large.id()).message())
        .isEqualTo(
            "Waits until 8 accelerators of the lease are free, 4 a pod."
                + " Nothing starts on nodes that fail: h100-1.");
  }

  @Test
  void doesNotRunAgainWhatEndedOnANodeThatIsReplaced() {
    JobDelivery job = running(job(1, 1, 8, "sleep 60"));
    List<String> before = partIds();
    clock.advance(Duration.ofSeconds(60));
    settle();

    JobObservation seen =
        step(with(on(lease, lost(1, 0), slots(2, 3), joined(3, 8, 1)), job)).jobs().get(job.id());

    assertThat(seen).isNotNull();
    assertThat(seen.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(partIds()).isEqualTo(before);
  }

  @Test
  void startsANextAttemptWhereANodeIsReplaced() {
    JobDelivery job = running(job(1, 1, 8, "sleep infinity"));

    JobObservation seen =
        step(with(on(lease, lost(1, 0), slots(2, 3), joined(3, 8, 1)), job)).jobs().get(job.id());

    assertThat(seen).isNotNull();
    assertThat(seen.state()).isEqualTo(JobState.STARTING);
    assertThat(seen.message()).isEqualTo("The pod starts anew: the lease has other nodes now.");
    assertThat(seen.attempt()).isOne();
    assertThat(seen.failures()).isZero();
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

    StepReport report = step(with(lease, job(job, JobState.RUNNING)));
    StrayPods.evict(client, report.strays());

    assertThat(report.jobs().get(job.id()).message())
        .startsWith("Pods on nodes that the lease does not have are deleted: h100-3.");
    assertThat(pods()).extracting(found -> found.getMetadata().getName()).doesNotContain("stray");
    assertThat(podsOn("h100-1")).isEqualTo(1);
  }

  @Test
  void keepsAJobWaitingThatTheClusterForbids() {
    cluster.setDenied(Set.of("create batch/jobs"));

    JobObservation waiting = seen(job(1, 1, 2, "sleep 60"));

    assertThat(waiting.state()).isEqualTo(JobState.QUEUED);
    assertThat(waiting.message()).contains("cannot create resource \"jobs\"");
  }
}
