package io.berth.kubernetes.domain;

import io.berth.inventory.Node;
import io.berth.inventory.NodeLabel;
import io.berth.inventory.NodeTaint;
import io.berth.leasing.JobSpec;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A job as {@code batch/v1} Jobs: one for each leased node that it uses. */
public final class JobManifests {

  /** The container that runs the tenant's image. */
  static final String CONTAINER = "main";

  /**
   * Taints under these prefixes are Kubernetes' own word on a node's health and on whether it is
   * cordoned; to tolerate one that was there when the node was read would put pods on broken nodes.
   */
  private static final List<String> LIFECYCLE_TAINTS =
      List.of("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/");

  private static final long CLOCKS_DIFFER_SECONDS_MAX = 30;

  private JobManifests() {}

  /** The parts of a job by number of their node. */
  public static Map<Integer, Job> parts(
      LeaseDelivery lease, JobDelivery job, PodPlan plan, Instant now) {
    List<LeasedNode> nodes = PodPlan.nodes(lease);
    Map<Integer, Job> parts = new TreeMap<>();
    plan.pods()
        .forEach((number, pods) ->
            parts.put(number, part(lease, job, plan, number, nodes.get(number).node(), now)));
    return parts;
  }

  private static Job part(
      LeaseDelivery lease, JobDelivery job, PodPlan plan, int number, Node node, Instant now) {
    JobSpec spec = job.spec();
    Integer pods = plan.pods().get(number);
    Map<String, String> labels = new TreeMap<>(Marks.of(lease.id()));
    labels.put(Marks.TENANT, lease.tenant().toString());
    labels.put(Marks.JOB, job.id().toString());
    return new JobBuilder()
        .withNewMetadata()
        .withName(Marks.part(job.id(), number))
        .withNamespace(Marks.namespace(lease.id()))
        .withLabels(labels)
        .addToLabels(Marks.NODE_NUMBER, Integer.toString(number))
        .addToAnnotations(Marks.PLAN, plan.toString())
        .endMetadata()
        .withNewSpec()
        .withParallelism(pods)
        .withCompletions(pods)
        // Each pod of several needs to know which one it is, also where a node has but one of them.
        .withCompletionMode(spec.parallelism() > 1 ? "Indexed" : "NonIndexed")
        .withBackoffLimit(spec.retries())
        .withActiveDeadlineSeconds(deadlineSeconds(lease, spec, now))
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withSpec(podSpec(lease, job, plan, number, node))
        .endTemplate()
        .endSpec()
        .build();
  }

  /**
   * The deadline that a running part should have since its lease goes on for longer, or ends sooner
   * than it was to: others may have its slots then, whether anybody looks after it or not. Empty
   * where the one that it has will do.
   */
  public static Optional<Long> changedDeadlineSeconds(
      LeaseDelivery lease, JobSpec spec, Job part, Instant now) {
    Long present = part.getSpec().getActiveDeadlineSeconds();
    String startTime = part.getStatus() == null ? null : part.getStatus().getStartTime();
    long wanted = deadlineSeconds(lease, spec, startTime == null ? now : Instant.parse(startTime));
    // Clocks differ a little, which is no reason to touch a part.
    return present != null && Math.abs(wanted - present) > CLOCKS_DIFFER_SECONDS_MAX
        ? Optional.of(wanted)
        : Optional.empty();
  }

  /** What the tenant allows, at most what is left of the lease; one second at least. */
  private static long deadlineSeconds(LeaseDelivery lease, JobSpec spec, Instant now) {
    Duration left = Duration.between(now, lease.period().end());
    Duration deadline = spec.deadline();
    Duration shortest = deadline != null && deadline.compareTo(left) < 0 ? deadline : left;
    return Math.max(1, shortest.toSeconds());
  }

  private static PodSpec podSpec(
      LeaseDelivery lease, JobDelivery job, PodPlan plan, int number, Node node) {
    JobSpec spec = job.spec();
    Quantity accelerators = new Quantity(Integer.toString(spec.acceleratorsPerPod()));
    String resource = lease.pool().resourceName();
    // A quota on them, which there is where all nodes say what they have, makes every pod name
    // them.
    Optional<ComputeShare> share =
        ComputeShare.of(lease).flatMap(whole -> ComputeShare.of(node, spec.acceleratorsPerPod()));
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withServiceAccountName(LeaseManifests.JOB_ACCOUNT)
        .withAutomountServiceAccountToken(false)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withNodeSelectorTerms(term(lease, node).build())
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .withTolerations(tolerations(lease, node))
        .withContainers(
            new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(spec.image())
                .withCommand(spec.command())
                .withArgs(spec.args())
                .withEnv(env(lease, job, plan, number))
                .withNewResources()
                .addToLimits(share.map(ComputeShare::limits).orElse(Map.of()))
                .addToLimits(resource, accelerators)
                .addToRequests(share.map(ComputeShare::requests).orElse(Map.of()))
                .addToRequests(resource, accelerators)
                .endResources()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .build())
        .build();
  }

  /**
   * Exactly this node, and only while it still has the accelerators that were leased: it may have
   * been rebuilt under its name.
   */
  private static NodeSelectorTermBuilder term(LeaseDelivery lease, Node node) {
    NodeSelectorTermBuilder term =
        new NodeSelectorTermBuilder()
            .addNewMatchField()
            .withKey("metadata.name")
            .withOperator("In")
            .withValues(node.name())
            .endMatchField();
    Optional<NodeLabel> label = lease.pool().acceleratorLabel();
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
            node.taints().stream()
                .filter(taint -> LIFECYCLE_TAINTS.stream().noneMatch(taint.key()::startsWith))
                .map(JobManifests::toleration),
            Stream.of(NodeMarks.toleration(lease.id())))
        .toList();
  }

  private static Toleration toleration(NodeTaint taint) {
    return new TolerationBuilder()
        .withKey(taint.key())
        .withOperator("Equal")
        .withValue(Objects.requireNonNullElse(taint.value(), ""))
        .withEffect(taint.effect())
        .build();
  }

  /**
   * The tenant's variables, then ours, which hold where both name one. A pod's rank among all of
   * the job is {@code BERTH_INDEX_OFFSET + JOB_COMPLETION_INDEX}.
   */
  private static List<EnvVar> env(LeaseDelivery lease, JobDelivery job, PodPlan plan, int number) {
    Map<String, String> variables = new TreeMap<>(job.spec().env());
    variables.put("BERTH_LEASE_ID", lease.id().toString());
    variables.put("BERTH_JOB_ID", job.id().toString());
    variables.put("BERTH_PODS", Integer.toString(job.spec().parallelism()));
    variables.put("BERTH_INDEX_OFFSET", Integer.toString(plan.podsBefore(number)));
    List<EnvVar> env = new ArrayList<>();
    variables.forEach(
        (name, value) -> env.add(new EnvVarBuilder().withName(name).withValue(value).build()));
    return env;
  }
}
