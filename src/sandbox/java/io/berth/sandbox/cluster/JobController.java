package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs: creates and counts their pods, ends them, and removes them after their time.
 *
 * <p>Unlike Kubernetes it replaces a failed pod at once, without the growing delay.
 */
final class JobController {

  private static final String COMPONENT = "job-controller";
  private static final String INDEX = "batch.kubernetes.io/job-completion-index";
  private static final int BACKOFF_LIMIT_DEFAULT = 6;

  private final ObjectStore store;
  private final Admission admission;
  private final EventRecorder events;

  JobController(ObjectStore store, Admission admission, EventRecorder events) {
    this.store = store;
    this.admission = admission;
    this.events = events;
  }

  void pass(Instant now) {
    for (Job job : store.list(Job.class)) {
      if (job.getMetadata().getDeletionTimestamp() != null) {
        continue;
      }
      if (isFinished(job)) {
        deleteWhenExpired(job, now);
      } else {
        new Round(job, now).run();
      }
    }
  }

  private void deleteWhenExpired(Job job, Instant now) {
    Integer seconds = job.getSpec().getTtlSecondsAfterFinished();
    if (seconds == null) {
      return;
    }
    job.getStatus().getConditions().stream()
        .filter(JobController::isFinal)
        .map(c -> Times.parse(c.getLastTransitionTime()).plusSeconds(seconds))
        .filter(expiry -> !now.isBefore(expiry))
        .findFirst()
        .ifPresent(_ -> store.delete(job));
  }

  private static boolean isFinished(Job job) {
    return job.getStatus() != null
        && job.getStatus().getConditions().stream().anyMatch(JobController::isFinal);
  }

  private static boolean isFinal(JobCondition condition) {
    return (condition.getType().equals("Complete") || condition.getType().equals("Failed"))
        && condition.getStatus().equals("True");
  }

  /** One look at one job. */
  private final class Round {

    private final Job job;
    private final Instant now;
    private final JobStatus before;
    private final List<Pod> active = new ArrayList<>();
    private final Set<Integer> succeededIndexes = new TreeSet<>();
    private final int parallelism;
    private final @Nullable Integer completions;
    private int succeeded;
    private int failed;
    private int restarts;

    Round(Job job, Instant now) {
      this.job = job;
      this.now = now;
      this.before = Objects.requireNonNullElseGet(job.getStatus(), JobStatus::new);
      Integer parallelism = job.getSpec().getParallelism();
      Integer completions = job.getSpec().getCompletions();
      this.parallelism = Objects.requireNonNullElse(parallelism, 1);
      this.completions =
          parallelism == null && completions == null ? Integer.valueOf(1) : completions;
      count();
    }

    void run() {
      Instant startTime = before.getStartTime() == null ? now : Times.parse(before.getStartTime());
      Long deadline = job.getSpec().getActiveDeadlineSeconds();
      if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
        active.forEach(store::delete);
        write(
            status(null, 0)
                .withConditions(condition("Suspended", "JobSuspended", "Job suspended")));
      } else if (pastBackoffLimit()) {
        fail(startTime, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
      } else if (deadline != null && !now.isBefore(startTime.plusSeconds(deadline))) {
        fail(startTime, "DeadlineExceeded", "Job was active longer than specified deadline");
      } else if (isComplete()) {
        complete(startTime);
      } else {
        int activeCount = adjust();
        write(status(startTime, activeCount).withConditions(List.of()));
      }
    }

    private void count() {
      for (Pod pod : podsOf(job)) {
        switch (PodResources.phase(pod)) {
          case "Succeeded" -> {
            succeeded++;
            succeededIndexes.add(index(pod));
          }
          case "Failed" -> failed++;
          default -> {
            active.add(pod);
            if (pod.getStatus() != null) {
              pod.getStatus().getContainerStatuses().forEach(s -> restarts += s.getRestartCount());
            }
          }
        }
      }
      // Pods that were removed since still count.
      failed = Math.max(failed, Objects.requireNonNullElse(before.getFailed(), 0));
      if (isIndexed()) {
        succeededIndexes.addAll(Indexes.parse(before.getCompletedIndexes()));
        succeeded = succeededIndexes.size();
      } else {
        succeeded = Math.max(succeeded, Objects.requireNonNullElse(before.getSucceeded(), 0));
      }
    }

    private boolean pastBackoffLimit() {
      int limit =
          Objects.requireNonNullElse(job.getSpec().getBackoffLimit(), BACKOFF_LIMIT_DEFAULT);
      return failed > limit || (restarts > 0 && restarts >= limit);
    }

    private boolean isComplete() {
      return completions == null ? succeeded > 0 && active.isEmpty() : succeeded >= completions;
    }

    /** Creates missing pods and deletes surplus ones; returns how many are active then. */
    private int adjust() {
      int wanted =
          completions == null
              ? (succeeded > 0 ? active.size() : parallelism)
              : Math.min(parallelism, completions - succeeded);
      for (int i = wanted; i < active.size(); i++) {
        store.delete(active.get(i));
      }
      int count = Math.min(active.size(), wanted);
      Set<Integer> taken = new TreeSet<>(succeededIndexes);
      active.forEach(pod -> taken.add(index(pod)));
      int index = 0;
      while (count < wanted) {
        while (isIndexed() && taken.contains(index)) {
          index++;
        }
        taken.add(index);
        if (!create(index)) {
          break;
        }
        count++;
      }
      return count;
    }

