package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of parts that go through a queue. */
class QueuedPartsTest {

  private final LeaseDelivery lease = lease(LeaseState.ACTIVE, slots(1, 8));
  private final JobDelivery job = job(1, 2, 4, "");
  private final Map<Integer, Job> parts =
      JobManifests.parts(
          lease, job, PodPlan.of(job.spec(), PodPlan.nodes(lease), Map.of()).orElseThrow(), NOW);

  @Test
  void areMadeSuspendedInTheQueueAndElseAsEver() {
    Job plain = plain(0);
    Job queued = JobQueue.queued(plain);

    assertThat(JobQueue.isHeld(plain)).isFalse();
    assertThat(JobQueue.isHeld(queued)).isTrue();
    assertThat(queued.getMetadata().getLabels())
        .containsEntry("kueue.x-k8s.io/queue-name", "berth")
        .containsAllEntriesOf(plain.getMetadata().getLabels());
    assertThat(queued.getSpec().getTemplate()).isEqualTo(plain.getSpec().getTemplate());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "QuotaReserved=False | no quota | no quota",
        "QuotaReserved=False,Evicted=True | preempted | preempted",
        "Evicted=True | deactivated | deactivated",
        "Finished=True,QuotaReserved=True | conflicting selector | conflicting selector",
        "QuotaReserved=True | reserved | its quota is reserved; the provider's admission checks are under way.",
        "QuotaReserved=True,Admitted=True | admitted | it is admitted and about to start.",
        "QuotaReserved=False | ' ' | Kueue does not say why.",
        "Other=True | other | Kueue does not say why."
      })
  void sayInKueuesWordsWhyTheyWait(String conditions, String message, String reason) {
    StringBuilder status = new StringBuilder();
    for (String condition : conditions.split(",", -1)) {
      String[] sides = condition.split("=", 2);
      status
          .append(status.isEmpty() ? "" : ",")
          .append(
              "{\"type\": \"%s\", \"status\": \"%s\", \"message\": \"%s\"}"
                  .formatted(sides[0], sides[1], message));
    }

    assertThat(JobQueue.reason(queued(0), List.of(workload(status.toString(), "uid-0"))))
        .isEqualTo(reason);
  }

  @Test
  void takeNoWordsOfAnothersWorkload() {
    GenericKubernetesResource earlier =
        workload(
            "{\"type\": \"QuotaReserved\", \"status\": \"False\", \"message\": \"no\"}", "uid-9");

    assertThat(JobQueue.reason(queued(0), List.of(earlier)))
        .isEqualTo("Kueue has not taken it up yet.");
    assertThat(JobQueue.reason(plain(0), List.of(earlier)))
        .isEqualTo("somebody in the cluster suspended it.");
  }

  @Test
  void canRunOnceTheyAreAdmitted() {
    Optional<Instant> made = Optional.of(NOW);
    Job first = started(0, NOW.plusSeconds(60));
    Job second = started(1, NOW.plusSeconds(90));
    Job unsaid = new KubernetesSerialization().clone(first);
    unsaid.getStatus().setStartTime(null);

    assertThat(JobQueue.startableSince(List.of(plain(0), plain(1)), made)).isEqualTo(made);
    assertThat(JobQueue.startableSince(List.of(queued(0), queued(1)), made)).isEmpty();
    assertThat(JobQueue.startableSince(List.of(first, queued(1)), made))
        .contains(NOW.plusSeconds(60));
    assertThat(JobQueue.startableSince(List.of(first, second), made)).contains(NOW.plusSeconds(90));
    assertThat(JobQueue.startableSince(List.of(unsaid, second), made)).isEmpty();
  }

  private Job plain(int rank) {
    Job part = Optional.ofNullable(parts.get(rank)).orElseThrow();
    return part.edit().editMetadata().withUid("uid-" + rank).endMetadata().build();
  }

  private Job queued(int rank) {
    return JobQueue.queued(plain(rank));
  }

  private Job started(int rank, Instant at) {
    return queued(rank)
        .edit()
        .editSpec()
        .withSuspend(false)
        .endSpec()
        .withNewStatus()
        .withStartTime(at.toString())
        .endStatus()
        .build();
  }

  private GenericKubernetesResource workload(String conditions, String ownerUid) {
    return new KubernetesSerialization()
        .unmarshal(
            """
            {"apiVersion": "kueue.x-k8s.io/v1beta2", "kind": "Workload",
             "metadata": {"name": "job-1", "ownerReferences": [
               {"apiVersion": "batch/v1", "kind": "Job", "name": "%s", "uid": "%s", "controller": true}]},
             "status": {"conditions": [%s]}}
            """
                .formatted(plain(0).getMetadata().getName(), ownerUid, conditions),
            GenericKubernetesResource.class);
  }
}
