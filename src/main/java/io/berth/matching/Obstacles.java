package io.berth.matching;

import io.berth.market.Offer;
import io.berth.matching.Planning.Obstacle;
import io.berth.matching.Planning.ObstacleKind;
import io.berth.platform.Money;
import io.berth.platform.Period;
import io.berth.policy.Judgement;
import io.berth.policy.Reason;
import io.berth.policy.Verdict;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What stood in the way, added up by kind and code. */
final class Obstacles {

  private final Map<String, Obstacle> byCode = new LinkedHashMap<>();

  private void add(Obstacle obstacle) {
    byCode.merge(obstacle.kind() + "/" + obstacle.code(), obstacle, Obstacles::sum);
  }

  /** Nodes of an offer that asks too much. */
  void price(Offer offer, int nodes) {
    add(
        new Obstacle(
            ObstacleKind.PRICE,
            "PRICE",
            "above your price, from " + offer.pricePerAcceleratorHour(),
            nodes,
            Optional.empty()));
  }

  /** Nodes of an offer that would cost too much in all. */
  void total(Money total, int nodes) {
    add(
        new Obstacle(
            ObstacleKind.PRICE,
            "TOTAL",
            "above your total, from " + total,
            nodes,
            Optional.empty()));
  }

  /** Nodes of an offer that is not leased that way. */
  void limit(String limit, int nodes) {
    add(new Obstacle(ObstacleKind.OFFER_LIMITS, "OFFER_LIMITS", limit, nodes, Optional.empty()));
  }

  /** Nodes of one policy class. */
  void policy(Judgement judgement, int nodes) {
    Reason reason = judgement.reasons().getFirst();
    add(
        new Obstacle(
            ObstacleKind.POLICY,
            reason.ruleId(),
            (judgement.verdict() == Verdict.DENY ? "denied by rule " : "held by rule ")
                + reason.ruleId(),
            nodes,
            Optional.empty()));
  }

  /** A node of which nothing is free. */
  void taken(SnapshotNode node, Period occupied, Viewpoint viewpoint) {
    Obstacle known = byCode.get(ObstacleKind.TAKEN + "/TAKEN");
    Optional<Instant> freeAt = known == null ? Optional.empty() : known.freeAt();
    // The end of a thing in the way is the soonest that it can be: looking closer costs more.
    int soonest = node.timeline().firstEndAfter(Timeline.minute(occupied.start()), viewpoint);
    boolean mayBeSooner =
        freeAt.isEmpty() || soonest < Timeline.minute(freeAt.get().minusNanos(1)) + 1;
    add(
        new Obstacle(
            ObstacleKind.TAKEN,
            "TAKEN",
            "taken",
            1,
            mayBeSooner ? node.nextFree(occupied, viewpoint) : Optional.empty()));
  }

  /** Nodes that have something free, but not what the shape asks for. */
  void tooFew(Shape shape, int nodes) {
    String detail =
        switch (shape) {
          case Shape.Count count -> "free, but too few together for " + count.accelerators();
          case Shape.Grid grid ->
              "free, but not " + grid.nodes() + " with " + grid.acceleratorsPerNode() + " each";
        };
    String together =
        switch (shape.together()) {
          case CLUSTER -> "";
          case FABRIC -> " in one fabric";
          case NVLINK_DOMAIN -> " in one NVLink domain";
        };
    add(new Obstacle(ObstacleKind.TOO_FEW, "TOO_FEW", detail + together, nodes, Optional.empty()));
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
    return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
  }

  /** All of them, most nodes first. */
  List<Obstacle> summedUp() {
    return byCode.values().stream()
        .filter(obstacle -> obstacle.nodes() > 0)
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
