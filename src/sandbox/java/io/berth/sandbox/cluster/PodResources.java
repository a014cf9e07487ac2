package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/** What pods ask for, in base units (cores, bytes, devices). */
final class PodResources {

  private PodResources() {}

  /** The sum over the containers, or what an init container asks where that is more. */
  static Map<String, BigDecimal> requests(PodSpec spec) {
    Map<String, BigDecimal> total = new HashMap<>();
    for (Container container : spec.getContainers()) {
      amounts(requests(container))
          .forEach((name, amount) -> total.merge(name, amount, BigDecimal::add));
    }
    for (Container container : spec.getInitContainers()) {
      amounts(requests(container))
          .forEach((name, amount) -> total.merge(name, amount, BigDecimal::max));
    }
    return total;
  }

  /** The sum of the containers' limits. */
  static Map<String, BigDecimal> limits(PodSpec spec) {
    Map<String, BigDecimal> total = new HashMap<>();
    for (Container container : spec.getContainers()) {
      amounts(limits(container))
          .forEach((name, amount) -> total.merge(name, amount, BigDecimal::add));
    }
    return total;
  }

  /** A container's requests, which its limits stand in for where it names none. */
  static Map<String, Quantity> requests(Container container) {
    Map<String, Quantity> requests = new HashMap<>(limits(container));
    ResourceRequirements resources = container.getResources();
    if (resources != null && resources.getRequests() != null) {
      requests.putAll(resources.getRequests());
    }
    return requests;
  }

  static Map<String, Quantity> limits(Container container) {
    ResourceRequirements resources = container.getResources();
    return resources == null || resources.getLimits() == null ? Map.of() : resources.getLimits();
  }

  static Map<String, BigDecimal> amounts(Map<String, Quantity> quantities) {
    Map<String, BigDecimal> amounts = new HashMap<>();
    quantities.forEach((name, quantity) -> amounts.put(name, quantity.getNumericalAmount()));
    return amounts;
  }

  /** A device or other resource that a plugin counts: whole, and asked for through limits. */
  static boolean isExtended(String resource) {
    return resource.contains("/") && !resource.startsWith("kubernetes.io/");
  }

  /** Whether the pod has ended and so holds nothing any more. */
  static boolean isTerminal(Pod pod) {
    String phase = phase(pod);
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  static String phase(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getPhase() == null
        ? "Pending"
        : pod.getStatus().getPhase();
  }
}
