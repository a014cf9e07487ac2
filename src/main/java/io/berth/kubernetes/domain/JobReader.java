package io.berth.kubernetes.domain;

import io.berth.leasing.JobObservation;
import io.berth.leasing.JobObservation.JobEvent;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what a cluster shows of one job: its parts together are one job. */
public final class JobReader {

  private static final int MESSAGE_LENGTH_MAX = 500;

  private final JobDelivery job;
  private final List<LeasedNode> nodes;
  private final List<Job> parts;
  private final List<Pod> pods;
  private final List<JobEvent> events;
  private final List<GenericKubernetesResource> workloads;

  private JobReader(JobDelivery job, List<LeasedNode> nodes, LeaseContents contents) {
    this.job = job;
    this.nodes = nodes;
    this.parts = contents.partsOf(job);
    this.pods = contents.podsOf(job);
    this.events = events(contents);
    this.workloads = contents.workloads();
  }

  /** Reads a job whose parts are all there according to its plan. */
  public static JobObservation read(
      JobDelivery job, PodPlan plan, List<LeasedNode> nodes, LeaseContents contents) {
    return new JobReader(job, nodes, contents).observation(plan);
  }

  /** Reads a job that is not in the cluster, or not wholly, or on its way out. */
  public static JobObservation read(
      JobDelivery job,
      JobState state,
      String message,
      List<LeasedNode> nodes,
      LeaseContents contents) {
    return new JobReader(job, nodes, contents).observation(state, message, null);
  }

