package io.berth.sandbox.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SandboxClustersTest {

  private static final List<NodeBlueprint> NODES =
      SandboxClusters.all().stream().flatMap(c -> c.nodes().stream()).toList();

  @Test
  void holdsEveryModelThatHasALabel() {
    assertThat(labelValues("nvidia.com/gpu.product"))
        .containsExactlyInAnyOrder(
            "NVIDIA-H100-80GB-HBM3",
            "NVIDIA-H200",
            "NVIDIA-B200",
            "NVIDIA-A100-SXM4-80GB",
            "NVIDIA-H20",
            "NVIDIA-L40S",
            "NVIDIA-GeForce-RTX-4090");
    assertThat(labelValues("amd.com/gpu.product-name")).containsExactly("AMD_Instinct_MI300X_OAM");
    assertThat(labelValues("node.kubernetes.io/npu.chip.name")).containsExactly("910B3");
  }

  @Test
  void holdsModelsWithoutALabel() {
    assertThat(NODES.stream().filter(n -> n.allocatable().containsKey("birentech.com/gpu")))
        .isNotEmpty();
    assertThat(NODES.stream().filter(n -> n.allocatable().containsKey("habana.ai/gaudi")))
        .isNotEmpty();
  }

  @Test
  void liesInTheCountriesThatTheRegionsName() {
    Set<String> countries =
        labelValues("topology.kubernetes.io/region").stream()
            .map(r -> r.split("-")[0])
            .collect(Collectors.toSet());

    assertThat(countries).containsExactlyInAnyOrder("sg", "my", "jp", "us", "fi", "de", "cn", "ae");
  }

  @Test
  void hasInEachClusterWhatDiscoveryMeetsInTheField() {
    assertThat(SandboxClusters.all())
        .hasSize(3)
        .allSatisfy(cluster -> {
          assertThat(cluster.nodes()).hasSizeBetween(12, 24);
          assertThat(cluster.nodes()).anyMatch(n -> !n.schedulable());
          assertThat(cluster.nodes())
              .anyMatch(n -> n.allocatable().keySet().stream().noneMatch(PodResources::isExtended));
          assertThat(cluster.nodes())
              .anyMatch(n ->
                  n.labels().getOrDefault("nvidia.com/gpu.product", "").contains("H100")
                      && "0".equals(n.allocatable().get("nvidia.com/gpu")));
        });
  }

  @Test
  void namesNodesOnceAndWithinKubernetesRules() {
    assertThat(new HashSet<>(NODES.stream().map(NodeBlueprint::name).toList()))
        .hasSameSizeAs(NODES);
    assertThat(NODES)
        .allSatisfy(n -> {
          assertThat(n.name()).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?").hasSizeLessThan(64);
          assertThat(n.labels().values())
              .allSatisfy(v -> assertThat(v).matches("[-A-Za-z0-9_.]{1,63}"));
        });
  }

  private static Set<String> labelValues(String key) {
    return NODES.stream()
        .map(n -> n.labels().getOrDefault(key, ""))
        .filter(v -> !v.isEmpty())
        .collect(Collectors.toSet());
  }
}
