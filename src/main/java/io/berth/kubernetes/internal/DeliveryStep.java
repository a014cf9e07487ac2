package io.berth.kubernetes.internal;

import io.berth.kubernetes.domain.ClaimManifests;
import io.berth.kubernetes.domain.JobReader;
import io.berth.kubernetes.domain.LeaseContents;
import io.berth.kubernetes.domain.LeaseManifests;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.domain.NodeMarks;
import io.berth.kubernetes.domain.PodPlan;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.berth.leasing.LeaseState;
import io.berth.leasing.TenantAccess;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One step of delivering one lease: looks at what is in the cluster, does what is missing, and
 * tells what it saw. It remembers nothing: all it goes by is the lease and the cluster, so it may
 * be repeated, and broken off anywhere. Blocks.
 */
final class DeliveryStep {

  private static final int CONFLICT = 409;
  private static final Duration NAMESPACE_GONE_WITHIN = Duration.ofMinutes(2);

  /** What holds where the provider took the right to take rights from tenants away. */
  private static final TenantAccess NOT_TAKEN =
      new TenantAccess(
          true,
          "RevocationForbidden",
          "Workloads should not be made past the API any more, but the cluster forbids Berth to delete"
              + " the role binding "
              + LeaseManifests.TENANT_WORKLOADS
              + ".");

  private final KubernetesClient client;
  private final LeaseDelivery lease;
  private final Clock clock;
  private final Instant deadline;
  private final Duration gangStartMax;
  private final TenantWorkloads.Finding workloads;
  private final JobQueues.Finding queue;
  private final String namespace;
  private final List<LeasedNode> nodes;
  private final Pages pages;
  private final LeaseReader reader;

  /** What was in the way of something that the rest did not hang on. */
  private @Nullable Obstacle met;

  /**
   * Prepares a step.
   *
   * @param deadline after it nothing is begun any more: another worker may have the lease soon
   * @param gangStartMax how long pods that start together may take until all run
   * @param workloads whether the cluster holds a tenant's own pods to its lease
   * @param queue whether jobs go through a queue there
   */
  DeliveryStep(
      KubernetesClient client,
      LeaseDelivery lease,
      Clock clock,
      Instant deadline,
      Duration gangStartMax,
      TenantWorkloads.Finding workloads,
      JobQueues.Finding queue) {
    this.client = client;
    this.lease = lease;
    this.clock = clock;
    this.deadline = deadline;
    this.gangStartMax = gangStartMax;
    this.workloads = workloads;
    // Kueue does not admit what makes claims of its own, unless its administrator maps their class.
    this.queue = ClaimManifests.isClaimed(lease.pool()) ? JobQueues.NONE : queue;
    namespace = Marks.namespace(lease.id());
    nodes = PodPlan.nodes(lease);
    pages = new Pages(clock, deadline);
    reader = new LeaseReader(client, namespace, this.queue, pages);
  }

  /** Does the step; what the cluster refuses or fails at becomes the report's obstacle. */
  StepReport run() {
    if (isOver()) {
      return StepReport.of(Outcome.UNDERWAY);
    }
    try {
      return switch (lease.state()) {
        case PROVISIONING, ACTIVE -> deliver();
        case ENDING -> unmarkOnce(clear());
        case RESERVED, ENDED -> StepReport.of(Outcome.UNDERWAY);
      };
    } catch (KubernetesClientException e) {
      return StepReport.stuck(Obstacle.of(e));
    } catch (ObstructedException e) {
      return StepReport.stuck(e.obstacle());
    }
  }

  private boolean isOver() {
    return clock.instant().isAfter(deadline);
  }

