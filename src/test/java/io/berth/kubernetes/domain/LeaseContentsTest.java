package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.furnished;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.leasing.JobId;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.JobProgress;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeaseContentsTest {

  private final LeaseDelivery lease = lease(LeaseState.ACTIVE, slots(1, 8), slots(2, 3));

  @Test
  void keepsTheNewestFinishedParts() {
    List<Job> finished = new ArrayList<>();
    for (int number = 1; number <= LeaseContents.FINISHED_KEPT_MAX + 3; number++) {
      finished.add(finished(part(number, "Complete")));
    }

    List<Job> surplus = contents(finished).surplus(Set.of(), NOW);

    assertThat(surplus)
        .containsExactlyInAnyOrder(finished.get(0), finished.get(1), finished.get(2));
  }

  /** The cluster keeps what is left of every failure. */
  @Test
  void countsThePodsThatFinishedPartsLeft() {
    Job oldest = finished(part(1, "Complete"));
    Job failing = failed(part(2, "Failed"), 60);
    Job again = failed(part(3, "Failed"), 40);
    Job worst = failed(part(4, "Failed"), 101);

    assertThat(contents(List.of(oldest, failing, again)).surplus(Set.of(), NOW))
        .containsExactly(oldest);
    assertThat(contents(List.of(oldest, failing, again, worst)).surplus(Set.of(), NOW))
        .containsExactlyInAnyOrder(oldest, failing, again);
  }

  private static Job failed(Job part, int pods) {
    return finished(part).edit().editStatus().withFailed(pods).endStatus().build();
  }

  @Test
  void removesUnfinishedPartsOfJobsThatAreFinal() {
    Job running = part(1, "Suspended");
    Job going =
        new JobBuilder(part(2, "Suspended"))
            .editMetadata()
            .withDeletionTimestamp(NOW.toString())
            .endMetadata()
            .build();
    Job live = part(3, "Suspended");
    Set<JobId> jobs = Set.of(job(3, 1, 2, "").id());

    assertThat(contents(List.of(running, going, live)).surplus(jobs, NOW)).containsExactly(running);
  }

  @Test
  void countsWhatUnfinishedPartsUse() {
    JobDelivery wide = job(1, 5, 2, "");
    PodPlan plan = PodPlan.of(wide.spec(), PodPlan.nodes(lease), Map.of()).orElseThrow();
    List<Job> parts = new ArrayList<>(JobManifests.parts(lease, wide, plan, NOW).values());
    parts.add(finished(part(2, "Failed")));

    assertThat(contents(parts).used(GPU, PodPlan.nodes(lease))).isEqualTo(Map.of(0, 8, 1, 2));
    assertThat(contents(parts).planOf(wide, PodPlan.nodes(lease))).contains(plan);
    assertThat(contents(parts).planOf(job(3, 5, 2, ""), PodPlan.nodes(lease))).isEmpty();
  }

  @Test
  void removesFinishedPartsAfterTheirTime() {
    JobDelivery job = furnished(job(1, 1, 2, ""), Map.of());
    Job kept = ended(part(job), NOW.minusSeconds(599));
    Job due = ended(part(job), NOW.minusSeconds(600));
    Job withoutTime = ended(part(job(2, 1, 2, "")), NOW.minusSeconds(86_400));

    assertThat(contents(List.of(kept, due, withoutTime)).surplus(Set.of(), NOW))
        .containsExactly(due);
    // Its end is not recorded yet.
    assertThat(contents(List.of(due)).surplus(Set.of(job.id()), NOW)).isEmpty();
  }

  @Test
  void takesNothingOfAnotherAttemptForPartOfThisOne() {
    JobDelivery first = job(1, 2, 2, "");
    JobDelivery second =
        new JobDelivery(
            first.id(),
            first.state(),
            false,
            first.spec(),
            first.secrets(),
            new JobProgress(1, 0, null));
    Job part = part(first);
    Job relabelled =
        new JobBuilder(part).editMetadata().addToLabels(Marks.ATTEMPT, "1").endMetadata().build();

    assertThat(contents(List.of(part)).partsOf(first)).containsExactly(part);
    assertThat(contents(List.of(part, relabelled)).partsOf(second)).isEmpty();
    assertThat(contents(List.of(part, relabelled)).planOf(second, PodPlan.nodes(lease))).isEmpty();
  }

  private Job part(JobDelivery job) {
    PodPlan plan = PodPlan.of(job.spec(), PodPlan.nodes(lease), Map.of()).orElseThrow();
    return Objects.requireNonNull(JobManifests.parts(lease, job, plan, NOW).get(0));
  }

  private static Job ended(Job part, Instant at) {
    return new JobBuilder(part)
        .withNewStatus()
        .addNewCondition()
        .withType("Complete")
        .withStatus("True")
        .withLastTransitionTime(at.toString())
        .endCondition()
        .endStatus()
        .build();
  }

  private static LeaseContents contents(List<Job> parts) {
    return new LeaseContents(parts, List.of(), List.of());
  }

  private static Job finished(Job part) {
    assertThat(LeaseContents.isFinished(part)).isTrue();
    return part;
  }

  private Job part(int number, String condition) {
    JobDelivery job = job(number, 1, 2, "");
    PodPlan plan = PodPlan.of(job.spec(), PodPlan.nodes(lease), Map.of()).orElseThrow();
    return new JobBuilder(JobManifests.parts(lease, job, plan, NOW).get(0))
        .withNewStatus()
        .addNewCondition()
        .withType(condition)
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }
}
