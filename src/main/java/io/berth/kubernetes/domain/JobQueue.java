package io.berth.kubernetes.domain;

import io.berth.leasing.LeaseDelivery;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The queue that the jobs of a lease go through where the provider runs Kueue: a LocalQueue in the
 * lease's namespace, which points to a ClusterQueue of the provider. Jobs are made suspended; Kueue
 * starts them once they are admitted, and suspends them again where it takes their quota away. The
 * service itself never starts one.
 *
 * <p>Kueue's objects and labels: kueue.sigs.k8s.io, "Concepts" and "Run Kubernetes Jobs". What is
 * used of them here is the same in v1beta1 and v1beta2.
 */
public final class JobQueue {

  /** Kueue's API group. */
  public static final String GROUP = "kueue.x-k8s.io";

  /** The label of jobs that says which LocalQueue they go through. */
  public static final String LABEL = GROUP + "/queue-name";

  /** The ClusterQueue that a provider makes for leases. */
  public static final String CLUSTER_QUEUE = "berth";

  /** The LocalQueue in each lease's namespace. */
  public static final String NAME = "berth";

  /** The oldest server on which jobs can be relied on to wait suspended. */
  public static final ServerVersion SERVER_MIN = new ServerVersion(1, 24);

  private JobQueue() {}

  /** Where ClusterQueues are in the API. */
  public static ResourceDefinitionContext clusterQueues(String version) {
    return resources(version, "ClusterQueue", "clusterqueues", false);
  }

  /** Where LocalQueues are in the API. */
  public static ResourceDefinitionContext localQueues(String version) {
    return resources(version, "LocalQueue", "localqueues", true);
  }

  /** Where Workloads are in the API: what Kueue makes for each job that it has in hand. */
  public static ResourceDefinitionContext workloads(String version) {
    return resources(version, "Workload", "workloads", true);
  }

  private static ResourceDefinitionContext resources(
      String version, String kind, String plural, boolean namespaced) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(GROUP)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(namespaced)
        .build();
  }

  /** The queue of a lease. */
  public static GenericKubernetesResource of(LeaseDelivery lease, String version) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(GROUP + "/" + version)
        .withKind("LocalQueue")
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(Marks.namespace(lease.id()))
        .withLabels(Marks.of(lease.id()))
        .endMetadata()
        .addToAdditionalProperties("spec", Map.of("clusterQueue", CLUSTER_QUEUE))
        .build();
  }

  /** A part that waits in the queue until Kueue starts it. */
  public static Job queued(Job part) {
    return new JobBuilder(part)
        .editMetadata()
        .addToLabels(LABEL, NAME)
        .endMetadata()
        .editSpec()
        .withSuspend(true)
        .endSpec()
        .build();
  }

  /** Whether a part goes through a queue. */
  public static boolean isQueued(Job part) {
    return Marks.label(part, LABEL).isPresent();
  }

  /** Whether a part waits for somebody to start it, for the first time or again. */
  public static boolean isHeld(Job part) {
    return Boolean.TRUE.equals(part.getSpec().getSuspend())
        && !LeaseContents.isFinished(part)
        && !LeaseContents.isGoing(part);
  }

  /**
   * Since when a job's parts have had what their pods need to run. Empty where none of them has it
   * yet, or where the cluster does not say it yet: waiting in a queue is no start that takes long.
   * While some are admitted and others wait it counts from the first of them, since those hold
   * devices for nothing; once all are, from the last.
   *
   * @param parts of one attempt
   * @param madeAt when they were made, which is what counts for parts that go through no queue
   */
  public static Optional<Instant> startableSince(List<Job> parts, Optional<Instant> madeAt) {
    if (parts.stream().noneMatch(JobQueue::isQueued)) {
      return madeAt;
    }
    List<Optional<Instant>> starts =
        parts.stream().filter(part -> !isHeld(part)).map(JobQueue::startTime).toList();
    if (starts.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    Comparator<Instant> order =
        starts.size() < parts.size() ? Comparator.reverseOrder() : Comparator.naturalOrder();
    return starts.stream().flatMap(Optional::stream).max(order);
  }

  /** When the cluster began to run a part, or began again. */
  private static Optional<Instant> startTime(Job part) {
    return part.getStatus() == null
        ? Optional.empty()
        : LeaseContents.time(part.getStatus().getStartTime());
  }

  /** Why a part is held, in Kueue's words where it has some. */
  static String reason(Job part, List<GenericKubernetesResource> workloads) {
    if (!isQueued(part)) {
      return "somebody in the cluster suspended it.";
    }
    return workloads.stream()
        .filter(workload -> isOf(part, workload))
        .findFirst()
        .map(JobQueue::reason)
        .orElse("Kueue has not taken it up yet.");
  }

  private static boolean isOf(Job part, GenericKubernetesResource workload) {
    List<OwnerReference> owners = workload.getMetadata().getOwnerReferences();
    return owners != null
        && owners.stream()
            .anyMatch(owner ->
                "Job".equals(owner.getKind())
                    && LeaseContents.name(part).equals(owner.getName())
                    && Objects.equals(part.getMetadata().getUid(), owner.getUid()));
  }

  private static String reason(GenericKubernetesResource workload) {
    return condition(workload, "Finished", "True")
        .or(() -> condition(workload, "QuotaReserved", "False"))
        .or(() -> condition(workload, "Evicted", "True"))
        .orElse(
            condition(workload, "Admitted", "True").isPresent()
                ? "it is admitted and about to start."
                : condition(workload, "QuotaReserved", "True").isPresent()
                    ? "its quota is reserved; the provider's admission checks are under way."
                    : "Kueue does not say why.");
  }

  /** The message of a condition of that type and status. */
  public static Optional<String> condition(
      GenericKubernetesResource object, String type, String status) {
    return object.get("status", "conditions") instanceof List<?> conditions
        ? conditions.stream()
            .filter(Map.class::isInstance)
            .map(condition -> (Map<?, ?>) condition)
            .filter(condition -> type.equals(condition.get("type")))
            .filter(condition -> status.equals(condition.get("status")))
            .map(condition -> words(condition.get("message")))
            .findFirst()
        : Optional.empty();
  }

  private static String words(@Nullable Object message) {
    return message instanceof String text && !text.isBlank()
        ? JobReader.bounded(text)
        : "Kueue does not say why.";
  }
}
