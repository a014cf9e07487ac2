package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.DeviceDetector;
import io.berth.inventory.NodeObservation;
import io.berth.platform.OrganizationId;
import io.berth.sandbox.cluster.SandboxClusters;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is kept of nodes, whatever a server makes up. */
class KeptNodeTest {

  private static final long WEIGHT_MAX = 3_000_000;
  private static final String LONG = "x".repeat(1_000_000);

  private final NodeReader reader = new NodeReader(new DeviceDetector(new AcceleratorCatalog()));
  private final ObservedNodes nodes =
      new ObservedNodes(reader, new ObservedSlices(Set.of(), weight()), weight());

  @Test
  void keepsWhateverIsReadOfANode() {
    SandboxClusters.huabei().nodes().stream()
        .map(node -> node.toNode("v1.34.2"))
        .forEach(node -> assertThat(kept(node)).isEqualTo(reader.read(node, List.of())));
  }

  @Test
  void keepsNothingThatIsLongerThanItCanBe() {
    Node node =
        new NodeBuilder(node("one"))
            .editMetadata()
            .addToLabels("value", LONG)
            .addToLabels(LONG, "key")
            .addToLabels("zone", "a")
            .endMetadata()
            .withNewSpec()
            .addNewTaint("NoSchedule", "kept", null, "here")
            .addNewTaint("NoSchedule", LONG, null, "here")
            .addNewTaint(LONG, "effect", null, "here")
            .endSpec()
            .withNewStatus()
            .addToAllocatable("cpu", new Quantity("8"))
            .addToAllocatable("memory", new Quantity("1" + "0".repeat(1_000)))
            .addToAllocatable(LONG, new Quantity("1"))
            .withConditions(
                new NodeConditionBuilder()
                    .withType("KernelDeadlock")
                    .withStatus("True")
                    .withReason(LONG)
                    .withMessage(LONG)
                    .build(),
                new NodeConditionBuilder().withType(LONG).withStatus("True").build())
            .endStatus()
            .build();

    NodeObservation kept = kept(node);

    assertThat(kept.labels()).containsExactlyEntriesOf(Map.of("zone", "a"));
    assertThat(kept.taints())
        .singleElement()
        .satisfies(taint -> assertThat(taint.key()).isEqualTo("kept"));
    assertThat(kept.cpuMillis()).isEqualTo(8_000);
    assertThat(kept.memoryMib()).isNull();
    assertThat(kept.failing()).hasSize(1);
    assertThat(KeptNode.weight(KeptNode.of(node).orElseThrow())).isLessThan(5_000);
  }

  @Test
  void keepsNoMoreOfANodeThanItCanHave() {
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      labels.put("label-" + i, "x");
    }
    Node node =
        new NodeBuilder(node("one")).editMetadata().withLabels(labels).endMetadata().build();

    assertThat(kept(node).labels()).hasSize(KeptNode.LABELS_MAX);
  }

  @Test
  void keepsNoTextThatADatabaseRefuses() {
    Node node =
        new NodeBuilder(node("one"))
            .editMetadata()
            .addToLabels("topology.kubernetes.io/region", "de\0fra")
            .addToLabels("ke\0y", "value")
            .addToLabels("half", "\ud800")
            .endMetadata()
            .withNewStatus()
            .addToAllocatable("nvidia.com/gpu\0", new Quantity("1"))
            .addNewCondition()
            .withType("KernelDeadlock")
            .withStatus("True")
            .withMessage("a\0b\ud800")
            .endCondition()
            .endStatus()
            .build();

    NodeObservation kept = kept(node);

    assertThat(kept.labels()).isEmpty();
    assertThat(kept.devices()).isEmpty();
    assertThat(kept.warnings()).isEmpty();
    assertThat(kept.failing())
        .singleElement()
        .satisfies(failing -> assertThat(failing.message()).isEqualTo("a b?"));
  }

  @Test
  void keepsNoNodeWithANameThatNoneHas() {
    for (String name : List.of("a\0b", "UPPER", "\ud800", "x".repeat(254), "")) {
      nodes.put(name, node(name));
    }
    nodes.put("h100-1.example.com", node("h100-1.example.com"));

    assertThat(nodes.read())
        .extracting(NodeObservation::name)
        .containsExactly("h100-1.example.com");
  }

  @Test
  void endsAListOfWhichTooMuchWouldBeKept() {
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < KeptNode.LABELS_MAX; i++) {
      labels.put("x".repeat(300) + i, "y".repeat(KeptNode.VALUE_LENGTH_MAX));
    }
    Node heavy =
        new NodeBuilder(node("one")).editMetadata().withLabels(labels).endMetadata().build();
    long weight = KeptNode.weight(KeptNode.of(heavy).orElseThrow());
    for (int i = 0; i < WEIGHT_MAX / weight; i++) {
      nodes.put("node-" + i, heavy);
    }
    // Nothing comes to it where one is only put again.
    nodes.put("node-0", heavy);

    assertThatThrownBy(() -> nodes.put("one-more", heavy))
        .isInstanceOf(NodeInformers.NodesTooMany.class)
        .hasMessageContaining("too much of its nodes");

    // What went away makes room.
    nodes.remove("node-0");
    nodes.put("one-more", heavy);
    // One that is watched is not kept either, and nobody is told of each.
    nodes.listed();
    nodes.put("another", heavy);
    assertThat(nodes.get("another")).isNull();
    assertThat(nodes.tooMuch()).isPresent();
  }

  private NodeObservation kept(Node node) {
    return reader.read(KeptNode.of(node).orElseThrow(), List.of());
  }

  private static Node node(String name) {
    return new NodeBuilder().withNewMetadata().withName(name).endMetadata().build();
  }

  private static KeptWeight weight() {
    return new KeptWeight(WEIGHT_MAX, new Shares<>(WEIGHT_MAX, WEIGHT_MAX), OrganizationId.fresh());
  }
}
