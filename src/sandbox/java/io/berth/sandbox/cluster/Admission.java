package io.berth.sandbox.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.LimitRangeItem;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the API server checks and fills in before it stores a new object; the CRUD mock takes
 * anything.
 */
final class Admission {

  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern RBAC_NAME = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9_.:]*");
  private static final Pattern LABEL_VALUE =
      Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?");
  private static final int NAME_LENGTH_MAX = 253;
  private static final int LABEL_LENGTH_MAX = 63;

  private static final ResourceKind CLAIMS =
      ResourceKind.ofApi("resource.k8s.io/v1", "ResourceClaim");

  private final ObjectStore store;

  Admission(ObjectStore store) {
    this.store = store;
  }

  /** Throws a {@link Refusal} where Kubernetes would refuse the new object. */
  void check(ResourceKind kind, String namespace, JsonNode object) {
    checkMetadata(kind, object.path("metadata"));
    if (!object.path("kind").asText().equals(kind.kind())
        || !object.path("apiVersion").asText().equals(kind.apiVersion())) {
      throw Refusal.badRequest(
          "the object provided is unrecognized (must be of type "
              + kind.apiVersion()
              + " "
              + kind.kind()
              + ")");
    }
    if (!kind.namespaced()) {
      return;
    }
    Namespace home =
        store
            .find(Namespace.class, "", namespace)
            .orElseThrow(() -> Refusal.notFound("namespaces \"" + namespace + "\" not found"));
    String name = object.path("metadata").path("name").asText();
    if (home.getMetadata().getDeletionTimestamp() != null) {
      throw Refusal.forbidden(
          forbidden(kind, name)
              + "unable to create new content in namespace "
              + namespace
              + " because it is being terminated");
    }
    checkQuota(
        kind, namespace, name, Map.of("count/" + kind.qualifiedPlural(), BigDecimal.ONE), false);
  }

  /**
   * Fills in a new pod's requests as the API server does and checks them against the namespace's
   * quotas; throws a {@link Refusal} where it does not pass.
   */
  Pod admit(Pod pod) {
    String namespace = pod.getMetadata().getNamespace();
    List<Container> containers = new ArrayList<>();
    for (Container container : pod.getSpec().getContainers()) {
      containers.add(withDefaults(container, namespace));
    }
    Pod filled = new PodBuilder(pod).editSpec().withContainers(containers).endSpec().build();
    checkQuota(ResourceKind.PODS, namespace, pod.getMetadata().getName(), podUsage(filled), true);
    return filled;
  }

  /** Checks a new claim against the namespace's quotas; throws a {@link Refusal} as above. */
  ResourceClaim admit(ResourceClaim claim) {
    Map<String, BigDecimal> asked = new HashMap<>(PodClaims.devices(claim));
    asked.put("count/" + CLAIMS.qualifiedPlural(), BigDecimal.ONE);
    checkQuota(
        CLAIMS, claim.getMetadata().getNamespace(), claim.getMetadata().getName(), asked, false);
    return claim;
  }

  /** What the namespace uses of what the quota names, in base units. */
  Map<String, BigDecimal> used(ResourceQuota quota) {
    String namespace = quota.getMetadata().getNamespace();
    Map<String, BigDecimal> used = new TreeMap<>();
    for (String name : quota.getSpec().getHard().keySet()) {
      used.put(name, BigDecimal.ZERO);
    }
    for (Pod pod : store.list(Pod.class, namespace)) {
      if (!PodResources.isTerminal(pod)) {
        podUsage(pod)
            .forEach((name, amount) -> used.computeIfPresent(name, (_, sum) -> sum.add(amount)));
      }
    }
    for (ResourceClaim claim : store.list(ResourceClaim.class, namespace)) {
      PodClaims.devices(claim)
          .forEach((name, amount) -> used.computeIfPresent(name, (_, sum) -> sum.add(amount)));
    }
    for (ResourceKind kind : ResourceKind.ALL) {
      used.computeIfPresent(
          "count/" + kind.qualifiedPlural(),
          (_, _) -> BigDecimal.valueOf(store.count(kind, namespace)));
    }
    return used;
  }

  private void checkQuota(
      ResourceKind kind,
      String namespace,
      String name,
      Map<String, BigDecimal> asked,
      boolean isPod) {
    for (ResourceQuota quota : store.list(ResourceQuota.class, namespace)) {
      if (quota.getSpec() == null || quota.getSpec().getHard() == null) {
        continue;
      }
      Map<String, BigDecimal> hard = PodResources.amounts(quota.getSpec().getHard());
      Map<String, BigDecimal> used = used(quota);
      String quotaName = quota.getMetadata().getName();
      for (Map.Entry<String, BigDecimal> limit : new TreeMap<>(hard).entrySet()) {
        String resource = limit.getKey();
        BigDecimal amount = asked.get(resource);
        if (amount == null) {
          if (isPod && mustBeNamed(resource)) {
            throw Refusal.forbidden(
                forbidden(kind, name)
                    + "failed quota: "
                    + quotaName
                    + ": must specify "
                    + resource);
          }
          continue;
        }
        BigDecimal sum = used.getOrDefault(resource, BigDecimal.ZERO).add(amount);
        if (sum.compareTo(limit.getValue()) > 0) {
          throw Refusal.forbidden(
              forbidden(kind, name)
                  + "exceeded quota: %s, requested: %s=%s, used: %s=%s, limited: %s=%s"
                      .formatted(
                          quotaName,
                          resource,
                          plain(amount),
                          resource,
                          plain(used.getOrDefault(resource, BigDecimal.ZERO)),
                          resource,
                          plain(limit.getValue())));
        }
      }
    }
  }

  static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }

  /** A quota on compute resources makes each pod name them; one on devices or counts does not. */
  private static boolean mustBeNamed(String resource) {
    String compute = resource.replaceFirst("^(requests|limits)\\.", "");
    return compute.equals("cpu") || compute.equals("memory");
  }

  private static Map<String, BigDecimal> podUsage(Pod pod) {
    Map<String, BigDecimal> usage = new HashMap<>();
    usage.put("pods", BigDecimal.ONE);
    PodResources.requests(pod.getSpec())
        .forEach((name, amount) -> {
          usage.put("requests." + name, amount);
          if (!PodResources.isExtended(name)) {
            usage.put(name, amount);
          }
        });
    PodResources.limits(pod.getSpec())
        .forEach((name, amount) -> usage.put("limits." + name, amount));
    return usage;
  }

  private Container withDefaults(Container container, String namespace) {
    Map<String, Quantity> limits = new TreeMap<>(PodResources.limits(container));
    Map<String, Quantity> requests = new TreeMap<>(PodResources.requests(container));
    checkExtended(limits, requests);
    for (LimitRange range : store.list(LimitRange.class, namespace)) {
      for (LimitRangeItem item : range.getSpec().getLimits()) {
        if (item.getType().equals("Container")) {
          Map<String, Quantity> defaults = Optional.ofNullable(item.getDefault()).orElse(Map.of());
          defaults.forEach(limits::putIfAbsent);
          Optional.ofNullable(item.getDefaultRequest())
              .orElse(defaults)
              .forEach(requests::putIfAbsent);
        }
      }
    }
    if (limits.isEmpty() && requests.isEmpty()) {
      return container;
    }
    ResourceRequirements resources =
        container.getResources() == null
            ? new ResourceRequirements()
            : container.getResources().toBuilder().build();
    resources.setLimits(limits);
    resources.setRequests(requests);
    return container.toBuilder().withResources(resources).build();
  }

  private static void checkExtended(Map<String, Quantity> limits, Map<String, Quantity> requests) {
    requests.forEach((name, request) -> {
      if (PodResources.isExtended(name) && !request.equals(limits.get(name))) {
        throw Refusal.invalid(
            "spec.containers[].resources.requests: " + name + " must equal its limit");
      }
    });
  }

  private static void checkMetadata(ResourceKind kind, JsonNode metadata) {
    String name = metadata.path("name").asText();
    boolean anyCase = kind.group().equals("rbac.authorization.k8s.io");
    int lengthMax = kind.equals(ResourceKind.NAMESPACES) ? LABEL_LENGTH_MAX : NAME_LENGTH_MAX;
    if (name.length() > lengthMax || !(anyCase ? RBAC_NAME : NAME).matcher(name).matches()) {
      throw Refusal.invalid(
          "%s \"%s\" is invalid: metadata.name: must be a lowercase RFC 1123 name of at most %d characters"
              .formatted(kind.kind(), name, lengthMax));
    }
    for (Map.Entry<String, JsonNode> label : metadata.path("labels").properties()) {
      String value = label.getValue().asText();
      if (value.length() > LABEL_LENGTH_MAX || !LABEL_VALUE.matcher(value).matches()) {
        throw Refusal.invalid(
            "%s \"%s\" is invalid: metadata.labels: Invalid value: \"%s\""
                .formatted(kind.kind(), name, value));
      }
    }
  }

  private static String forbidden(ResourceKind kind, String name) {
    return kind.qualifiedPlural() + " \"" + name + "\" is forbidden: ";
  }
}
