package io.berth.kubernetes.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.AdmissionChain.Write;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the service's own account may write. */
class BerthAccountPolicyTest extends AdmissionWrites {

  @Test
  void holdsTheServicesAccountToNamespacesOfLeases() {
    for (Object object :
        List.of(
            LeaseManifests.quota(LEASE),
            LeaseManifests.networkPolicy(LEASE),
            LeaseManifests.tenantBinding(LEASE))) {
      String resource =
          switch (((HasMetadata) object).getKind()) {
            case "ResourceQuota" -> "resourcequotas";
            case "NetworkPolicy" -> "networkpolicies";
            default -> "rolebindings";
          };
      assertThat(refusals(create(BERTH, resource, object))).isEmpty();
    }
    for (String namespace : List.of("kube-system", "default", "berth-access", "berth-x")) {
      assertThat(
              refusals(
                  new Write(
                      "CREATE",
                      "batch",
                      "jobs",
                      namespace,
                      BERTH,
                      groups(BERTH),
                      "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"template\": {}}}",
                      null)))
          .as(namespace)
          .containsExactly("Berth's account writes in namespaces of leases and probes alone.");
    }
  }

  @Test
  void letsTheServicesAccountProbeNodes() {
    String home = "berth-probe-" + DIGITS;
    Object namespace = "{\"metadata\": {\"name\": \"" + home + "\"}}";

    assertThat(refusals(clusterWide("CREATE", "namespaces", namespace, null))).isEmpty();
    assertThat(refusals(clusterWide("DELETE", "namespaces", null, namespace))).isEmpty();
    assertThat(
            refusals(
                new Write(
                    "CREATE",
                    "batch",
                    "jobs",
                    home,
                    BERTH,
                    groups(BERTH),
                    "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"template\": {}}}",
                    null)))
        .isEmpty();
  }

  @Test
  void holdsTheServicesAccountToItsOwnNamespacesAndMarksOfNodes() {
    Object theirs = "{\"metadata\": {\"name\": \"kube-system\"}}";

    assertThat(refusals(clusterWide("CREATE", "namespaces", LeaseManifests.namespace(LEASE), null)))
        .isEmpty();
    assertThat(refusals(clusterWide("DELETE", "namespaces", null, LeaseManifests.namespace(LEASE))))
        .isEmpty();
    assertThat(refusals(clusterWide("DELETE", "namespaces", null, theirs))).isNotEmpty();
    assertThat(refusals(clusterWide("CREATE", "namespaces", theirs, null))).isNotEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "namespaces",
                    LeaseManifests.namespace(LEASE),
                    LeaseManifests.namespace(LEASE))))
        .isNotEmpty();

    NodeBuilder node =
        new NodeBuilder()
            .withNewMetadata()
            .withName("h100-1")
            .addToLabels("zone", "a")
            .addToAnnotations("volumes", "yes")
            .endMetadata()
            .withNewSpec()
            .addNewTaint("NoSchedule", "nvidia.com/gpu", null, "present")
            .endSpec();
    Object before = node.build();
    Object marked =
        new NodeBuilder(node.build())
            .editMetadata()
            .addToLabels(LABEL, "whole")
            .endMetadata()
            .editSpec()
            .addNewTaint("NoSchedule", "lease.berth.io/id", null, DIGITS)
            .endSpec()
            .build();
    assertThat(refusals(clusterWide("UPDATE", "nodes", marked, before))).isEmpty();
    assertThat(refusals(clusterWide("UPDATE", "nodes", before, marked))).isEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "nodes",
                    new NodeBuilder(node.build())
                        .editMetadata()
                        .addToLabels("zone", "b")
                        .endMetadata()
                        .build(),
                    before)))
        .isNotEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "nodes",
                    new NodeBuilder(node.build())
                        .editMetadata()
                        .removeFromLabels("zone")
                        .endMetadata()
                        .build(),
                    before)))
        .isNotEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "nodes",
                    new NodeBuilder(node.build()).editSpec().withTaints().endSpec().build(),
                    before)))
        .isNotEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "nodes",
                    new NodeBuilder(node.build())
                        .editSpec()
                        .withUnschedulable(true)
                        .endSpec()
                        .build(),
                    before)))
        .isNotEmpty();
    assertThat(
            refusals(
                clusterWide(
                    "UPDATE",
                    "nodes",
                    new NodeBuilder(node.build())
                        .editMetadata()
                        .addToAnnotations("volumes", "no")
                        .endMetadata()
                        .build(),
                    before)))
        .isNotEmpty();
    assertThat(refusals(clusterWide("DELETE", "nodes", null, before))).isNotEmpty();
  }

  private static Write clusterWide(
      String operation, String resource, @Nullable Object object, @Nullable Object oldObject) {
    return new Write(operation, "", resource, "", BERTH, groups(BERTH), object, oldObject);
  }
}
