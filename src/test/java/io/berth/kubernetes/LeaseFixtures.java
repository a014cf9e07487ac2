package io.berth.kubernetes;

import io.berth.catalog.SlotKind;
import io.berth.inventory.ClusterId;
import io.berth.inventory.FactSource;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.Node;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodeLabel;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.NodeResources;
import io.berth.inventory.NodeTaint;
import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobSpec;
import io.berth.leasing.JobState;
import io.berth.leasing.JobVolume;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.JobProgress;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseState;
import io.berth.leasing.SealedEnv;
import io.berth.market.NetworkException;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.sandbox.cluster.NodeBlueprint;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Leases on H100 nodes, as the room is given them. */
public final class LeaseFixtures {

  public static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
  public static final String GPU = "nvidia.com/gpu";
  public static final String CLAIMED_GPU = "gpu.nvidia.com.deviceclass.resource.k8s.io/devices";
  public static final NodeLabel PRODUCT =
      new NodeLabel("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3");
  public static final NodeTaint TAINT = new NodeTaint(GPU, "present", "NoSchedule");

  private static final OrganizationId PROVIDER = new OrganizationId(new UUID(1, 1));
  private static final OrganizationId TENANT = new OrganizationId(new UUID(1, 2));
  private static final ClusterId CLUSTER = new ClusterId(new UUID(2, 1));
  private static final NodePoolId POOL = new NodePoolId(new UUID(3, 1));

  private LeaseFixtures() {}

  /** A lease of so many slots of each node, in order; it has run for an hour and has nine left. */
  public static LeaseDelivery lease(LeaseState state, LeasedNode... nodes) {
    return new LeaseDelivery(
        new LeaseId(new UUID(4, 1)),
        TENANT,
        CLUSTER,
        state,
        new Period(NOW.minus(Duration.ofHours(1)), NOW.plus(Duration.ofHours(9))),
        new NodePool(
            POOL,
            CLUSTER,
            PROVIDER,
            "nvidia-h100-sxm fi-hel-1",
            Optional.of("nvidia-h100-sxm"),
            GPU,
            SlotKind.WHOLE_DEVICE,
            Optional.empty(),
            Optional.of(PRODUCT),
            "fi-hel-1"),
        true,
        List.of(),
        List.of(nodes),
        List.of());
  }

