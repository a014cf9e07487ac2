package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.freshLease;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;

import io.berth.kubernetes.domain.LeaseManifests;
import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A lease of each test at a real control plane, and what is there of it. */
abstract class LeaseOnPlane {

  static DeliveryPlane cluster;

  final LeaseDelivery lease = freshLease(LeaseState.ACTIVE, sizedSlots(1, 4), sizedSlots(2, 4));

  final String namespace = Marks.namespace(lease.id());

  @BeforeAll
  static void start() {
    cluster = new DeliveryPlane();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void forget() {
    cluster.forget(lease);
    cluster.admin().persistentVolumes().withName(namespace).delete();
  }

  /** A volume that the provider made for the tenant. */
  void claim(String name) {
    cluster.step(lease);
    cluster
        .admin()
        .resource(
            new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadOnlyMany")
                .addToCapacity("storage", new Quantity("1Gi"))
                .withNewHostPath("/nowhere", "")
                .withNewClaimRef()
                .withName(name)
                .withNamespace(namespace)
                .endClaimRef()
                .endSpec()
                .build())
        .create();
    cluster
        .admin()
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withStorageClassName("")
                .withVolumeName(namespace)
                .withAccessModes("ReadOnlyMany")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build())
        .create();
  }

  /** Whether what holds the lease to its bounds says what it should. */
  boolean isRight() {
    KubernetesClient admin = cluster.admin();
    ResourceQuota quota = admin.resource(LeaseManifests.quota(lease)).get();
    NetworkPolicy policy = admin.resource(LeaseManifests.networkPolicy(lease)).get();
    LimitRange limits = admin.resource(LeaseManifests.limits(lease).orElseThrow()).get();
    RoleBinding binding = admin.resource(LeaseManifests.tenantBinding(lease)).get();
    ServiceAccount account = admin.resource(LeaseManifests.jobAccount(lease)).get();
    return quota.getSpec().getHard().equals(LeaseManifests.quota(lease).getSpec().getHard())
        && policy.getSpec().equals(LeaseManifests.networkPolicy(lease).getSpec())
        && limits.getSpec().equals(LeaseManifests.limits(lease).orElseThrow().getSpec())
        && binding.getSubjects().equals(LeaseManifests.tenantBinding(lease).getSubjects())
        && !account.getAutomountServiceAccountToken();
  }

  String uid() {
    Namespace found = cluster.admin().namespaces().withName(namespace).get();
    return found == null ? "" : found.getMetadata().getUid();
  }

  /** What is around the lease's jobs, by kind and name. */
  List<String> names() {
    return objects().stream()
        .map(object -> object.getKind() + " " + object.getMetadata().getName())
        .toList();
  }

  /** The same, each as it came into the world. */
  List<String> identities() {
    return objects().stream().map(LeaseOnPlane::identity).toList();
  }

  /** The same, each as it was last written; without those that the cluster itself writes to. */
  List<String> versions() {
    return objects().stream()
        .filter(object -> !(object instanceof ResourceQuota) && !(object instanceof ServiceAccount))
        .map(object -> identity(object) + " " + object.getMetadata().getResourceVersion())
        .toList();
  }

  static String identity(HasMetadata object) {
    return object.getKind()
        + " "
        + object.getMetadata().getName()
        + " "
        + object.getMetadata().getUid();
  }

  List<HasMetadata> objects() {
    KubernetesClient admin = cluster.admin();
    return Stream.<List<? extends HasMetadata>>of(
            Stream.ofNullable(admin.namespaces().withName(namespace).get()).toList(),
            admin.limitRanges().inNamespace(namespace).list().getItems(),
            admin.resourceQuotas().inNamespace(namespace).list().getItems(),
            admin.network().v1().networkPolicies().inNamespace(namespace).list().getItems(),
            admin.rbac().roleBindings().inNamespace(namespace).list().getItems(),
            admin
                .serviceAccounts()
                .inNamespace(namespace)
                .withLabel(Marks.MANAGED_BY, Marks.BERTH)
                .list()
                .getItems())
        .<HasMetadata>flatMap(List::stream)
        .toList();
  }
}
