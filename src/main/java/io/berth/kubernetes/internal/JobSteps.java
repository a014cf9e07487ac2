package io.berth.kubernetes.internal;

import io.berth.kubernetes.domain.JobManifests;
import io.berth.kubernetes.domain.JobReader;
import io.berth.kubernetes.domain.LeaseContents;
import io.berth.kubernetes.domain.PodPlan;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The jobs' share of a step: each is brought into the cluster, looked at, or taken out. */
final class JobSteps {

  private static final Logger LOG = Logger.getLogger(JobSteps.class);
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final LeaseDelivery lease;
  private final List<LeasedNode> nodes;
  private final LeaseContents contents;
  private final Instant now;

  /** Accelerators in use by number of the node; grows as jobs are placed. */
  private final Map<Integer, Integer> used;

  JobSteps(
      KubernetesClient client,
      LeaseDelivery lease,
      List<LeasedNode> nodes,
      LeaseContents contents,
      Instant now) {
    this.client = client;
    this.lease = lease;
    this.nodes = nodes;
    this.contents = contents;
    this.now = now;
    used = contents.used(lease.pool().resourceName());
  }

  /** Does what one job needs and tells what was seen of it. */
  JobObservation step(JobDelivery job) {
    Optional<PodPlan> plan = contents.planOf(job, nodes);
    Optional<JobObservation> end =
        plan.map(known -> JobReader.read(job, known, nodes, contents))
            .filter(seen -> seen.state().isFinal());
    if (end.isPresent()) {
      // What is left of its parts goes once the end is recorded.
      return end.get();
    }
    if (job.cancelRequested()) {
      return cancel(job);
    }
    JobObservation seen = plan.isPresent() ? keep(job, plan.get()) : place(job);
    return removeStrays(job, seen);
  }

  private JobObservation cancel(JobDelivery job) {
    List<Job> parts = contents.partsOf(job.id());
    List<Pod> pods = contents.podsOf(job.id());
    parts.stream().filter(part -> !LeaseContents.isGoing(part)).forEach(this::delete);
    if (!parts.isEmpty() || !pods.isEmpty()) {
      return read(job, job.state(), "Being cancelled; %d pods stop.".formatted(pods.size()));
    }
    JobObservation seen = read(job, JobState.CANCELLED, "Cancelled.");
    return new JobObservation(
        seen.state(), seen.message(), seen.nodes(), seen.events(), seen.startedAt(), now);
  }

  private JobObservation place(JobDelivery job) {
    List<Job> unknown = contents.partsOf(job.id());
    if (!unknown.isEmpty()) {
      unknown.stream().filter(part -> !LeaseContents.isGoing(part)).forEach(this::delete);
      return waiting(job, "Parts of the job were changed or deleted; it starts anew.");
    }
    Optional<PodPlan> plan = PodPlan.of(job.spec(), nodes, used);
    if (plan.isPresent()) {
      return create(job, plan.get(), plan.get().pods().keySet());
    }
    if (PodPlan.of(job.spec(), nodes, Map.of()).isEmpty()) {
      return failed(job, "The lease has no room for so many pods of that size.");
    }
    return waiting(
        job,
        "Waits until %d accelerators of the lease are free, %d a pod."
            .formatted(job.spec().accelerators(), job.spec().acceleratorsPerPod()));
  }

  /** Looks after a job that has its place: makes again what vanished, removes what is too much. */
  private JobObservation keep(JobDelivery job, PodPlan plan) {
    Set<Integer> missing = new TreeSet<>(plan.pods().keySet());
    for (Job part : contents.partsOf(job.id())) {
      int number = LeaseContents.nodeNumber(part);
      missing.remove(number);
      if (!plan.pods().containsKey(number) && !LeaseContents.isGoing(part)) {
        delete(part);
      } else if (!LeaseContents.isFinished(part)) {
        JobManifests.changedDeadlineSeconds(lease, job.spec(), part, now)
            .ifPresent(seconds -> limit(part, seconds));
      }
    }
    return missing.isEmpty()
        ? JobReader.read(job, plan, nodes, contents)
        : create(job, plan, missing);
  }

