package io.berth.matching;

import io.berth.catalog.AcceleratorModel;
import io.berth.inventory.NodePool;
import io.berth.market.Offer;
import java.util.List;

/** A published offer with the pool it sells and the pool's sellable nodes. */
public record OfferedPool(
    Offer offer, NodePool pool, AcceleratorModel model, List<SnapshotNode> nodes) {

  /** Copies the list. */
  public OfferedPool {
    nodes = List.copyOf(nodes);
  }
}
