package io.berth.booking;

import io.berth.booking.Quote.HeldSlots;
import io.berth.inventory.NodeId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a lease has and had.
 *
 * @param slots what it has
 * @param former nodes of which it had slots and has none any more
 */
public record LeasedSlots(List<HeldSlots> slots, Set<NodeId> former) {

  /** Copies the collections. */
  public LeasedSlots {
    slots = List.copyOf(slots);
    former = Set.copyOf(former);
  }

  /** Nothing. */
  public static LeasedSlots none() {
    return new LeasedSlots(List.of(), Set.of());
  }

  /** What it has, of all nodes that it ever had slots of. */
  public static LeasedSlots of(List<HeldSlots> slots, Collection<NodeId> nodes) {
    Set<NodeId> former = new HashSet<>(nodes);
    slots.forEach(held -> former.remove(held.node()));
    return new LeasedSlots(slots, former);
  }
}
