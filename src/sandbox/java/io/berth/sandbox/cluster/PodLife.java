package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a pod that is bound to a node, as its {@link ContainerScript} says: it runs, then
 * it succeeds or fails. All that it goes by is the pod, so that a restart in the middle changes
 * nothing.
 */
public final class PodLife {

  private PodLife() {}

  /** The pod with the status that it has at a time; the same pod where nothing changes. */
  public static Pod next(Pod pod, Instant now) {
    if (PodResources.isTerminal(pod)) {
      return pod;
    }
    return isStarted(pod) ? advanced(pod, now) : started(pod, now);
  }

  static boolean isStarted(Pod pod) {
    return pod.getStatus() != null && pod.getStatus().getStartTime() != null;
  }

  private static Pod started(Pod pod, Instant now) {
    List<ContainerStatus> statuses = new ArrayList<>();
    for (Container container : pod.getSpec().getContainers()) {
      statuses.add(running(container, 0, null, now));
    }
    return new PodBuilder(pod)
        .withNewStatus()
        .withPhase("Running")
        .withStartTime(Times.format(now))
        .withHostIP("127.0.0.1")
        .addNewHostIP("127.0.0.1")
        .withPodIP("10.0.0." + (1 + Math.floorMod(pod.getMetadata().getUid().hashCode(), 250)))
        .withConditions(conditions(true, now))
        .withContainerStatuses(statuses)
        .endStatus()
        .build();
  }

  private static Pod advanced(Pod pod, Instant now) {
    Long deadline = pod.getSpec().getActiveDeadlineSeconds();
    if (deadline != null
        && !now.isBefore(Times.parse(pod.getStatus().getStartTime()).plusSeconds(deadline))) {
      return ended(pod, "Failed", "DeadlineExceeded", pod.getStatus().getContainerStatuses(), now);
    }
    List<ContainerStatus> statuses = new ArrayList<>();
    for (Container container : pod.getSpec().getContainers()) {
      statuses.add(advanced(pod, container, now));
    }
    if (statuses.stream().allMatch(s -> s.getState().getTerminated() != null)) {
      boolean succeeded =
          statuses.stream().allMatch(s -> s.getState().getTerminated().getExitCode() == 0);
      return ended(pod, succeeded ? "Succeeded" : "Failed", null, statuses, now);
    }
    return statuses.equals(pod.getStatus().getContainerStatuses())
        ? pod
        : new PodBuilder(pod).editStatus().withContainerStatuses(statuses).endStatus().build();
  }

  private static ContainerStatus advanced(Pod pod, Container container, Instant now) {
    ContainerStatus status =
        pod.getStatus().getContainerStatuses().stream()
            .filter(s -> s.getName().equals(container.getName()))
            .findFirst()
            .orElseGet(() -> running(container, 0, null, now));
    if (status.getState().getRunning() == null) {
      return status;
    }
    ContainerScript script = ContainerScript.of(container);
    Instant startedAt = Times.parse(status.getState().getRunning().getStartedAt());
    Instant finishedAt = startedAt.plus(script.duration());
    if (now.isBefore(finishedAt)) {
      return status;
    }
    ContainerStatus terminated =
        new ContainerStatusBuilder(status)
            .withReady(false)
            .withStarted(false)
            .withNewState()
            .withNewTerminated()
            .withExitCode(script.exitCode())
            .withReason(script.exitCode() == 0 ? "Completed" : "Error")
            .withStartedAt(Times.format(startedAt))
            .withFinishedAt(Times.format(finishedAt))
            .endTerminated()
            .endState()
            .build();
    String restartPolicy = Objects.requireNonNullElse(pod.getSpec().getRestartPolicy(), "Always");
    boolean restarts =
        restartPolicy.equals("Always")
            || (restartPolicy.equals("OnFailure") && script.exitCode() != 0);
    return restarts
        ? running(
            container, status.getRestartCount() + 1, terminated.getState().getTerminated(), now)
        : terminated;
  }

  private static Pod ended(
      Pod pod, String phase, @Nullable String reason, List<ContainerStatus> statuses, Instant now) {
    return new PodBuilder(pod)
        .editStatus()
        .withPhase(phase)
        .withReason(reason)
        .withConditions(conditions(false, now))
        .withContainerStatuses(statuses)
        .endStatus()
        .build();
  }

  private static ContainerStatus running(
      Container container, int restarts, @Nullable ContainerStateTerminated last, Instant now) {
    ContainerStatusBuilder status =
        new ContainerStatusBuilder()
            .withName(container.getName())
            .withImage(container.getImage())
            .withImageID("")
            .withReady(true)
            .withStarted(true)
            .withRestartCount(restarts)
            .withNewState()
            .withNewRunning(Times.format(now))
            .endState();
    if (last != null) {
      status.withNewLastState().withTerminated(last).endLastState();
    }
    return status.build();
  }

  private static List<PodCondition> conditions(boolean ready, Instant now) {
    List<PodCondition> conditions = new ArrayList<>();
    for (String type : List.of("PodScheduled", "Initialized", "ContainersReady", "Ready")) {
      boolean holds = ready || type.equals("PodScheduled") || type.equals("Initialized");
      conditions.add(
          new PodConditionBuilder()
              .withType(type)
              .withStatus(holds ? "True" : "False")
              .withReason(holds ? null : "PodCompleted")
              .withLastTransitionTime(Times.format(now))
              .build());
    }
    return conditions;
  }
}
