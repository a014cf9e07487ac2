package io.berth.kubernetes.domain;

import io.berth.inventory.Node;
import io.berth.inventory.NodeLabel;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodeTaint;
import io.berth.leasing.JobSpec;
import io.berth.leasing.JobVolume;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The pods of jobs: what a tenant may ask for, within what holds for all of them. */
final class PodManifests {

  private static final List<String> UNREACHABLE_TAINTS =
      List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

  /** Whoever cordons a node takes it from sale, and from nobody who leases it. */
  private static final Toleration CORDONED =
      new TolerationBuilder()
          .withKey("node.kubernetes.io/unschedulable")
          .withOperator("Exists")
          .withEffect("NoSchedule")
          .build();

  /** The container that runs the tenant's image. */
  static final String CONTAINER = "main";

  private static final String SHARED_MEMORY = "shared-memory";

  /** Keeps the tenant's names apart from ours. */
  private static final String VOLUME_PREFIX = "volume-";

  /**
   * Taints under these prefixes are Kubernetes' own word on a node's health; to tolerate one that
   * was there when the node was read would put pods on broken nodes.
   */
  private static final List<String> LIFECYCLE_TAINTS =
      List.of("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/");

  private PodManifests() {}

  /** What the pod of a rank is. */
  static PodSpec podSpec(LeaseDelivery lease, JobDelivery job, int rank, Node node) {
    JobSpec spec = job.spec();
    int count = spec.acceleratorsOf(rank);
    // A quota on them, which there is where all nodes say what they have, makes every pod name
    // them.
    Optional<ComputeShare> share =
        ComputeShare.of(lease).flatMap(whole -> ComputeShare.of(node, count));
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withServiceAccountName(LeaseManifests.JOB_ACCOUNT)
        .withAutomountServiceAccountToken(false)
        .withImagePullSecrets(pullSecrets(job))
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withNodeSelectorTerms(term(lease.pool(), node).build())
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .withTolerations(tolerations(lease, node))
        .withHostname(spec.isGang() ? RankEnvironment.host(rank) : null)
        .withSubdomain(spec.isGang() ? Marks.companion(job.id(), job.progress().attempt()) : null)
        .withVolumes(volumes(spec))
        .withResourceClaims(ClaimManifests.claims(lease.pool(), count))
        .withContainers(
            new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(spec.image())
                // Or one tenant's pod could run another's private image that the node still has.
                .withImagePullPolicy("Always")
                .withCommand(spec.command())
                .withArgs(spec.args())
                .withEnv(RankEnvironment.of(lease, job, rank, node))
                .withVolumeMounts(mounts(spec))
                .withResources(
                    ClaimManifests.resources(lease.pool(), count)
                        .addToLimits(share.map(ComputeShare::limits).orElse(Map.of()))
                        .addToRequests(share.map(ComputeShare::requests).orElse(Map.of()))
                        .build())
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .build())
        .build();
  }

  private static List<LocalObjectReference> pullSecrets(JobDelivery job) {
    return job.spec().registryUser() == null
        ? List.of()
        : List.of(new LocalObjectReference(Marks.companion(job.id(), job.progress().attempt())));
  }

  /**
   * Exactly this node, and only while it still has the accelerators that were leased: it may have
   * been rebuilt under its name. Of devices that are claimed the claim says which.
   */
  static NodeSelectorTermBuilder term(NodePool pool, Node node) {
    NodeSelectorTermBuilder term =
        new NodeSelectorTermBuilder()
            .addNewMatchField()
            .withKey("metadata.name")
            .withOperator("In")
            .withValues(node.name())
            .endMatchField();
    Optional<NodeLabel> label =
        pool.acceleratorLabel().filter(ignored -> !ClaimManifests.isClaimed(pool));
    label.ifPresent(accelerator ->
        term.addNewMatchExpression()
            .withKey(accelerator.key())
            .withOperator("In")
            .withValues(accelerator.value())
            .endMatchExpression());
    return term;
  }

  /** Of the provider's taints, and of what the lease itself puts on nodes that it has whole. */
  private static List<Toleration> tolerations(LeaseDelivery lease, Node node) {
    return Stream.concat(
            providersTolerations(node),
            Stream.concat(
                Stream.of(NodeMarks.toleration(lease.id()), CORDONED),
                UNREACHABLE_TAINTS.stream().map(PodManifests::staying)))
        .toList();
  }

  /** Of what the provider keeps others off its accelerators with. */
  static Stream<Toleration> providersTolerations(Node node) {
    return node.taints().stream()
        .filter(taint -> LIFECYCLE_TAINTS.stream().noneMatch(taint.key()::startsWith))
        .map(PodManifests::toleration);
  }

  /**
   * Kubernetes would evict pods from a node that does not answer for five minutes, which fails
   * their job; whether it starts anew elsewhere is decided with the lease's node.
   */
  private static Toleration staying(String taint) {
    return new TolerationBuilder()
        .withKey(taint)
        .withOperator("Exists")
        .withEffect("NoExecute")
        .build();
  }

  private static Toleration toleration(NodeTaint taint) {
    return new TolerationBuilder()
        .withKey(taint.key())
        .withOperator("Equal")
        .withValue(Objects.requireNonNullElse(taint.value(), ""))
        .withEffect(taint.effect())
        .build();
  }

  private static List<Volume> volumes(JobSpec spec) {
    List<Volume> volumes = new ArrayList<>();
    if (spec.sharedMemoryGib() != null) {
      volumes.add(
          new VolumeBuilder()
              .withName(SHARED_MEMORY)
              .withNewEmptyDir()
              .withMedium("Memory")
              .withSizeLimit(new Quantity(spec.sharedMemoryGib() + "Gi"))
              .endEmptyDir()
              .build());
    }
    for (JobVolume volume : spec.volumes()) {
      VolumeBuilder made = new VolumeBuilder().withName(VOLUME_PREFIX + volume.name());
      volumes.add(
          volume.claim() == null
              ? made.withNewEmptyDir()
                  .withSizeLimit(new Quantity(volume.sizeGib() + "Gi"))
                  .endEmptyDir()
                  .build()
              : made.withNewPersistentVolumeClaim(volume.claim(), volume.readOnly()).build());
    }
    return volumes;
  }

  private static List<VolumeMount> mounts(JobSpec spec) {
    List<VolumeMount> mounts = new ArrayList<>();
    if (spec.sharedMemoryGib() != null) {
      mounts.add(
          new VolumeMountBuilder().withName(SHARED_MEMORY).withMountPath("/dev/shm").build());
    }
    for (JobVolume volume : spec.volumes()) {
      mounts.add(
          new VolumeMountBuilder()
              .withName(VOLUME_PREFIX + volume.name())
              .withMountPath(volume.mountPath())
              .withReadOnly(volume.readOnly() ? true : null)
              .build());
    }
    return mounts;
  }
}
