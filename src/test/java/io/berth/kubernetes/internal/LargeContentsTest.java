package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.domain.NodeMarks;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobId;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases whose tenants fill their namespaces with more than one answer may have. */
class LargeContentsTest extends SteppedDelivery {

  private static final int ANSWER_MAX = 100_000;
  private static final String LARGE = "x".repeat(20_000);

  private KubernetesClient admin;

  @BeforeEach
  void limit() {
    admin = client;
    client =
        new KubernetesClientBuilder()
            .withConfig(admin.getConfiguration())
            .withHttpClientBuilderConsumer(
                builder -> builder.addOrReplaceInterceptor("limit", new AnswerLimit(ANSWER_MAX)))
            .build();
  }

  @AfterEach
  void closeAdmin() {
    admin.close();
  }

  @Test
  void deliversBesideManyLargePartsThatHaveEnded() {
    step(lease);
    ended(60);
    JobDelivery job = job(1, 1, 2, "sleep 60");

    StepReport report = step(with(lease, job));
    settle();

    assertThat(report.obstacle()).isEmpty();
    assertThat(report.jobs().get(job.id()).state()).isEqualTo(JobState.STARTING);
    assertThat(seen(job(job, JobState.STARTING)).state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void findsWhatIsTooMuchOnEveryPage() {
    step(lease);
    ended(110);

    step(lease);

    settle();
    assertThat(admin.batch().v1().jobs().inNamespace(namespace).list().getItems()).hasSize(100);
  }

  @Test
  void findsAStrayAmongManyLargePods() {
    step(lease);
    for (int i = 0; i < 9; i++) {
      pod("own-" + i, i < 8 ? "h100-1" : "h100-3", LARGE);
    }

    StepReport report = step(with(lease, job(1, 1, 2, "sleep 60")));

    assertThat(report.obstacle()).isEmpty();
    assertThat(report.strays())
        .extracting(pod -> pod.getMetadata().getName())
        .containsExactly("own-8");
  }

  @Test
  void endsALeaseOfManyLargeObjects() {
    JobDelivery job = job(1, 1, 2, "sleep 60");
    seen(job);
    ended(60);
    LeaseDelivery ending = with(in(LeaseState.ENDING, lease), job(job, JobState.RUNNING));

    step(ending);
    settle();

    assertThat(step(ending).outcome()).isEqualTo(Outcome.CLEARED);
  }

  @Test
  void takesItsMarksOffNodesOfWhichMuchIsSaid() {
    step(in(LeaseState.PROVISIONING, lease));
    for (String node : List.of("h100-1", "h100-2")) {
      admin
          .nodes()
          .withName(node)
          .edit(found ->
              found
                  .edit()
                  .editMetadata()
                  .addToAnnotations("large", LARGE.repeat(3))
                  .endMetadata()
                  .build());
    }
    LeaseDelivery ending = in(LeaseState.ENDING, lease);

    step(ending);
    settle();

    assertThat(step(ending).outcome()).isEqualTo(Outcome.CLEARED);
    assertThat(admin.nodes().withLabel(NodeMarks.label(lease.id())).list().getItems()).isEmpty();
  }

  /** An object that is larger than any answer is in one lease's way, and in no other's. */
  @Test
  void saysThatOneObjectIsTooLarge() {
    step(lease);
    pod("own", "h100-1", LARGE.repeat(6));

    Obstacle obstacle = step(lease).obstacle().orElseThrow();

    assertThat(obstacle.reason()).isEqualTo("AnswerTooLarge");
    assertThat(obstacle.wholeCluster()).isFalse();
  }

  @Test
  void removesWhatItCannotReadAndSaysIt() {
    JobDelivery job = job(1, 2, 2, "sleep 60");
    seen(job);
    ended(1);
    inflate(Marks.part(new JobId(new UUID(7, 0)), 0));
    LeaseDelivery ending = with(in(LeaseState.ENDING, lease), job(job, JobState.STARTING));

    StepReport report = step(ending);
    settle();

    assertThat(report.obstacle().orElseThrow().reason()).isEqualTo("AnswerTooLarge");
    assertThat(step(ending).outcome()).isEqualTo(Outcome.CLEARED);
    assertThat(admin.namespaces().withName(namespace).get()).isNull();
  }

  @Test
  void endsALeaseOfWhichNothingMayBeRead() {
    JobDelivery job = job(1, 2, 2, "sleep 60");
    seen(job);
    LeaseDelivery ending = with(in(LeaseState.ENDING, lease), job(job, JobState.STARTING));
    cluster.setDenied(Set.of("list batch/jobs", "list /pods", "list /events"));

    StepReport report = step(ending);
    settle();

    assertThat(report.obstacle().orElseThrow().reason()).isEqualTo("Forbidden");
    assertThat(step(ending).outcome()).isEqualTo(Outcome.CLEARED);
  }

  /** Parts of jobs that came to their end, each with an environment as large as it may be. */
  private void ended(int count) {
    for (int number = 0; number < count; number++) {
      Job part = part(new JobId(new UUID(7, number)), LARGE);
      admin.resource(part).create();
      admin
          .resource(
              new JobBuilder(part)
                  .withNewStatus()
                  .addNewCondition()
                  .withType("Complete")
                  .withStatus("True")
                  .endCondition()
                  .endStatus()
                  .build())
          .updateStatus();
    }
  }

  private Job part(JobId job, String value) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(Marks.part(job, 0))
        .withNamespace(namespace)
        .withLabels(Marks.of(lease.id()))
        .addToLabels(Marks.JOB, job.toString())
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("main")
        .withImage("registry.example/own:1")
        .addNewEnv()
        .withName("LARGE")
        .withValue(value)
        .endEnv()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private void inflate(String part) {
    admin
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(part)
        .edit(found ->
            found
                .edit()
                .editMetadata()
                .addToAnnotations("large", LARGE.repeat(6))
                .endMetadata()
                .build());
  }

  private void pod(String name, String node, String value) {
    admin
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withName("main")
                .withImage("registry.example/own:1")
                .withCommand("sleep", "60")
                .addNewEnv()
                .withName("LARGE")
                .withValue(value)
                .endEnv()
                .endContainer()
                .endSpec()
                .build())
        .create();
  }
}
