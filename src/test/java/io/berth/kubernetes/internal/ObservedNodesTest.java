package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.DeviceDetector;
import io.berth.inventory.SeenNodes;
import io.berth.platform.OrganizationId;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which nodes are read anew, whatever is told when. */
class ObservedNodesTest {

  private final ObservedNodes nodes =
      new ObservedNodes(
          new NodeReader(new DeviceDetector(new AcceleratorCatalog())),
          new ObservedSlices(Set.of(), weight()),
          weight());

  @Test
  void isToldOnceThatANodeIsGone() {
    put("a", "before");
    nodes.read();
    put("a", "after");
    assertThat(nodes.isNews("a")).isTrue();
    nodes.remove("a");

    assertThat(nodes.readChanges()).isEqualTo(SeenNodes.changes(List.of(), Set.of("a")));

    // The watch tells of it only now.
    assertThat(nodes.isLost(node("a", "after"))).isFalse();
    assertThat(nodes.readChanges()).isEqualTo(SeenNodes.changes(List.of(), Set.of()));
  }

  @Test
  void tellsOfANodeAsItIsByNowAndNotAsItWas() {
    put("a", "before");
    nodes.read();
    put("a", "after");
    assertThat(nodes.isNews("a")).isTrue();
    assertThat(nodes.isNews("a")).isFalse();
    nodes.remove("a");

    assertThat(nodes.isNews("a")).isFalse();
  }

  @Test
  void readsAllOfThemWhereManyChanged() {
    int many = 3 * ObservedNodes.CHANGES_MAX;
    for (int i = 0; i < many; i++) {
      put("node-" + i, "before");
    }
    nodes.read();
    for (int i = 0; i < many; i++) {
      put("node-" + i, "after");
      assertThat(nodes.isNews("node-" + i)).isTrue();
    }

    SeenNodes seen = nodes.readChanges();

    assertThat(seen.isWhole()).isTrue();
    assertThat(seen.nodes()).hasSize(many);
    assertThat(nodes.readChanges()).isEqualTo(SeenNodes.changes(List.of(), Set.of()));
  }

  private void put(String name, String label) {
    nodes.put(name, node(name, label));
  }

  private static Node node(String name, String label) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("label", label)
        .endMetadata()
        .build();
  }

  private static KeptWeight weight() {
    return new KeptWeight(
        Long.MAX_VALUE, new Shares<>(Long.MAX_VALUE, Long.MAX_VALUE), OrganizationId.fresh());
  }
}
