package io.berth.kubernetes.domain;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a lease with what deliveries read of them, and without what tenants can make as large
 * as they like: many are in memory at the same time.
 */
public final class LeanObjects {

  private LeanObjects() {}

  /** A part without what its containers run. */
  public static Job of(Job part) {
    PodSpec pod = part.getSpec().getTemplate().getSpec();
    return new JobBuilder(part)
        .withMetadata(metadata(part.getMetadata()))
        .editSpec()
        .editTemplate()
        .withSpec(
            new PodSpecBuilder()
                .withAffinity(affinity(pod.getAffinity()))
                .withResourceClaims(pod.getResourceClaims())
                .withContainers(pod.getContainers().stream().map(LeanObjects::sized).toList())
                .build())
        .endTemplate()
        .endSpec()
        .build();
  }

  /** A pod without what its containers run. */
  public static Pod of(Pod pod) {
    return new PodBuilder(pod)
        .withMetadata(
            new ObjectMetaBuilder(metadata(pod.getMetadata())).withAnnotations(null).build())
        .withSpec(
            new PodSpecBuilder()
                .withNodeName(pod.getSpec().getNodeName())
                .withNodeSelector(NodeMarks.ours(pod.getSpec().getNodeSelector()))
                .build())
        .build();
  }

  /** An event without what nobody reads. */
  public static Event of(Event event) {
    return new EventBuilder(event)
        .withMetadata(
            new ObjectMetaBuilder(metadata(event.getMetadata())).withAnnotations(null).build())
        .withMessage(JobReader.bounded(Objects.requireNonNullElse(event.getMessage(), "")))
        .build();
  }

  /** A Workload of Kueue's with its conditions alone. */
  public static GenericKubernetesResource of(GenericKubernetesResource workload) {
    GenericKubernetesResource lean = new GenericKubernetesResource();
    lean.setApiVersion(workload.getApiVersion());
    lean.setKind(workload.getKind());
    lean.setMetadata(
        new ObjectMetaBuilder()
            .withName(workload.getMetadata().getName())
            .withOwnerReferences(workload.getMetadata().getOwnerReferences())
            .build());
    Optional.ofNullable(workload.<Object>get("status", "conditions"))
        .ifPresent(conditions ->
            lean.setAdditionalProperties(Map.of("status", Map.of("conditions", conditions))));
    return lean;
  }

  private static ObjectMeta metadata(ObjectMeta metadata) {
    List<OwnerReference> controllers =
        metadata.getOwnerReferences().stream()
            .filter(owner -> Boolean.TRUE.equals(owner.getController()))
            .toList();
    return new ObjectMetaBuilder(metadata)
        .withManagedFields(List.of())
        .withOwnerReferences(controllers)
        .build();
  }

  private static @Nullable Affinity affinity(@Nullable Affinity affinity) {
    return affinity == null
        ? null
        : new AffinityBuilder().withNodeAffinity(affinity.getNodeAffinity()).build();
  }

  private static Container sized(Container container) {
    return new ContainerBuilder()
        .withName(container.getName())
        .withResources(container.getResources())
        .build();
  }
}
