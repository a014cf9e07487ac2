package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobReaderTest {

  private final LeaseDelivery lease = lease(LeaseState.ENDING, slots(1, 8));
  private final JobDelivery job = job(1, 1, 2, "");

  @Test
  void takesOutOfAClustersWordsWhatCannotBeStored() {
    JobObservation seen = read("a\u0000b", "2026-11-01T00:00:00Z");

    assertThat(seen.state()).isEqualTo(JobState.FAILED);
    assertThat(seen.message()).contains("ab").doesNotContain("\u0000");
  }

  @Test
  void takesNoTimeThatCannotBeStored() {
    JobObservation seen = read("failed", "+999999999-12-31T23:59:59Z");

    assertThat(seen.state()).isEqualTo(JobState.FAILED);
    assertThat(seen.finishedAt()).isNull();
  }

  private JobObservation read(String message, String at) {
    PodPlan plan = PodPlan.of(job.spec(), PodPlan.nodes(lease), Map.of()).orElseThrow();
    Job part =
        new JobBuilder(JobManifests.parts(lease, job, plan, NOW).get(0))
            .withNewStatus()
            .addNewCondition()
            .withType("Failed")
            .withStatus("True")
            .withMessage(message)
            .withLastTransitionTime(at)
            .endCondition()
            .endStatus()
            .build();
    return JobReader.read(
        job, plan, PodPlan.nodes(lease), new LeaseContents(List.of(part), List.of(), List.of()));
  }
}
