package io.berth.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.NodeId;
import io.berth.market.Offer;
import io.berth.market.OfferTerms;
import io.berth.matching.Planning.NodeShare;
import io.berth.matching.Planning.Plan;
import io.berth.matching.Planning.Shortfall;
import io.berth.platform.Money;
import io.berth.platform.Period;
import io.berth.policy.Authority;
import io.berth.policy.Judgement;
import io.berth.policy.Reason;
import io.berth.policy.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The planner against one that tries every minute, every offer and every group of nodes: it never
 * misses a plan, never gives one that breaks a constraint, and never a dearer or a later one.
 */
class PlannerBruteForceTest {

  private static final int ROUNDS = 6_000;

  @Test
  void findsTheEarliestAndCheapestPlanExactlyWhereThereIsOne() {
    RandomMarkets markets = new RandomMarkets(20261128);
    int found = 0;
    int missed = 0;
    int later = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<OfferedPool> pools = markets.pools();
      CapacityRequest request = markets.request();

      Planning planning =
          new Planner(pools, PlannerBruteForceTest::judge, RandomMarkets.SEEN).plan(request);

      Optional<Best> best = best(pools, request);
      switch (planning) {
        case Plan plan -> {
          found++;
          assertSound(plan, request);
          assertThat(plan.period().start()).as("round %s", round).isEqualTo(best.get().start());
          assertThat(plan.offered().offer().pricePerAcceleratorHour())
              .isEqualTo(best.get().price());
          if (plan.period().start().isAfter(request.period().start())) {
            later++;
          }
        }
        case Shortfall shortfall -> {
          missed++;
          assertThat(best).as("round %s: %s", round, shortfall.summary()).isEmpty();
        }
      }
    }
    assertThat(found).isGreaterThan(ROUNDS / 6);
    assertThat(missed).isGreaterThan(ROUNDS / 6);
    assertThat(later).isGreaterThan(ROUNDS / 60);
  }

  @Test
  void plansTheSameTwice() {
    RandomMarkets markets = new RandomMarkets(7);
    for (int round = 0; round < 500; round++) {
      List<OfferedPool> pools = markets.pools();
      CapacityRequest request = markets.request();
      Planner planner = new Planner(pools, PlannerBruteForceTest::judge, RandomMarkets.SEEN);

      assertThat(planner.plan(request)).isEqualTo(planner.plan(request));
    }
  }

  private record Best(Instant start, Money price) {}

  private static Optional<Best> best(List<OfferedPool> pools, CapacityRequest request) {
    Instant last = request.startMax().orElse(request.period().start());
    for (Instant start = request.period().start();
        !start.isAfter(last);
        start = start.plus(Duration.ofMinutes(1))) {
      Period period = new Period(start, start.plus(request.period().duration()));
      Optional<Money> price =
          pools.stream()
              .filter(pool -> fits(pool, request, period))
              .map(pool -> pool.offer().pricePerAcceleratorHour())
              .min(Money::compareTo);
      if (price.isPresent()) {
        return Optional.of(new Best(start, price.get()));
      }
    }
    return Optional.empty();
  }

  private static boolean fits(OfferedPool pool, CapacityRequest request, Period period) {
    Offer offer = pool.offer();
    Money price = offer.pricePerAcceleratorHour();
    int accelerators = request.shape().accelerators();
    if (!request.wanted().accepts(pool)
        || request.pricePerAcceleratorHourMax().filter(max -> price.compareTo(max) > 0).isPresent()
        || request
            .totalMax()
            .filter(
                max -> OfferTerms.totalOf(price, accelerators, period.minutes()).compareTo(max) > 0)
            .isPresent()
        || period.duration().compareTo(offer.termMax()) > 0
        || accelerators > offer.acceleratorsMax()
        || offer.availableFrom().filter(period.start()::isBefore).isPresent()
        || offer.availableUntil().filter(period.end()::isAfter).isPresent()) {
      return false;
    }
    Period occupied = Planner.occupied(offer, period);
    Set<String> groups = new HashSet<>();
    for (SnapshotNode node : pool.nodes()) {
      String group = Rooms.group(node, request.shape().together());
      if (group != null) {
        groups.add(group);
      }
    }
    return groups.stream()
        .anyMatch(group -> {
          List<Integer> free =
              pool.nodes().stream()
                  .filter(node -> group.equals(Rooms.group(node, request.shape().together())))
                  .filter(node -> "FI".equals(node.country()))
                  .map(node -> freeMinuteByMinute(node, occupied))
                  .toList();
          return switch (request.shape()) {
            case Shape.Count count ->
                free.stream().mapToInt(Integer::intValue).sum() >= count.accelerators();
            case Shape.Grid grid ->
                free.stream().filter(slots -> slots >= grid.acceleratorsPerNode()).count()
                    >= grid.nodes();
          };
        });
  }

  /** By what is free in each minute by itself, which the planner never looks at. */
  private static int freeMinuteByMinute(SnapshotNode node, Period occupied) {
    Slots free = Slots.first(node.slotCount());
    for (Instant minute = occupied.start();
        minute.isBefore(occupied.end());
        minute = minute.plus(Duration.ofMinutes(1))) {
      Slots now =
          node.free(new Period(minute, minute.plus(Duration.ofMinutes(1))), RandomMarkets.SEEN);
      free = free.minus(free.minus(now));
    }
    return free.count();
  }

  private static void assertSound(Plan plan, CapacityRequest request) {
    Map<NodeId, SnapshotNode> nodes =
        plan.chosen().stream()
            .collect(Collectors.toMap(chosen -> chosen.node().id(), Planning.Chosen::node));
    int taken = 0;
    Set<String> groups = new HashSet<>();
    for (NodeShare share : plan.shares()) {
      SnapshotNode node = nodes.get(share.node());
      assertThat(node.country()).isEqualTo("FI");
      assertThat(share.slots().minus(node.free(plan.occupied(), RandomMarkets.SEEN)).count())
          .isZero();
      groups.add(Rooms.group(node, request.shape().together()));
      taken += share.slots().count();
      if (request.shape() instanceof Shape.Grid grid) {
        assertThat(share.slots().count()).isEqualTo(grid.acceleratorsPerNode());
      }
    }
    assertThat(groups).hasSize(1).doesNotContainNull();
    assertThat(taken).isEqualTo(request.shape().accelerators());
    assertThat(plan.shares().stream().map(NodeShare::node)).doesNotHaveDuplicates();
    assertThat(plan.period().duration()).isEqualTo(request.period().duration());
    if (request.shape() instanceof Shape.Count count && count.layout() == Shape.Layout.SPREAD) {
      assertEven(plan, nodes.values().stream().collect(Collectors.toSet()));
    }
  }

  /** No node of the plan has two more than another that had room for one more. */
  private static void assertEven(Plan plan, Set<SnapshotNode> nodes) {
    int most = plan.shares().stream().mapToInt(share -> share.slots().count()).max().orElseThrow();
    for (NodeShare share : plan.shares()) {
      SnapshotNode node =
          nodes.stream().filter(one -> one.id().equals(share.node())).findFirst().orElseThrow();
      boolean hasRoom = node.freeCount(plan.occupied(), RandomMarkets.SEEN) > share.slots().count();
      assertThat(hasRoom && most - share.slots().count() > 1).isFalse();
    }
  }

  private static Judgement judge(OfferedPool offered, SnapshotNode node, Period period) {
    boolean refused = "CN".equals(node.country());
    return Judgement.over(
        List.of(
            new Judgement.Interval(
                period,
                refused ? Verdict.DENY : Verdict.ALLOW,
                refused
                    ? List.of(
                        new Reason(
                            "some-rule",
                            "some-pack",
                            Authority.LAW,
                            "somewhere",
                            "",
                            Verdict.DENY,
                            "code",
                            "message",
                            "change",
                            List.of(),
                            List.of()))
                    : List.of())));
  }
}
