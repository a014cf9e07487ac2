package io.berth.kubernetes.internal;

import io.berth.catalog.DeviceDriver;
import io.berth.catalog.DeviceDrivers;
import io.berth.inventory.ClusterAccess;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.domain.ClaimManifests;
import io.berth.kubernetes.internal.Rights.Right;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether devices of a cluster can be claimed (dynamic resource allocation): its server serves
 * {@code resource.k8s.io/v1}, the account may do there what claims need, and it has the device
 * class of a driver that is known.
 */
@ApplicationScoped
public class DeviceClaims {

  private static final int FORBIDDEN = 403;

  private final Findings<Finding> findings;

  DeviceClaims(KubernetesConfig config, Clock clock) {
    findings =
        new Findings<>(
            config.policyCheckInterval(), clock, finding -> !finding.drivers().isEmpty());
  }

  /**
   * What a cluster offers.
   *
   * @param drivers the names of drivers whose devices can be claimed; empty where none can
   * @param state why, in words for the provider; empty where the server knows no claims, of which
   *     there is nothing to say
   */
  record Finding(Set<String> drivers, Optional<State> state) {

    /** Of a server that knows no claims. */
    static final Finding NOT_SERVED = new Finding(Set.of(), Optional.empty());

    /** Copies the set. */
    Finding {
      drivers = Set.copyOf(drivers);
    }

    private static Finding none(String reason, String message) {
      return new Finding(Set.of(), Optional.of(new State(reason, message)));
    }
  }

  /**
   * Why a cluster is found as it is.
   *
   * @param reason in one CamelCase word
   * @param message in a sentence
   */
  record State(String reason, String message) {}

  /**
   * Looks, or says what a look found lately. That devices cannot be claimed any more is believed
   * once two looks find it: leases lose their nodes where it is so. Blocks.
   *
   * @throws KubernetesClientException where the cluster does not answer
   */
  Finding at(ClusterAccess access, KubernetesClient client) {
    return findings.at(access, last -> find(client));
  }

  /** Looks. Blocks. */
  static Finding find(KubernetesClient client) {
    if (!isServed(client)) {
      return Finding.NOT_SERVED;
    }
    List<Right> missing = Rights.missing(client, Rights.FOR_CLAIMS, () -> false);
    if (!missing.isEmpty()) {
      return Finding.none(
          "RightsMissing",
          "The account may not: %s: apply k8s/provider/berth-claims.yaml."
              .formatted(missing.stream().map(Right::toString).collect(Collectors.joining(", "))));
    }
    List<DeviceDriver> found =
        DeviceDrivers.all().stream()
            .filter(driver ->
                client.resources(DeviceClass.class).withName(driver.deviceClass()).get() != null)
            .toList();
    if (found.isEmpty()) {
      return Finding.none(
          "NoDeviceClass",
          "The cluster has no device class of a driver that is known: %s."
              .formatted(names(DeviceDrivers.all())));
    }
    return new Finding(
        found.stream().map(DeviceDriver::name).collect(Collectors.toSet()),
        Optional.of(
            new State(
                "DevicesClaimable",
                "Where no device plugin offers them, devices are claimed by device class: %s."
                    .formatted(names(found)))));
  }

  private static String names(List<DeviceDriver> drivers) {
    return drivers.stream().map(DeviceDriver::deviceClass).collect(Collectors.joining(", "));
  }

  private static boolean isServed(KubernetesClient client) {
    try {
      APIResourceList resources = client.getApiResources(ClaimManifests.API);
      return resources != null
          && resources.getResources().stream()
              .anyMatch(resource -> resource.getName().equals("resourceslices"));
    } catch (KubernetesClientException e) {
      // What an account may not see is not there for it.
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
      return false;
    }
  }
}
