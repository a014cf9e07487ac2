package io.berth.kubernetes.internal;

import io.berth.kubernetes.domain.JobQueue;
import io.berth.kubernetes.domain.LeanObjects;
import io.berth.kubernetes.domain.LeaseContents;
import io.berth.kubernetes.domain.Marks;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.function.Consumer;

/** Reads what is in a lease's namespace. Blocks. */
record LeaseReader(
    KubernetesClient client, String namespace, JobQueues.Finding queue, Pages pages) {

  private static final int EVENTS_MAX = 2_000;
  private static final int WORKLOADS_MAX = 2_000;

  /** Hands over the Jobs that the service made, one by one, until all are read or it fails. */
  void eachPart(Consumer<Job> work) {
    pages.each(
        client.batch().v1().jobs().inNamespace(namespace).withLabel(Marks.MANAGED_BY, Marks.BERTH),
        part -> work.accept(LeanObjects.of(part)));
  }

  /** The parts with what belongs to them. */
  LeaseContents with(List<Job> parts) {
    List<Pod> pods =
        pages.all(
            client.pods().inNamespace(namespace).withLabel(Marks.MANAGED_BY, Marks.BERTH),
            LeanObjects::of);
    List<Event> events =
        pages.first(EVENTS_MAX, client.v1().events().inNamespace(namespace), LeanObjects::of);
    return new LeaseContents(parts, pods, events, workloads(parts));
  }

  /** Pods that use devices, or may yet, whoever made them. */
  List<Pod> unfinished() {
    return StrayPods.unfinished(client, namespace, pages);
  }

  /** Every pod, whoever made it and whether or not it has ended. */
  List<Pod> allPods() {
    return pages.all(client.pods().inNamespace(namespace), LeanObjects::of);
  }

  /** What Kueue says of parts that it holds: only words, so nothing hangs on getting them. */
  private List<GenericKubernetesResource> workloads(List<Job> parts) {
    if (queue.version().isEmpty() || parts.stream().noneMatch(JobQueue::isHeld)) {
      return List.of();
    }
    try {
      return pages.first(
          WORKLOADS_MAX,
          client
              .genericKubernetesResources(JobQueue.workloads(queue.version().get()))
              .inNamespace(namespace),
          LeanObjects::of);
    } catch (KubernetesClientException e) {
      if (!JobQueues.isOfKueue(e)) {
        throw e;
      }
      return List.of();
    }
  }
}
