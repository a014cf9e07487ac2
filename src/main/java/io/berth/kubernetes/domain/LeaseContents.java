package io.berth.kubernetes.domain;

import io.berth.leasing.JobId;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was found in a lease's namespace.
 *
 * @param parts Jobs that the service made
 * @param pods their pods
 * @param events what the cluster said of them
 * @param workloads what Kueue says of parts that it holds, see {@link JobQueue}
 */
public record LeaseContents(
    List<Job> parts,
    List<Pod> pods,
    List<Event> events,
    List<GenericKubernetesResource> workloads) {

  /**
   * How many pods of finished parts are left to look at until the lease ends, those of the newest.
   * What was seen of older ones is recorded, and a long lease may run any number of jobs. Those of
   * the very newest stay however many they are.
   */
  public static final int FINISHED_KEPT_MAX = 100;

  private static final Instant TIME_MAX = Instant.parse("9999-12-31T00:00:00Z");

  /** Copies the lists. */
  public LeaseContents {
    parts = List.copyOf(parts);
    pods = List.copyOf(pods);
    events = List.copyOf(events);
    workloads = List.copyOf(workloads);
  }

  /** What was found where Kueue holds nothing. */
  public LeaseContents(List<Job> parts, List<Pod> pods, List<Event> events) {
    this(parts, pods, events, List.of());
  }

  /** The parts of a job. */
  public List<Job> partsOf(JobId job) {
    return parts.stream().filter(part -> Marks.isOf(job, part)).toList();
  }

  /** The pods of a job. */
  public List<Pod> podsOf(JobId job) {
    return pods.stream().filter(pod -> Marks.isOf(job, pod)).toList();
  }

  /** The parts of a job's attempt that counts. */
  public List<Job> partsOf(JobDelivery job) {
    return partsOf(job.id()).stream().filter(part -> isOfAttempt(job, part)).toList();
  }

  /** The pods of a job's attempt that counts. */
  public List<Pod> podsOf(JobDelivery job) {
    return podsOf(job.id()).stream().filter(pod -> isOfAttempt(job, pod)).toList();
  }

  /**
   * By the labels of the pods that a part makes, which nobody can change, or of the object where it
   * is none; so that what an earlier attempt left is never taken for part of this one.
   */
  public static boolean isOfAttempt(JobDelivery job, HasMetadata object) {
    Optional<String> attempt =
        object instanceof Job part
            ? Optional.ofNullable(part.getSpec().getTemplate().getMetadata())
                .map(ObjectMeta::getLabels)
                .map(labels -> labels.get(Marks.ATTEMPT))
            : Marks.label(object, Marks.ATTEMPT);
    return attempt.filter(Integer.toString(job.progress().attempt())::equals).isPresent();
  }

  /**
   * Where the parts of a job's attempt run, as the first one says, on nodes that the lease has or
   * had; empty where there is none, or none that says something sensible.
   */
  public Optional<PodPlan> planOf(JobDelivery job, List<LeasedNode> nodes) {
    return partsOf(job).stream()
        .sorted(Comparator.comparing(LeaseContents::rank))
        .flatMap(part -> Marks.annotation(part, Marks.PLAN).stream())
        .flatMap(text -> PodPlan.parse(text, job.spec(), nodes).stream())
        .findFirst();
  }

  /** When the first part of a job's attempt was asked for; empty where none says it. */
  public Optional<Instant> madeAt(JobDelivery job) {
    return partsOf(job).stream()
        .flatMap(part ->
            time(
                Marks.annotation(part, Marks.MADE_AT)
                    .orElse(part.getMetadata().getCreationTimestamp()))
                .stream())
        .min(Comparator.naturalOrder());
  }

  /** Accelerators that unfinished parts use or will use, by number of the node. */
  public Map<Integer, Integer> used(String resourceName, List<LeasedNode> nodes) {
    Map<Integer, Integer> used = new HashMap<>();
    parts.stream()
        .filter(part -> !isFinished(part))
        .forEach(part ->
            used.merge(nodeNumber(part, nodes), accelerators(part, resourceName), Integer::sum));
    return used;
  }

  /**
   * Parts that should go: unfinished ones of jobs that are final, finished ones after their time,
   * and the oldest finished ones.
   *
   * @param live jobs that are not final
   */
  public List<Job> surplus(Set<JobId> live, Instant now) {
    List<Job> done =
        parts.stream()
            .filter(part -> live.stream().noneMatch(job -> Marks.isOf(job, part)))
            .toList();
    Stream<Job> stray = done.stream().filter(part -> !isFinished(part));
    Stream<Job> expired = done.stream().filter(part -> isFinished(part) && isExpired(part, now));
    Stream<Job> oldest =
        oldest(done.stream().filter(part -> isFinished(part) && !isExpired(part, now)));
    return Stream.of(stray, expired, oldest)
        .flatMap(going -> going)
        .filter(part -> !isGoing(part))
        .toList();
  }

  private static Stream<Job> oldest(Stream<Job> finished) {
    // Identifiers follow time.
    List<Job> newestFirst =
        finished.sorted(Comparator.comparing(LeaseContents::jobNumber).reversed()).toList();
    int kept = 0;
    int pods = 0;
    for (Job part : newestFirst) {
      pods += pods(part);
      if (kept > 0 && pods > FINISHED_KEPT_MAX) {
        break;
      }
      kept++;
    }
    return newestFirst.stream().skip(kept);
  }

  /** Each time that a part's pod failed left one; a part without any counts all the same. */
  private static int pods(Job part) {
    int failed =
        part.getStatus() == null ? 0 : Objects.requireNonNullElse(part.getStatus().getFailed(), 0);
    boolean succeeded = condition(part, "Complete").isPresent();
    return Math.clamp((long) failed + (succeeded ? 1 : 0), 1, 1_000);
  }

  private static boolean isExpired(Job part, Instant now) {
    Optional<Long> seconds =
        Marks.annotation(part, Marks.TTL_SECONDS)
            .filter(text -> text.matches("[0-9]{1,9}"))
            .map(Long::parseLong);
    Optional<Instant> end =
        Stream.of("Complete", "Failed")
            .flatMap(type -> condition(part, type).stream())
            .flatMap(condition -> time(condition.getLastTransitionTime()).stream())
            .findFirst();
    return seconds.isPresent()
        && end.isPresent()
        && !now.isBefore(end.get().plusSeconds(seconds.get()));
  }

  /** A time that can be stored; a cluster may write any. */
  static Optional<Instant> time(@Nullable String text) {
    try {
      return text == null || text.isEmpty()
          ? Optional.empty()
          : Optional.of(Instant.parse(text))
              .filter(time -> !time.isBefore(Instant.EPOCH) && time.isBefore(TIME_MAX));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static UUID jobNumber(Job part) {
    return Marks.jobOf(part).map(JobId::value).orElse(new UUID(0, 0));
  }

  /** Whether the cluster is done with a part. */
  public static boolean isFinished(Job part) {
    return condition(part, "Complete").isPresent() || condition(part, "Failed").isPresent();
  }

  /** Whether a part ran out of its time. */
  public static boolean isOverdue(Job part) {
    return condition(part, "Failed")
        .filter(failed -> "DeadlineExceeded".equals(failed.getReason()))
        .isPresent();
  }

  /** Whether a part is being deleted. */
  public static boolean isGoing(Job part) {
    return part.getMetadata().getDeletionTimestamp() != null;
  }

  static Optional<JobCondition> condition(Job part, String type) {
    return part.getStatus() == null
        ? Optional.empty()
        : part.getStatus().getConditions().stream()
            .filter(condition -> condition.getType().equals(type))
            .filter(condition -> condition.getStatus().equals("True"))
            .findFirst();
  }

  /** The rank that a part is of: its name's end, which nobody can change; -1 for other names. */
  public static int rank(Job part) {
    return Marks.rankIn(name(part));
  }

  /**
   * The number of the leased node that a part is for, by the node that its pods are tied to, which
   * nobody can change; -1 where it is none of the lease's.
   */
  public static int nodeNumber(Job part, List<LeasedNode> nodes) {
    Optional<String> name =
        Optional.ofNullable(part.getSpec().getTemplate().getSpec().getAffinity())
            .map(Affinity::getNodeAffinity)
            .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
            .stream()
            .flatMap(selector -> selector.getNodeSelectorTerms().stream())
            .flatMap(term -> term.getMatchFields().stream())
            .flatMap(field -> field.getValues().stream())
            .findFirst();
    return IntStream.range(0, nodes.size())
        .filter(number -> name.filter(nodes.get(number).node().name()::equals).isPresent())
        .findFirst()
        .orElse(-1);
  }

  static String name(Job part) {
    return part.getMetadata().getName();
  }

  private static int accelerators(Job part, String resourceName) {
    int perPod =
        part.getSpec().getTemplate().getSpec().getContainers().stream()
            .filter(container -> container.getResources() != null)
            .map(container -> container.getResources().getLimits())
            .filter(Objects::nonNull)
            .map(limits -> limits.get(resourceName))
            .filter(Objects::nonNull)
            .mapToInt(LeaseContents::whole)
            .sum();
    int claimed = ClaimManifests.devices(part.getSpec().getTemplate().getSpec());
    return (perPod + claimed) * Objects.requireNonNullElse(part.getSpec().getParallelism(), 1);
  }

  private static int whole(Quantity quantity) {
    return quantity.getNumericalAmount().intValue();
  }
}
