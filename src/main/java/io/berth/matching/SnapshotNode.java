package io.berth.matching;

import io.berth.inventory.NodeId;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node as the planner sees it.
 *
 * @param id the node
 * @param country where it stands; null where that is not known
 * @param region its region label; null where it has none
 * @param slotCount how many slots it sells, numbered from 0
 * @param busy what is held or leased of it
 */
public record SnapshotNode(
    NodeId id, @Nullable String country, @Nullable String region, int slotCount, List<Busy> busy) {

  /** Copies the list. */
  public SnapshotNode {
    busy = List.copyOf(busy);
  }

  /**
   * Slots that are not free for a while.
   *
   * @param slots which
   * @param period when, turnaround included
   */
  public record Busy(Slots slots, Period period) {}

  /** The slots that are free over all of the period. */
  public Slots free(Period period) {
    Slots taken = Slots.none();
    for (Busy entry : busy) {
      if (entry.period().overlaps(period)) {
        taken = taken.plus(entry.slots());
      }
    }
    return Slots.first(slotCount).minus(taken);
  }

  /**
   * The earliest moment from {@code from} on at which a slot is free for as long as {@code period}
   * lasts: the moment itself, or the end of something that is in the way. Empty where the node has
   * no slots.
   */
  public Optional<Instant> nextFree(Period period) {
    return Stream.concat(
            Stream.of(period.start()),
            busy.stream()
                .map(entry -> entry.period().end())
                .filter(end -> end.isAfter(period.start())))
        .sorted(Comparator.naturalOrder())
        .filter(start -> free(new Period(start, start.plus(period.duration()))).count() > 0)
        .findFirst();
  }
}