  private StepReport deliver() {
    Namespace home = findNamespace();
    if (home == null) {
      create(LeaseManifests.namespace(lease));
      home = findNamespace();
    }
    if (home == null || isGoing(home)) {
      return StepReport.stuck(
          Obstacle.ofLease(
              "NamespaceVanished",
              "Somebody deletes the namespace %s; it is made again when it is gone."
                  .formatted(namespace)));
    }
    if (!isOurs(home)) {
      return StepReport.stuck(
          Obstacle.ofLease(
              "NamespaceTaken",
              "The cluster has a namespace %s that is not this lease's.".formatted(namespace)));
    }
    TenantAccess access = access();
    Surroundings surroundings = new Surroundings(client, lease);
    if (!surroundings.keep(access.workloads())) {
      access = NOT_TAKEN;
    }
    queue.version().ifPresent(surroundings::queue);
    if (lease.state() == LeaseState.PROVISIONING
        || lease.jobs().isEmpty()
        || workloads.held()
        || hasOtherNodes()) {
      new MarkedNodes(client, lease, pages).keep();
    }
    LeaseContents contents = pruned();
    List<Pod> unfinished = reader.unfinished();
    return StepReport.delivered(
        jobs(contents, unfinished),
        StrayPods.among(lease.id(), unfinished, contents.parts(), nodes),
        access);
  }

  /** Whoever shares a node, or should start nothing more, goes through the service. */
  private TenantAccess access() {
    if (!workloads.held()) {
      return following(workloads.reason(), workloads.message());
    }
    if (!lease.takesWork()) {
      return following("TakesNoWork", "The lease ends before its time, or is not permitted now.");
    }
    if (nodes.stream().anyMatch(node -> node.slots() > 0 && !NodeMarks.isWhole(node))) {
      return following("NodesShared", "The lease has a node that others may use too.");
    }
    return new TenantAccess(
        true,
        "WorkloadsGranted",
        "With the lease's kubeconfig pods and workloads may be made that select its nodes.");
  }

  private static TenantAccess following(String reason, String message) {
    return new TenantAccess(
        false,
        reason,
        "With the lease's kubeconfig what runs may be followed; jobs go through the API. "
            + message);
  }

  /**
   * Whether nodes came to the lease since it began, or went from it, or are not its own alone, as
   * they may have been: a mark that is left there keeps others from what they lease.
   */
  private boolean hasOtherNodes() {
    return nodes.stream().anyMatch(node -> node.joined() > 0 || !NodeMarks.isWhole(node));
  }

  /** Nodes are anybody's again once nothing of the lease is on them, and not before. */
  private StepReport unmarkOnce(StepReport report) {
    return report.outcome() != Outcome.CLEARED || new MarkedNodes(client, lease, pages).remove()
        ? report
        : StepReport.of(Outcome.UNDERWAY);
  }

  /** What is there, of which what is too much goes before there can be anything in the way. */
  private LeaseContents pruned() {
    List<Job> parts = new ArrayList<>();
    reader.eachPart(parts::add);
    LeaseContents alone = new LeaseContents(parts, List.of(), List.of());
    Set<JobId> live = lease.jobs().stream().map(JobDelivery::id).collect(Collectors.toSet());
    alone.surplus(live, clock.instant()).stream()
        .takeWhile(part -> !isOver())
        .forEach(this::delete);
    return lease.jobs().isEmpty() ? alone : reader.with(parts);
  }

  private Map<JobId, JobObservation> jobs(LeaseContents contents, List<Pod> unfinished) {
    LostPods.letGo(
        client,
        Stream.concat(contents.pods().stream(), unfinished.stream()).distinct().toList(),
        nodes,
        clock.instant());
    JobSteps steps =
        new JobSteps(
            client, lease, nodes, contents, clock.instant(), gangStartMax, queue, this::isOver);
    Map<JobId, JobObservation> seen = new LinkedHashMap<>();
    // By identifier, which follows time: who asked first is placed first.
    for (JobDelivery job :
        lease.jobs().stream().sorted(Comparator.comparing(job -> job.id().value())).toList()) {
      if (isOver()) {
        break;
      }
      seen.put(job.id(), steps.step(job));
    }
    return seen;
  }

