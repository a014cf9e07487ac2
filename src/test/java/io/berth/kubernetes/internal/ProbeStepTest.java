package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.DeviceDetector;
import io.berth.inventory.DeviceMismatch;
import io.berth.inventory.PoolProbing;
import io.berth.inventory.PoolProbing.Probe;
import io.berth.inventory.PoolProbing.Round;
import io.berth.inventory.ProbeFinding;
import io.berth.inventory.ProbeFinding.Verdict;
import io.berth.inventory.ProbeId;
import io.berth.inventory.ProbeRoundId;
import io.berth.kubernetes.domain.ProbeManifests;
import io.berth.kubernetes.domain.ProbeReader;
import io.berth.kubernetes.domain.device.Outputs;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Probes in a cluster, from their start to what they found. */
class ProbeStepTest extends SteppedDelivery {

  private static final String IMAGE = "registry.example/berth-probe-nvidia:1.0";
  private static final String H100 = "NVIDIA H100 80GB HBM3";

  private final AcceleratorCatalog catalog = new AcceleratorCatalog();
  private final DeviceDetector detector = new DeviceDetector(catalog);
  private final Instant deadlineAt = clock.instant().plus(Duration.ofMinutes(5));
  private final Probe first = probe(1);
  private final Probe second = probe(2);
  private final Round round = new Round(new ProbeRoundId(new UUID(7, 1)), List.of(first, second));
  private final String home = ProbeManifests.namespace(round.id());

  @BeforeEach
  void printWhatH100sPrint() {
    cluster.setPrinted(IMAGE, Outputs.log("nvidia-smi", Outputs.nvidia(H100, 8, 81559)));
  }

  @Test
  void probesEachNodeAndLeavesNothing() {
    assertThat(probeStep(round)).isEmpty();
    settle();
    List<String> nodes =
        probePods().stream().map(pod -> pod.getSpec().getNodeName()).sorted().toList();
    clock.advance(Duration.ofSeconds(2));
    settle();

    Map<ProbeId, ProbeFinding> found = probeStep(round);
    ProbeStep.clear(client, round.id());
    settle();

    assertThat(nodes).containsExactly("h100-1", "h100-2");
    assertThat(found.keySet()).containsExactly(first.id(), second.id());
    assertThat(found.values()).extracting(ProbeFinding::verdict).containsOnly(Verdict.PASSED);
    assertThat(client.namespaces().withName(home).get()).isNull();
    assertThat(client.pods().inAnyNamespace().list().getItems()).isEmpty();
    // Whoever comes late takes nothing more away.
    ProbeStep.clear(client, round.id());
  }

  @Test
  void makesTheSameTwice() {
    probeStep(round);
    List<String> made = made();
    probeStep(round);

    assertThat(made).hasSize(5);
    assertThat(made()).isEqualTo(made);
  }

  @Test
  void goesOnWhereAnotherStopped() {
    probeStep(round);
    client.batch().v1().jobs().inNamespace(home).withName(ProbeManifests.job(first.id())).delete();
    settle();
    client.namespaces().withName(home).delete();
    probeStep(round);
    settle();

    probeStep(round);
    settle();

    assertThat(jobs()).hasSize(2);
  }

