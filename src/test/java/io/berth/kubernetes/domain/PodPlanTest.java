package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.apart;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.joined;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.leasing.JobSpec;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.berth.leasing.LeaseState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodPlanTest {

  private final List<LeasedNode> nodes =
      PodPlan.nodes(lease(LeaseState.ACTIVE, slots(2, 3), slots(3, 4), slots(1, 8)));

  @Test
  void numbersNodesByIdentifierWhateverTheirOrder() {
    assertThat(nodes)
        .extracting(leased -> leased.node().name())
        .containsExactly("h100-1", "h100-2", "h100-3");
  }

  @Test
  void numbersNodesThatJoinAfterAllOthers() {
    LeasedNode first = joined(1, 4, 2);
    LeasedNode second = joined(2, 4, 1);

    assertThat(PodPlan.nodes(lease(LeaseState.ACTIVE, first, slots(4, 8), second, slots(3, 8))))
        .extracting(leased -> leased.node().name())
        .containsExactly("h100-3", "h100-4", "h100-2", "h100-1");
  }

  @Test
  void putsNoMorePodsOnANodeThanItsLeasedSlotsHold() {
    assertThat(text(spec(6, 2), Map.of())).contains("0:4,1:1,2:1");
    assertThat(text(spec(7, 2), Map.of())).contains("0:4,1:1,2:2");
    assertThat(text(spec(8, 2), Map.of())).isEmpty();
    assertThat(text(spec(1, 4), Map.of())).contains("0:1");
    assertThat(text(spec(1, 9), Map.of())).isEmpty();
  }

  @Test
  void leavesOutWhatOtherJobsUse() {
    assertThat(text(spec(1, 4), Map.of(0, 5))).contains("2:1");
    assertThat(text(spec(2, 4), Map.of(0, 5))).isEmpty();
    // More in use than leased, as when a part of an earlier plan has not gone yet.
    assertThat(text(spec(1, 3), Map.of(0, 11))).contains("1:1");
  }

  @Test
  void readsWhatItWrote() {
    JobSpec spec = spec(7, 2);

    PodPlan plan = PodPlan.of(spec, nodes, Map.of()).orElseThrow();

    assertThat(PodPlan.parse(plan.toString(), spec, nodes)).contains(plan);
    assertThat(plan.nodeOfRank()).containsExactly(0, 0, 0, 0, 1, 2, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0:x",
        "0:1",
        "0:5,1:1,2:1",
        "0:4,0:3",
        "3:7",
        "-1:7",
        "0:0,1:7",
        "0:4,1:1,2:2,2:0",
        "0:4,1:1,2:2147483647",
        "0:1,0:1,0:1,0:1,0:1,1:1,2:1"
      })
  void takesNoPlanThatIsNotOneForTheJob(String text) {
    assertThat(PodPlan.parse(text, spec(7, 2), nodes).filter(plan -> plan.fits(spec(7, 2), nodes)))
        .isEmpty();
  }

  @Test
  void givesRanksOfTheirOwnSizeANodeEach() {
    assertThat(text(apartSpec(8, 3), Map.of())).contains("0:1,1:1");
    assertThat(text(apartSpec(3, 4, 8), Map.of())).contains("1:1,2:1,0:1");
    // The smallest node that suffices, so that the larger ones stay for others.
    assertThat(text(apartSpec(2), Map.of())).contains("1:1");
    assertThat(text(apartSpec(4, 4), Map.of(0, 4))).contains("0:1,2:1");
    assertThat(text(apartSpec(4, 4, 4), Map.of())).isEmpty();
    assertThat(text(apartSpec(1, 1, 1, 1), Map.of())).isEmpty();
    assertThat(PodPlan.parse("0:2", apartSpec(4, 4), nodes))
        .isNotEmpty()
        .get()
        .matches(plan -> !plan.fits(apartSpec(4, 4), nodes));
    assertThat(PodPlan.parse("2:1,0:1", apartSpec(4, 4), nodes)).isPresent();
  }

  private static JobSpec apartSpec(Integer... acceleratorsByRank) {
    return apart(job(1, 1, 1, "sleep 1"), acceleratorsByRank).spec();
  }

  private Optional<String> text(JobSpec spec, Map<Integer, Integer> used) {
    return PodPlan.of(spec, nodes, used).map(PodPlan::toString);
  }

  private static JobSpec spec(int pods, int acceleratorsPerPod) {
    return job(1, pods, acceleratorsPerPod, "sleep 1").spec();
  }
}
