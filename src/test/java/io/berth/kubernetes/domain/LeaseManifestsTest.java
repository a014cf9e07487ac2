package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.reaching;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseState;
import io.berth.market.NetworkException;
import io.berth.market.NetworkException.Port;
import io.berth.market.NetworkException.Protocol;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Map;
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
        .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
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

  /** Each may be a mebibyte, and the cluster keeps all of them. */
  @Test
  void limitsWhatATenantLeavesBehind() {
    assertThat(LeaseManifests.quota(lease, true).getSpec().getHard())
        .containsEntry("pods", new Quantity("11"))
        .containsEntry("count/pods", new Quantity("322"))
        .containsEntry("count/replicasets.apps", new Quantity("100"))
        .containsEntry("count/controllerrevisions.apps", new Quantity("100"));
    assertThat(LeaseManifests.quota(lease).getSpec().getHard()).doesNotContainKey("count/pods");
  }

  @Test
  void limitsProcessorsAndMemoryWhereNodesSayWhatTheyHave() {
    LeaseDelivery sized = lease(LeaseState.PROVISIONING, sizedSlots(1, 8), sizedSlots(2, 3));
    LeaseDelivery half = lease(LeaseState.PROVISIONING, sizedSlots(1, 8), slots(2, 3));

    assertThat(LeaseManifests.quota(sized).getSpec().getHard())
        .containsEntry("limits.cpu", new Quantity("88"))
        .containsEntry("limits.memory", new Quantity("352Gi"));
    assertThat(LeaseManifests.limits(sized).orElseThrow().getSpec().getLimits())
        .singleElement()
        .satisfies(limit -> {
          assertThat(limit.getType()).isEqualTo("Container");
          assertThat(limit.getDefault())
              .isEqualTo(Map.of("cpu", new Quantity("8"), "memory", new Quantity("32Gi")));
          assertThat(limit.getDefaultRequest())
              .isEqualTo(Map.of("cpu", new Quantity("4"), "memory", new Quantity("16Gi")));
        });
    assertThat(LeaseManifests.quota(half).getSpec().getHard()).doesNotContainKey("limits.cpu");
    assertThat(LeaseManifests.limits(half)).isEmpty();
  }

  @Test
  void letsOnlyPodsOfTheLeaseInAndPodsOutToEachOtherNamesAndTheInternetAlone() {
    NetworkPolicySpec policy = LeaseManifests.networkPolicy(lease).getSpec();

    assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(policy.getPodSelector().getMatchLabels()).isEmpty();
    assertThat(policy.getIngress()).hasSize(1);
    assertThat(policy.getIngress().getFirst().getFrom())
        .singleElement()
        .satisfies(LeaseManifestsTest::isThisNamespace);
    assertThat(policy.getEgress()).hasSize(3);
    assertThat(policy.getEgress().get(0).getTo())
        .singleElement()
        .satisfies(LeaseManifestsTest::isThisNamespace);
    assertThat(policy.getEgress().get(1).getPorts())
        .allSatisfy(port -> assertThat(port.getPort().getIntVal()).isEqualTo(53));
    assertThat(policy.getEgress().get(2).getTo())
        .extracting(to -> to.getIpBlock().getCidr())
        .containsExactly("0.0.0.0/0", "::/0");
    assertThat(policy.getEgress().get(2).getTo().getFirst().getIpBlock().getExcept())
        .contains("169.254.0.0/16", "10.0.0.0/8");
  }

  @Test
  void opensWhatTheOfferOpenedAndNoMore() {
    NetworkException storage =
        new NetworkException(
            "10.20.0.0/24", List.of(new Port(Protocol.TCP, 2049), new Port(Protocol.UDP, 2049)));
    NetworkException cache =
        new NetworkException("fd12:3456:789a::/64", List.of(new Port(Protocol.TCP, 443)));

    List<NetworkPolicyEgressRule> egress =
        LeaseManifests.networkPolicy(reaching(lease, storage, cache)).getSpec().getEgress();

    assertThat(egress).hasSize(5);
    assertThat(egress.subList(0, 3))
        .isEqualTo(LeaseManifests.networkPolicy(lease).getSpec().getEgress());
    assertThat(egress.get(3).getTo())
        .singleElement()
        .satisfies(peer -> {
          assertThat(peer.getIpBlock().getCidr()).isEqualTo("10.20.0.0/24");
          assertThat(peer.getPodSelector()).isNull();
          assertThat(peer.getNamespaceSelector()).isNull();
        });
    assertThat(egress.get(3).getPorts())
        .extracting(port -> port.getProtocol() + " " + port.getPort().getIntVal())
        .containsExactly("TCP 2049", "UDP 2049");
    assertThat(egress.get(4).getTo().getFirst().getIpBlock().getCidr())
        .isEqualTo("fd12:3456:789a::/64");
    assertThat(egress.get(4).getPorts())
        .extracting(port -> port.getProtocol() + " " + port.getPort().getIntVal())
        .containsExactly("TCP 443");
  }

  private static void isThisNamespace(NetworkPolicyPeer peer) {
    assertThat(peer.getPodSelector()).isNotNull();
    assertThat(peer.getNamespaceSelector()).isNull();
    assertThat(peer.getIpBlock()).isNull();
  }

  @Test
  void givesPodsAnAccountWithoutToken() {
    assertThat(LeaseManifests.jobAccount(lease).getAutomountServiceAccountToken()).isFalse();
  }

  @Test
  void bindsTheTenantToTheProvidersRoleInThisNamespaceAlone() {
    RoleBinding binding = LeaseManifests.tenantBinding(lease);

    assertThat(binding.getMetadata().getNamespace()).isEqualTo(Marks.namespace(lease.id()));
    assertThat(binding.getRoleRef().getName()).isEqualTo("berth-tenant");
    assertThat(binding.getSubjects())
        .singleElement()
        .satisfies(subject -> {
          assertThat(subject.getName())
              .isEqualTo(LeaseManifests.tenantAccount(lease).getMetadata().getName());
          assertThat(subject.getNamespace()).isEqualTo(Marks.namespace(lease.id()));
        });
  }
}
