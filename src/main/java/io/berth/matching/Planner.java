package io.berth.matching;

import io.berth.market.Offer;
import io.berth.matching.Planning.NodeShare;
import io.berth.matching.Planning.Obstacle;
import io.berth.matching.Planning.ObstacleKind;
import io.berth.platform.Period;
import io.berth.policy.Judgement;
import io.berth.policy.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the slots for a request: the cheapest offer that has them, and within it the nodes that
 * leave the least broken behind. The same snapshot and request always give the same plan.
 */
public final class Planner {

  private final List<OfferedPool> snapshot;
  private final BiFunction<OfferedPool, SnapshotNode, Judgement> policy;

  /**
   * A planner over a snapshot.
   *
   * @param policy judges a node for the tenant, the use and the period of the request
   */
  public Planner(
      List<OfferedPool> snapshot, BiFunction<OfferedPool, SnapshotNode, Judgement> policy) {
    this.snapshot =
        snapshot.stream()
            .sorted(
                Comparator.comparing((OfferedPool pool) -> pool.offer().pricePerAcceleratorHour())
                    .thenComparing(pool -> pool.offer().id().value()))
            .toList();
    this.policy = policy;
  }

  /** The best plan, or what stands in the way. */
  public Planning plan(CapacityRequest request) {
    Obstacles obstacles = new Obstacles();
    for (OfferedPool offered : snapshot) {
      if (!request.wanted().accepts(offered)) {
        continue;
      }
      List<SnapshotNode> nodes =
          offered.nodes().stream().filter(request.wanted()::accepts).toList();
      Optional<Obstacle> whole = obstacleOfOffer(offered.offer(), request, nodes.size());
      if (whole.isPresent()) {
        obstacles.add(whole.get());
        continue;
      }
      Period occupied = occupied(offered.offer(), request.period());
      List<Room> rooms = new ArrayList<>();
      for (SnapshotNode node : nodes) {
        Judgement judgement = policy.apply(offered, node);
        if (!judgement.verdict().permits()) {
          obstacles.add(obstacleOfPolicy(judgement));
          continue;
        }
        Slots free = node.free(occupied);
        if (free.count() == 0) {
          obstacles.add(taken(node, occupied));
        } else {
          rooms.add(new Room(node, free));
        }
      }
      List<NodeShare> shares = place(request.shape(), rooms);
      if (shares != null) {
        return new Planning.Plan(offered, shares, occupied);
      }
      rooms.forEach(room -> obstacles.add(tooFew(request.shape())));
    }
    return new Planning.Shortfall(obstacles.summedUp());
  }

  /** The period that slots of an offer are taken for: the lease and the turnaround after it. */
  public static Period occupied(Offer offer, Period lease) {
    return new Period(lease.start(), lease.end().plus(offer.turnaround()));
  }

  private record Room(SnapshotNode node, Slots free) {}

  /** Chooses nodes; null where they do not suffice. */
  private static @Nullable List<NodeShare> place(Shape shape, List<Room> rooms) {
    return switch (shape) {
      case Shape.Count count -> placeCount(count.accelerators(), rooms);
      case Shape.Grid grid -> placeGrid(grid, rooms);
    };
  }

  /**
   * As few nodes as possible: the fullest node that still holds what is left, so that empty nodes
   * stay whole; where none does, the emptiest is taken whole and the rest placed after it.
   */
  private static @Nullable List<NodeShare> placeCount(int accelerators, List<Room> rooms) {
    List<Room> left = new ArrayList<>(rooms);
    left.sort(byFreeThenId());
    List<NodeShare> shares = new ArrayList<>();
    int missing = accelerators;
    while (missing > 0) {
      if (left.isEmpty()) {
        return null;
      }
      int wanted = missing;
      Room chosen =
          left.stream()
              .filter(room -> room.free().count() >= wanted)
              .findFirst()
              .orElseGet(left::getLast);
      left.remove(chosen);
      int taken = Math.min(missing, chosen.free().count());
      shares.add(new NodeShare(chosen.node().id(), chosen.free().lowest(taken)));
      missing -= taken;
    }
    return inNodeOrder(shares);
  }

  private static @Nullable List<NodeShare> placeGrid(Shape.Grid grid, List<Room> rooms) {
    List<Room> fitting =
        rooms.stream()
            .filter(room -> room.free().count() >= grid.acceleratorsPerNode())
            .sorted(byFreeThenId())
            .limit(grid.nodes())
            .toList();
    if (fitting.size() < grid.nodes()) {
      return null;
    }
    return inNodeOrder(
        fitting.stream()
            .map(room ->
                new NodeShare(room.node().id(), room.free().lowest(grid.acceleratorsPerNode())))
            .toList());
  }

