package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.CLAIMED_GPU;
import static io.berth.kubernetes.LeaseFixtures.claimed;
import static io.berth.kubernetes.LeaseFixtures.freshLease;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.berth.kubernetes.domain.LeaseManifests;
import io.berth.kubernetes.domain.ServerVersion;
import io.berth.kubernetes.internal.Rights.Right;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseState;
import io.berth.plane.ControlPlane;
import io.berth.plane.ProviderAccess;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the provider's manifest grants, as a real API server sees it. */
class RightsPlaneIT {

  private final ControlPlane plane = ControlPlane.shared();
  private KubernetesClient admin;
  private KubernetesClient berth;

  @BeforeEach
  void grant() {
    admin = plane.admin();
    berth = plane.client(ProviderAccess.grant(admin));
    awaitMissing(List.of());
  }

  @AfterEach
  void grantAgain() {
    ProviderAccess.grant(admin);
    awaitMissing(List.of());
    berth.close();
    admin.close();
  }

  @Test
  void namesEachRightThatTheProviderTakesAway() {
    ClusterRole whole = admin.rbac().clusterRoles().withName("berth").get();

    for (Right right : Rights.NEEDED) {
      admin.resource(without(right, whole)).update();

      awaitMissing(List.of(right));
    }
  }

  @Test
  void asksForWhatWorkloadsNeedApartFromTheRest() throws IOException {
    List<HasMetadata> objects =
        new KubernetesSerialization()
                .<List<HasMetadata>>unmarshal(
                    Files.readString(Path.of("k8s/provider/berth-admission.yaml")))
                .stream()
                .filter(object -> !object.getApiVersion().startsWith("admissionregistration"))
                .toList();
    // Whoever has not applied that file is told of nothing.
    assertThat(Rights.missing(berth, Rights.FOR_WORKLOADS, () -> false))
        .isEqualTo(Rights.FOR_WORKLOADS);
    try {
      objects.forEach(object -> admin.resource(object).create());

      DeliveryPlane.patiently()
          .untilAsserted(
              () -> assertThat(Rights.missing(berth, Rights.FOR_WORKLOADS, () -> false)).isEmpty());
    } finally {
      objects.forEach(object -> admin.resource(object).delete());
    }
  }

  @Test
  void namesEachRightToClaimDevicesThatTheProviderTakesAway() throws IOException {
    List<HasMetadata> objects =
        new KubernetesSerialization()
            .unmarshal(Files.readString(Path.of("k8s/provider/berth-claims.yaml")));
    assertThat(Rights.missing(berth, Rights.FOR_CLAIMS, () -> false)).isEqualTo(Rights.FOR_CLAIMS);
    try {
      objects.forEach(object -> admin.resource(object).create());
      awaitMissing(Rights.FOR_CLAIMS, List.of());
      ClusterRole whole = admin.rbac().clusterRoles().withName("berth-claims").get();

      for (Right right : Rights.FOR_CLAIMS) {
        admin.resource(without(right, whole)).update();

        awaitMissing(Rights.FOR_CLAIMS, List.of(right));
      }
    } finally {
      objects.forEach(object -> admin.resource(object).delete());
    }
  }

  @Test
  void takesTheQuotaOfALeaseWhoseDevicesAreClaimed() {
    LeaseDelivery lease = claimed(freshLease(LeaseState.ACTIVE, slots(1, 8)));
    admin.resource(LeaseManifests.namespace(lease)).create();
    try {
      ResourceQuota quota = admin.resource(LeaseManifests.quota(lease)).create();

      assertThat(quota.getSpec().getHard()).containsEntry(CLAIMED_GPU, new Quantity("8"));
    } finally {
      admin.resource(LeaseManifests.namespace(lease)).delete();
    }
  }

  @Test
  void findsNoClaimsWhereTheServerKnowsNone() {
    // Unless a newer one was put in its place.
    assumeTrue(
        ServerVersion.parse(admin.getKubernetesVersion().getGitVersion())
            .filter(version -> !version.isAtLeast(new ServerVersion(1, 34)))
            .isPresent());

    assertThat(DeviceClaims.find(berth)).isEqualTo(DeviceClaims.Finding.NOT_SERVED);
  }

  /** The API server's authorizer learns of a change a moment after it. */
  private void awaitMissing(List<Right> missing) {
    awaitMissing(Rights.NEEDED, missing);
  }

  private void awaitMissing(List<Right> rights, List<Right> missing) {
    DeliveryPlane.patiently()
        .untilAsserted(
            () -> assertThat(Rights.missing(berth, rights, () -> false)).isEqualTo(missing));
  }

  private static ClusterRole without(Right right, ClusterRole whole) {
    List<PolicyRule> rules = new ArrayList<>();
    for (PolicyRule rule : whole.getRules()) {
      if (rule.getResourceNames().size() > 1 && rule.getResourceNames().contains(right.name())) {
        rules.add(new PolicyRuleBuilder(rule).removeFromResourceNames(right.name()).build());
        continue;
      }
      for (String resource : rule.getResources()) {
        List<String> verbs =
            rule.getVerbs().stream()
                .filter(verb ->
                    !(verb.equals(right.verb())
                        && resource.equals(right.resource())
                        && rule.getApiGroups().contains(right.group())))
                .toList();
        if (!verbs.isEmpty()) {
          rules.add(new PolicyRuleBuilder(rule).withResources(resource).withVerbs(verbs).build());
        }
      }
    }
    return new ClusterRoleBuilder(whole)
        .editMetadata()
        .withResourceVersion(null)
        .endMetadata()
        .withRules(rules)
        .build();
  }
}