  /** A lease of its own kind: nobody else has its identifier, and its time is real. */
  public static LeaseDelivery freshLease(LeaseState state, LeasedNode... nodes) {
    LeaseDelivery lease = lease(state, nodes);
    Instant now = Instant.now();
    return new LeaseDelivery(
        LeaseId.fresh(),
        lease.tenant(),
        lease.cluster(),
        state,
        new Period(now.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(9))),
        lease.pool(),
        lease.takesWork(),
        lease.networkExceptions(),
        lease.nodes(),
        List.of());
  }

  public static LeaseDelivery with(LeaseDelivery lease, JobDelivery... jobs) {
    return new LeaseDelivery(
        lease.id(),
        lease.tenant(),
        lease.cluster(),
        lease.state(),
        lease.period(),
        lease.pool(),
        lease.takesWork(),
        lease.networkExceptions(),
        lease.nodes(),
        List.of(jobs));
  }

  public static LeaseDelivery in(LeaseState state, LeaseDelivery lease) {
    return new LeaseDelivery(
        lease.id(),
        lease.tenant(),
        lease.cluster(),
        state,
        lease.period(),
        lease.pool(),
        lease.takesWork(),
        lease.networkExceptions(),
        lease.nodes(),
        lease.jobs());
  }

  /** The same lease with another end. */
  public static LeaseDelivery until(Instant end, LeaseDelivery lease) {
    return new LeaseDelivery(
        lease.id(),
        lease.tenant(),
        lease.cluster(),
        lease.state(),
        new Period(lease.period().start(), end),
        lease.pool(),
        lease.takesWork(),
        lease.networkExceptions(),
        lease.nodes(),
        lease.jobs());
  }

  /** Slots of the node {@code h100-<number>}; nodes sort by their numbers. */
  public static LeasedNode slots(int number, int slots) {
    return slots(number, slots, TAINT);
  }

  public static LeasedNode slots(int number, int slots, NodeTaint... taints) {
    return slots(number, slots, NodeResources.UNKNOWN, taints);
  }

  /** The same of a node that says what else it has: 64 cores and 256 GiB. */
  public static LeasedNode sizedSlots(int number, int slots) {
    return slots(number, slots, new NodeResources(64_000L, 256L * 1024, 1), TAINT);
  }

  /** A node that joined the lease later, with what it says it has. */
  public static LeasedNode joined(int number, int slots, int joined) {
    LeasedNode node = sizedSlots(number, slots);
    return new LeasedNode(node.node(), node.slots(), joined, false);
  }

  /** The same of which others have something, too. */
  public static LeasedNode shared(LeasedNode node) {
    return new LeasedNode(node.node(), node.slots(), node.joined(), true);
  }

  /** A node that is not well and that the lease has slots of no more, or has still. */
  public static LeasedNode lost(int number, int slots) {
    return offering(sizedSlots(number, slots), 8, false);
  }

  /** The same while its cluster offers so many of its devices. */
  public static LeasedNode offering(LeasedNode leased, int devices) {
    return offering(leased, devices, true);
  }

  private static LeasedNode offering(LeasedNode leased, int devices, boolean isWell) {
    Node node = leased.node();
    return new LeasedNode(
        new Node(
            node.id(),
            node.pool(),
            node.cluster(),
            node.provider(),
            node.name(),
            node.modelId(),
            devices,
            node.acceleratorLabel(),
            node.jurisdiction(),
            node.country(),
            node.region(),
            node.zone(),
            node.fabric(),
            node.nvlinkDomain(),
            node.flags(),
            isWell,
            false,
            !isWell,
            node.resources(),
            node.taints(),
            node.version()),
        leased.slots(),
        leased.joined(),
        leased.isShared());
  }

  /** The same lease, which reaches something of its provider's. */
  public static LeaseDelivery reaching(LeaseDelivery lease, NetworkException... exceptions) {
    return new LeaseDelivery(
        lease.id(),
        lease.tenant(),
        lease.cluster(),
        lease.state(),
        lease.period(),
        lease.pool(),
        lease.takesWork(),
        List.of(exceptions),
        lease.nodes(),
        lease.jobs());
  }

  /** The same lease, in which nothing new may start. */
  public static LeaseDelivery closed(LeaseDelivery lease) {
    return new LeaseDelivery(
        lease.id(),
        lease.tenant(),
        lease.cluster(),
        lease.state(),
        lease.period(),
        lease.pool(),
        false,
        lease.networkExceptions(),
        lease.nodes(),
        lease.jobs());
  }

  /** The same lease on other nodes. */
  public static LeaseDelivery on(LeaseDelivery lease, LeasedNode... nodes) {
    return new LeaseDelivery(
        lease.id(),
        lease.tenant(),
        lease.cluster(),
        lease.state(),
        lease.period(),
        lease.pool(),
        lease.takesWork(),
        lease.networkExceptions(),
        List.of(nodes),
        lease.jobs());
  }

  private static LeasedNode slots(
      int number, int slots, NodeResources resources, NodeTaint... taints) {
    return new LeasedNode(
        new Node(
            new NodeId(new UUID(5, number)),
            POOL,
            CLUSTER,
            PROVIDER,
            "h100-" + number,
            Optional.of("nvidia-h100-sxm"),
            8,
            Optional.of(PRODUCT),
            new Jurisdiction("FI", FactSource.DISCOVERED, "FI", null),
            "FI",
            "fi-hel-1",
            "fi-hel-1a",
            null,
            null,
            new NodeFlags(null, List.of(), FactSource.DECLARED),
            true,
            false,
            false,
            resources,
            List.of(taints),
            0),
        slots);
  }

  /** The same lease of H100 that are claimed, of a driver that says what they are. */
  public static LeaseDelivery claimed(LeaseDelivery lease) {
    NodePool pool = lease.pool();
    return new LeaseDelivery(
        lease.id(),
        lease.tenant(),
        lease.cluster(),
        lease.state(),
        lease.period(),
        claimed(pool, new NodeLabel("gpu.nvidia.com/productName", Slices.H100)),
        lease.takesWork(),
        lease.networkExceptions(),
        lease.nodes(),
        lease.jobs());
  }

  /** The same pool of devices that are claimed, and what these say that they are. */
  public static NodePool claimed(NodePool pool, NodeLabel product) {
    return new NodePool(
        pool.id(),
        pool.cluster(),
        pool.provider(),
        pool.name(),
        pool.modelId(),
        CLAIMED_GPU,
        pool.slotKind(),
        pool.profile(),
        Optional.of(product),
        pool.region());
  }

  /** A job that runs a shell script, on so many pods of so many accelerators. */
  public static JobDelivery job(int number, int pods, int acceleratorsPerPod, String script) {
    return new JobDelivery(
        new JobId(new UUID(6, number)),
        JobState.QUEUED,
        false,
        new JobSpec(
            "train",
            "registry.example/train:1",
            List.of("sh", "-c"),
            List.of(script),
            Map.of("EPOCHS", "3"),
            acceleratorsPerPod,
            pods,
            0,
            null),
        SealedEnv.NONE,
        JobProgress.NONE);
  }

  /** The same job as it is recorded in a state. */
  public static JobDelivery job(JobDelivery job, JobState state) {
    return delivery(job, state, job.cancelRequested(), job.spec(), job.progress());
  }

  /** The same job as it is recorded after something was seen of it. */
  public static JobDelivery after(JobObservation seen, JobDelivery job) {
    Instant startedAt = job.progress().startedAt();
    return delivery(
        job,
        seen.state(),
        job.cancelRequested(),
        job.spec(),
        new JobProgress(
            seen.attempt(), seen.failures(), startedAt == null ? seen.startedAt() : startedAt));
  }

  public static JobDelivery cancelled(JobDelivery job) {
    return delivery(job, job.state(), true, job.spec(), job.progress());
  }

  public static JobDelivery deadline(JobDelivery job, Duration deadline) {
    JobSpec spec = job.spec();
    return asking(
        job,
        new JobSpec(
            spec.name(),
            spec.image(),
            spec.command(),
            spec.args(),
            spec.env(),
            spec.acceleratorsPerPod(),
            spec.parallelism(),
            spec.retries(),
            deadline));
  }

  /** A job whose pods may fail so often. */
  public static JobDelivery retried(JobDelivery job, int retries) {
    JobSpec spec = job.spec();
    return asking(
        job,
        new JobSpec(
            spec.name(),
            spec.image(),
            spec.command(),
            spec.args(),
            spec.env(),
            spec.acceleratorsPerPod(),
            spec.parallelism(),
            retries,
            spec.deadline()));
  }

  /** A job whose ranks have so many accelerators, each on a node of its own. */
  public static JobDelivery apart(JobDelivery job, Integer... acceleratorsByRank) {
    JobSpec spec = job.spec();
    return asking(
        job,
        new JobSpec(
            spec.name(),
            spec.image(),
            spec.registryUser(),
            spec.command(),
            spec.args(),
            spec.env(),
            List.of(),
            Collections.max(List.of(acceleratorsByRank)),
            acceleratorsByRank.length,
            List.of(acceleratorsByRank),
            spec.retries(),
            spec.deadline(),
            null,
            List.of(),
            null));
  }

  /** A node as leases' ones are, with eight devices, for a cluster to be made of. */
  public static NodeBlueprint h100(int number) {
    return NodeBlueprint.plain("h100-" + number, "fi-hel-1", "fi-hel-1a")
        .withLabel(PRODUCT.key(), PRODUCT.value())
        .withAllocatable(GPU, "8")
        .withTaint(GPU, "present", "NoSchedule");
  }

  /** A job with everything that a tenant may ask for. */
  public static JobDelivery furnished(JobDelivery job, Map<String, String> secrets) {
    JobSpec spec = job.spec();
    return new JobDelivery(
        job.id(),
        job.state(),
        job.cancelRequested(),
        new JobSpec(
            spec.name(),
            spec.image(),
            secrets.containsKey(SealedEnv.REGISTRY) ? "robot" : null,
            spec.command(),
            spec.args(),
            spec.env(),
            secrets.keySet().stream()
                .filter(name -> !name.equals(SealedEnv.REGISTRY))
                .sorted()
                .toList(),
            spec.acceleratorsPerPod(),
            spec.parallelism(),
            List.of(),
            spec.retries(),
            spec.deadline(),
            Duration.ofMinutes(10),
            List.of(
                new JobVolume("scratch", "/scratch", false, 200, null),
                new JobVolume("data", "/data", true, null, "datasets")),
            64),
        SealedEnv.of(() -> secrets),
        job.progress());
  }

  private static JobDelivery asking(JobDelivery job, JobSpec spec) {
    return delivery(job, job.state(), job.cancelRequested(), spec, job.progress());
  }

  private static JobDelivery delivery(
      JobDelivery job, JobState state, boolean cancelled, JobSpec spec, JobProgress progress) {
    return new JobDelivery(job.id(), state, cancelled, spec, job.secrets(), progress);
  }
}
