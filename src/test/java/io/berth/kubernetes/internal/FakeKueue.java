package io.berth.kubernetes.internal;

import io.berth.kubernetes.domain.JobQueue;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Does to a namespace's jobs what Kueue does, when it is told to: makes a Workload of each that
 * names a queue, with the conditions that Kueue gives it, starts the job, and suspends it again.
 */
final class FakeKueue {

  private final KubernetesClient client;
  private final String version;
  private final String namespace;

  FakeKueue(KubernetesClient client, String version, String namespace) {
    this.client = client;
    this.version = version;
    this.namespace = namespace;
  }

  void makeClusterQueue() {
    client.resource(clusterQueue()).create();
    status(
        JobQueue.clusterQueues(version),
        JobQueue.CLUSTER_QUEUE,
        condition("Active", "True", "Ready", "Can admit new workloads"));
  }

  private GenericKubernetesResource clusterQueue() {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(JobQueue.GROUP + "/" + version)
        .withKind("ClusterQueue")
        .withNewMetadata()
        .withName(JobQueue.CLUSTER_QUEUE)
        .endMetadata()
        .addToAdditionalProperties("spec", Map.of("namespaceSelector", Map.of()))
        .build();
  }

  void deactivateClusterQueue(String message) {
    status(
        JobQueue.clusterQueues(version),
        JobQueue.CLUSTER_QUEUE,
        condition("Active", "False", "FlavorNotFound", message));
  }

  void removeClusterQueue() {
    client.resource(clusterQueue()).delete();
  }

  @Nullable GenericKubernetesResource localQueue() {
    return localQueues().get();
  }

  void removeLocalQueue() {
    localQueues().delete();
  }

  private Resource<GenericKubernetesResource> localQueues() {
    return client
        .genericKubernetesResources(JobQueue.localQueues(version))
        .inNamespace(namespace)
        .withName(JobQueue.NAME);
  }

  /** Takes up the jobs that it has not yet, and admits none of them. */
  void takeUp(String why) {
    jobs().stream()
        .filter(JobQueue::isQueued)
        .filter(job -> workload(job).get() == null)
        .forEach(job -> {
          client.resource(workloadOf(job)).create();
          status(
              JobQueue.workloads(version),
              workloadName(job),
              condition("QuotaReserved", "False", "Pending", why));
        });
  }

  /** Gives a job its quota and starts it. */
  void admit(String name) {
    takeUp("about to be admitted");
    status(
        JobQueue.workloads(version),
        workloadName(job(name)),
        condition("QuotaReserved", "True", "QuotaReserved", "Quota reserved"),
        condition("Admitted", "True", "Admitted", "The workload is admitted"));
    suspend(name, false);
  }

  /** Takes a job's quota away and stops it; it stays in the queue. */
  void preempt(String name, String why) {
    status(
        JobQueue.workloads(version),
        workloadName(job(name)),
        condition("QuotaReserved", "False", "Pending", why),
        condition("Evicted", "True", "Preempted", why),
        condition("Preempted", "True", "InClusterQueue", why),
        condition("Admitted", "False", "NoReservation", "The workload has no reservation"));
    suspend(name, true);
  }

  void suspend(String name) {
    suspend(name, true);
  }

  private void suspend(String name, boolean suspended) {
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(name)
        .edit(job -> job.edit().editSpec().withSuspend(suspended).endSpec().build());
  }

  private List<Job> jobs() {
    return client.batch().v1().jobs().inNamespace(namespace).list().getItems();
  }

  private Job job(String name) {
    return client.batch().v1().jobs().inNamespace(namespace).withName(name).require();
  }

  private Resource<GenericKubernetesResource> workload(Job job) {
    return client
        .genericKubernetesResources(JobQueue.workloads(version))
        .inNamespace(namespace)
        .withName(workloadName(job));
  }

  private static String workloadName(Job job) {
    return "job-" + job.getMetadata().getName() + "-" + job.getMetadata().getUid().substring(0, 5);
  }

  private GenericKubernetesResource workloadOf(Job job) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(JobQueue.GROUP + "/" + version)
        .withKind("Workload")
        .withNewMetadata()
        .withName(workloadName(job))
        .withNamespace(namespace)
        .addNewOwnerReference()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(job.getMetadata().getName())
        .withUid(job.getMetadata().getUid())
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .addToAdditionalProperties("spec", Map.of("queueName", JobQueue.NAME))
        .build();
  }

  @SafeVarargs
  private void status(
      ResourceDefinitionContext kind, String name, Map<String, String>... conditions) {
    var resources = client.genericKubernetesResources(kind);
    Resource<GenericKubernetesResource> resource =
        kind.isNamespaceScoped()
            ? resources.inNamespace(namespace).withName(name)
            : resources.withName(name);
    GenericKubernetesResource object = resource.require();
    object.setAdditionalProperty("status", Map.of("conditions", List.of(conditions)));
    client.resource(object).updateStatus();
  }

  private static Map<String, String> condition(
      String type, String status, String reason, String message) {
    return Map.of(
        "type",
        type,
        "status",
        status,
        "reason",
        reason,
        "message",
        message,
        "lastTransitionTime",
        "2026-11-01T10:00:00Z");
  }
}
