package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.furnished;
import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.JobProgress;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deliveries in the middle of which the API server is killed. */
class OutagePlaneIT extends LeaseOnPlane {

  @Test
  void goesOnWithAStartThatAnOutageCutShort() {
    StepReport cut =
        cluster.stepInterrupted(in(LeaseState.PROVISIONING, lease), "POST", "/resourcequotas", 1);
    StepReport after = cluster.step(in(LeaseState.PROVISIONING, lease));

    assertIsOutage(cut);
    assertThat(after.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(names()).hasSize(7);
  }

  @Test
  void startsAJobWholeThatAnOutageCutInHalf() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.step(lease);
    StepReport cut = cluster.stepInterrupted(with(lease, job), "POST", "/jobs", 2);
    int half = cluster.parts(lease.id()).size();

    JobObservation running = cluster.until(JobState.RUNNING, lease, job);

    assertIsOutage(cut);
    assertThat(half).isEqualTo(1);
    assertThat(running.message()).isEqualTo("4 of 4 pods run.");
    assertThat(cluster.parts(lease.id())).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"/secrets, 1", "/services, 1", "/jobs, 4"})
  void startsAGangWholeWhereverAnOutageCutIt(String path, int count) {
    JobDelivery job = furnished(job(1, 4, 2, "sleep infinity"), Map.of("TOKEN", "hush"));
    claim("datasets");
    StepReport cut = cluster.stepInterrupted(with(lease, job), "POST", path, count);

    JobObservation running = cluster.until(JobState.RUNNING, lease, job);

    assertIsOutage(cut);
    assertThat(running.attempt()).isZero();
    assertThat(running.message()).isEqualTo("4 of 4 pods run.");
    assertThat(cluster.parts(lease.id())).hasSize(4);
    String companion = Marks.companion(job.id(), 0);
    KubernetesClient admin = cluster.admin();
    assertThat(admin.services().inNamespace(namespace).withName(companion).get()).isNotNull();
    assertThat(admin.secrets().inNamespace(namespace).withName(companion).get()).isNotNull();
  }

  @Test
  void goesOnWithARestartThatAnOutageCutInHalf() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    JobDelivery next =
        new JobDelivery(
            job.id(),
            JobState.STARTING,
            false,
            job.spec(),
            job.secrets(),
            new JobProgress(1, 0, null));

    StepReport cut =
        cluster.stepInterrupted(with(lease, next), "DELETE", "/jobs/" + Marks.part(job.id(), 2), 1);
    JobObservation running = cluster.until(JobState.RUNNING, lease, next);

    assertIsOutage(cut);
    assertThat(running.message()).isEqualTo("4 of 4 pods run.");
    assertThat(cluster.pods(lease.id()))
        .hasSize(4)
        .allSatisfy(
            pod -> assertThat(pod.getMetadata().getLabels()).containsEntry(Marks.ATTEMPT, "1"));
  }

  @Test
  void findsARunningJobAsItWasAfterAnOutage() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    List<String> pods = cluster.podsOn(lease.id());
    List<String> parts = cluster.parts(lease.id()).stream().map(LeaseOnPlane::identity).toList();
    JobDelivery known = job(job, JobState.RUNNING);

    StepReport cut = cluster.stepInterrupted(with(lease, known), "GET", "/pods", 1);
    StepReport after = cluster.step(with(lease, known));

    assertIsOutage(cut);
    assertThat(after.jobs().get(job.id()).state()).isEqualTo(JobState.RUNNING);
    assertThat(cluster.podsOn(lease.id())).isEqualTo(pods);
    assertThat(cluster.parts(lease.id()).stream().map(LeaseOnPlane::identity)).isEqualTo(parts);
  }

  @Test
  void leavesNothingOfAnEndThatAnOutageCutShort() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    LeaseDelivery ending = in(LeaseState.ENDING, lease);

    StepReport cut = cluster.stepInterrupted(ending, "DELETE", "/" + namespace, 1);
    cluster.end(lease);

    assertIsOutage(cut);
    assertThat(cluster.admin().namespaces().withName(namespace).get()).isNull();
    assertThat(cluster.pods(lease.id())).isEmpty();
  }

  private static void assertIsOutage(StepReport report) {
    assertThat(report.outcome()).isEqualTo(Outcome.STUCK);
    assertThat(report.obstacle().orElseThrow().wholeCluster()).isTrue();
    assertThat(report.jobs()).isEmpty();
  }
}