  private StepReport clear() {
    Namespace home = findNamespace();
    // One that goes loses what it is known by before its pods have stopped.
    if (home == null || (!isGoing(home) && !isOurs(home))) {
      return StepReport.of(Outcome.CLEARED);
    }
    List<Job> parts = new ArrayList<>();
    attempt(() -> reader.eachPart(parts::add));
    // Pods stop even where something else in the cluster keeps the namespace from going.
    attempt(() ->
        parts.stream()
            .filter(part -> !LeaseContents.isFinished(part) && !LeaseContents.isGoing(part))
            .takeWhile(part -> !isOver())
            .forEach(this::delete));
    Map<JobId, JobObservation> finished = finished(parts);
    if (!finished.isEmpty()) {
      // Recorded first, since nobody can read it afterwards.
      return StepReport.of(Outcome.UNDERWAY, finished);
    }
    if (!isGoing(home)) {
      client.namespaces().withName(namespace).delete();
      home = findNamespace();
    }
    if (home == null) {
      return StepReport.of(Outcome.CLEARED);
    }
    if (LostPods.arePossible(nodes)) {
      attempt(() -> LostPods.letGo(client, reader.allPods(), nodes, clock.instant()));
    }
    return remaining(home);
  }

  /** What keeps a namespace that is being deleted from going, if anything does. */
  private StepReport remaining(Namespace home) {
    if (isGoing(home) && since(home).compareTo(NAMESPACE_GONE_WITHIN) > 0) {
      return StepReport.stuck(
          Obstacle.ofLease(
              "NamespaceRemains",
              "The namespace %s does not go: %s".formatted(namespace, obstacles(home))));
    }
    return met == null ? StepReport.of(Outcome.UNDERWAY) : StepReport.stuck(met);
  }

  /**
   * Does what the rest must not hang on: what a lease has in the cluster may be such that it cannot
   * be read, and must go all the same. What was in the way first is told at the end.
   */
  private void attempt(Runnable work) {
    try {
      work.run();
    } catch (KubernetesClientException e) {
      meet(Obstacle.of(e));
    } catch (ObstructedException e) {
      meet(e.obstacle());
    }
  }

  private void meet(Obstacle obstacle) {
    if (met == null) {
      met = obstacle;
    }
  }

  private Map<JobId, JobObservation> finished(List<Job> parts) {
    LeaseContents contents = readable(parts);
    Map<JobId, JobObservation> finished = new LinkedHashMap<>();
    for (JobDelivery job : lease.jobs()) {
      contents
          .planOf(job, nodes)
          .map(plan -> JobReader.read(job, plan, nodes, contents))
          .filter(seen -> seen.state().isFinal())
          .ifPresent(seen -> finished.put(job.id(), seen));
    }
    return finished;
  }

  /** The parts with what belongs to them, as far as that can be read. */
  private LeaseContents readable(List<Job> parts) {
    LeaseContents alone = new LeaseContents(parts, List.of(), List.of());
    if (lease.jobs().isEmpty()) {
      return alone;
    }
    try {
      return reader.with(parts);
    } catch (KubernetesClientException e) {
      meet(Obstacle.of(e));
    } catch (ObstructedException e) {
      meet(e.obstacle());
    }
    return alone;
  }

  private static String obstacles(Namespace home) {
    String words =
        home.getStatus() == null
            ? ""
            : home.getStatus().getConditions().stream()
                .filter(condition -> "True".equals(condition.getStatus()))
                .map(NamespaceCondition::getMessage)
                .collect(Collectors.joining(" "));
    return words.isEmpty() ? "the cluster does not say why." : words;
  }

  private Duration since(Namespace home) {
    return Duration.between(
        Instant.parse(home.getMetadata().getDeletionTimestamp()), clock.instant());
  }

  /**
   * Whether the service made the namespace: by its labels, or by the quota in it where somebody
   * took them off. A namespace of this name that somebody else made is left alone.
   */
  private boolean isOurs(Namespace home) {
    if (Marks.isOf(lease.id(), home)) {
      return true;
    }
    ResourceQuota quota =
        client.resourceQuotas().inNamespace(namespace).withName(LeaseManifests.QUOTA).get();
    return quota != null && Marks.isOf(lease.id(), quota);
  }

  private @Nullable Namespace findNamespace() {
    return client.namespaces().withName(namespace).get();
  }

  private static boolean isGoing(HasMetadata object) {
    return object.getMetadata().getDeletionTimestamp() != null;
  }

  /** Creates an object; one that is there already is looked at in the next step. */
  private void create(HasMetadata object) {
    try {
      client.resource(object).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
  }

  private void delete(Job part) {
    JobSteps.delete(client, part);
  }
}
