package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the claims of pods from their templates, as the controller of Kubernetes does, and counts
 * the devices that they take. Which devices a class has is not evaluated: a class named like a
 * driver has those of type {@code gpu} that the driver publishes.
 */
final class PodClaims {

  private static final String COMPONENT = "resource_claim";
  private static final String CLASS_SUFFIX = ".deviceclass.resource.k8s.io/devices";

  private final ObjectStore store;
  private final Admission admission;
  private final EventRecorder events;

  PodClaims(ObjectStore store, Admission admission, EventRecorder events) {
    this.store = store;
    this.admission = admission;
    this.events = events;
  }

  /** Makes what is missing, and deletes what pods that have ended do not need any more. */
  void pass(Instant now) {
    for (Pod pod : store.list(Pod.class)) {
      for (PodResourceClaim claim : pod.getSpec().getResourceClaims()) {
        Optional<ResourceClaim> made = made(pod, claim);
        if (PodResources.isTerminal(pod)) {
          made.ifPresent(store::delete);
        } else if (made.isEmpty()) {
          make(pod, claim, now);
        }
      }
    }
  }

  private void make(Pod pod, PodResourceClaim claim, Instant now) {
    String namespace = pod.getMetadata().getNamespace();
    Optional<ResourceClaimTemplate> template =
        store.find(ResourceClaimTemplate.class, namespace, claim.getResourceClaimTemplateName());
    if (template.isEmpty()) {
      warn(pod, "resource claim template not found: " + claim.getResourceClaimTemplateName(), now);
      return;
    }
    try {
      store.create(
          admission.admit(
              new ResourceClaimBuilder()
                  .withNewMetadata()
                  .withName(name(pod, claim))
                  .withNamespace(namespace)
                  .addNewOwnerReference()
                  .withApiVersion("v1")
                  .withKind("Pod")
                  .withName(pod.getMetadata().getName())
                  .withUid(pod.getMetadata().getUid())
                  .withController(true)
                  .endOwnerReference()
                  .endMetadata()
                  .withSpec(template.get().getSpec().getSpec())
                  .build()));
    } catch (Refusal refusal) {
      warn(pod, refusal.text(), now);
    }
  }

  private void warn(Pod pod, String message, Instant now) {
    events.warning(pod, COMPONENT, "FailedResourceClaimCreation", message, now);
  }

  private Optional<ResourceClaim> made(Pod pod, PodResourceClaim claim) {
    return store.find(ResourceClaim.class, pod.getMetadata().getNamespace(), name(pod, claim));
  }

  private static String name(Pod pod, PodResourceClaim claim) {
    return pod.getMetadata().getName() + "-" + claim.getName();
  }

  /** Why a pod's claims keep it waiting; empty where they do not. */
  Optional<String> obstacle(Pod pod, Map<String, BigDecimal> free) {
    for (PodResourceClaim claim : pod.getSpec().getResourceClaims()) {
      if (made(pod, claim).isEmpty()) {
        return Optional.of("waiting for resource claim " + claim.getName());
      }
    }
    for (Map.Entry<String, BigDecimal> asked : taken(pod).entrySet()) {
      if (asked.getValue().compareTo(free.getOrDefault(asked.getKey(), BigDecimal.ZERO)) > 0) {
        return Optional.of("cannot allocate all claims");
      }
    }
    return Optional.empty();
  }

  /** Devices that the claims of a pod ask for, by what quotas call them. */
  Map<String, BigDecimal> taken(Pod pod) {
    Map<String, BigDecimal> taken = new HashMap<>();
    for (PodResourceClaim claim : pod.getSpec().getResourceClaims()) {
      made(pod, claim)
          .ifPresent(made ->
              devices(made).forEach((name, count) -> taken.merge(name, count, BigDecimal::add)));
    }
    return taken;
  }

  /** Devices that drivers publish of a node, by what quotas call them. */
  Map<String, BigDecimal> devices(String node) {
    Map<String, BigDecimal> devices = new HashMap<>();
    for (ResourceSlice slice : store.list(ResourceSlice.class)) {
      String driver = slice.getSpec().getDriver();
      if (node.equals(slice.getSpec().getNodeName())
          && store.find(DeviceClass.class, "", driver).isPresent()) {
        long count =
            slice.getSpec().getDevices().stream()
                .filter(device -> device.getTaints().isEmpty())
                .filter(PodClaims::isWhole)
                .count();
        devices.merge(driver + CLASS_SUFFIX, BigDecimal.valueOf(count), BigDecimal::add);
      }
    }
    return devices;
  }

  private static boolean isWhole(Device device) {
    return Optional.ofNullable(device.getAttributes())
        .map(attributes -> attributes.get("type"))
        .map(DeviceAttribute::getString)
        .filter("gpu"::equals)
        .isPresent();
  }

  /** Devices that a claim asks for, by what quotas call them. */
  static Map<String, BigDecimal> devices(ResourceClaim claim) {
    Map<String, BigDecimal> devices = new HashMap<>();
    List<DeviceRequest> requests = claim.getSpec().getDevices().getRequests();
    requests.forEach(request ->
        devices.merge(
            request.getExactly().getDeviceClassName() + CLASS_SUFFIX,
            BigDecimal.valueOf(request.getExactly().getCount()),
            BigDecimal::add));
    return devices;
  }
}