  /**
   * Ranks of a job that are not done and have no pod that runs or has ended. One whose pod failed
   * is not among them: its part is about to say so.
   */
  public static SortedSet<Integer> lost(
      JobDelivery job, PodPlan plan, List<LeasedNode> nodes, LeaseContents contents) {
    JobReader reader = new JobReader(job, nodes, contents);
    Set<String> there = reader.ranksOfDone();
    there.addAll(reader.ranksOf("Running"));
    there.addAll(reader.ranksOf("Failed"));
    return IntStream.range(0, plan.ranks())
        .filter(rank -> !there.contains(Integer.toString(rank)))
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private JobObservation observation(PodPlan plan) {
    List<JobCondition> failed = conditions("Failed");
    if (!failed.isEmpty()) {
      return observation(
          JobState.FAILED, failure(failed.getFirst()), latest(failed, JobReader::transition));
    }
    if (parts.size() >= plan.ranks()
        && parts.stream().allMatch(part -> LeaseContents.condition(part, "Complete").isPresent())) {
      return observation(
          JobState.SUCCEEDED, "All pods ended well.", latest(parts, JobReader::completion));
    }
    int wanted = job.spec().parallelism();
    Set<String> done = ranksOfDone();
    Set<String> running = new HashSet<>(ranksOf("Running"));
    running.removeAll(done);
    int well = running.size() + done.size();
    String message = running.size() + " of " + wanted + " pods run.";
    return well >= wanted
        ? observation(JobState.RUNNING, message, null)
        : observation(
            JobState.STARTING, message + obstacle().map(words -> " " + words).orElse(""), null);
  }

  private JobObservation observation(JobState state, String message, @Nullable Instant finishedAt) {
    return new JobObservation(
        state,
        bounded(message),
        ranOn(),
        events,
        startedAt().orElse(null),
        finishedAt,
        job.progress().attempt(),
        job.progress().failures());
  }

  /** Ranks whose part is complete, or whose pod ended well; the cluster may remove ended pods. */
  private Set<String> ranksOfDone() {
    Set<String> ranks = new HashSet<>(ranksOf("Succeeded"));
    parts.stream()
        .filter(part -> LeaseContents.condition(part, "Complete").isPresent())
        .forEach(part -> ranks.add(Integer.toString(LeaseContents.rank(part))));
    return ranks;
  }

  /** Ranks with a pod in a phase that is not on its way out. */
  private Set<String> ranksOf(String phase) {
    return pods.stream()
        .filter(inPhase(phase))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .flatMap(pod -> Marks.label(pod, Marks.RANK).stream())
        .collect(Collectors.toSet());
  }

  private List<JobCondition> conditions(String type) {
    return parts.stream().flatMap(part -> LeaseContents.condition(part, type).stream()).toList();
  }

  private String failure(JobCondition failed) {
    String words =
        Objects.requireNonNullElse(failed.getMessage(), "The job failed.")
            + (failed.getReason() == null ? "" : " (" + failed.getReason() + ")");
    return pods.stream()
        .filter(inPhase("Failed"))
        .flatMap(pod -> terminations(pod))
        .max(
            Comparator.comparing(
                terminated -> Objects.requireNonNullElse(terminated.getFinishedAt(), "")))
        .map(
            terminated -> words + "; the last pod ended with exit code " + terminated.getExitCode())
        .orElse(words);
  }

  /** What keeps pods from running, in the cluster's words. */
  private Optional<String> obstacle() {
    Stream<String> unscheduled =
        pods.stream()
            .filter(inPhase("Pending"))
            .flatMap(pod -> pod.getStatus().getConditions().stream())
            .filter(condition -> "PodScheduled".equals(condition.getType()))
            .filter(condition -> "False".equals(condition.getStatus()))
            .map(PodCondition::getMessage)
            .filter(Objects::nonNull);
    Stream<String> waiting =
        pods.stream()
            .filter(inPhase("Pending"))
            .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
            .map(ContainerStatus::getState)
            .filter(state -> state != null && state.getWaiting() != null)
            .map(state ->
                state.getWaiting().getReason()
                    + (state.getWaiting().getMessage() == null
                        ? ""
                        : ": " + state.getWaiting().getMessage()));
    Stream<String> refused =
        events.reversed().stream()
            .filter(event -> event.reason().equals("FailedCreate"))
            .map(JobEvent::message);
    return Stream.of(held().stream(), waiting, unscheduled, refused)
        .flatMap(words -> words)
        .findFirst();
  }

  /** Which parts wait in the cluster's queue, or are suspended, and why the first of them does. */
  private Optional<String> held() {
    List<Job> held =
        parts.stream()
            .filter(JobQueue::isHeld)
            .sorted(Comparator.comparing(LeaseContents::rank))
            .toList();
    if (held.isEmpty()) {
      return Optional.empty();
    }
    String who =
        job.spec().isGang()
            ? "Ranks %s wait".formatted(held.stream().map(LeaseContents::rank).toList())
            : "It waits";
    return Optional.of(
        "%s%s: %s"
            .formatted(
                who,
                JobQueue.isQueued(held.getFirst()) ? " in the cluster's queue" : "",
                JobQueue.reason(held.getFirst(), workloads)));
  }

  /**
   * Nodes of the pods that are still there, and those where a part's pods ended or were placed: the
   * cluster deletes pods of a part that fails.
   */
  private List<String> ranOn() {
    TreeSet<String> names = new TreeSet<>();
    for (Pod pod : pods) {
      if (pod.getSpec().getNodeName() != null) {
        names.add(bounded(pod.getSpec().getNodeName()));
      }
    }
    for (Job part : parts) {
      int number = LeaseContents.nodeNumber(part, nodes);
      String podPrefix = "Pod/" + LeaseContents.name(part) + "-";
      boolean placed =
          count(part.getStatus() == null ? null : part.getStatus().getSucceeded()) > 0
              || events.stream()
                  .anyMatch(event ->
                      event.reason().equals("Scheduled") && event.object().startsWith(podPrefix));
      if (placed && number >= 0 && number < nodes.size()) {
        names.add(nodes.get(number).node().name());
      }
    }
    return List.copyOf(names);
  }

  private static int count(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  /** When the first pod started; of a job whose pods are gone when its first part did. */
  private Optional<Instant> startedAt() {
    Optional<Instant> firstPod =
        pods.stream()
            .filter(pod -> pod.getStatus() != null && !inPhase("Pending").test(pod))
            .flatMap(pod -> LeaseContents.time(pod.getStatus().getStartTime()).stream())
            .min(Comparator.naturalOrder());
    return firstPod.or(() ->
        parts.stream()
            .filter(LeaseContents::isFinished)
            .flatMap(part -> LeaseContents.time(part.getStatus().getStartTime()).stream())
            .min(Comparator.naturalOrder()));
  }

  private interface Moment<T> {
    @Nullable String of(T object);
  }

  private static <T> @Nullable Instant latest(List<T> objects, Moment<T> moment) {
    return objects.stream()
        .flatMap(object -> LeaseContents.time(moment.of(object)).stream())
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  private static @Nullable String transition(JobCondition condition) {
    return condition.getLastTransitionTime();
  }

  private static @Nullable String completion(Job part) {
    return part.getStatus().getCompletionTime();
  }

  private static Predicate<Pod> inPhase(String phase) {
    return pod -> pod.getStatus() != null && phase.equals(pod.getStatus().getPhase());
  }

  private static Stream<ContainerStateTerminated> terminations(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .map(ContainerStatus::getState)
        .filter(state -> state != null && state.getTerminated() != null)
        .map(state -> state.getTerminated());
  }

  private List<JobEvent> events(LeaseContents contents) {
    return contents.events().stream()
        .filter(this::isOurs)
        .map(JobReader::event)
        .sorted(
            Comparator.comparing(
                    (JobEvent event) -> Objects.requireNonNullElse(event.at(), Instant.EPOCH))
                .thenComparing(JobEvent::object)
                .thenComparing(JobEvent::reason)
                .thenComparing(JobEvent::message))
        .toList();
  }

  /** By name, since events outlive what they are about. */
  private boolean isOurs(Event event) {
    if (event.getInvolvedObject() == null || event.getInvolvedObject().getName() == null) {
      return false;
    }
    String name = event.getInvolvedObject().getName();
    // The number of the node follows the last dash of what is cut off here.
    String prefix = Marks.part(job.id(), 0);
    return name.startsWith(prefix.substring(0, prefix.length() - 1));
  }

  private static JobEvent event(Event event) {
    Instant at =
        LeaseContents.time(event.getLastTimestamp())
            .or(() ->
                LeaseContents.time(
                    event.getSeries() == null
                        ? null
                        : text(event.getSeries().getLastObservedTime())))
            .or(() -> LeaseContents.time(text(event.getEventTime())))
            .or(() -> LeaseContents.time(event.getFirstTimestamp()))
            .orElse(null);
    return new JobEvent(
        at,
        bounded(Objects.requireNonNullElse(event.getReason(), "")),
        bounded(event.getInvolvedObject().getKind() + "/" + event.getInvolvedObject().getName()),
        bounded(Objects.requireNonNullElse(event.getMessage(), "")));
  }

  private static @Nullable String text(@Nullable MicroTime time) {
    return time == null ? null : time.getTime();
  }

  /** A cluster's words as they can be stored: PostgreSQL keeps no NUL, and not without end. */
  public static String bounded(String words) {
    String text = words.replace("\0", "");
    return text.length() <= MESSAGE_LENGTH_MAX
        ? text
        : text.substring(0, MESSAGE_LENGTH_MAX - 1) + "…";
  }
}
