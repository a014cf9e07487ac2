package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import org.junit.jupiter.api.Test;

class LeaseManifestsTest {

  private final LeaseDelivery lease = lease(LeaseState.PROVISIONING, slots(1, 8), slots(2, 3));

  @Test
  void namesANamespaceAfterItsLease() {
    Namespace namespace = LeaseManifests.namespace(lease);

    assertThat(namespace.getMetadata().getName()).matches("berth-[a-z2-7]{26}");
    assertThat(lease.id().toString()).endsWith(namespace.getMetadata().getName().substring(6));
    assertThat(namespace.getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/managed-by", "berth")
        .containsEntry("berth.io/lease", lease.id().toString())
        .containsEntry("berth.io/tenant", lease.tenant().toString())
        .containsEntry("pod-security.kubernetes.io/enforce", "baseline");
    assertThat(Marks.leaseOf(namespace)).contains(lease.id());
  }

  @Test
  void recognizesNoNamespaceWhoseNameDoesNotFollowFromItsLease() {
    Namespace renamed =
        new NamespaceBuilder(LeaseManifests.namespace(lease))
            .editMetadata()
            .withName("kube-system")
            .endMetadata()
            .build();
    Namespace unlabelled =
        new NamespaceBuilder().withNewMetadata().withName("default").endMetadata().build();
    Namespace garbled =
        new NamespaceBuilder(LeaseManifests.namespace(lease))
            .editMetadata()
            .addToLabels(Marks.LEASE, "lease_none")
            .endMetadata()
            .build();

    assertThat(Marks.leaseOf(renamed)).isEmpty();
    assertThat(Marks.leaseOf(unlabelled)).isEmpty();
    assertThat(Marks.leaseOf(garbled)).isEmpty();
    assertThat(Marks.isOf(LeaseId.fresh(), LeaseManifests.namespace(lease))).isFalse();
  }

  @Test
  void limitsANamespaceToWhatIsLeased() {
    assertThat(LeaseManifests.quota(lease).getSpec().getHard())
        .containsEntry("requests." + GPU, new Quantity("11"))
        .containsEntry("pods", new Quantity("11"))
        .containsEntry("count/jobs.batch", new Quantity("122"));
  }

  @Test
  void letsOnlyPodsOfTheLeaseIn() {
    NetworkPolicySpec policy = LeaseManifests.networkPolicy(lease).getSpec();

    assertThat(policy.getPolicyTypes()).containsExactly("Ingress");
    assertThat(policy.getPodSelector().getMatchLabels()).isEmpty();
    assertThat(policy.getIngress()).hasSize(1);
    assertThat(policy.getIngress().getFirst().getFrom())
        .singleElement()
        .satisfies(from -> {
          assertThat(from.getPodSelector()).isNotNull();
          assertThat(from.getNamespaceSelector()).isNull();
          assertThat(from.getIpBlock()).isNull();
        });
  }

  @Test
  void givesPodsAnAccountWithoutToken() {
    assertThat(LeaseManifests.serviceAccount(lease).getAutomountServiceAccountToken()).isFalse();
  }
}
