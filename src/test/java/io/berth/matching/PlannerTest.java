package io.berth.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.AcceleratorModel;
import io.berth.catalog.SlotKind;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.market.Offer;
import io.berth.market.OfferId;
import io.berth.market.OfferState;
import io.berth.market.PriceBasis;
import io.berth.matching.Planning.NodeShare;
import io.berth.matching.Planning.ObstacleKind;
import io.berth.matching.Planning.Plan;
import io.berth.matching.Planning.Shortfall;
import io.berth.matching.Timeline.Busy;
import io.berth.matching.Wanted.Places;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.Authority;
import io.berth.policy.Judgement;
import io.berth.policy.Reason;
import io.berth.policy.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlannerTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
  private static final Period HOUR = new Period(NOW, NOW.plus(Duration.ofHours(1)));
  private static final Viewpoint SEEN = new Viewpoint(NOW, null);
  private static final Currency USD = Currency.getInstance("USD");
  private static final AcceleratorModel H100 =
      new AcceleratorCatalog().find("nvidia-h100-sxm").orElseThrow();

  @Test
  void takesTheCheapestOfferThatHasRoom() {
    OfferedPool full = offered(1_000_000, node("FI", 8, busy(Slots.first(8), HOUR)));
    OfferedPool dear = offered(3_000_000, node("FI", 8));
    OfferedPool cheap = offered(2_000_000, node("FI", 8));

    Plan plan = (Plan) planner(List.of(dear, full, cheap)).plan(count(8));

    assertThat(plan.offered()).isEqualTo(cheap);
  }

  @Test
  void leavesEmptyNodesWhole() {
    SnapshotNode empty = node("FI", 8);
    SnapshotNode half = node("FI", 8, busy(Slots.first(4), HOUR));

    Plan plan = (Plan) planner(List.of(offered(1, empty, half))).plan(count(3));

    assertThat(plan.shares()).containsExactly(new NodeShare(half.id(), Slots.parse("{[4,7)}")));
  }

  /** Where tenants lease three at a time, the fullest node is not the best one to take one of. */
  @Test
  void leavesWhatOthersLikeThoseOfNowCanUse() {
    List<SnapshotNode> nodes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      nodes.add(
          node("FI", 6, busy(Slots.parse("{[0,3)}"), HOUR), busy(Slots.parse("{[3,6)}"), HOUR)));
    }
    SnapshotNode three = node("FI", 3);
    SnapshotNode four = node("FI", 4);
    nodes.add(three);
    nodes.add(four);
    OfferedPool learned = offered(1, nodes.toArray(SnapshotNode[]::new));

    Plan plan = (Plan) planner(List.of(learned)).plan(count(1));
    Plan unlearned = (Plan) planner(List.of(offered(1, three, four))).plan(count(1));

    assertThat(plan.shares()).containsExactly(new NodeShare(four.id(), Slots.first(1)));
    assertThat(unlearned.shares()).containsExactly(new NodeShare(three.id(), Slots.first(1)));
  }

  @Test
  void spreadsOverNodesOnlyWhenItMust() {
    SnapshotNode one = node("FI", 8);
    SnapshotNode other = node("FI", 4);

    Plan plan = (Plan) planner(List.of(offered(1, one, other))).plan(count(10));

    assertThat(plan.shares())
        .containsExactlyInAnyOrder(
            new NodeShare(one.id(), Slots.first(8)), new NodeShare(other.id(), Slots.first(2)));
  }

  @Test
  void givesEachNodeOfAGridItsNumber() {
    SnapshotNode small = node("FI", 4);
    SnapshotNode one = node("FI", 8);
    SnapshotNode other = node("FI", 8);

    Plan plan =
        (Plan)
            planner(List.of(offered(1, small, one, other)))
                .plan(request(new Shape.Grid(2, 6), Optional.empty()));

    assertThat(plan.shares().stream().map(NodeShare::node).toList())
        .containsExactlyInAnyOrder(one.id(), other.id());
  }

  @Test
  void keepsTheTurnaroundFree() {
    Period next = new Period(HOUR.end(), HOUR.end().plus(Duration.ofHours(1)));
    SnapshotNode node = node("FI", 8, busy(Slots.first(8), next));

    Planning planning = planner(List.of(offered(1, node))).plan(count(1));

    assertThat(planning).isInstanceOf(Shortfall.class);
    assertThat(((Shortfall) planning).obstacles().getFirst().kind()).isEqualTo(ObstacleKind.TAKEN);
  }

  @Test
  void takesNoNodeThatPolicyDoesNotPermit() {
    SnapshotNode denied = node("CN", 8);
    SnapshotNode held = node("FI", 8);
    Planner planner =
        planner(
            List.of(offered(1, denied, held)),
            (pool, node, period) ->
                judgement("CN".equals(node.country()) ? Verdict.DENY : Verdict.HOLD_LICENCE));

    Shortfall shortfall = (Shortfall) planner.plan(count(1));

    assertThat(shortfall.obstacles())
        .extracting(Planning.Obstacle::kind)
        .containsOnly(ObstacleKind.POLICY);
    assertThat(shortfall.summary()).contains("2").contains("rule some-rule");
  }

  @Test
  void saysWhatStoodInTheWay() {
    OfferedPool dear = offered(5_000_000, node("FI", 8), node("FI", 8));
    OfferedPool taken = offered(1_000_000, node("FI", 8, busy(Slots.first(8), HOUR)));
    OfferedPool tooFew = offered(1_500_000, node("FI", 4));

    Shortfall shortfall =
        (Shortfall)
            planner(List.of(dear, taken, tooFew))
                .plan(request(new Shape.Count(8), Optional.of(new Money(2_000_000, USD))));

    assertThat(shortfall.summary())
        .isEqualTo(
            "4 nodes: 2 above your price, from 5.000000 USD, 1 taken until 2026-11-01T01:00:00Z,"
                + " 1 free, but too few together for 8.");
  }

  /** The cheapest offer has nothing there, and says nothing of the price that things have there. */
  @Test
  void looksOnlyWhereTheTenantWantsToBe() {
    OfferedPool elsewhere = offered(1_000_000, node("SE", 8));
    OfferedPool unknown = offered(1_500_000, node(null, 8));
    OfferedPool mixed = offered(4_000_000, node("SE", 8), node("FI", 8));
    Planner planner = planner(List.of(elsewhere, unknown, mixed));

    Plan plan = (Plan) planner.plan(in("FI", Optional.empty()));
    Planning tooDear = planner.plan(in("FI", Optional.of(new Money(2_000_000, USD))));
    Planning nowhere = planner.plan(in("NO", Optional.empty()));

    assertThat(plan.shares())
        .containsExactly(new NodeShare(mixed.nodes().get(1).id(), Slots.first(8)));
    assertThat(((Shortfall) tooDear).summary())
        .isEqualTo("1 node: 1 above your price, from 4.000000 USD.");
    assertThat(((Shortfall) nowhere).obstacles()).isEmpty();
  }

  /** A node whose place nobody knows might be where the tenant does not want to be. */
  @Test
  void staysAwayFromWhereTheTenantDoesNotWantToBe() {
    OfferedPool there = offered(1_000_000, node("SE", 8));
    OfferedPool unknown = offered(1_500_000, node(null, 8));
    OfferedPool elsewhere = offered(4_000_000, node("FI", 8));
    Places notThere = new Places(Set.of(), Set.of("SE"), Set.of(), Set.of());

    Plan plan =
        (Plan)
            planner(List.of(there, unknown, elsewhere))
                .plan(
                    new CapacityRequest(
                        wanted(notThere), new Shape.Count(8), HOUR, Optional.empty()));

    assertThat(plan.offered()).isEqualTo(elsewhere);
  }

  private static CapacityRequest in(String country, Optional<Money> priceMax) {
    Places there = new Places(Set.of(country), Set.of(), Set.of(), Set.of());
    return new CapacityRequest(wanted(there), new Shape.Count(8), HOUR, priceMax);
  }

  private static Wanted wanted(Places places) {
    Wanted any = Wanted.anything();
    return new Wanted(
        any.models(),
        any.vendors(),
        places,
        any.providers(),
        any.providersExcluded(),
        any.offer(),
        any.slot(),
        any.needs());
  }

  @Test
  void saysWhenNothingMatchesAtAll() {
    Shortfall shortfall = (Shortfall) planner(List.of()).plan(count(1));

    assertThat(shortfall.summary()).isEqualTo("No published offer matches what is asked for.");
  }

  /** Against every subset of nodes: a plan is found exactly where one exists, and it is sound. */
  @Test
  void findsAPlanExactlyWhereOneExists() {
    Random random = new Random(20261101);
    int found = 0;
    int missed = 0;
    for (int round = 0; round < 3_000; round++) {
      List<OfferedPool> pools = new ArrayList<>();
      for (int p = 0; p < 1 + random.nextInt(3); p++) {
        List<SnapshotNode> nodes = new ArrayList<>();
        for (int n = 0; n < random.nextInt(5); n++) {
          nodes.add(randomNode(random));
        }
        pools.add(offered(1 + random.nextInt(3), nodes.toArray(SnapshotNode[]::new)));
      }
      Shape shape =
          random.nextBoolean()
              ? new Shape.Count(1 + random.nextInt(12))
              : new Shape.Grid(1 + random.nextInt(3), 1 + random.nextInt(5));
      Planner planner =
          planner(
              pools,
              (pool, node, period) ->
                  judgement("CN".equals(node.country()) ? Verdict.DENY : Verdict.ALLOW));

      Planning planning = planner.plan(request(shape, Optional.empty()));

      Optional<Money> cheapest = cheapestByBruteForce(pools, shape);
      if (planning instanceof Plan plan) {
        found++;
        assertSound(plan, shape);
        assertThat(plan.offered().offer().pricePerAcceleratorHour()).isEqualTo(cheapest.get());
      } else {
        missed++;
        assertThat(cheapest).isEmpty();
      }
    }
    assertThat(found).isGreaterThan(500);
    assertThat(missed).isGreaterThan(500);
  }

  private static Optional<Money> cheapestByBruteForce(List<OfferedPool> pools, Shape shape) {
    return pools.stream()
        .filter(pool -> {
          List<Integer> free =
              pool.nodes().stream()
                  .filter(node -> !"CN".equals(node.country()))
                  .map(node -> node.freeCount(Planner.occupied(pool.offer(), HOUR), SEEN))
                  .toList();
          return switch (shape) {
            case Shape.Count count ->
                free.stream().mapToInt(Integer::intValue).sum() >= count.accelerators();
            case Shape.Grid grid ->
                free.stream().filter(slots -> slots >= grid.acceleratorsPerNode()).count()
                    >= grid.nodes();
          };
        })
        .map(pool -> pool.offer().pricePerAcceleratorHour())
        .min(Money::compareTo);
  }

  private static void assertSound(Plan plan, Shape shape) {
    int taken = 0;
    for (NodeShare share : plan.shares()) {
      SnapshotNode node =
          plan.offered().nodes().stream()
              .filter(candidate -> candidate.id().equals(share.node()))
              .findFirst()
              .orElseThrow();
      assertThat(node.country()).isNotEqualTo("CN");
      assertThat(share.slots().minus(node.free(plan.occupied(), SEEN)).count()).isZero();
      taken += share.slots().count();
      if (shape instanceof Shape.Grid grid) {
        assertThat(share.slots().count()).isEqualTo(grid.acceleratorsPerNode());
      }
    }
    assertThat(taken).isEqualTo(shape.accelerators());
    assertThat(plan.shares().stream().map(NodeShare::node)).doesNotHaveDuplicates();
  }

  private static SnapshotNode randomNode(Random random) {
    List<Busy> busy = new ArrayList<>();
    for (int i = 0; i < random.nextInt(3); i++) {
      int from = random.nextInt(8);
      Instant start = NOW.plus(Duration.ofMinutes(random.nextInt(180) - 90L));
      busy.add(
          busy(
              Slots.parse("{[" + from + "," + (from + 1 + random.nextInt(8 - from)) + ")}"),
              new Period(start, start.plus(Duration.ofMinutes(1 + random.nextInt(90))))));
    }
    return node(
        random.nextInt(4) == 0 ? "CN" : "FI", 1 + random.nextInt(8), busy.toArray(Busy[]::new));
  }

  private static Planner planner(List<OfferedPool> pools) {
    return planner(pools, (pool, node, period) -> judgement(Verdict.ALLOW));
  }

  private static Planner planner(List<OfferedPool> pools, NodePolicy policy) {
    return new Planner(pools.stream().sorted(Planner.BY_PRICE).toList(), policy, SEEN);
  }

  private static CapacityRequest count(int accelerators) {
    return request(new Shape.Count(accelerators), Optional.empty());
  }

  private static CapacityRequest request(Shape shape, Optional<Money> priceMax) {
    return new CapacityRequest(Wanted.anything(), shape, HOUR, priceMax);
  }

  private static Judgement judgement(Verdict verdict) {
    List<Reason> reasons =
        verdict == Verdict.ALLOW
            ? List.of()
            : List.of(
                new Reason(
                    "some-rule",
                    "some-pack",
                    Authority.LAW,
                    "somewhere",
                    "",
                    verdict,
                    "code",
                    "message",
                    "change",
                    List.of(),
                    List.of()));
    return Judgement.over(List.of(new Judgement.Interval(HOUR, verdict, reasons)));
  }

  private static SnapshotNode node(@Nullable String country, int slots, Busy... busy) {
    return new SnapshotNode(
        NodeId.fresh(),
        new SnapshotNode.Traits(
            country, null, null, null, slots, null, null, 1, "CN".equals(country) ? 1 : 0),
        Timeline.of(List.of(busy)));
  }

  private static Busy busy(Slots slots, Period period) {
    return new Busy(slots, period);
  }

  private static OfferedPool offered(long micros, SnapshotNode... nodes) {
    NodePoolId pool = NodePoolId.fresh();
    OrganizationId provider = OrganizationId.fresh();
    return new OfferedPool(
        new Offer(
            OfferId.fresh(),
            provider,
            pool,
            new Money(micros, USD),
            Duration.ofMinutes(1),
            Duration.ofDays(30),
            1,
            100,
            Optional.empty(),
            Optional.empty(),
            Duration.ofMinutes(5),
            PriceBasis.QUOTED,
            "",
            OfferState.PUBLISHED,
            0),
        new NodePool(
            pool,
            ClusterId.fresh(),
            provider,
            "pool",
            Optional.of(H100.id()),
            "nvidia.com/gpu",
            SlotKind.WHOLE_DEVICE,
            Optional.empty(),
            Optional.empty(),
            null),
        H100,
        List.of(nodes));
  }
}
