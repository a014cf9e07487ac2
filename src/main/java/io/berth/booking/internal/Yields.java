package io.berth.booking.internal;

import io.berth.booking.Interruptions;
import io.berth.booking.internal.YieldStore.Taken;
import io.berth.booking.internal.YieldStore.Yielding;
import io.berth.inventory.NodeId;
import io.berth.matching.CapacityRequest;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planning;
import io.berth.matching.Planning.NodeShare;
import io.berth.matching.Timeline;
import io.berth.platform.Period;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a firm order fits if interruptible leases make room. As few of them do as possible, taken
 * from the lowest price upwards: the order fits with the cheapest so many, and not with one fewer.
 */
@ApplicationScoped
public class Yields {

  /** A lease may be in the way of the turnaround after an order's end, which is as long at most. */
  private static final Duration TURNAROUND_MAX = Duration.ofDays(7);

  /** How many starts within a window are tried at most. */
  private static final int STARTS_MAX = 16;

  private final YieldStore store;
  private final Interruptions interruptions;

  Yields(YieldStore store, Interruptions interruptions) {
    this.store = store;
    this.interruptions = interruptions;
  }

  /**
   * A plan that others make room for.
   *
   * @param placement what it was made on
   * @param leases that are to be interrupted
   */
  record Room(Placement placement, Planning.Plan plan, Set<UUID> leases) {}

  /** Looks for room for a request that does not fit; empty where there is none either. */
  Uni<Optional<Room>> find(SqlConnection connection, Placement placement) {
    CapacityRequest request = placement.request();
    Instant now = placement.now();
    Period within =
        new Period(
            request.period().start(),
            request
                .startMax()
                .orElse(request.period().start())
                .plus(request.period().duration())
                .plus(TURNAROUND_MAX));
    return store
        .leases(connection, within)
        .chain(yielding -> {
          Set<NodeId> asked = askedFor(placement);
          List<Yielding> near =
              yielding.stream()
                  .filter(lease -> lease.nodes().stream().anyMatch(asked::contains))
                  .toList();
          if (near.isEmpty()) {
            return Uni.createFrom().item(Optional.<Room>empty());
          }
          Set<NodeId> nodes =
              near.stream()
                  .flatMap(lease -> lease.nodes().stream())
                  .filter(asked::contains)
                  .collect(Collectors.toSet());
          return interruptions
              .interruptible(connection, near.stream().map(Yielding::lease).toList())
              .chain(going ->
                  store
                      .taken(connection, nodes, now)
                      .map(taken ->
                          find(
                              placement,
                              near.stream().filter(lease -> going.contains(lease.lease())).toList(),
                              taken)));
        });
  }

  private static Set<NodeId> askedFor(Placement placement) {
    Set<NodeId> asked = new HashSet<>();
    for (OfferedPool pool : placement.offered()) {
      if (placement.request().wanted().accepts(pool)) {
        pool.nodes().stream()
            .filter(placement.request().wanted()::accepts)
            .forEach(node -> asked.add(node.id()));
      }
    }
    return asked;
  }

  private static Optional<Room> find(
      Placement placement, List<Yielding> leases, Map<NodeId, List<Taken>> taken) {
    Instant minute = placement.now().truncatedTo(ChronoUnit.MINUTES);
    Instant next = minute.equals(placement.now()) ? minute : minute.plus(1, ChronoUnit.MINUTES);
    for (Instant start : starts(placement.request(), leases, next)) {
      List<Yielding> inTime =
          leases.stream().filter(lease -> !start.isBefore(next.plus(lease.after()))).toList();
      Placement exact = placement.at(start);
      Room room = fewest(exact, inTime, taken);
      if (room != null) {
        return Optional.of(room);
      }
    }
    return Optional.empty();
  }

  /** The request's start, or those within its window at which leases' notices are over. */
  private static List<Instant> starts(
      CapacityRequest request, List<Yielding> leases, Instant next) {
    Instant first = request.period().start();
    if (request.startMax().isEmpty()) {
      return List.of(first);
    }
    Instant last = request.startMax().get();
    return leases.stream()
        .map(lease -> next.plus(lease.after()))
        .map(start -> start.isBefore(first) ? first : start)
        .filter(start -> !start.isAfter(last))
        .distinct()
        .sorted()
        .limit(STARTS_MAX)
        .toList();
  }

  private static @Nullable Room fewest(
      Placement placement, List<Yielding> leases, Map<NodeId, List<Taken>> taken) {
    if (leases.isEmpty()) {
      return null;
    }
    Room best = with(placement, leases, taken, leases.size());
    if (best == null) {
      return null;
    }
    int low = 1;
    int high = leases.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Room room = with(placement, leases, taken, middle);
      if (room == null) {
        low = middle + 1;
      } else {
        best = room;
        high = middle - 1;
      }
    }
    return best;
  }

  /** The plan where the first so many leases make room; null where there is none. */
  private static @Nullable Room with(
      Placement placement, List<Yielding> leases, Map<NodeId, List<Taken>> taken, int count) {
    Set<UUID> yielding =
        leases.stream().limit(count).map(Yielding::lease).collect(Collectors.toSet());
    Map<NodeId, Timeline> timelines = new HashMap<>();
    taken.forEach((node, all) ->
        timelines.put(
            node,
            Timeline.of(
                all.stream()
                    .filter(one -> one.lease() == null || !yielding.contains(one.lease()))
                    .map(Taken::busy)
                    .toList())));
    Placement free =
        placement.over(
            placement.offered().stream()
                .map(pool ->
                    pool.nodes().stream().anyMatch(node -> timelines.containsKey(node.id()))
                        ? pool.with(timelines)
                        : pool)
                .toList());
    return free.find()
        .map(plan -> new Room(free, plan, inTheWay(free, plan, yielding, taken)))
        .orElse(null);
  }

  private static Set<UUID> inTheWay(
      Placement placement, Planning.Plan plan, Set<UUID> yielding, Map<NodeId, List<Taken>> taken) {
    Set<UUID> leases = new HashSet<>();
    for (NodeShare share : plan.shares()) {
      for (Taken one : taken.getOrDefault(share.node(), List.of())) {
        if (one.lease() != null
            && yielding.contains(one.lease())
            && one.busy().period().overlaps(plan.occupied())) {
          boolean keepsOff =
              one.busy().owner() != null && !one.busy().owner().equals(placement.tenant());
          if (keepsOff || one.busy().slots().intersects(share.slots())) {
            leases.add(one.lease());
          }
        }
      }
    }
    return leases;
  }
}
