package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.closed;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.on;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.AdmissionPolicies;
import io.berth.kubernetes.domain.LeaseManifests;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseState;
import io.berth.leasing.TenantAccess;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where tenants may make pods and workloads of their own. */
class TenantWorkloadsTest extends SteppedDelivery {

  private final LeaseDelivery whole = lease(LeaseState.ACTIVE, slots(1, 8));

  @Test
  void saysWhichPoliciesAreMissing() {
    TenantWorkloads.Finding finding = TenantWorkloads.find(client);

    assertThat(finding.held()).isFalse();
    assertThat(finding.reason()).isEqualTo("PoliciesMissing");
    assertThat(finding.message())
        .endsWith("yaml: berth-lease-pods, berth-lease-tenants, berth-lease-objects.");
    assertThat(access(whole).workloads()).isFalse();
    assertThat(binding()).isNull();
  }

  @Test
  void givesTheRoleWhereAllPoliciesAreThereAndTakesItWhereOneGoes() {
    apply();
    TenantAccess given = access(whole);
    RoleBinding binding = binding();
    List<String> made = identities();
    access(whole);

    assertThat(given.workloads()).isTrue();
    assertThat(given.reason()).isEqualTo("WorkloadsGranted");
    assertThat(binding).isNotNull();
    assertThat(binding.getRoleRef().getName()).isEqualTo("berth-tenant-workloads");
    assertThat(binding.getSubjects())
        .singleElement()
        .satisfies(subject -> {
          assertThat(subject.getName()).isEqualTo("berth-tenant");
          assertThat(subject.getNamespace()).isEqualTo(namespace);
        });
    assertThat(hard()).containsEntry("count/configmaps", new Quantity("50"));
    assertThat(identities()).isEqualTo(made);

    client
        .admissionRegistration()
        .v1()
        .validatingAdmissionPolicyBindings()
        .withName("berth-lease-objects")
        .delete();
    TenantAccess taken = access(whole);

    assertThat(taken.workloads()).isFalse();
    assertThat(taken.reason()).isEqualTo("PoliciesMissing");
    assertThat(binding()).isNull();
    assertThat(hard()).doesNotContainKey("count/configmaps");
  }

  @Test
  void takesTheRoleWhereAPolicyIsChanged() {
    apply();
    access(whole);
    client
        .admissionRegistration()
        .v1()
        .validatingAdmissionPolicies()
        .withName("berth-lease-tenants")
        .edit(found -> found.edit().editSpec().withFailurePolicy("Ignore").endSpec().build());

    TenantAccess taken = access(whole);

    assertThat(taken.reason()).isEqualTo("PoliciesDiffer");
    assertThat(taken.message()).endsWith("yaml: berth-lease-tenants.");
    assertThat(binding()).isNull();
  }

  @Test
  void keepsTenantsOfSharedNodesAndOfLeasesThatEndToTheApi() {
    apply();
    access(whole);

    TenantAccess shared = access(on(whole, slots(1, 8), slots(2, 3)));

    assertThat(shared.workloads()).isFalse();
    assertThat(shared.reason()).isEqualTo("NodesShared");
    assertThat(binding()).isNull();

    access(whole);
    assertThat(binding()).isNotNull();
    assertThat(access(closed(whole)).reason()).isEqualTo("TakesNoWork");
    assertThat(binding()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "v1.29.9, ServerTooOld",
    "v1.20.2, ServerTooOld",
    "v1.banana, ServerTooOld",
    "v1.30.0, "
  })
  void asksForAServerThatKnowsPolicies(String version, @Nullable String reason) {
    apply();
    access(whole);
    cluster.setVersion(version);

    TenantAccess access = access(whole);

    assertThat(access.workloads()).isEqualTo(reason == null);
    assertThat(access.reason()).isEqualTo(reason == null ? "WorkloadsGranted" : reason);
    assertThat(binding() == null).isEqualTo(reason != null);
  }

  @ParameterizedTest
  @CsvSource({
    "get admissionregistration.k8s.io/validatingadmissionpolicies, PoliciesUnreadable",
    "get admissionregistration.k8s.io/validatingadmissionpolicybindings, PoliciesUnreadable",
    "bind rbac.authorization.k8s.io/clusterroles, RightsMissing"
  })
  void givesNothingWithoutTheRightsForIt(String denied, String reason) {
    apply();
    cluster.setDenied(Set.of(denied));

    TenantAccess access = access(whole);

    assertThat(access.workloads()).isFalse();
    assertThat(access.reason()).isEqualTo(reason);
    assertThat(binding()).isNull();
  }

  @Test
  void saysThatItMayNotTakeTheRole() {
    apply();
    access(whole);
    cluster.setDenied(Set.of("delete rbac.authorization.k8s.io/rolebindings"));

    StepReport report = step(closed(whole));

    assertThat(report.obstacle()).isEmpty();
    assertThat(report.access().orElseThrow().workloads()).isTrue();
    assertThat(report.access().orElseThrow().reason()).isEqualTo("RevocationForbidden");
  }

  private void apply() {
    for (String name : AdmissionPolicies.NEEDED) {
      client.resource(AdmissionPolicies.policy(name)).create();
      client.resource(AdmissionPolicies.binding(name)).create();
    }
  }

  private TenantAccess access(LeaseDelivery delivery) {
    StepReport report = step(delivery);
    assertThat(report.obstacle()).isEmpty();
    return report.access().orElseThrow();
  }

  private @Nullable RoleBinding binding() {
    return client
        .rbac()
        .roleBindings()
        .inNamespace(namespace)
        .withName(LeaseManifests.TENANT_WORKLOADS)
        .get();
  }

  private Map<String, Quantity> hard() {
    return client
        .resourceQuotas()
        .inNamespace(namespace)
        .withName(LeaseManifests.QUOTA)
        .get()
        .getSpec()
        .getHard();
  }
}
