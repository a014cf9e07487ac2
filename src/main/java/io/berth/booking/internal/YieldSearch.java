package io.berth.booking.internal;

import io.berth.booking.internal.YieldStore.Taken;
import io.berth.booking.internal.YieldStore.Yielding;
import io.berth.booking.internal.Yields.Room;
import io.berth.inventory.NodeId;
import io.berth.matching.CapacityRequest;
import io.berth.matching.Planning;
import io.berth.matching.Slots;
import io.berth.matching.Timeline;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One search for room, over what was read in a transaction.
 *
 * @param leases in the order in which they yield
 * @param versions of the leases
 * @param taken all that is taken of the nodes on which they are
 * @param slots how many slots nodes have
 */
record YieldSearch(
    List<Yielding> leases,
    Map<UUID, Long> versions,
    Map<NodeId, List<Taken>> taken,
    Map<NodeId, Integer> slots) {

  /** How many starts within a window are tried at most. */
  private static final int STARTS_MAX = 16;

  /** The first start with room, and the fewest leases that make it; empty where there is none. */
  Optional<Room> room(Placement placement) {
    Instant next = nextMinute(placement);
    for (Instant start : starts(placement.request(), next)) {
      Room room = fewest(placement.at(start), inTime(start, next));
      if (room != null) {
        return Optional.of(room);
      }
    }
    return Optional.empty();
  }

  /**
   * How many accelerators of a request would fit at the first start at which any do, if all made
   * room that can in time, from {@code least} to {@code most}; or 0.
   */
  int fitting(Placement placement, int least, int most) {
    Instant next = nextMinute(placement);
    for (Instant start : starts(placement.request(), next)) {
      Set<UUID> inTime = Set.copyOf(inTime(start, next));
      int fitting = inTime.isEmpty() ? 0 : freed(placement.at(start), inTime).fitting(least, most);
      if (fitting > 0) {
        return fitting;
      }
    }
    return 0;
  }

  private static Instant nextMinute(Placement placement) {
    Instant minute = placement.now().truncatedTo(ChronoUnit.MINUTES);
    return minute.equals(placement.now()) ? minute : minute.plus(1, ChronoUnit.MINUTES);
  }

  /** Those that can be gone by a start, in the order in which they yield. */
  private List<UUID> inTime(Instant start, Instant next) {
    return leases.stream()
        .filter(lease -> !start.isBefore(next.plus(lease.after())))
        .map(Yielding::lease)
        .toList();
  }

  /**
   * The request's start, or those within its window at which notices are over or what does not
   * yield ends.
   */
  private List<Instant> starts(CapacityRequest request, Instant next) {
    Instant first = request.period().start();
    if (request.startMax().isEmpty()) {
      return List.of(first);
    }
    Instant last = request.startMax().get();
    return Stream.concat(
            leases.stream().map(lease -> next.plus(lease.after())),
            taken.values().stream()
                .flatMap(List::stream)
                .filter(one -> one.lease() == null)
                .map(one -> one.busy().period().end()))
        .map(start -> start.isBefore(first) ? first : start)
        .filter(start -> !start.isAfter(last))
        .distinct()
        .sorted()
        .limit(STARTS_MAX)
        .toList();
  }

  private @Nullable Room fewest(Placement placement, List<UUID> inTime) {
    if (inTime.isEmpty()) {
      return null;
    }
    Room best = without(placement, Set.copyOf(inTime));
    if (best == null) {
      return null;
    }
    int low = 1;
    int high = inTime.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Room room = without(placement, Set.copyOf(inTime.subList(0, middle)));
      if (room == null) {
        low = middle + 1;
      } else {
        best = room;
        high = middle - 1;
      }
    }
    return spared(placement, best, inTime);
  }

  /** Spares those without which it fits as well, the dearest first. */
  private Room spared(Placement placement, Room room, List<UUID> inTime) {
    Room best = room;
    for (UUID lease : inTime.reversed()) {
      if (best.leases().size() > 1 && best.leases().containsKey(lease)) {
        Set<UUID> others = new HashSet<>(best.leases().keySet());
        others.remove(lease);
        Room smaller = without(placement, others);
        best = smaller == null ? best : smaller;
      }
    }
    return best;
  }

  /** The plan where leases make room; null where there is none. */
  private @Nullable Room without(Placement placement, Set<UUID> yielding) {
    Placement free = freed(placement, yielding);
    return free.find()
        .map(plan -> new Room(free, plan, inTheWay(free, plan, yielding)))
        .orElse(null);
  }

  /** The same over what there is where leases make room. */
  private Placement freed(Placement placement, Set<UUID> yielding) {
    Map<NodeId, Timeline> timelines = new HashMap<>();
    taken.forEach((node, all) ->
        timelines.put(
            node,
            Timeline.of(
                all.stream()
                    .filter(one -> one.lease() == null || !yielding.contains(one.lease()))
                    .map(Taken::busy)
                    .toList())));
    return placement.over(
        placement.offered().stream()
            .map(pool ->
                pool.nodes().stream().anyMatch(node -> timelines.containsKey(node.id()))
                    ? pool.with(timelines)
                    : pool)
            .toList());
  }

  private Map<UUID, Long> inTheWay(Placement placement, Planning.Plan plan, Set<UUID> yielding) {
    Map<UUID, Long> found = new HashMap<>();
    for (Planning.NodeShare share : plan.shares()) {
      Slots all = Slots.first(slots.getOrDefault(share.node(), 0));
      for (Taken one : taken.getOrDefault(share.node(), List.of())) {
        UUID lease = one.lease();
        if (lease != null
            && yielding.contains(lease)
            && one.busy().period().overlaps(plan.occupied())) {
          boolean keepsOff =
              one.busy().owner() != null && !one.busy().owner().equals(placement.tenant());
          // Of a node that has lost devices, what is taken beyond its end is taken of the rest.
          boolean beyond = one.busy().slots().minus(all).count() > 0;
          if (keepsOff || beyond || one.busy().slots().intersects(share.slots())) {
            found.put(lease, versions.getOrDefault(lease, -1L));
          }
        }
      }
    }
    return found;
  }
}
