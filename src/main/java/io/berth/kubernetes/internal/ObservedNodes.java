package io.berth.kubernetes.internal;

import io.berth.inventory.NodeObservation;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of each node what an observation is made of: images and managed fields are most of a node,
 * and of no use here.
 */
final class ObservedNodes implements ItemStore<Node> {

  private final ConcurrentHashMap<String, Node> nodes = new ConcurrentHashMap<>();
  private final NodeReader reader;

  ObservedNodes(NodeReader reader) {
    this.reader = reader;
  }

  /** All of them. */
  List<NodeObservation> all() {
    return nodes.values().stream().map(reader::read).toList();
  }

  @Override
  public String getKey(Node node) {
    return node.getMetadata().getName();
  }

  @Override
  public @Nullable Node put(String key, Node node) {
    return nodes.put(key, slim(node));
  }

  @Override
  public @Nullable Node remove(String key) {
    return nodes.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return nodes.keySet().stream();
  }

  @Override
  public Stream<Node> values() {
    return nodes.values().stream();
  }

  @Override
  public int size() {
    return nodes.size();
  }

  @Override
  public @Nullable Node get(String key) {
    return nodes.get(key);
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  private static Node slim(Node node) {
    NodeBuilder slim =
        new NodeBuilder(node)
            .editMetadata()
            .withManagedFields()
            .withAnnotations(null)
            .endMetadata();
    return node.getStatus() == null
        ? slim.build()
        : slim.editStatus()
            .withImages()
            .withVolumesInUse()
            .withVolumesAttached()
            .endStatus()
            .build();
  }
}
