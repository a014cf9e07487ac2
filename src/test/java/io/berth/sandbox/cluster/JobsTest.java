package io.berth.sandbox.cluster;

import static io.berth.sandbox.cluster.SimulatedClusterFixture.GPU;
import static io.berth.sandbox.cluster.SimulatedClusterFixture.NAMESPACE;
import static io.berth.sandbox.cluster.SimulatedClusterFixture.gpuJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsTest {

  private SimulatedClusterFixture fixture;

  @BeforeEach
  void start() {
    fixture = SimulatedClusterFixture.withNamespace();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void runsAJobOnTheNodeThatItNames() {
    fixture.create(onNode("h100-2", gpuJob("train", 8, "sleep 30")));
    fixture.settle();

    Pod running = fixture.pods("train").getFirst();
    assertThat(running.getSpec().getNodeName()).isEqualTo("h100-2");
    assertThat(running.getStatus().getPhase()).isEqualTo("Running");
    assertThat(running.getStatus().getContainerStatuses().getFirst().getState().getRunning())
        .isNotNull();
    assertThat(fixture.job("train").getStatus().getActive()).isEqualTo(1);
    assertThat(fixture.job("train").getStatus().getReady()).isEqualTo(1);

    fixture.advance(Duration.ofSeconds(29));
    fixture.loop.pass();
    assertThat(fixture.job("train").getStatus().getSucceeded()).isZero();

    fixture.advance(Duration.ofSeconds(1));
    fixture.loop.pass();
    Job done = fixture.job("train");
    assertThat(done.getStatus().getSucceeded()).isEqualTo(1);
    assertThat(done.getStatus().getActive()).isZero();
    assertThat(done.getStatus().getCompletionTime()).isEqualTo("2026-11-01T10:00:30Z");
    assertThat(conditions(done)).contains("Complete CompletionsReached");
    assertThat(fixture.eventReasons(running.getMetadata().getName()))
        .containsExactlyInAnyOrder("Scheduled", "Started");
    assertThat(fixture.eventReasons("train")).contains("SuccessfulCreate", "Completed");
  }

  @Test
  void failsAJobWhosePodsKeepFailing() {
    fixture.create(
        gpuJob("broken", 1, "sleep 5; exit 3").editSpec().withBackoffLimit(1).endSpec().build());
    for (int i = 0; i < 2; i++) {
      fixture.settle();
      fixture.advance(Duration.ofSeconds(5));
    }
    fixture.loop.pass();

    Job failed = fixture.job("broken");
    assertThat(failed.getStatus().getFailed()).isEqualTo(2);
    assertThat(failed.getStatus().getCompletionTime()).isNull();
    assertThat(conditions(failed)).contains("Failed BackoffLimitExceeded");
    assertThat(fixture.pods("broken"))
        .hasSize(2)
        .allSatisfy(pod ->
            assertThat(
                    pod.getStatus()
                        .getContainerStatuses()
                        .getFirst()
                        .getState()
                        .getTerminated()
                        .getExitCode())
                .isEqualTo(3));
  }

  @Test
  void restartsAContainerInPlaceWhenAskedTo() {
    fixture.create(
        gpuJob("flaky", 1, "sleep 5; exit 1")
            .editSpec()
            .withBackoffLimit(2)
            .editTemplate()
            .editSpec()
            .withRestartPolicy("OnFailure")
            .endSpec()
            .endTemplate()
            .endSpec()
            .build());
    fixture.settle();
    fixture.advance(Duration.ofSeconds(5));
    fixture.loop.pass();

    assertThat(fixture.pods("flaky")).hasSize(1);
    assertThat(
            fixture
                .pods("flaky")
                .getFirst()
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getRestartCount())
        .isEqualTo(1);

    fixture.advance(Duration.ofSeconds(5));
    fixture.loop.pass();
    assertThat(conditions(fixture.job("flaky"))).contains("Failed BackoffLimitExceeded");
    assertThat(fixture.pods("flaky")).isEmpty();
  }

  @Test
  void endsAJobAtItsDeadline() {
    fixture.create(
        gpuJob("endless", 1, "sleep infinity")
            .editSpec()
            .withActiveDeadlineSeconds(60L)
            .endSpec()
            .build());
    fixture.settle();
    fixture.advance(Duration.ofSeconds(60));
    fixture.loop.pass();

    assertThat(conditions(fixture.job("endless"))).contains("Failed DeadlineExceeded");
    assertThat(fixture.pods("endless")).isEmpty();
  }

  @Test
  void holdsAPodUntilDevicesAreFree() {
    fixture.create(onNode("h100-1", gpuJob("first", 8, "sleep 600")));
    fixture.settle();
    fixture.create(onNode("h100-1", gpuJob("second", 1, "sleep 1")));
    fixture.settle();

    Pod waiting = fixture.pods("second").getFirst();
    assertThat(waiting.getStatus().getPhase()).isEqualTo("Pending");
    assertThat(waiting.getSpec().getNodeName()).isNull();
    assertThat(waiting.getStatus().getConditions().getFirst().getMessage())
        .isEqualTo(
            "0/3 nodes are available: 1 Insufficient nvidia.com/gpu,"
                + " 2 node(s) didn't match Pod's node affinity/selector.");
    assertThat(fixture.eventReasons(waiting.getMetadata().getName()))
        .containsExactly("FailedScheduling");

    fixture.client.batch().v1().jobs().inNamespace(NAMESPACE).withName("first").delete();
    fixture.settle();
    assertThat(fixture.pods("first")).isEmpty();
    assertThat(fixture.pods("second").getFirst().getSpec().getNodeName()).isEqualTo("h100-1");
    assertThat(fixture.pods("second").getFirst().getStatus().getPhase()).isEqualTo("Running");
  }

  @Test
  void keepsPodsOffCordonedAndTaintedNodes() {
    fixture
        .client
        .nodes()
        .withName("h100-1")
        .edit(n -> n.edit().editSpec().withUnschedulable(true).endSpec().build());
    fixture.create(
        gpuJob("intolerant", 1, "sleep 1")
            .editSpec()
            .editTemplate()
            .editSpec()
            .withTolerations(List.of())
            .endSpec()
            .endTemplate()
            .endSpec()
            .build());
    fixture.create(gpuJob("tolerant", 1, "sleep 1").build());
    fixture.settle();

    assertThat(fixture.pods("tolerant").getFirst().getSpec().getNodeName()).isEqualTo("h100-2");
    assertThat(
            fixture
                .pods("intolerant")
                .getFirst()
                .getStatus()
                .getConditions()
                .getFirst()
                .getMessage())
        .contains("1 node(s) were unschedulable")
        .contains("1 node(s) had untolerated taint {nvidia.com/gpu: present}");

    fixture
        .client
        .nodes()
        .withName("h100-1")
        .edit(n -> n.edit().editSpec().withUnschedulable(false).endSpec().build());
    fixture.loop.pass();
    assertThat(fixture.client.nodes().withName("h100-1").get().getSpec().getTaints()).hasSize(1);
  }

  @Test
  void runsEachIndexOnce() {
    fixture.create(
        gpuJob("indexed", 4, "sleep 10")
            .editSpec()
            .withCompletionMode("Indexed")
            .withCompletions(3)
            .withParallelism(2)
            .endSpec()
            .build());
    fixture.settle();
    assertThat(fixture.pods("indexed"))
        .extracting(
            p -> p.getMetadata().getAnnotations().get("batch.kubernetes.io/job-completion-index"))
        .containsExactlyInAnyOrder("0", "1");
    assertThat(fixture.pods("indexed").getFirst().getSpec().getContainers().getFirst().getEnv())
        .extracting("name")
        .containsExactly("JOB_COMPLETION_INDEX");

    fixture.advance(Duration.ofSeconds(10));
    fixture.settle();
    fixture.advance(Duration.ofSeconds(10));
    fixture.loop.pass();

    assertThat(fixture.job("indexed").getStatus().getCompletedIndexes()).isEqualTo("0-2");
    assertThat(conditions(fixture.job("indexed"))).contains("Complete CompletionsReached");
  }

  @Test
  void removesAFinishedJobAfterItsTime() {
    fixture.create(
        gpuJob("brief", 1, "sleep 1")
            .editSpec()
            .withTtlSecondsAfterFinished(100)
            .endSpec()
            .build());
    fixture.settle();
    fixture.advance(Duration.ofSeconds(1));
    fixture.loop.pass();
    fixture.advance(Duration.ofSeconds(99));
    fixture.settle();
    assertThat(fixture.job("brief")).isNotNull();

    fixture.advance(Duration.ofSeconds(1));
    fixture.settle();
    assertThat(fixture.job("brief")).isNull();
    assertThat(fixture.pods("brief")).isEmpty();
  }

  @Test
  void createsNoPodBeyondTheQuota() {
    fixture.client.resource(quota("4")).create();
    fixture.create(gpuJob("within", 4, "sleep 60").build());
    fixture.settle();
    fixture.create(gpuJob("beyond", 1, "sleep 60").build());
    fixture.settle();

    assertThat(fixture.pods("within")).hasSize(1);
    assertThat(fixture.pods("beyond")).isEmpty();
    assertThat(fixture.eventReasons("beyond")).containsExactly("FailedCreate");
    ResourceQuota counted =
        fixture.client.resourceQuotas().inNamespace(NAMESPACE).withName("lease").get();
    assertThat(counted.getStatus().getUsed()).containsEntry("requests." + GPU, new Quantity("4"));

    fixture.advance(Duration.ofSeconds(60));
    fixture.settle();
    assertThat(fixture.pods("beyond")).hasSize(1);
  }

  @Test
  void leavesNothingOfADeletedNamespace() {
    fixture.client.resource(quota("8")).create();
    fixture.create(gpuJob("train", 4, "sleep 60").build());
    fixture.settle();

    fixture.client.namespaces().withName(NAMESPACE).delete();
    assertThat(fixture.client.namespaces().withName(NAMESPACE).get().getStatus().getPhase())
        .isEqualTo("Terminating");
    fixture.settle();

    assertThat(fixture.client.namespaces().withName(NAMESPACE).get()).isNull();
    assertThat(fixture.client.pods().inAnyNamespace().list().getItems()).isEmpty();
    assertThat(fixture.client.batch().v1().jobs().inAnyNamespace().list().getItems()).isEmpty();
    assertThat(fixture.client.resourceQuotas().inAnyNamespace().list().getItems()).isEmpty();
    assertThat(fixture.client.v1().events().inAnyNamespace().list().getItems()).isEmpty();
  }

  @Test
  void replacesThePodOfALostNode() {
    fixture.create(gpuJob("train", 8, "sleep 60").build());
    fixture.settle();
    String lost = fixture.pods("train").getFirst().getSpec().getNodeName();

    fixture.client.nodes().withName(lost).delete();
    fixture.settle();

    assertThat(fixture.pods("train")).hasSize(1);
    assertThat(fixture.pods("train").getFirst().getSpec().getNodeName())
        .startsWith("h100-")
        .isNotEqualTo(lost);
  }

  @Test
  void goesOnAfterARestart(@TempDir Path folder) throws IOException {
    Instant start = Instant.parse("2026-11-01T10:00:00Z");
    String certificate;
    String version;
    String uid;
    try (var before = new SimulatedClusterFixture(folder, start)) {
      before.createNamespace();
      before.create(onNode("h100-1", gpuJob("train", 8, "sleep 30")));
      before.settle();
      before.client.nodes().withName("h100-2").delete();
      certificate = before.cluster.caCertificatePem();
      version = before.job("train").getMetadata().getResourceVersion();
      uid = before.pods("train").getFirst().getMetadata().getUid();
      // What a kill in the middle of a write leaves behind.
      Files.writeString(
          folder.resolve("objects/core/v1/nodes/_/h100-1.json.unfinished"), "{\"half");
    }

    try (var after = new SimulatedClusterFixture(folder, start.plusSeconds(30))) {
      assertThat(after.cluster.caCertificatePem()).isEqualTo(certificate);
      assertThat(after.client.nodes().list().getItems())
          .extracting(n -> n.getMetadata().getName())
          .containsExactlyInAnyOrder("h100-1", "h100-2", "cpu-1");
      assertThat(after.job("train").getMetadata().getResourceVersion()).isEqualTo(version);
      assertThat(after.pods("train").getFirst().getMetadata().getUid()).isEqualTo(uid);
      assertThat(after.pods("train").getFirst().getStatus().getPhase()).isEqualTo("Running");

      after.loop.pass();

      assertThat(conditions(after.job("train"))).contains("Complete CompletionsReached");
      assertThat(Long.parseLong(after.job("train").getMetadata().getResourceVersion()))
          .isGreaterThan(Long.parseLong(version));
      after.client.batch().v1().jobs().inNamespace(NAMESPACE).withName("train").delete();
      after.settle();
      assertThat(after.pods("train")).isEmpty();
    }

    try (var again = new SimulatedClusterFixture(folder, start.plusSeconds(60))) {
      assertThat(again.job("train")).isNull();
      assertThat(again.pods("train")).isEmpty();
    }
  }

  private static Job onNode(String node, JobBuilder job) {
    return job.editSpec()
        .editTemplate()
        .editSpec()
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewNodeSelectorTerm()
        .addNewMatchExpression()
        .withKey("kubernetes.io/hostname")
        .withOperator("In")
        .withValues(node)
        .endMatchExpression()
        .endNodeSelectorTerm()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static ResourceQuota quota(String devices) {
    return new ResourceQuotaBuilder()
        .withNewMetadata()
        .withName("lease")
        .withNamespace(NAMESPACE)
        .endMetadata()
        .withNewSpec()
        .addToHard("requests." + GPU, new Quantity(devices))
        .endSpec()
        .build();
  }

  private static List<String> conditions(Job job) {
    return job.getStatus().getConditions().stream()
        .filter(c -> c.getStatus().equals("True"))
        .map((JobCondition c) -> c.getType() + " " + c.getReason())
        .toList();
  }
}
