package io.berth.matching;

import io.berth.market.Offer;
import io.berth.platform.Period;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When an offer first has what a shape asks for, for as long as is asked. A node's free slots over
 * a stretch change with the stretch's start only where something in the way begins or ends: these
 * changes of all nodes are put in order of time and followed until enough is free at once.
 */
final class EarliestStart {

  private final OfferedPool offered;
  private final CapacityRequest request;
  private final Viewpoint viewpoint;
  private final Predicate<SnapshotNode> permitted;

  /**
   * In an offer.
   *
   * @param permitted whether policy permits a node
   */
  EarliestStart(
      OfferedPool offered,
      CapacityRequest request,
      Viewpoint viewpoint,
      Predicate<SnapshotNode> permitted) {
    this.offered = offered;
    this.request = request;
    this.viewpoint = viewpoint;
    this.permitted = permitted;
  }

  /** The first minute from one moment up to another; null where there is none. */
  @Nullable Integer between(Instant from, Instant max) {
    Offer offer = offered.offer();
    Duration length = request.period().duration();
    Instant first = offer.availableFrom().filter(from::isBefore).orElse(from);
    Instant last =
        offer
            .availableUntil()
            .map(until -> until.minus(length))
            .filter(until -> until.isBefore(max))
            .orElse(max);
    int start = Timeline.minuteAfter(first);
    int until = Timeline.minute(last) + 1;
    if (start >= until
        || Planner.limit(
                offer,
                request,
                new Period(Timeline.instant(start), Timeline.instant(start).plus(length)))
            .isPresent()) {
      return null;
    }
    int minutes = Math.toIntExact(Planner.occupied(offer, request.period()).minutes());
    Map<String, Supply> groups = new HashMap<>();
    for (SnapshotNode node : offered.nodes()) {
      String group = Rooms.group(node, request.shape().together());
      if (group != null && request.wanted().accepts(node) && permitted.test(node)) {
        groups
            .computeIfAbsent(group, key -> new Supply(request.shape()))
            .add(node.timeline().steps(node.slotCount(), start, until, minutes, viewpoint));
      }
    }
    Integer earliest = null;
    for (Supply supply : groups.values()) {
      Integer found = supply.first(start, earliest == null ? until : earliest);
      earliest = found == null ? earliest : found;
    }
    return earliest;
  }

  /** What the nodes of one group have together, over time. */
  private static final class Supply {

    private final Shape shape;
    private long[] changes = new long[64];
    private int size;
    private long atStart;

    Supply(Shape shape) {
      this.shape = shape;
    }

    void add(Timeline.Steps steps) {
      int free = steps.first();
      int counted = worth(free);
      atStart += counted;
      for (int i = 0; i < steps.size(); i++) {
        free += steps.change(i);
        boolean isLastOfItsMinute = i + 1 == steps.size() || steps.minute(i + 1) > steps.minute(i);
        if (isLastOfItsMinute && worth(free) != counted) {
          add(steps.minute(i), worth(free) - counted);
          counted = worth(free);
        }
      }
    }

    private void add(int minute, int change) {
      if (size == changes.length) {
        changes = Arrays.copyOf(changes, size * 2);
      }
      changes[size++] = (long) minute << Integer.SIZE | (change & 0xFFFFFFFFL);
    }

    /** What so many free slots of a node count for the shape. */
    private int worth(int free) {
      return switch (shape) {
        case Shape.Count count -> Math.max(0, free);
        case Shape.Grid grid -> free >= grid.acceleratorsPerNode() ? 1 : 0;
      };
    }

    private long wanted() {
      return switch (shape) {
        case Shape.Count count -> count.accelerators();
        case Shape.Grid grid -> grid.nodes();
      };
    }

    @Nullable Integer first(int start, int until) {
      if (start >= until) {
        return null;
      }
      long free = atStart;
      if (free >= wanted()) {
        return start;
      }
      Arrays.sort(changes, 0, size);
      for (int i = 0; i < size; i++) {
        int minute = (int) (changes[i] >> Integer.SIZE);
        if (minute >= until) {
          return null;
        }
        free += (int) changes[i];
        boolean isLastOfItsMinute =
            i + 1 == size || (int) (changes[i + 1] >> Integer.SIZE) > minute;
        if (isLastOfItsMinute && free >= wanted()) {
          return minute;
        }
      }
      return null;
    }
  }
}
