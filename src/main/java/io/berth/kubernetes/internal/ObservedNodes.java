package io.berth.kubernetes.internal;

import io.berth.inventory.NodeObservation;
import io.berth.inventory.SeenNodes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of each node what an observation is made of: images and managed fields are most of a node,
 * and of no use here.
 */
final class ObservedNodes implements ItemStore<Node> {

  /** No more are kept: a cluster that makes them up must not fill the heap. */
  static final int NODES_MAX = 20_000;

  /**
   * Nor more than so many bytes: as many nodes with twenty thousand each, of which a usual one,
   * with sixty labels and thirty quantities, takes most.
   */
  static final long WEIGHT_MAX = NODES_MAX * 20_000L;

  /** Where more have changed, all are read. */
  static final int CHANGES_MAX = 500;

  /** In the order in which the cluster lists them. */
  private final Map<String, Node> nodes = Collections.synchronizedMap(new LinkedHashMap<>());

  /** As they were last read, or told of. */
  private final Map<String, NodeObservation> known = new HashMap<>();

  /** Names of those that were told of and not read since. */
  private final Set<String> changed = new HashSet<>();

  private final NodeReader reader;
  private final ObservedSlices slices;
  private final KeptWeight weight;
  private volatile boolean isRead;
  private volatile boolean isListed;
  private volatile @Nullable String tooMuch;
  private volatile boolean isClosed;

  /** Reads nodes with what drivers publish of them. */
  ObservedNodes(NodeReader reader, ObservedSlices slices, KeptWeight weight) {
    this.reader = reader;
    this.slices = slices;
    this.weight = weight;
  }

  private NodeObservation observe(Node node) {
    return reader.read(node, slices.of(getKey(node)));
  }

  /** Those that were told of since the last reading; all of them where nobody has read them yet. */
  synchronized SeenNodes readChanges() {
    if (!isRead || changed.size() > CHANGES_MAX) {
      return SeenNodes.all(read());
    }
    List<NodeObservation> seen = new ArrayList<>();
    Set<String> gone = new HashSet<>();
    for (String name : changed) {
      Node node = nodes.get(name);
      if (node == null) {
        // Whoever is told of it later learns nothing new.
        known.remove(name);
        gone.add(name);
      } else {
        NodeObservation observed = observe(node);
        known.put(name, observed);
        seen.add(observed);
      }
    }
    changed.clear();
    return SeenNodes.changes(seen, gone);
  }

  /** All of them; what is read is no news any more. */
  synchronized List<NodeObservation> read() {
    changed.clear();
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

  /** In words, that there was more than is kept; empty where there was not. */
  Optional<String> tooMuch() {
    return Optional.ofNullable(tooMuch);
  }

  /**
   * Whether a node is observed otherwise than it was read, or told of; not where it is not here.
   */
  synchronized boolean isNews(String name) {
    if (tooMuch != null) {
      // Whoever reads them learns of it; a list that is not read yet is no news.
      return isRead;
    }
    Node node = nodes.get(name);
    if (node == null) {
      return false;
    }
    NodeObservation observed = observe(node);
    return !observed.equals(known.put(observed.name(), observed)) && isToTell(observed.name());
  }

  private boolean isToTell(String name) {
    // One more than are read by themselves says that all are to be.
    if (isRead && changed.size() <= CHANGES_MAX) {
      changed.add(name);
    }
    return isRead;
  }

  /** Whether a node that is gone was read. */
  synchronized boolean isLost(Node node) {
    return known.remove(getKey(node)) != null && isToTell(getKey(node));
  }

  @Override
  public String getKey(Node node) {
    return node.getMetadata().getName();
  }

  /** Whoever fills it has the whole list. */
  void listed() {
    isListed = true;
  }

  /** Nobody wants it filled any more. */
  void close() {
    isClosed = true;
    weight.close();
  }

  /**
   * Keeps a node.
   *
   * @throws KubernetesClientException where nothing is kept any more, which ends a list. One that
   *     too many are watched of is not told so: it would say so of each of them
   */
  @Override
  public @Nullable Node put(String key, Node node) {
    if (isClosed) {
      throw new KubernetesClientException("Nobody follows these nodes any more.");
    }
    Optional<Node> kept = KeptNode.of(node);
    if (kept.isEmpty()) {
      return remove(key);
    }
    Node before = nodes.get(key);
    if (before == null && nodes.size() >= NODES_MAX) {
      return refuse("The cluster has more than %d nodes.".formatted(NODES_MAX));
    }
    long more = KeptNode.weight(kept.get()) - weightOf(before);
    if (!weight.add(more)) {
      return refuse(
          "The cluster says too much of its nodes: there is no room for more, or for more of its provider's clusters.");
    }
    return nodes.put(key, kept.get());
  }

  private static long weightOf(@Nullable Node kept) {
    return kept == null ? 0 : KeptNode.weight(kept);
  }

  private @Nullable Node refuse(String why) {
    tooMuch = why;
    if (isListed) {
      return null;
    }
    throw new NodeInformers.NodesTooMany(why);
  }

  @Override
  public @Nullable Node remove(String key) {
    Node before = nodes.remove(key);
    weight.add(-weightOf(before));
    return before;
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
}
