package io.berth.matching;

import io.berth.catalog.AcceleratorModel;
import io.berth.inventory.NodePool;
import io.berth.market.Offer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

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

  /** Over these nodes. */
  public OfferedPool(Offer offer, NodePool pool, AcceleratorModel model, List<SnapshotNode> nodes) {
    this.offer = offer;
    this.pool = pool;
    this.model = model;
    this.nodes = nodes.toArray(SnapshotNode[]::new);
    this.view = Collections.unmodifiableList(Arrays.asList(this.nodes));
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

  /** The sellable nodes, each as it stands when it is read. */
  public List<SnapshotNode> nodes() {
    return view;
  }

  /**
   * Replaces what is taken of a node. One thread at a time; readers see the old or the new, and the
   * database decides whether a plan made on the old still holds.
   */
  public void replace(int index, Timeline timeline) {
    nodes[index] = nodes[index].with(timeline);
  }
}
