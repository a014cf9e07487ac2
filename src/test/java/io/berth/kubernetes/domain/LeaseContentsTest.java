package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.leasing.JobId;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    List<Job> surplus = contents(finished).surplus(Set.of());

    assertThat(surplus)
        .containsExactlyInAnyOrder(finished.get(0), finished.get(1), finished.get(2));
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

    assertThat(contents(List.of(running, going, live)).surplus(jobs)).containsExactly(running);
  }

  @Test
  void countsWhatUnfinishedPartsUse() {
    JobDelivery wide = job(1, 5, 2, "");
    PodPlan plan = PodPlan.of(wide.spec(), PodPlan.nodes(lease), Map.of()).orElseThrow();
    List<Job> parts = new ArrayList<>(JobManifests.parts(lease, wide, plan, NOW).values());
    parts.add(finished(part(2, "Failed")));

    assertThat(contents(parts).used(GPU)).isEqualTo(Map.of(0, 8, 1, 2));
    assertThat(contents(parts).planOf(wide, PodPlan.nodes(lease))).contains(plan);
    assertThat(contents(parts).planOf(job(3, 5, 2, ""), PodPlan.nodes(lease))).isEmpty();
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
