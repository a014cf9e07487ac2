package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.CLAIMED_GPU;
import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.apart;
import static io.berth.kubernetes.LeaseFixtures.claimed;
import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.on;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.DeviceDetector;
import io.berth.inventory.PoolProbing;
import io.berth.inventory.PoolProbing.Probe;
import io.berth.inventory.PoolProbing.Round;
import io.berth.inventory.ProbeFinding;
import io.berth.inventory.ProbeFinding.Verdict;
import io.berth.inventory.ProbeId;
import io.berth.inventory.ProbeRoundId;
import io.berth.kubernetes.Slices;
import io.berth.kubernetes.domain.ClaimManifests;
import io.berth.kubernetes.domain.JobQueue;
import io.berth.kubernetes.domain.ProbeManifests;
import io.berth.kubernetes.domain.device.Outputs;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases of devices that a driver publishes, in a cluster that makes claims of pods. */
class ClaimedDeliveryTest extends SteppedDelivery {

  private final LeaseDelivery claimed = claimed(lease);

  @BeforeEach
  void publishInPlaceOfThePlugin() {
    cluster.serveClaims();
    client.resource(Slices.deviceClass()).create();
    for (String name : List.of("h100-1", "h100-2", "h100-3")) {
      client
          .nodes()
          .withName(name)
          .editStatus(node ->
              new NodeBuilder(node)
                  .editStatus()
                  .removeFromAllocatable(GPU)
                  .removeFromCapacity(GPU)
                  .endStatus()
                  .build());
      client.resource(Slices.h100s(name, 8)).create();
    }
  }

  @Test
  void runsAJobOnDevicesThatItsPodsClaim() {
    JobDelivery job = job(1, 2, 4, "sleep 60");

    assertThat(seenIn(claimed, job).state()).isEqualTo(JobState.STARTING);
    settle();
    JobObservation running = seenIn(claimed, job(job, JobState.STARTING));
    List<ResourceClaim> claims = claims();
    clock.advance(Duration.ofSeconds(60));
    settle();
    JobObservation done = seenIn(claimed, job(job, JobState.RUNNING));
    settle();

    assertThat(running.state()).isEqualTo(JobState.RUNNING);
    assertThat(podsOn("h100-1")).isEqualTo(2);
    assertThat(claims)
        .hasSize(2)
        .allSatisfy(claim ->
            assertThat(
                    claim.getSpec().getDevices().getRequests().getFirst().getExactly().getCount())
                .isEqualTo(4));
    assertThat(used()).containsEntry(CLAIMED_GPU, new Quantity("0"));
    assertThat(done.state()).isEqualTo(JobState.SUCCEEDED);
    // Claims went with their pods' end; what they are made from stays for the next.
    assertThat(claims()).isEmpty();
    assertThat(templates()).singleElement().asString().startsWith("berth-accelerators-4-");
  }

  /** Kueue would not admit what makes claims of its own. */
  @Test
  void putsNothingThatClaimsIntoAQueue() {
    JobDelivery job = job(1, 1, 4, "sleep 60");
    JobQueues.Finding queue =
        new JobQueues.Finding(true, Optional.of("v1beta2"), "QueueFound", "It is there.");

    step(with(claimed, job), NOT_LOOKED, queue);
    settle();

    assertThat(parts()).hasSize(1).noneMatch(JobQueue::isQueued);
    assertThat(podsOn("h100-1")).isOne();
  }

  @Test
  void placesNoMoreThanIsLeased() {
    JobDelivery first = job(1, 1, 8, "sleep 60");
    JobDelivery second = job(2, 1, 4, "sleep 60");

    StepReport report = step(with(claimed, first, second));
    settle();
    StepReport next = step(with(claimed, job(first, JobState.STARTING), second));

    assertThat(report.jobs().get(second.id()).state()).isEqualTo(JobState.QUEUED);
    assertThat(next.jobs().get(first.id()).state()).isEqualTo(JobState.RUNNING);
    assertThat(next.jobs().get(second.id()).message()).contains("Waits until 4 accelerators");
  }

  @Test
  void makesTheSameTwiceAndWhatWentMeanwhileAnew() {
    JobDelivery job = apart(job(1, 1, 1, "sleep 60"), 8, 2);

    seenIn(claimed, job);
    List<String> made = templates();
    client
        .resources(ResourceClaimTemplate.class)
        .inNamespace(namespace)
        .withName(made.getFirst())
        .delete();
    settle();
    seenIn(claimed, job(job, JobState.STARTING));
    settle();

    assertThat(made).hasSize(2);
    assertThat(templates()).containsExactlyInAnyOrderElementsOf(made);
    assertThat(seenIn(claimed, job(job, JobState.STARTING)).state()).isEqualTo(JobState.RUNNING);
    assertThat(parts()).hasSize(2);
  }

  @Test
  void waitsWithoutAPodWhereTemplatesMayNotBeMade() {
    cluster.setDenied(Set.of("create resource.k8s.io/resourceclaimtemplates"));
    JobDelivery job = job(1, 1, 4, "sleep 60");

    JobObservation refused = seenIn(claimed, job);
    List<?> parts = parts();
    cluster.setDenied(Set.of());

    assertThat(refused.state()).isEqualTo(JobState.QUEUED);
    assertThat(refused.message())
        .contains("does not take it now")
        .contains("resourceclaimtemplates");
    assertThat(parts).isEmpty();
    assertThat(seenIn(claimed, job).state()).isEqualTo(JobState.STARTING);
  }

