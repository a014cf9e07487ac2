package io.berth.booking.internal;

import io.berth.booking.Interruptions;
import io.berth.booking.internal.YieldStore.Yielding;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.matching.CapacityRequest;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planning;
import io.berth.platform.Period;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a firm order fits if interruptible leases make room. They do from the lowest price upwards:
 * the order fits with the cheapest so many, and not with one fewer; and of these only those do
 * without which it does not fit.
 */
@ApplicationScoped
public class Yields {

  /** A lease may be in the way of the turnaround after an order's end, which is as long at most. */
  private static final Duration TURNAROUND_MAX = Duration.ofDays(7);

  private final YieldStore store;
  private final Interruptions interruptions;
  private final Vertx vertx;

  Yields(YieldStore store, Interruptions interruptions, Vertx vertx) {
    this.store = store;
    this.interruptions = interruptions;
    this.vertx = vertx;
  }

  /**
   * A plan that others make room for.
   *
   * @param placement what it was made on
   * @param leases that are to be interrupted, with the versions that they had
   */
  record Room(Placement placement, Planning.Plan plan, Map<UUID, Long> leases) {}

  /** Looks for room for a request that does not fit; empty where there is none either. */
  Uni<Optional<Room>> find(SqlConnection connection, Placement placement) {
    return search(connection, placement, search -> search.room(placement), Optional.empty());
  }

  /**
   * How many accelerators of a request would fit if others made room, from {@code least} to {@code
   * most}; or 0.
   */
  Uni<Integer> fitting(SqlConnection connection, Placement placement, int least, int most) {
    return search(connection, placement, search -> search.fitting(placement, least, most), 0);
  }

  private <T> Uni<T> search(
      SqlConnection connection,
      Placement placement,
      Function<YieldSearch, T> work,
      T whereNothingYields) {
    CapacityRequest request = placement.request();
    Period within =
        new Period(
            request.period().start(),
            request
                .startMax()
                .orElse(request.period().start())
                .plus(request.period().duration())
                .plus(TURNAROUND_MAX));
    Set<NodePoolId> pools =
        placement.offered().stream()
            .filter(request.wanted()::accepts)
            .map(pool -> pool.pool().id())
            .collect(Collectors.toSet());
    return store
        .leases(connection, within, pools)
        .chain(yielding -> {
          Map<NodeId, Integer> asked = askedFor(placement);
          List<Yielding> near =
              yielding.stream()
                  .filter(lease -> lease.nodes().stream().anyMatch(asked::containsKey))
                  .toList();
          if (near.isEmpty()) {
            return Uni.createFrom().item(whereNothingYields);
          }
          Set<NodeId> nodes =
              near.stream()
                  .flatMap(lease -> lease.nodes().stream())
                  .filter(asked::containsKey)
                  .collect(Collectors.toSet());
          return interruptions
              .interruptible(
                  connection, near.stream().map(Yielding::lease).toList(), placement.tenant())
              .chain(versions ->
                  store
                      .taken(connection, nodes, placement.now())
                      .map(taken ->
                          new YieldSearch(
                              near.stream()
                                  .filter(lease -> versions.containsKey(lease.lease()))
                                  .toList(),
                              versions,
                              taken,
                              asked)))
              // Planning so often would keep the event loop.
              .chain(search -> vertx.executeBlocking(() -> work.apply(search), false));
        });
  }

  /** The nodes that the request may take, with how many slots they have. */
  private static Map<NodeId, Integer> askedFor(Placement placement) {
    Map<NodeId, Integer> asked = new HashMap<>();
    for (OfferedPool pool : placement.offered()) {
      if (placement.request().wanted().reaches(pool)) {
        pool.nodes().stream()
            .filter(placement.request().wanted()::accepts)
            .forEach(node -> asked.put(node.id(), node.slotCount()));
      }
    }
    return asked;
  }
}
