package io.berth.kubernetes.internal;

import io.berth.inventory.NodeObservation;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of each node what an observation is made of: images and managed fields are most of a node,
 * and of no use here.
 */
final class ObservedNodes implements ItemStore<Node> {

  /** No more are kept: a cluster that makes them up must not fill the heap. */
  static final int NODES_MAX = 20_000;

  /** In the order in which the cluster lists them. */
  private final Map<String, Node> nodes = Collections.synchronizedMap(new LinkedHashMap<>());

  private final ConcurrentHashMap<String, NodeObservation> known = new ConcurrentHashMap<>();
  private final NodeReader reader;
  private final ObservedSlices slices;
  private volatile boolean isRead;
  private volatile boolean isTooMany;

  /** Reads nodes with what drivers publish of them. */
  ObservedNodes(NodeReader reader, ObservedSlices slices) {
    this.reader = reader;
    this.slices = slices;
  }

  private NodeObservation observe(Node node) {
    return reader.read(node, slices.of(getKey(node)));
  }

  /** All of them; what is read is no news any more. */
  List<NodeObservation> read() {
    List<NodeObservation> all = remembered();
    if (!isRead) {
      isRead = true;
      // What changed meanwhile was told to nobody.
      all = remembered();
    }
    return all;
  }

  private List<NodeObservation> remembered() {
    List<NodeObservation> all = values().map(this::observe).toList();
    all.forEach(node -> known.put(node.name(), node));
    return all;
  }

  /** Whether there were more than are kept. */
  boolean isTooMany() {
    return isTooMany;
  }

  /** Whether a node, which is here already, is observed otherwise than it was read, or told of. */
  boolean isNews(Node node) {
    if (isTooMany) {
      // Whoever reads them learns of it; a list that is not read yet is no news.
      return isRead;
    }
    NodeObservation observed = observe(node);
    return !observed.equals(known.put(observed.name(), observed)) && isRead;
  }

  /** The same of a node of which a driver published something; nothing where it is not here. */
  boolean isNews(String name) {
    Node node = nodes.get(name);
    return node != null && isNews(node);
  }

  /** Whether a node that is gone was read. */
  boolean isLost(Node node) {
    return known.remove(getKey(node)) != null && isRead;
  }

  @Override
  public String getKey(Node node) {
    return node.getMetadata().getName();
  }

  @Override
  public @Nullable Node put(String key, Node node) {
    if (nodes.size() >= NODES_MAX && !nodes.containsKey(key)) {
      isTooMany = true;
      return null;
    }
    return nodes.put(key, slim(node));
  }

  @Override
  public @Nullable Node remove(String key) {
    return nodes.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    synchronized (nodes) {
      return List.copyOf(nodes.keySet()).stream();
    }
  }

  @Override
  public Stream<Node> values() {
    synchronized (nodes) {
      return List.copyOf(nodes.values()).stream();
    }
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
