package io.berth.inventory;

import java.util.List;
import java.util.Set;

/**
 * What a look at a cluster saw of its nodes.
 *
 * @param nodes all of them, or those that the look before did not see as they are
 * @param gone names of those that the look before may have seen and that are gone; empty where all
 *     are seen, since what is not among all is gone
 * @param isWhole whether they are all
 */
public record SeenNodes(List<NodeObservation> nodes, Set<String> gone, boolean isWhole) {

  /** Copies the collections. */
  public SeenNodes {
    nodes = List.copyOf(nodes);
    gone = Set.copyOf(gone);
  }

  /** Every node of a cluster. */
  public static SeenNodes all(List<NodeObservation> nodes) {
    return new SeenNodes(nodes, Set.of(), true);
  }

  /** What changed since the look before; everything else is as that one saw it. */
  public static SeenNodes changes(List<NodeObservation> nodes, Set<String> gone) {
    return new SeenNodes(nodes, gone, false);
  }
}