    private boolean create(int index) {
      String base = job.getMetadata().getName() + (isIndexed() ? "-" + index : "");
      Pod pod = pod(index, base + "-" + ApiServer.suffix());
      try {
        store.create(admission.admit(pod));
      } catch (Refusal refusal) {
        // The random suffix is left out, so that the same refusal is one event.
        String message = refusal.text().replace(pod.getMetadata().getName(), base);
        events.warning(job, COMPONENT, "FailedCreate", "Error creating: " + message, now);
        return false;
      }
      events.normal(
          job, COMPONENT, "SuccessfulCreate", "Created pod: " + pod.getMetadata().getName(), now);
      return true;
    }

    private Pod pod(int index, String name) {
      ObjectMeta template =
          Objects.requireNonNullElseGet(job.getSpec().getTemplate().getMetadata(), ObjectMeta::new);
      String jobName = job.getMetadata().getName();
      String uid = job.getMetadata().getUid();
      PodBuilder pod =
          new PodBuilder()
              .withNewMetadata()
              .withName(name)
              .withNamespace(job.getMetadata().getNamespace())
              .withLabels(template.getLabels())
              .withAnnotations(template.getAnnotations())
              .addToLabels("job-name", jobName)
              .addToLabels("controller-uid", uid)
              .addToLabels("batch.kubernetes.io/job-name", jobName)
              .addToLabels("batch.kubernetes.io/controller-uid", uid)
              .addNewOwnerReference()
              .withApiVersion("batch/v1")
              .withKind("Job")
              .withName(jobName)
              .withUid(uid)
              .withController(true)
              .withBlockOwnerDeletion(true)
              .endOwnerReference()
              .endMetadata()
              .withSpec(job.getSpec().getTemplate().getSpec())
              .withNewStatus()
              .withPhase("Pending")
              .endStatus();
      if (!isIndexed()) {
        return pod.build();
      }
      String text = Integer.toString(index);
      return pod.editMetadata()
          .addToLabels(INDEX, text)
          .addToAnnotations(INDEX, text)
          .endMetadata()
          .editSpec()
          .withHostname(jobName + "-" + index)
          .withContainers(
              job.getSpec().getTemplate().getSpec().getContainers().stream()
                  .map(c ->
                      new ContainerBuilder(c)
                          .addNewEnv()
                          .withName("JOB_COMPLETION_INDEX")
                          .withValue(text)
                          .endEnv()
                          .build())
                  .toList())
          .endSpec()
          .build();
    }

    private void complete(Instant startTime) {
      write(
          status(startTime, 0)
              .withCompletionTime(Times.format(now))
              .withConditions(
                  condition(
                      "SuccessCriteriaMet",
                      "CompletionsReached",
                      "Reached expected number of succeeded pods"),
                  condition(
                      "Complete",
                      "CompletionsReached",
                      "Reached expected number of succeeded pods")));
      events.normal(job, COMPONENT, "Completed", "Job completed", now);
    }

    private void fail(Instant startTime, String reason, String message) {
      active.forEach(store::delete);
      failed += active.size();
      write(
          status(startTime, 0)
              .withConditions(
                  condition("FailureTarget", reason, message),
                  condition("Failed", reason, message)));
      events.warning(job, COMPONENT, reason, message, now);
    }

    private JobStatusBuilder status(@Nullable Instant startTime, int activeCount) {
      boolean running = activeCount > 0;
      long ready = active.stream().filter(p -> PodResources.phase(p).equals("Running")).count();
      return new JobStatusBuilder()
          .withStartTime(startTime == null ? null : Times.format(startTime))
          .withActive(activeCount)
          .withReady(running ? (int) ready : 0)
          .withSucceeded(succeeded)
          .withFailed(failed)
          .withTerminating(0)
          .withCompletedIndexes(isIndexed() ? Indexes.format(succeededIndexes) : null);
    }

    private void write(JobStatusBuilder status) {
      JobStatus after = status.build();
      boolean sameConditions =
          after.getConditions().stream()
              .map(JobCondition::getType)
              .toList()
              .equals(before.getConditions().stream().map(JobCondition::getType).toList());
      if (sameConditions) {
        after.setConditions(before.getConditions());
      }
      if (!after.equals(before)) {
        store.replaceStatus(new JobBuilder(job).withStatus(after).build());
      }
    }

    private JobCondition condition(String type, String reason, String message) {
      return new JobConditionBuilder()
          .withType(type)
          .withStatus("True")
          .withReason(reason)
          .withMessage(message)
          .withLastProbeTime(Times.format(now))
          .withLastTransitionTime(Times.format(now))
          .build();
    }

    private boolean isIndexed() {
      return "Indexed".equals(job.getSpec().getCompletionMode());
    }

    private int index(Pod pod) {
      var annotations = pod.getMetadata().getAnnotations();
      String text = annotations == null ? null : annotations.get(INDEX);
      return text == null ? 0 : Integer.parseInt(text);
    }
  }

  private List<Pod> podsOf(Job job) {
    String uid = job.getMetadata().getUid();
    return store.list(Pod.class, job.getMetadata().getNamespace()).stream()
        .filter(p ->
            p.getMetadata().getOwnerReferences().stream().anyMatch(o -> o.getUid().equals(uid)))
        .toList();
  }
}
