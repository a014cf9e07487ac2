package io.berth.kubernetes.domain;

import io.berth.leasing.JobId;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What was found in a lease's namespace.
 *
 * @param parts Jobs that the service made
 * @param pods their pods
 * @param events what the cluster said of them
 */
public record LeaseContents(List<Job> parts, List<Pod> pods, List<Event> events) {

  /**
   * How many finished parts are left to look at until the lease ends, the newest. What was seen of
   * older ones is recorded, and a long lease may run any number of jobs.
   */
  public static final int FINISHED_KEPT_MAX = 100;

  /** Copies the lists. */
  public LeaseContents {
    parts = List.copyOf(parts);
    pods = List.copyOf(pods);
    events = List.copyOf(events);
  }

  /** The parts of a job. */
  public List<Job> partsOf(JobId job) {
    return parts.stream().filter(part -> Marks.isOf(job, part)).toList();
  }

  /** The pods of a job. */
  public List<Pod> podsOf(JobId job) {
    return pods.stream().filter(pod -> Marks.isOf(job, pod)).toList();
  }

  /**
   * Where a job's parts run, as its first one says; empty where there is none, or none that says
   * something sensible.
   */
  public Optional<PodPlan> planOf(JobDelivery job, List<LeasedNode> nodes) {
    return partsOf(job.id()).stream()
        .sorted(Comparator.comparing(LeaseContents::name))
        .flatMap(part -> Marks.annotation(part, Marks.PLAN).stream())
        .flatMap(text -> PodPlan.parse(text, job.spec(), nodes).stream())
        .findFirst();
  }

  /** Accelerators that unfinished parts use or will use, by number of the node. */
  public Map<Integer, Integer> used(String resourceName) {
    Map<Integer, Integer> used = new HashMap<>();
    parts.stream()
        .filter(part -> !isFinished(part))
        .forEach(
            part -> used.merge(nodeNumber(part), accelerators(part, resourceName), Integer::sum));
    return used;
  }

  /**
   * Parts that should go: unfinished ones of jobs that are final, and the oldest finished ones.
   *
   * @param live jobs that are not final
   */
  public List<Job> surplus(Set<JobId> live) {
    List<Job> done =
        parts.stream()
            .filter(part -> live.stream().noneMatch(job -> Marks.isOf(job, part)))
            .toList();
    Stream<Job> stray = done.stream().filter(part -> !isFinished(part));
    Stream<Job> oldest =
        done.stream()
            .filter(LeaseContents::isFinished)
            // Identifiers follow time.
            .sorted(Comparator.comparing(LeaseContents::jobNumber).reversed())
            .skip(FINISHED_KEPT_MAX);
    return Stream.concat(stray, oldest).filter(part -> !isGoing(part)).toList();
  }

  private static UUID jobNumber(Job part) {
    return Marks.jobOf(part).map(JobId::value).orElse(new UUID(0, 0));
  }

  /** Whether the cluster is done with a part. */
  public static boolean isFinished(Job part) {
    return condition(part, "Complete").isPresent() || condition(part, "Failed").isPresent();
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

  /**
   * The number of the leased node that a part is for: its name's end, which nobody can change, or
   * its label where the name is none of ours; -1 where neither tells.
   */
  public static int nodeNumber(Job part) {
    try {
      return Marks.nodeNumberIn(name(part))
          .or(() -> Marks.label(part, Marks.NODE_NUMBER))
          .map(Integer::parseInt)
          .orElse(-1);
    } catch (NumberFormatException e) {
      return -1;
    }
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
    return perPod * Objects.requireNonNullElse(part.getSpec().getParallelism(), 1);
  }

  private static int whole(Quantity quantity) {
    return quantity.getNumericalAmount().intValue();
  }
}