  private void limit(Job part, long deadlineSeconds) {
    client
        .resource(part)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"activeDeadlineSeconds\": %d}}".formatted(deadlineSeconds));
  }

  private JobObservation create(JobDelivery job, PodPlan plan, Set<Integer> numbers) {
    Map<Integer, Job> parts = JobManifests.parts(lease, job, plan, now);
    for (int number : numbers) {
      Job part = Objects.requireNonNull(parts.get(number), "every planned node has its part");
      try {
        client.resource(part).create();
      } catch (KubernetesClientException e) {
        switch (e.getCode()) {
          case CONFLICT -> adopt(part);
          case FORBIDDEN -> {
            return waiting(job, "The cluster does not take it now: " + Obstacle.words(e));
          }
          case BAD_REQUEST, UNPROCESSABLE -> {
            return failed(job, "The cluster refuses it: " + Obstacle.words(e));
          }
          default -> throw e;
        }
      }
      used.merge(
          number,
          plan.pods().getOrDefault(number, 0) * job.spec().acceleratorsPerPod(),
          Integer::sum);
    }
    return JobReader.read(job, plan, nodes, contents);
  }

  /**
   * A part is there that was not among those listed: another worker was faster, or somebody took
   * its marks off, without which it would never be seen again.
   */
  private void adopt(Job part) {
    Map<String, Object> metadata =
        Map.of(
            "labels", part.getMetadata().getLabels(),
            "annotations", part.getMetadata().getAnnotations());
    try {
      client
          .resource(part)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              client.getKubernetesSerialization().asJson(Map.of("metadata", metadata)));
    } catch (KubernetesClientException e) {
      // It went meanwhile: the next step makes it.
      if (e.getCode() != NOT_FOUND) {
        throw e;
      }
    }
  }

  /** A pod where its lease has nothing must go, however it came there. */
  private JobObservation removeStrays(JobDelivery job, JobObservation seen) {
    Set<String> leased =
        nodes.stream()
            .filter(node -> node.slots() > 0)
            .map(node -> node.node().name())
            .collect(Collectors.toSet());
    Set<String> elsewhere = new TreeSet<>();
    for (Pod pod : contents.podsOf(job.id())) {
      String node = pod.getSpec().getNodeName();
      if (node != null && !leased.contains(node)) {
        LOG.warnf(
            "A pod ran on a node that its lease does not have: leaseId=%s jobId=%s pod=%s node=%s",
            lease.id(), job.id(), pod.getMetadata().getName(), node);
        client.resource(pod).delete();
        elsewhere.add(node);
      }
    }
    return elsewhere.isEmpty()
        ? seen
        : new JobObservation(
            seen.state(),
            "Pods ran on nodes that the lease does not have and were deleted: %s. %s"
                .formatted(String.join(", ", elsewhere), seen.message()),
            seen.nodes(),
            seen.events(),
            seen.startedAt(),
            seen.finishedAt());
  }

  /** One that was in the cluster before does not go back to the queue. */
  private JobObservation waiting(JobDelivery job, String message) {
    return read(job, job.state() == JobState.QUEUED ? JobState.QUEUED : JobState.STARTING, message);
  }

  private JobObservation failed(JobDelivery job, String message) {
    JobObservation seen = read(job, JobState.FAILED, message);
    return new JobObservation(
        seen.state(), seen.message(), seen.nodes(), seen.events(), seen.startedAt(), now);
  }

  private JobObservation read(JobDelivery job, JobState state, String message) {
    return JobReader.read(job, state, message, nodes, contents);
  }

  private void delete(Job part) {
    delete(client, part);
  }

  /** Deletes a part; it is seen until its last pod has stopped. */
  static void delete(KubernetesClient client, Job part) {
    client.resource(part).withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
  }
}