  @Test
  void leavesNothingWhenItEnds() {
    JobDelivery job = job(1, 1, 4, "sleep infinity");
    seenIn(claimed, job);
    settle();

    Outcome outcome = Outcome.UNDERWAY;
    for (int i = 0; i < 5 && outcome != Outcome.CLEARED; i++) {
      outcome = step(in(LeaseState.ENDING, claimed)).outcome();
      settle();
    }

    assertThat(outcome).isEqualTo(Outcome.CLEARED);
    assertThat(templates()).isEmpty();
    assertThat(claims()).isEmpty();
  }

  @Test
  void givesTenantsOfWholeNodesATemplateAndTheQuotaBoundsWhatComesOfIt() {
    LeaseDelivery whole = on(claimed, slots(1, 8));
    step(
        whole,
        new TenantWorkloads.Finding(true, "PoliciesPresent", "They are there."),
        JobQueues.NONE);
    step(
        whole,
        new TenantWorkloads.Finding(true, "PoliciesPresent", "They are there."),
        JobQueues.NONE);

    assertThat(templates()).containsExactly(ClaimManifests.TENANT_TEMPLATE);
    // One more than is leased.
    tenantPod("nine", 9);
    settle();
    assertThat(claims()).hasSize(8);
    assertThat(podsOn("h100-1")).isZero();
    client.pods().inNamespace(namespace).withName("nine").delete();
    settle();
    tenantPod("two", 2);
    settle();

    assertThat(podsOn("h100-1")).isOne();
    assertThat(used()).containsEntry(CLAIMED_GPU, new Quantity("2"));
  }

  @Test
  void makesNoTemplateForTenantsWhereTheyMakeNoPods() {
    step(on(claimed, slots(1, 8)), NOT_LOOKED, JobQueues.NONE);

    assertThat(templates()).isEmpty();
  }

  @Test
  void probesNodesByClaims() {
    String image = "registry.example/berth-probe-nvidia:1.0";
    cluster.setPrinted(image, Outputs.log("nvidia-smi", Outputs.nvidia(Slices.H100, 8, 81559)));
    Probe probe =
        new Probe(
            new ProbeId(new UUID(8, 1)),
            slots(1, 8).node(),
            8,
            image,
            clock.instant().plus(Duration.ofMinutes(5)));
    Round round = new Round(new ProbeRoundId(new UUID(7, 1)), List.of(probe));

    assertThat(probeStep(round, image)).isEmpty();
    assertThat(probeStep(round, image)).isEmpty();
    settle();
    clock.advance(Duration.ofSeconds(2));
    settle();
    Map<ProbeId, ProbeFinding> found = probeStep(round, image);

    assertThat(
            client
                .resources(ResourceClaimTemplate.class)
                .inNamespace(ProbeManifests.namespace(round.id()))
                .list()
                .getItems())
        .hasSize(1);
    assertThat(found.values()).extracting(ProbeFinding::verdict).containsExactly(Verdict.PASSED);
  }

  private Map<ProbeId, ProbeFinding> probeStep(Round round, String image) {
    AcceleratorCatalog catalog = new AcceleratorCatalog();
    PoolProbing task =
        new PoolProbing(
            claimed.pool(),
            catalog.find("nvidia-h100-sxm").orElseThrow(),
            image,
            1,
            Optional.of(round));
    return new ProbeStep(
            client, task, new DeviceDetector(catalog), clock, clock.instant().plusSeconds(30))
        .run();
  }

  private void tenantPod(String name, int devices) {
    PodBuilder pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .addToNodeSelector("kubernetes.io/hostname", "h100-1")
            .addNewToleration()
            .withOperator("Exists")
            .endToleration()
            .addNewContainer()
            .withName("main")
            .withImage("registry.example/notebook:1")
            .withCommand("sleep", "infinity")
            .endContainer()
            .endSpec();
    for (int device = 0; device < devices; device++) {
      pod.editSpec()
          .addToResourceClaims(
              new PodResourceClaim("gpu-" + device, null, ClaimManifests.TENANT_TEMPLATE))
          .endSpec();
    }
    client.resource(pod.build()).create();
  }

  private JobObservation seenIn(LeaseDelivery delivery, JobDelivery job) {
    StepReport report = step(with(delivery, job));
    assertThat(report.obstacle()).isEmpty();
    JobObservation seen = report.jobs().get(job.id());
    assertThat(seen).isNotNull();
    return seen;
  }

  private List<String> templates() {
    return client
        .resources(ResourceClaimTemplate.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream()
        .map(template -> template.getMetadata().getName())
        .toList();
  }

  private List<ResourceClaim> claims() {
    return client.resources(ResourceClaim.class).inNamespace(namespace).list().getItems();
  }

  private Map<String, Quantity> used() {
    return client
        .resourceQuotas()
        .inNamespace(namespace)
        .withName("berth-lease")
        .get()
        .getStatus()
        .getUsed();
  }
}
