package io.berth.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.berth.matching.DemandPrices.Supply;
import io.berth.matching.RoomScore.Fit;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoomScoreTest {

  private static final NodeDemand WHOLE = new NodeDemand(4_000, 0, 1, 1000, Set.of());
  private static final NodeDemand LARGE = new NodeDemand(4_000, 0, 1, 700, Set.of());
  private static final NodeDemand SMALL = new NodeDemand(4_000, 0, 1, 300, Set.of());

  @Test
  void fragmentationIsWhatTheNextDemandCannotUse() {
    DemandMix mix = new DemandMix();
    mix.add(WHOLE);
    mix.add(LARGE);
    mix.add(SMALL);
    mix.add(new NodeDemand(4_000, 0, 0, 0, Set.of()));
    FragmentationScore score = new FragmentationScore(mix);

    // The whole device is of use to all, the half to the small one alone; a quarter need none.
    assertThat(score.of(NodeRoom.of("a", 8_000, 0, 1000, 500)))
        .isCloseTo((0.5 + 0.5) / 4, within(1e-12));
    // Nobody has cores enough.
    assertThat(score.of(NodeRoom.of("a", 3_000, 0, 1000, 500)))
        .isCloseTo(3 * 1.5 / 4, within(1e-12));
    assertThat(score.of(NodeRoom.of("a", 8_000, 0, 0, 0))).isZero();
  }

  @Test
  void aSmallShareCostsLessWhereOnlySmallOnesFit() {
    RoomScore score = learned(List.of(WHOLE, LARGE, SMALL));

    Fit beside = score.fit(NodeRoom.of("a", 96_000, 0, 300), SMALL).orElseThrow();
    Fit apart = score.fit(NodeRoom.of("a", 96_000, 0, 1000), SMALL).orElseThrow();

    assertThat(beside.isBetterThan(apart)).isTrue();
    assertThat(apart.isBetterThan(beside)).isFalse();
    assertThat(beside.after().totalFree()).isZero();
  }

  @Test
  void moreCoresAreNeverWorthLess() {
    RoomScore score = learned(List.of(WHOLE, LARGE, SMALL, NodeDemand.ofSlots(2)));
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      int[] free = random.ints(4, 0, 1001).toArray();
      int cpuMilli = random.nextInt(40_000);
      double worth = score.of(NodeRoom.of("a", cpuMilli, 0, free));
      assertThat(score.of(NodeRoom.of("a", cpuMilli + 4_000, 0, free)))
          .isGreaterThanOrEqualTo(worth - 1e-9);
    }
  }

  @Test
  void doesNotFitWhereNodesAreTooSmallOrOfAnotherModel() {
    RoomScore score = RoomScore.ofNothing();
    NodeRoom room = NodeRoom.of("a", 8_000, 1_024, 1000, 400);

    assertThat(score.fit(room, NodeDemand.ofSlots(2))).isEmpty();
    assertThat(score.fit(room, new NodeDemand(8_001, 0, 0, 0, Set.of()))).isEmpty();
    assertThat(score.fit(room, new NodeDemand(0, 1_025, 1, 100, Set.of()))).isEmpty();
    assertThat(score.fit(room, new NodeDemand(0, 0, 1, 100, Set.of("b")))).isEmpty();
    assertThat(score.fit(room, new NodeDemand(8_000, 1_024, 1, 400, Set.of("a", "b"))))
        .map(Fit::firstDevice)
        .contains(0);
  }

  @Test
  void learnsTheSameFromTheSame() {
    NodeRoom room = NodeRoom.of("a", 96_000, 0, 1000, 700, 300);

    assertThat(learned(List.of(WHOLE, LARGE, SMALL)).of(room))
        .isEqualTo(learned(List.of(WHOLE, LARGE, SMALL)).of(room));
  }

  @Test
  void choosesInProportionWhereAllAreWorthTheSame() {
    double[] shares = {2, 2, 0};

    double worth = SoftChoice.choose(shares, new double[] {3, 1, 5}, 3, 0.1);

    assertThat(worth).isCloseTo(2, within(1e-12));
    assertThat(shares).containsExactly(new double[] {0.75, 0.25, 0}, within(1e-12));
  }

  @Test
  void choosesTheBestWhereItIsFarBetter() {
    double[] shares = {2, 1};

    double worth = SoftChoice.choose(shares, new double[] {1, 3}, 2, 0.01);

    // As good as the best, less what it costs to choose what comes only one time in four.
    assertThat(worth).isCloseTo(2 + 0.01 * Math.log(0.25), within(1e-9));
    assertThat(shares).containsExactly(1, 0);
  }

  private static RoomScore learned(List<NodeDemand> inTurn) {
    DemandPrices prices = new DemandPrices();
    for (int i = 0; i < 90; i++) {
      prices.arrived(inTurn.get(i % inTurn.size()));
    }
    return prices.settle(
        List.of(
            new Supply(NodeRoom.of("a", 96_000, 0, 1000, 1000, 1000, 1000), 50),
            new Supply(NodeRoom.of("a", 48_000, 0, 300, 1000, 300, 1000), 20)));
  }
}
