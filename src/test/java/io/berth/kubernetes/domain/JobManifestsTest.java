package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.PRODUCT;
import static io.berth.kubernetes.LeaseFixtures.TAINT;
import static io.berth.kubernetes.LeaseFixtures.apart;
import static io.berth.kubernetes.LeaseFixtures.claimed;
import static io.berth.kubernetes.LeaseFixtures.deadline;
import static io.berth.kubernetes.LeaseFixtures.furnished;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.retried;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.NodeTaint;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.JobProgress;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.berth.leasing.LeaseState;
import io.berth.leasing.SealedEnv;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
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

    assertThat(parts).containsOnlyKeys(0, 1, 2, 3, 4);
    assertThat(parts.get(0).getMetadata().getName()).matches("job-[a-z2-7]{26}-0");
    assertThat(parts.values())
        .allSatisfy(part -> {
          assertThat(part.getSpec().getParallelism()).isEqualTo(1);
          assertThat(part.getSpec().getCompletions()).isEqualTo(1);
        })
        .extracting(part -> LeaseContents.nodeNumber(part, PodPlan.nodes(lease)))
        .containsExactly(0, 0, 0, 0, 1);
    NodeSelectorTerm term = onlyTerm(parts.get(4));
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
            new NodeTaint("node.kubernetes.io/disk-pressure", null, "NoSchedule"),
            new NodeTaint("node.kubernetes.io/unreachable", null, "NoExecute"));

    PodSpec pod = podSpec(only(parts(lease(LeaseState.ACTIVE, ill), job(1, 1, 8, "sleep 1"))));

    assertThat(pod.getTolerations())
        .extracting(t -> t.getKey() + "=" + t.getValue() + ":" + t.getEffect() + t.getOperator())
        // Then what the lease puts there itself where it has all of the node, and what would evict.
        .containsExactly(
            "nvidia.com/gpu=present:NoScheduleEqual",
            "dedicated=:NoExecuteEqual",
            "lease.berth.io/id=%s:NoScheduleEqual"
                .formatted(Marks.namespace(lease.id()).substring("berth-".length())),
            "node.kubernetes.io/unschedulable=null:NoScheduleExists",
            "node.kubernetes.io/not-ready=null:NoExecuteExists",
            "node.kubernetes.io/unreachable=null:NoExecuteExists");
  }

  @Test
  void tellsEachPodItsRankAndWhereTheFirstIs() {
    JobDelivery job = job(1, 5, 2, "sleep 1");
    Map<Integer, Job> parts = parts(lease, job);
    Job owner = owner(parts);
    Service service = JobManifests.service(lease, job, owner).orElseThrow();
    PodSpec first = podSpec(parts.get(0));
    String master = first.getHostname() + "." + first.getSubdomain();

    assertThat(env(parts.get(0))).containsEntry("RANK", "0").containsEntry("WORLD_SIZE", "5");
    assertThat(env(parts.get(4)))
        .containsEntry("RANK", "4")
        .containsEntry("WORLD_SIZE", "5")
        .containsEntry("MASTER_ADDR", master)
        .containsEntry("MASTER_PORT", "29500")
        .containsEntry("BERTH_PODS", "5")
        .containsEntry("BERTH_ACCELERATORS", "2")
        .containsEntry("BERTH_LEASE_ID", lease.id().toString())
        .containsEntry("EPOCHS", "3");
    assertThat(first.getSubdomain()).isEqualTo(service.getMetadata().getName());
    assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
    assertThat(parts.values())
        .allSatisfy(part ->
            assertThat(part.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector()));
    assertThat(service.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(reference -> assertThat(reference.getUid()).isEqualTo("uid-of-rank-0"));
  }

  @Test
  void leavesASinglePodToItself() {
    JobDelivery job = job(1, 1, 2, "sleep 1");
    Job part = only(parts(lease, job));

    assertThat(env(part)).doesNotContainKeys("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT");
    assertThat(podSpec(part).getSubdomain()).isNull();
    assertThat(JobManifests.service(lease, job, part)).isEmpty();
    assertThat(JobManifests.secret(lease, job, part)).isEmpty();
  }

  @Test
  void letsTheClusterRetryASinglePodAndNoneOfAGang() {
    assertThat(only(parts(lease, retried(job(1, 1, 2, "sleep 1"), 3))).getSpec().getBackoffLimit())
        .isEqualTo(3);
    assertThat(parts(lease, retried(job(1, 2, 2, "sleep 1"), 3)).values())
        .allSatisfy(part -> assertThat(part.getSpec().getBackoffLimit()).isZero());
  }

  @Test
  void givesRanksOfTheirOwnSizeTheirAccelerators() {
    Map<Integer, Job> parts = parts(lease, apart(job(1, 1, 1, "sleep 1"), 3, 8));

    assertThat(accelerators(parts.get(0))).isEqualTo(new Quantity("3"));
    assertThat(accelerators(parts.get(1))).isEqualTo(new Quantity("8"));
    assertThat(LeaseContents.nodeNumber(parts.get(1), PodPlan.nodes(lease))).isZero();
  }

  @Test
  void mountsWhatTheTenantAsksForAndNothingOfTheNode() {
    PodSpec pod =
        podSpec(only(parts(lease, furnished(job(1, 1, 2, "sleep 1"), Map.of("TOKEN", "hush")))));

    assertThat(pod.getVolumes())
        .extracting(Volume::getName)
        .containsExactly("shared-memory", "volume-scratch", "volume-data");
    assertThat(pod.getVolumes().get(0).getEmptyDir().getMedium()).isEqualTo("Memory");
    assertThat(pod.getVolumes().get(0).getEmptyDir().getSizeLimit())
        .isEqualTo(new Quantity("64Gi"));
    assertThat(pod.getVolumes().get(1).getEmptyDir().getSizeLimit())
        .isEqualTo(new Quantity("200Gi"));
    assertThat(pod.getVolumes().get(2).getPersistentVolumeClaim().getClaimName())
        .isEqualTo("datasets");
    assertThat(pod.getVolumes()).allSatisfy(volume -> assertThat(volume.getHostPath()).isNull());
    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .extracting(
            mount -> mount.getName() + " " + mount.getMountPath() + " " + mount.getReadOnly())
        .containsExactly(
            "shared-memory /dev/shm null",
            "volume-scratch /scratch null",
            "volume-data /data true");
  }

  @Test
  void bringsSecretsBySecretAlone() {
    JobDelivery job = furnished(job(1, 1, 2, "sleep 1"), Map.of("TOKEN", "hush"));
    Job part = only(parts(lease, job));
    Secret secret = JobManifests.secret(lease, job, part).orElseThrow();

    assertThat(secret.getStringData()).isEqualTo(Map.of("TOKEN", "hush"));
    assertThat(secret.getImmutable()).isTrue();
    assertThat(podSpec(part).getContainers().getFirst().getEnv())
        .filteredOn(variable -> variable.getName().equals("TOKEN"))
        .singleElement()
        .satisfies(variable -> {
          assertThat(variable.getValue()).isNull();
          assertThat(variable.getValueFrom().getSecretKeyRef().getName())
              .isEqualTo(secret.getMetadata().getName());
        });
    assertThat(part.toString() + job).doesNotContain("hush");
  }

  @Test
  void pullsAPrivateImageWithTheSameSecret() {
    Map<String, String> secrets =
        Map.of("TOKEN", "hush", SealedEnv.REGISTRY, "{\"auths\": {\"registry.example\": {}}}");
    JobDelivery job = furnished(job(1, 1, 2, "sleep 1"), secrets);
    Job part = only(parts(lease, job));
    Secret secret = JobManifests.secret(lease, job, part).orElseThrow();

    assertThat(secret.getType()).isEqualTo("kubernetes.io/dockerconfigjson");
    assertThat(secret.getStringData()).isEqualTo(secrets);
    assertThat(podSpec(part).getImagePullSecrets())
        .extracting(LocalObjectReference::getName)
        .containsExactly(secret.getMetadata().getName());
    assertThat(podSpec(part).getContainers().getFirst().getEnv())
        .extracting(EnvVar::getName)
        .contains("TOKEN")
        .doesNotContain(SealedEnv.REGISTRY);
  }

  @Test
  void letsNobodyRunAnImageThatANodeHasFromOthers() {
    PodSpec pod = podSpec(only(parts(lease, job(1, 1, 2, "sleep 1"))));

    assertThat(pod.getContainers().getFirst().getImagePullPolicy()).isEqualTo("Always");
    assertThat(pod.getImagePullSecrets()).isEmpty();
  }

  private static Quantity accelerators(Job part) {
    return podSpec(part).getContainers().getFirst().getResources().getLimits().get(GPU);
  }

  private static Job owner(Map<Integer, Job> parts) {
    return new JobBuilder(parts.get(0))
        .editMetadata()
        .withUid("uid-of-rank-0")
        .endMetadata()
        .build();
  }

  @Test
  void countsADeadlineFromTheFirstStart() {
    JobDelivery job = deadline(job(1, 1, 2, "sleep 1"), Duration.ofMinutes(30));
    JobDelivery again =
        new JobDelivery(
            job.id(),
            job.state(),
            false,
            job.spec(),
            job.secrets(),
            new JobProgress(1, 1, NOW.minus(Duration.ofMinutes(20))));

    assertThat(deadlineSeconds(again)).isEqualTo(600);
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

  /** An image may set these itself; what NVIDIA's plugin sets is left to it. */
  @Test
  void letsNoImageChooseDevicesOfASharedNode() {
    LeaseDelivery shared = lease(LeaseState.ACTIVE, slots(1, 4));
    LeaseDelivery whole = lease(LeaseState.ACTIVE, slots(1, 8));
    JobDelivery job = job(1, 1, 2, "sleep 1");

    assertThat(deviceVariables(shared, job)).containsExactly("NVIDIA_NVSWITCH=disabled");
    assertThat(deviceVariables(claimed(shared), job))
        .containsExactly("NVIDIA_NVSWITCH=disabled", "NVIDIA_VISIBLE_DEVICES=void");
    assertThat(deviceVariables(whole, job)).isEmpty();
    assertThat(deviceVariables(claimed(whole), job)).isEmpty();
  }

  private List<String> deviceVariables(LeaseDelivery lease, JobDelivery job) {
    return podSpec(only(parts(lease, job))).getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getName().startsWith("NVIDIA_"))
        .map(variable -> variable.getName() + "=" + variable.getValue())
        .toList();
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
        .filter(variable -> variable.getValue() != null)
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }
}
