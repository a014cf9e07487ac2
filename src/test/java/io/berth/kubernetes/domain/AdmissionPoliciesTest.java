package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a cluster has the policies as shipped, and what comes with them. */
class AdmissionPoliciesTest extends AdmissionWrites {

  @Test
  void recognizesWhatIsShippedAsServersKeepIt() {
    for (String name : AdmissionPolicies.NEEDED) {
      ValidatingAdmissionPolicy kept =
          AdmissionPolicies.policy(name)
              .edit()
              .editMetadata()
              .withUid("1")
              .withResourceVersion("7")
              .withGeneration(1L)
              .endMetadata()
              .editSpec()
              .editMatchConstraints()
              .withNewNamespaceSelector()
              .endNamespaceSelector()
              .withNewObjectSelector()
              .endObjectSelector()
              .endMatchConstraints()
              .endSpec()
              .withNewStatus()
              .withObservedGeneration(1L)
              .endStatus()
              .build();
      assertThat(AdmissionPolicies.isAsShipped(kept)).isTrue();
      assertThat(AdmissionPolicies.isAsShipped(AdmissionPolicies.binding(name))).isTrue();
    }
  }

  @Test
  void recognizesNothingThatIsWeaker() {
    for (String name : AdmissionPolicies.NEEDED) {
      ValidatingAdmissionPolicy shipped = AdmissionPolicies.policy(name);
      assertThat(
              List.of(
                  shipped.edit().editSpec().withFailurePolicy("Ignore").endSpec().build(),
                  shipped
                      .edit()
                      .editSpec()
                      .removeFromValidations(shipped.getSpec().getValidations().getLast())
                      .endSpec()
                      .build(),
                  shipped
                      .edit()
                      .editSpec()
                      .editMatchConstraints()
                      .withNewObjectSelector()
                      .addToMatchLabels("policed", "yes")
                      .endObjectSelector()
                      .endMatchConstraints()
                      .endSpec()
                      .build(),
                  shipped
                      .edit()
                      .editSpec()
                      .addNewMatchCondition("false", "never")
                      .endSpec()
                      .build(),
                  shipped
                      .edit()
                      .editMetadata()
                      .withDeletionTimestamp(NOW.toString())
                      .endMetadata()
                      .build()))
          .noneMatch(AdmissionPolicies::isAsShipped);
      assertThat(
              AdmissionPolicies.isAsShipped(
                  AdmissionPolicies.binding(name)
                      .edit()
                      .editSpec()
                      .withValidationActions("Audit")
                      .endSpec()
                      .build()))
          .isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "taints | [] | true",
        "taints | ['nvidia.com/gpu', 'dedicated'] | true",
        "taints | ['node.kubernetes.io/unschedulable'] | false",
        "taints | ['lease.berth.io/id'] | false",
        "taints | object.spec.tolerations.map(one, one.key) | false",
        "taints | ['a'] + ['node.kubernetes.io/' + 'unschedulable'] | false",
        "priorityClasses | ['standard'] | true",
        "priorityClasses | ['system-node-critical'] | false",
        "priorityClasses | [object.spec.priorityClassName] | false",
        "resources | ['nvidia.com/gpu', 'rdma/hca_shared_devices_a'] | true",
        "resources | ['deviceclass.resource.kubernetes.io/mig.nvidia.com'] | false",
        "resources | [request.name] | false",
        "annotations | ['kubectl.kubernetes.io/', 'openshift.io/scc'] | true",
        "annotations | ['k8s.v1.cni.cncf.io/'] | false",
        "annotations | ['cdi.k8s.io/'] | false",
        "annotations | object.metadata.annotations | false",
        "lease | ['a'] | false"
      })
  void letsProvidersChooseListsOfWords(String variable, String expression, boolean taken) {
    ValidatingAdmissionPolicy shipped = AdmissionPolicies.policy(AdmissionPolicies.PODS);
    ValidatingAdmissionPolicy chosen =
        shipped
            .edit()
            .editSpec()
            .editMatchingVariable(found -> found.getName().equals(variable))
            .withExpression(expression)
            .endVariable()
            .endSpec()
            .build();

    assertThat(AdmissionPolicies.isAsShipped(chosen)).isEqualTo(taken);
  }

  @Test
  void letsTenantsReadAndWriteNothingButTheirWorkloads() {
    ClusterRole role =
        manifest().stream()
            .filter(ClusterRole.class::isInstance)
            .map(ClusterRole.class::cast)
            .filter(found -> found.getMetadata().getName().equals(LeaseManifests.TENANT_WORKLOADS))
            .findFirst()
            .orElseThrow();

    assertThat(role.getAggregationRule()).isNull();
    assertThat(role.getRules())
        .allSatisfy(rule -> {
          assertThat(rule.getVerbs())
              .doesNotContain("*", "escalate", "bind", "impersonate", "use", "approve");
          assertThat(rule.getResources())
              .noneMatch(resource ->
                  resource.contains("*")
                      || resource.contains("role")
                      || resource.contains("serviceaccount")
                      || resource.contains("networkpol")
                      || resource.endsWith("/proxy")
                      || resource.endsWith("/binding")
                      || resource.endsWith("/ephemeralcontainers")
                      || resource.endsWith("/status"));
        });
    assertThat(
            role.getRules().stream()
                .filter(rule -> rule.getVerbs().contains("update"))
                .flatMap(rule -> rule.getResources().stream()))
        .doesNotContain("resourcequotas", "limitranges", "persistentvolumeclaims", "daemonsets");
  }
}
