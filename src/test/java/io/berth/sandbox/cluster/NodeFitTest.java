package io.berth.sandbox.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeFitTest {

  private static final NodeBlueprint NODE =
      NodeBlueprint.plain("node-1", "fi-hel-1", "fi-hel-1a").withLabel("memory", "81559");

  @ParameterizedTest
  @CsvSource({
    "memory, In, 81559, true",
    "memory, In, 1, false",
    "absent, In, 1, false",
    "memory, NotIn, 1, true",
    "memory, NotIn, 81559, false",
    "absent, NotIn, 1, true",
    "memory, Exists, , true",
    "absent, Exists, , false",
    "memory, DoesNotExist, , false",
    "absent, DoesNotExist, , true",
    "memory, Gt, 81558, true",
    "memory, Gt, 81559, false",
    "memory, Lt, 81560, true",
    "memory, Lt, 81559, false",
    "absent, Lt, 1, false",
    "memory, Gt, words, false",
  })
  void matchesLabels(String key, String operator, String value, boolean fits) {
    assertThat(
            fits(
                new NodeSelectorTermBuilder()
                    .withMatchExpressions(requirement(key, operator, value))
                    .build()))
        .isEqualTo(fits);
  }

  @Test
  void matchesTheNodesName() {
    assertThat(fits(fields("node-1"))).isTrue();
    assertThat(fits(fields("node-2"))).isFalse();
  }

  @Test
  void needsOneTermOfManyAndNoneOfAnEmptyOne() {
    assertThat(fits(fields("node-2"), fields("node-1"))).isTrue();
    assertThat(fits(new NodeSelectorTerm())).isFalse();
  }

  @Test
  void keepsOffNodesThatAreNotReady() {
    assertThat(NodeFit.obstacle(new PodSpec(), NODE.notReady().toNode("v1.34.2"), Map.of()))
        .contains("node(s) were not ready");
  }

  @Test
  void toleratesByKeyValueAndEffect() {
    NodeBlueprint tainted = NODE.withTaint("gpu", "present", "NoSchedule");

    assertThat(tolerates(tainted, "gpu", "Equal", "present", "NoSchedule")).isTrue();
    assertThat(tolerates(tainted, "gpu", "Equal", "absent", "NoSchedule")).isFalse();
    assertThat(tolerates(tainted, "gpu", "Exists", null, null)).isTrue();
    assertThat(tolerates(tainted, "gpu", "Exists", null, "NoExecute")).isFalse();
    assertThat(tolerates(tainted, "other", "Exists", null, null)).isFalse();
    assertThat(tolerates(tainted, null, "Exists", null, null)).isTrue();
  }

  private static boolean tolerates(
      NodeBlueprint node, String key, String operator, String value, String effect) {
    PodSpec pod =
        new PodSpecBuilder()
            .addNewToleration()
            .withKey(key)
            .withOperator(operator)
            .withValue(value)
            .withEffect(effect)
            .endToleration()
            .build();
    return NodeFit.obstacle(pod, node.toNode("v1.34.2"), Map.of()).isEmpty();
  }

  private static boolean fits(NodeSelectorTerm... terms) {
    PodSpec pod =
        new PodSpecBuilder()
            .withNewAffinity()
            .withNewNodeAffinity()
            .withNewRequiredDuringSchedulingIgnoredDuringExecution()
            .withNodeSelectorTerms(terms)
            .endRequiredDuringSchedulingIgnoredDuringExecution()
            .endNodeAffinity()
            .endAffinity()
            .build();
    return NodeFit.obstacle(pod, NODE.toNode("v1.34.2"), Map.of()).isEmpty();
  }

  private static NodeSelectorTerm fields(String name) {
    return new NodeSelectorTermBuilder()
        .withMatchFields(requirement("metadata.name", "In", name))
        .build();
  }

  private static NodeSelectorRequirement requirement(String key, String operator, String value) {
    return new NodeSelectorRequirementBuilder()
        .withKey(key)
        .withOperator(operator)
        .withValues(value == null ? List.of() : List.of(value))
        .build();
  }
}
