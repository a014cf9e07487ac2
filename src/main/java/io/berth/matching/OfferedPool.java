package io.berth.matching;

import io.berth.catalog.AcceleratorModel;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.market.Offer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A published offer with the pool it sells and the pool's sellable nodes. What is taken of a node
 * may change meanwhile: whoever asks twice may get two answers, each of them whole.
 */
public final class OfferedPool {

  private final Offer offer;
  private final NodePool pool;
  private final AcceleratorModel model;
  private final SnapshotNode[] nodes;
  private final List<SnapshotNode> view;

  /** Where its nodes stand, each place once. */
  private final Set<SnapshotNode.Place> places;

  /** Whose nodes these are, where it is the same capacity at another price. */
  private final @Nullable OfferedPool same;

  private volatile long changes;
  private volatile @Nullable Worth worth;

  /** What slots are worth, as it was worked out after so many changes, in a minute. */
  private record Worth(long changes, int minute, SlotWorth slots) {}

  /** Over these nodes. */
  public OfferedPool(Offer offer, NodePool pool, AcceleratorModel model, List<SnapshotNode> nodes) {
    this.offer = offer;
    this.pool = pool;
    this.model = model;
    this.nodes = nodes.toArray(SnapshotNode[]::new);
    this.view = Collections.unmodifiableList(Arrays.asList(this.nodes));
    this.places = view.stream().map(SnapshotNode::place).collect(Collectors.toUnmodifiableSet());
    this.same = null;
  }

  private OfferedPool(OfferedPool same, Offer offer) {
    this.offer = offer;
    this.pool = same.pool;
    this.model = same.model;
    this.nodes = same.nodes;
    this.view = same.view;
    this.places = same.places;
    this.same = same;
  }

  /** The same capacity, whatever is taken of it meanwhile, at another offer's price. */
  public OfferedPool under(Offer other) {
    return new OfferedPool(same == null ? this : same, other);
  }

  /** A copy as things stand now, with other things taken of some nodes. */
  public OfferedPool with(Map<NodeId, Timeline> timelines) {
    return new OfferedPool(
        offer,
        pool,
        model,
        view.stream()
            .map(node -> {
              Timeline other = timelines.get(node.id());
              return other == null ? node : node.with(other);
            })
            .toList());
  }

  /** What is offered at what price. */
  public Offer offer() {
    return offer;
  }

  /** Whose slots. */
  public NodePool pool() {
    return pool;
  }

  /** What the pool's devices are. */
  public AcceleratorModel model() {
    return model;
  }

  /** Where its sellable nodes stand, each place once. */
  Set<SnapshotNode.Place> places() {
    return places;
  }

  /** The sellable nodes, each as it stands when it is read. */
  public List<SnapshotNode> nodes() {
    return view;
  }

  /**
   * Replaces what is taken of a node. One thread at a time; readers see the old or the new, and the
   * database decides whether a plan made on the old still holds.
   */
  @SuppressWarnings("NonAtomicOperationOnVolatileField") // One thread alone changes it.
  public void replace(int index, Timeline timeline) {
    nodes[index] = nodes[index].with(timeline);
    changes++;
  }

  /**
   * What it costs to give slots away, as things stand. Worked out once for each state and minute:
   * whoever asks meanwhile for another time of day gets the same.
   */
  SlotWorth worth(Viewpoint viewpoint) {
    if (same != null) {
      return same.worth(viewpoint);
    }
    long state = changes;
    int minute = Timeline.minute(viewpoint.now());
    Worth known = worth;
    if (known == null || known.changes() != state || known.minute() != minute) {
      known = new Worth(state, minute, SlotWorth.of(this, viewpoint));
      worth = known;
    }
    return known.slots();
  }
}
