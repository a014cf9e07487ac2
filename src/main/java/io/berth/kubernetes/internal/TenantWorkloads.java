package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.domain.AdmissionPolicies;
import io.berth.kubernetes.domain.ServerVersion;
import io.berth.kubernetes.internal.Rights.Right;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a cluster holds tenants' own pods to their leases, so that tenants may have some: its
 * server knows admission policies, and has those that the service ships, unchanged.
 */
@ApplicationScoped
public class TenantWorkloads {

  private static final int FORBIDDEN = 403;

  private final Findings<Finding> findings;

  TenantWorkloads(KubernetesConfig config, Clock clock) {
    // What no policy holds any more must not go on for another look.
    findings = new Findings<>(config.policyCheckInterval(), clock, finding -> false);
  }

  /**
   * What a cluster offers.
   *
   * @param held whether it holds tenants' own pods to their leases
   * @param reason why, in one CamelCase word
   * @param message why, in a sentence
   */
  record Finding(boolean held, String reason, String message) {}

  /**
   * Looks, or says what a look found lately. Blocks.
   *
   * @throws KubernetesClientException where the cluster does not answer
   */
  Finding at(ClusterAccess access, KubernetesClient client) {
    return findings.at(access, last -> find(client));
  }

  /** Looks. Blocks. */
  static Finding find(KubernetesClient client) {
    try {
      VersionInfo version = client.getKubernetesVersion();
      Optional<ServerVersion> parsed =
          Optional.ofNullable(version)
              .map(VersionInfo::getGitVersion)
              .flatMap(ServerVersion::parse);
      if (parsed.isEmpty() || !parsed.get().isAtLeast(AdmissionPolicies.SERVER_MIN)) {
        return new Finding(
            false,
            "ServerTooOld",
            "The server is not known to be of Kubernetes %s or later, which has admission policies."
                .formatted(AdmissionPolicies.SERVER_MIN));
      }
      Set<String> missing = new LinkedHashSet<>();
      Set<String> different = new LinkedHashSet<>();
      for (String name : AdmissionPolicies.NEEDED) {
        look(
            name,
            Optional.ofNullable(
                    client
                        .admissionRegistration()
                        .v1()
                        .validatingAdmissionPolicies()
                        .withName(name)
                        .get())
                .map(AdmissionPolicies::isAsShipped),
            missing,
            different);
        look(
            name,
            Optional.ofNullable(
                    client
                        .admissionRegistration()
                        .v1()
                        .validatingAdmissionPolicyBindings()
                        .withName(name)
                        .get())
                .map(AdmissionPolicies::isAsShipped),
            missing,
            different);
      }
      return judge(client, missing, different);
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
      return new Finding(
          false,
          "PoliciesUnreadable",
          "The account may not read admission policies: apply k8s/provider/berth-admission.yaml.");
    }
  }

  private static void look(
      String name, Optional<Boolean> isAsShipped, Set<String> missing, Set<String> different) {
    if (isAsShipped.isEmpty()) {
      missing.add(name);
    } else if (!isAsShipped.get()) {
      different.add(name);
    }
  }

  private static Finding judge(
      KubernetesClient client, Set<String> missing, Set<String> different) {
    if (!missing.isEmpty()) {
      return new Finding(
          false,
          "PoliciesMissing",
          "The cluster lacks policies or bindings of k8s/provider/berth-admission.yaml: %s."
              .formatted(String.join(", ", missing)));
    }
    if (!different.isEmpty()) {
      return new Finding(
          false,
          "PoliciesDiffer",
          "Policies or bindings are not as in k8s/provider/berth-admission.yaml: %s."
              .formatted(String.join(", ", different)));
    }
    List<Right> rights = Rights.missing(client, Rights.FOR_WORKLOADS, () -> false);
    return rights.isEmpty()
        ? new Finding(
            true, "PoliciesPresent", "Admission policies hold tenants' pods to their leases.")
        : new Finding(
            false,
            "RightsMissing",
            "The account may not: %s: apply k8s/provider/berth-admission.yaml."
                .formatted(rights.stream().map(Right::toString).collect(Collectors.joining(", "))));
  }
}
