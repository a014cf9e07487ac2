package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.internal.Rights.Right;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RightsTest {

  @Test
  void areWhatProvidersAreAskedToGrant() throws IOException {
    assertThat(granted(role("berth-access.yaml", "berth")))
        .containsExactlyInAnyOrderElementsOf(Rights.NEEDED);
  }

  @Test
  void forWorkloadsAreWhatProvidersGrantWithThePolicies() throws IOException {
    assertThat(granted(role("berth-admission.yaml", "berth-admission")))
        .containsExactlyInAnyOrderElementsOf(Rights.FOR_WORKLOADS);
  }

  @Test
  void forQueuesAreWhatProvidersGrantWithTheirQueue() throws IOException {
    assertThat(granted(role("berth-kueue.yaml", "berth-kueue")))
        .containsExactlyInAnyOrderElementsOf(Rights.FOR_QUEUES);
  }

  @Test
  void forClaimsAreWhatProvidersGrantWhereDevicesAreClaimed() throws IOException {
    assertThat(granted(role("berth-claims.yaml", "berth-claims")))
        .containsExactlyInAnyOrderElementsOf(Rights.FOR_CLAIMS);
  }

  private static ClusterRole role(String file, String name) throws IOException {
    String yaml = Files.readString(Path.of("k8s/provider", file));
    List<HasMetadata> objects = new KubernetesSerialization().unmarshal(yaml);
    return objects.stream()
        .filter(ClusterRole.class::isInstance)
        .map(ClusterRole.class::cast)
        .filter(found -> found.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<Right> granted(ClusterRole role) {
    List<Right> granted = new ArrayList<>();
    for (PolicyRule rule : role.getRules()) {
      for (String group : rule.getApiGroups()) {
        for (String resource : rule.getResources()) {
          for (String name : names(rule)) {
            rule.getVerbs().forEach(verb -> granted.add(new Right(verb, group, resource, name)));
          }
        }
      }
    }
    return granted;
  }

  private static List<String> names(PolicyRule rule) {
    return rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
  }
}