  private static Comparator<Room> byFreeThenId() {
    return Comparator.comparingInt((Room room) -> room.free().count())
        .thenComparing(room -> room.node().id().value());
  }

  private static List<NodeShare> inNodeOrder(List<NodeShare> shares) {
    return shares.stream().sorted(Comparator.comparing(share -> share.node().value())).toList();
  }

  private static Optional<Obstacle> obstacleOfOffer(
      Offer offer, CapacityRequest request, int nodes) {
    if (nodes == 0) {
      return Optional.empty();
    }
    var priceMax = request.pricePerAcceleratorHourMax();
    if (priceMax.isPresent()
        && (!priceMax.get().currency().equals(offer.pricePerAcceleratorHour().currency())
            || offer.pricePerAcceleratorHour().compareTo(priceMax.get()) > 0)) {
      return Optional.of(
          new Obstacle(
              ObstacleKind.PRICE,
              "PRICE",
              "above your price, from " + offer.pricePerAcceleratorHour(),
              nodes,
              Optional.empty()));
    }
    return offerLimit(offer, request)
        .map(limit ->
            new Obstacle(
                ObstacleKind.OFFER_LIMITS, "OFFER_LIMITS", limit, nodes, Optional.empty()));
  }

  private static Optional<String> offerLimit(Offer offer, CapacityRequest request) {
    Period period = request.period();
    if (period.duration().compareTo(offer.termMin()) < 0
        || period.duration().compareTo(offer.termMax()) > 0) {
      return Optional.of("leased for " + offer.termMin() + " to " + offer.termMax() + " only");
    }
    int accelerators = request.shape().accelerators();
    if (accelerators < offer.acceleratorsMin() || accelerators > offer.acceleratorsMax()) {
      return Optional.of(
          "leased "
              + offer.acceleratorsMin()
              + " to "
              + offer.acceleratorsMax()
              + " accelerators at once only");
    }
    if (offer.availableFrom().filter(from -> period.start().isBefore(from)).isPresent()
        || offer.availableUntil().filter(until -> period.end().isAfter(until)).isPresent()) {
      return Optional.of("not offered over all of these dates");
    }
    return Optional.empty();
  }

  private static Obstacle obstacleOfPolicy(Judgement judgement) {
    Reason reason = judgement.reasons().getFirst();
    return new Obstacle(
        ObstacleKind.POLICY,
        reason.ruleId(),
        (judgement.verdict() == io.berth.policy.Verdict.DENY ? "denied by rule " : "held by rule ")
            + reason.ruleId(),
        1,
        Optional.empty());
  }

  private static Obstacle taken(SnapshotNode node, Period occupied) {
    return new Obstacle(ObstacleKind.TAKEN, "TAKEN", "taken", 1, node.nextFree(occupied));
  }

  private static Obstacle tooFew(Shape shape) {
    String detail =
        switch (shape) {
          case Shape.Count count -> "free, but too few together for " + count.accelerators();
          case Shape.Grid grid ->
              "free, but not " + grid.nodes() + " with " + grid.acceleratorsPerNode() + " each";
        };
    return new Obstacle(ObstacleKind.TOO_FEW, "TOO_FEW", detail, 1, Optional.empty());
  }

  /** Adds up obstacles of the same kind and code. */
  private static final class Obstacles {

    private final Map<String, Obstacle> byCode = new LinkedHashMap<>();

    void add(Obstacle obstacle) {
      byCode.merge(obstacle.kind() + "/" + obstacle.code(), obstacle, Obstacles::sum);
    }

    private static Obstacle sum(Obstacle one, Obstacle other) {
      return new Obstacle(
          one.kind(),
          one.code(),
          one.detail(),
          one.nodes() + other.nodes(),
          earliest(one.freeAt(), other.freeAt()));
    }

    private static Optional<Instant> earliest(Optional<Instant> one, Optional<Instant> other) {
      return java.util.stream.Stream.of(one, other)
          .flatMap(Optional::stream)
          .min(Comparator.naturalOrder());
    }

    List<Obstacle> summedUp() {
      return byCode.values().stream()
          .map(obstacle ->
              obstacle.freeAt().isEmpty()
                  ? obstacle
                  : new Obstacle(
                      obstacle.kind(),
                      obstacle.code(),
                      obstacle.detail() + " until " + obstacle.freeAt().get(),
                      obstacle.nodes(),
                      obstacle.freeAt()))
          .sorted(Comparator.comparingInt(Obstacle::nodes).reversed().thenComparing(Obstacle::code))
          .toList();
    }
  }
}
