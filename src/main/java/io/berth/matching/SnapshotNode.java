package io.berth.matching;

import io.berth.inventory.NodeId;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node as the planner sees it; immutable.
 *
 * @param id the node
 * @param traits what it is
 * @param timeline what is held or leased of it
 */
public record SnapshotNode(NodeId id, Traits traits, Timeline timeline) {

  /**
   * What a node is, whatever is taken of it.
   *
   * @param country where it stands; null where that is not known
   * @param region its region label; null where it has none
   * @param fabric the network fabric that it is on; null where unknown
   * @param nvlinkDomain the NVLink domain that it belongs to; null where unknown
   * @param slotCount how many slots it sells, numbered from 0
   * @param cpuMillisPerSlot its share of processors that comes with each slot, in thousandths of a
   *     core; null where unknown
   * @param memoryMibPerSlot its share of memory that comes with each slot, in MiB; null where
   *     unknown
   * @param reliability how seldom it was seen to fail, from 0 to 1 (never)
   * @param policyClass nodes with the same number are the same to policy, within one snapshot
   */
  public record Traits(
      @Nullable String country,
      @Nullable String region,
      @Nullable String fabric,
      @Nullable String nvlinkDomain,
      int slotCount,
      @Nullable Long cpuMillisPerSlot,
      @Nullable Long memoryMibPerSlot,
      double reliability,
      int policyClass) {}

  /**
   * Where a node stands.
   *
   * @param country null where that is not known
   * @param region null where it has none
   */
  record Place(@Nullable String country, @Nullable String region) {}

  /** Where it stands. */
  Place place() {
    return new Place(traits.country(), traits.region());
  }

  /** The same node with something else taken of it. */
  public SnapshotNode with(Timeline other) {
    return new SnapshotNode(id, traits, other);
  }

  public @Nullable String country() {
    return traits.country();
  }

  public @Nullable String region() {
    return traits.region();
  }

  public int slotCount() {
    return traits.slotCount();
  }

  /** The slots that are free over all of the period, as it stands for one who looks. */
  public Slots free(Period period, Viewpoint viewpoint) {
    return timeline.free(
        slotCount(),
        Timeline.minute(period.start()),
        Timeline.minuteAfter(period.end()),
        viewpoint);
  }

  /** How many are. */
  public int freeCount(Period period, Viewpoint viewpoint) {
    return timeline.freeCount(
        slotCount(),
        Timeline.minute(period.start()),
        Timeline.minuteAfter(period.end()),
        viewpoint);
  }

  /**
   * The earliest moment from {@code from} on at which a slot is free for as long as {@code period}
   * lasts: the moment itself, or the end of something that is in the way. Empty where the node has
   * no slots.
   */
  public Optional<Instant> nextFree(Period period, Viewpoint viewpoint) {
    if (slotCount() == 0) {
      return Optional.empty();
    }
    int start = Timeline.minuteAfter(period.start());
    int minutes = Math.toIntExact(period.minutes());
    Timeline.Steps steps =
        timeline.steps(slotCount(), start, Integer.MAX_VALUE, minutes, viewpoint);
    int free = steps.first();
    if (free > 0) {
      return Optional.of(period.start());
    }
    for (int i = 0; i < steps.size(); i++) {
      free += steps.change(i);
      if (free > 0 && (i + 1 == steps.size() || steps.minute(i + 1) > steps.minute(i))) {
        return Optional.of(Timeline.instant(steps.minute(i)));
      }
    }
    return Optional.empty();
  }
}
