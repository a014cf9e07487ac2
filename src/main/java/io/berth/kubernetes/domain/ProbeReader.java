package io.berth.kubernetes.domain;

import io.berth.inventory.PoolProbing.Probe;
import io.berth.inventory.ProbeFinding;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads how far a probe is from its job and pods. */
public final class ProbeReader {

  /** How long after its deadline a probe is waited for: the cluster ends its job by itself. */
  public static final Duration OVERDUE = Duration.ofSeconds(30);

  private static final String DEADLINE_EXCEEDED = "DeadlineExceeded";
  private static final String FAILED = "Failed";
  private static final String COMPLETE = "Complete";

  /** What a kubelet says of an image that it will not get; it tries again in vain. */
  private static final Set<String> NOT_PULLED =
      Set.of("ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError");

  /** What it says of a container that it will not run, such as one that wants to be root. */
  private static final Set<String> NOT_STARTED =
      Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

  private ProbeReader() {}

  /** How far a probe is. */
  public sealed interface Stage {}

  /** It runs, or will. */
  public record Running() implements Stage {}

  /** It has ended well: what it printed is to be read. */
  public record Printed(Pod pod) implements Stage {}

  /** It has come to no verdict. */
  public record Ended(ProbeFinding finding) implements Stage {}

  /**
   * How far a probe is.
   *
   * @param job its job; null where it is not there (any more)
   * @param pods its pods
   */
  public static Stage read(Probe probe, @Nullable Job job, List<Pod> pods, Instant now) {
    Optional<Pod> elsewhere =
        pods.stream()
            .filter(pod ->
                pod.getSpec().getNodeName() != null
                    && !pod.getSpec().getNodeName().equals(probe.node().name()))
            .findFirst();
    if (elsewhere.isPresent()) {
      return failed(
          "OnAnotherNode", "The cluster ran the probe on another node than it asked for.");
    }
    if (job != null && has(job, COMPLETE)) {
      return JobLog.newest(pods.stream().filter(pod -> "Succeeded".equals(phase(pod))).toList())
          .<Stage>map(Printed::new)
          .orElseGet(() -> overdue(probe, pods, now));
    }
    Optional<Ended> stuck = stuck(pods);
    if (stuck.isPresent()) {
      return stuck.get();
    }
    if (job != null && has(job, FAILED)) {
      return isDeadline(job) ? late(pods) : exited(pods);
    }
    return overdue(probe, pods, now);
  }

  private static Stage overdue(Probe probe, List<Pod> pods, Instant now) {
    return now.isAfter(probe.deadlineAt().plus(OVERDUE)) ? late(pods) : new Running();
  }

  private static Optional<Ended> stuck(List<Pod> pods) {
    List<String> reasons =
        states(pods)
            .map(ContainerState::getWaiting)
            .filter(Objects::nonNull)
            .map(waiting -> String.valueOf(waiting.getReason()))
            .toList();
    if (reasons.stream().anyMatch(NOT_PULLED::contains)) {
      return Optional.of(
          failed("ImageNotPulled", "The cluster cannot pull the image that the probe runs."));
    }
    return reasons.stream().anyMatch(NOT_STARTED::contains)
        ? Optional.of(
            failed("ContainerNotStarted", "The cluster does not start the probe's container."))
        : Optional.empty();
  }

  private static Ended late(List<Pod> pods) {
    boolean placed = pods.stream().anyMatch(pod -> pod.getSpec().getNodeName() != null);
    if (pods.isEmpty()) {
      return failed(DEADLINE_EXCEEDED, "The cluster made no pod for the probe in time.");
    }
    return placed
        ? failed(DEADLINE_EXCEEDED, "The probe did not end in time.")
        : failed(
            "NotScheduled",
            "The node had no room for the probe: "
                + pods.stream()
                    .flatMap(ProbeReader::conditions)
                    .filter(condition ->
                        "PodScheduled".equals(condition.getType())
                            && "False".equals(condition.getStatus()))
                    .map(condition -> String.valueOf(condition.getMessage()))
                    .findFirst()
                    .orElse("the cluster does not say why."));
  }

  private static Ended exited(List<Pod> pods) {
    String code =
        states(pods)
            .map(ContainerState::getTerminated)
            .filter(Objects::nonNull)
            .map(terminated -> " with code " + terminated.getExitCode())
            .findFirst()
            .orElse("");
    return failed("ProbeFailed", "The probe's container failed" + code + ".");
  }

  private static Ended failed(String reason, String message) {
    return new Ended(ProbeFinding.failed(reason, message));
  }

  private static boolean has(Job job, String type) {
    return jobConditions(job)
        .anyMatch(
            condition -> type.equals(condition.getType()) && "True".equals(condition.getStatus()));
  }

  private static boolean isDeadline(Job job) {
    return jobConditions(job)
        .anyMatch(condition ->
            FAILED.equals(condition.getType()) && DEADLINE_EXCEEDED.equals(condition.getReason()));
  }

  private static Stream<JobCondition> jobConditions(Job job) {
    return job.getStatus() == null || job.getStatus().getConditions() == null
        ? Stream.empty()
        : job.getStatus().getConditions().stream();
  }

  private static Stream<PodCondition> conditions(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getConditions() == null
        ? Stream.empty()
        : pod.getStatus().getConditions().stream();
  }

  private static Stream<ContainerState> states(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> pod.getStatus() != null && pod.getStatus().getContainerStatuses() != null)
        .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
        .map(ContainerStatus::getState)
        .filter(Objects::nonNull);
  }

  private static @Nullable String phase(Pod pod) {
    return pod.getStatus() == null ? null : pod.getStatus().getPhase();
  }
}
