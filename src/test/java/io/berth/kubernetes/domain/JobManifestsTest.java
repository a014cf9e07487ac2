package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.PRODUCT;
import static io.berth.kubernetes.LeaseFixtures.TAINT;
import static io.berth.kubernetes.LeaseFixtures.deadline;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.NodeTaint;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JobManifestsTest {

  private final LeaseDelivery lease = lease(LeaseState.ACTIVE, slots(1, 8), slots(2, 3));

  @Test
  void tiesEachPartToOneLeasedNode() {
    Map<Integer, Job> parts = parts(lease, job(1, 5, 2, "sleep 1"));

    assertThat(parts).containsOnlyKeys(0, 1);
    assertThat(parts.get(0).getMetadata().getName()).matches("job-[a-z2-7]{26}-0");
    assertThat(parts.get(0).getSpec().getParallelism()).isEqualTo(4);
    assertThat(parts.get(0).getSpec().getCompletions()).isEqualTo(4);
    assertThat(parts.get(1).getSpec().getParallelism()).isEqualTo(1);
    NodeSelectorTerm term = onlyTerm(parts.get(1));
    assertThat(term.getMatchFields())
        .singleElement()
        .satisfies(field -> {
          assertThat(field.getKey()).isEqualTo("metadata.name");
          assertThat(field.getOperator()).isEqualTo("In");
          assertThat(field.getValues()).containsExactly("h100-2");
        });
    assertThat(term.getMatchExpressions())
        .singleElement()
        .satisfies(expression -> {
          assertThat(expression.getKey()).isEqualTo(PRODUCT.key());
          assertThat(expression.getValues()).containsExactly(PRODUCT.value());
        });
  }

  @Test
  void asksForAcceleratorsAndNothingThatAPodDoesNotNeed() {
    PodSpec pod = podSpec(only(parts(lease, job(1, 1, 2, "sleep 1"))));
    Container container = pod.getContainers().getFirst();

    assertThat(pod.getRestartPolicy()).isEqualTo("Never");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getServiceAccountName()).isEqualTo(LeaseManifests.JOB_ACCOUNT);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(container.getResources().getLimits()).isEqualTo(Map.of(GPU, new Quantity("2")));
    assertThat(container.getResources().getRequests()).isEqualTo(Map.of(GPU, new Quantity("2")));
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getCommand()).containsExactly("sh", "-c");
    assertThat(container.getArgs()).containsExactly("sleep 1");
  }

  @Test
  void sharesProcessorsAndMemoryOutByAccelerators() {
    LeaseDelivery sized = lease(LeaseState.ACTIVE, sizedSlots(1, 8));

    Container container =
        podSpec(only(parts(sized, job(1, 1, 2, "sleep 1")))).getContainers().getFirst();

    assertThat(container.getResources().getLimits())
        .isEqualTo(
            Map.of(
                GPU, new Quantity("2"), "cpu", new Quantity("16"), "memory", new Quantity("64Gi")));
    // Half of it is asked for, so that the provider's own agents fit beside.
    assertThat(container.getResources().getRequests())
        .isEqualTo(
            Map.of(
                GPU, new Quantity("2"), "cpu", new Quantity("8"), "memory", new Quantity("32Gi")));
  }

  @Test
  void toleratesTheNodesOwnTaintsAndNotItsIllnesses() {
    LeasedNode ill =
        slots(
            1,
            8,
            TAINT,
            new NodeTaint("dedicated", null, "NoExecute"),
            new NodeTaint("node.kubernetes.io/unschedulable", null, "NoSchedule"),
            new NodeTaint("node.kubernetes.io/unreachable", null, "NoExecute"));

    PodSpec pod = podSpec(only(parts(lease(LeaseState.ACTIVE, ill), job(1, 1, 8, "sleep 1"))));

    assertThat(pod.getTolerations())
        .extracting(t -> t.getKey() + "=" + t.getValue() + ":" + t.getEffect() + t.getOperator())
        // The last is what the lease puts there itself where it has all of the node.
        .containsExactly(
            "nvidia.com/gpu=present:NoScheduleEqual",
            "dedicated=:NoExecuteEqual",
            "lease.berth.io/id=%s:NoScheduleEqual"
                .formatted(Marks.namespace(lease.id()).substring("berth-".length())));
  }

  @Test
  void tellsEachPodWhichOneItIs() {
    Map<Integer, Job> parts = parts(lease, job(1, 5, 2, "sleep 1"));

    assertThat(parts.values())
        .allSatisfy(part -> assertThat(part.getSpec().getCompletionMode()).isEqualTo("Indexed"));
    assertThat(env(parts.get(0))).containsEntry("BERTH_INDEX_OFFSET", "0");
    assertThat(env(parts.get(1)))
        .containsEntry("BERTH_INDEX_OFFSET", "4")
        .containsEntry("BERTH_PODS", "5")
        .containsEntry("BERTH_LEASE_ID", lease.id().toString())
        .containsEntry("EPOCHS", "3");
    assertThat(only(parts(lease, job(1, 1, 2, "sleep 1"))).getSpec().getCompletionMode())
        .isEqualTo("NonIndexed");
  }

  @Test
  void endsAJobAtItsDeadlineOrWithItsLease() {
    JobDelivery job = job(1, 1, 2, "sleep 1");

    assertThat(deadlineSeconds(job)).isEqualTo(Duration.ofHours(9).toSeconds());
    assertThat(deadlineSeconds(deadline(job, Duration.ofHours(10))))
        .isEqualTo(Duration.ofHours(9).toSeconds());
    assertThat(deadlineSeconds(deadline(job, Duration.ofMinutes(5)))).isEqualTo(300);
    assertThat(
            only(JobManifests.parts(lease, job, plan(lease, job), lease.period().end()))
                .getSpec()
                .getActiveDeadlineSeconds())
        .isEqualTo(1);
  }

  private long deadlineSeconds(JobDelivery job) {
    return only(parts(lease, job)).getSpec().getActiveDeadlineSeconds();
  }

  private static Map<Integer, Job> parts(LeaseDelivery lease, JobDelivery job) {
    return JobManifests.parts(lease, job, plan(lease, job), NOW);
  }

  private static PodPlan plan(LeaseDelivery lease, JobDelivery job) {
    return PodPlan.of(job.spec(), PodPlan.nodes(lease), Map.of()).orElseThrow();
  }

  private static Job only(Map<Integer, Job> parts) {
    assertThat(parts).hasSize(1);
    return parts.values().iterator().next();
  }

  private static PodSpec podSpec(Job part) {
    return part.getSpec().getTemplate().getSpec();
  }

  private static NodeSelectorTerm onlyTerm(Job part) {
    List<NodeSelectorTerm> terms =
        podSpec(part)
            .getAffinity()
            .getNodeAffinity()
            .getRequiredDuringSchedulingIgnoredDuringExecution()
            .getNodeSelectorTerms();
    assertThat(terms).hasSize(1);
    return terms.getFirst();
  }

  private static Map<String, String> env(Job part) {
    return podSpec(part).getContainers().getFirst().getEnv().stream()
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }
}