  @Test
  void takesNoMoreThanARestrictedJobMayAndAllOfItsNode() {
    probeStep(round);

    Job job = jobs().getFirst();
    var spec = job.getSpec().getTemplate().getSpec();
    var container = spec.getContainers().getFirst();
    assertThat(client.namespaces().withName(home).get().getMetadata().getLabels())
        .containsEntry("pod-security.kubernetes.io/enforce", "restricted")
        .doesNotContainKey("berth.io/lease");
    assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(300);
    assertThat(job.getSpec().getBackoffLimit()).isZero();
    assertThat(job.getSpec().getTtlSecondsAfterFinished()).isPositive();
    assertThat(spec.getAutomountServiceAccountToken()).isFalse();
    assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getResources().getLimits()).isEqualTo(Map.of(GPU, new Quantity("8")));
    assertThat(spec.getTolerations())
        .singleElement()
        .satisfies(toleration -> assertThat(toleration.getKey()).isEqualTo(GPU));
    assertThat(client.network().v1().networkPolicies().inNamespace(home).list().getItems())
        .singleElement()
        .satisfies(policy -> {
          assertThat(policy.getSpec().getIngress()).isEmpty();
          assertThat(policy.getSpec().getEgress()).isEmpty();
        });
  }

  @Test
  void getsNothingOfANodeThatALeaseHas() {
    // The first node is the lease's as a whole.
    step(in(LeaseState.ACTIVE, lease));
    probeStep(round);
    settle();

    assertThat(probePods())
        .filteredOn(pod -> pod.getSpec().getNodeName() != null)
        .extracting(pod -> pod.getSpec().getNodeName())
        .containsExactly("h100-2");
    clock.set(deadlineAt.plus(ProbeReader.OVERDUE).plusSeconds(1));
    assertThat(probeStep(new Round(round.id(), List.of(first))).get(first.id()))
        .satisfies(finding -> {
          assertThat(finding.verdict()).isEqualTo(Verdict.FAILED);
          assertThat(finding.reason()).isEqualTo("NotScheduled");
        });
  }

  @Test
  void findsWhatIsNotAsListed() {
    cluster.setPrinted(
        IMAGE, Outputs.log("nvidia-smi", Outputs.nvidia("NVIDIA A100-SXM4-80GB", 8, 81920)));

    ProbeFinding finding = ended().get(first.id());

    assertThat(finding.mismatches())
        .containsExactly(
            new DeviceMismatch(
                DeviceMismatch.Kind.NAME, "nvidia-h100-sxm", "NVIDIA A100-SXM4-80GB"));
  }

  @Test
  void knowsNothingOfWhatCannotBeRead() {
    cluster.setPrinted(IMAGE, "Failed to initialize NVML: Driver/library version mismatch");

    ProbeFinding finding = ended().get(first.id());

    assertThat(finding.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(finding.reason()).isEqualTo("OutputUnreadable");
  }

  @Test
  void saysThatAnImageCannotBePulled() {
    probeStep(round);
    settle();
    Pod pod =
        probePods().stream()
            .filter(found -> ProbeManifests.isOf(first.id(), found))
            .findFirst()
            .orElseThrow();
    client
        .resource(pod)
        .editStatus(found ->
            found
                .edit()
                .withNewStatus()
                .withPhase("Pending")
                .addNewContainerStatus()
                .withName("main")
                .withNewState()
                .withNewWaiting("Back-off pulling image", "ImagePullBackOff")
                .endState()
                .endContainerStatus()
                .endStatus()
                .build());

    Map<ProbeId, ProbeFinding> found = probeStep(round);

    assertThat(found).containsOnlyKeys(first.id());
    assertThat(found.get(first.id()).reason()).isEqualTo("ImageNotPulled");
  }

  @Test
  void givesUpACallThatNobodyAnswers() {
    probeStep(round);
    cluster.setDenied(Set.of("list batch/jobs"));

    assertThat(probeStep(round)).isEmpty();
    clock.set(deadlineAt.plus(ProbeReader.OVERDUE).plusSeconds(1));

    assertThat(probeStep(round).values())
        .hasSize(2)
        .allSatisfy(finding -> {
          assertThat(finding.verdict()).isEqualTo(Verdict.FAILED);
          assertThat(finding.message()).contains("jobs");
        });
  }

  @Test
  void leavesANamespaceOfTheSameNameAlone() {
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(home).endMetadata().build())
        .create();

    probeStep(round);
    ProbeStep.clear(client, round.id());

    assertThat(jobs()).isEmpty();
    assertThat(client.namespaces().withName(home).get()).isNotNull();
  }

  @Test
  void isSweptForWhatItIs() {
    probeStep(round);

    assertThat(OrphanSweep.ours(client)).isEqualTo(Map.of(home, round.id()));
  }

  private Map<ProbeId, ProbeFinding> ended() {
    probeStep(round);
    settle();
    clock.advance(Duration.ofSeconds(2));
    settle();
    return probeStep(round);
  }

  private Map<ProbeId, ProbeFinding> probeStep(Round wanted) {
    PoolProbing task =
        new PoolProbing(
            lease.pool(),
            catalog.find("nvidia-h100-sxm").orElseThrow(),
            IMAGE,
            1,
            Optional.of(wanted));
    return new ProbeStep(client, task, detector, clock, clock.instant().plusSeconds(30)).run();
  }

  private Probe probe(int number) {
    return new Probe(
        new ProbeId(new UUID(8, number)), slots(number, 8).node(), 8, IMAGE, deadlineAt);
  }

  private List<Job> jobs() {
    return client.batch().v1().jobs().inNamespace(home).list().getItems();
  }

  private List<Pod> probePods() {
    return client.pods().inNamespace(home).list().getItems();
  }

  private List<String> made() {
    return Stream.<List<? extends HasMetadata>>of(
            client.namespaces().withLabel(ProbeManifests.ROUND).list().getItems(),
            client.network().v1().networkPolicies().inNamespace(home).list().getItems(),
            client.serviceAccounts().inNamespace(home).list().getItems(),
            jobs())
        .flatMap(List::stream)
        .map(object -> object.getKind() + " " + object.getMetadata().getUid())
        .toList();
  }
}
