package io.berth.policy.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.identity.Owner;
import io.berth.identity.ScreeningState;
import io.berth.platform.Figure;
import io.berth.policy.DeniedPartyList;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListedOwnershipTest {

  @Test
  void addsUpWhatListedOwnersHold() {
    assertShare(
        "30", "30", complete(owner("A", 20, true), owner("B", 10, true), owner("C", 70, false)));
  }

  @Test
  void halfOwnedByListedPartiesCountsAsListed() {
    // OFAC's first example: X owns 50 of A, A owns 50 of B; then B counts, too.
    assertShare("50", "50", complete(held("A", 50, owner("X", 50, true)), owner("C", 50, false)));
  }

  @Test
  void aggregatesListedPartiesOnTheWayUp() {
    assertShare(
        "60",
        "60",
        complete(
            held("A", 60, owner("X", 25, true), owner("Y", 25, true), owner("Z", 50, false)),
            owner("C", 40, false)));
  }

  @Test
  void addsDirectHoldingsToThoseThroughAListedParty() {
    // X owns 50 of A and 10 of B; A owns 40 of B: 10 + 40.
    assertShare(
        "50",
        "50",
        complete(
            owner("X", 10, true),
            held("A", 40, owner("X", 50, true), owner("Z", 50, false)),
            owner("C", 50, false)));
  }

  @Test
  void neverReachesHalfThroughPartiesThatStayBelow() {
    // X owns 25 of A and 25 of B, which own 50 of the party each: none of them counts.
    assertShare(
        "25",
        "25",
        complete(
            held("A", 50, owner("X", 25, true), owner("Y", 75, false)),
            held("B", 50, owner("X", 25, true), owner("Y", 75, false))));
    assertShare(
        "49.999999",
        "49.999999",
        complete(owner("X", 30, true), held("A", 70, owner("X", 49, true), owner("Y", 51, false))));
  }

  @Test
  void doesNotSeeListedPartiesBelowHalfAsListedFurtherDown() {
    assertShare(
        "4.9",
        "4.9",
        complete(
            held("A", 10, owner("X", 49, true), owner("Y", 51, false)), owner("C", 90, false)));
  }

  @Test
  void theUnknownWidens() {
    assertShare(
        "20", "50", complete(owner("A", 20, true), owner("B", 30, null), owner("C", 50, false)));
    assertShare("20", "100", new Stake(List.of(owner("A", 20, true)), false));
    assertShare("0", "100", new Stake(List.of(), false));
    assertShare("0", "0", new Stake(List.of(), true));
  }

  @Test
  void unknownOwnersOfAnOwnerWiden() {
    Owner opaque =
        new Owner("A", "CY", BigDecimal.valueOf(60), false, List.of(owner("B", 40, false)), false);

    assertShare("0", "60", complete(opaque, owner("C", 40, false)));
  }

  @Test
  void screeningAnswersForOwnersOfWhomNothingIsSaid() {
    List<Owner> owners = List.of(owner("A", 20, null), owner("B", 80, false));

    assertThat(ListedOwnership.share(owners, true, ScreeningState.CLEAR, ListedOwnership.ANY))
        .isEqualTo(figure("0", "0"));
    assertThat(
            ListedOwnership.share(owners, true, ScreeningState.NOT_SCREENED, ListedOwnership.ANY))
        .isEqualTo(figure("0", "20"));
  }

  @Test
  void whoOwnsItselfThroughOthersShowsNobody() {
    Owner again =
        new Owner(
            "Alpha", null, BigDecimal.valueOf(100), false, List.of(owner("X", 1, true)), true);
    Owner beta = new Owner("Beta", null, BigDecimal.valueOf(100), false, List.of(again), true);
    Owner alpha = new Owner("ALPHA ", null, BigDecimal.valueOf(100), false, List.of(beta), true);

    assertShare("0", "100", complete(alpha));
  }

  @Test
  void followsNoChainWithoutEnd() {
    Owner chain = owner("X", 100, true);
    for (int i = 0; i < 100; i++) {
      chain = new Owner("Shell " + i, null, BigDecimal.valueOf(100), false, List.of(chain), true);
    }

    assertShare("0", "100", complete(chain));
  }

  @Test
  void neverGivesMoreThanTheWhole() {
    assertShare("100", "100", complete(owner("A", 80, true), owner("B", 70, true)));
    assertShare("80", "100", complete(owner("A", 80, true), owner("B", 70, null)));
  }

  private record Stake(List<Owner> owners, boolean isComplete) {}

  @Test
  void countsForEachAuthorityThePartiesOfItsOwnLists() {
    List<Owner> owners =
        List.of(
            on("A", 30, Set.of("SDN")),
            on("B", 30, Set.of("EL", "MEU")),
            on("C", 30, Set.of("EU_FSF")),
            owner("D", 10, false));

    assertThat(share(owners, ScreeningState.CLEAR, ListedOwnership.ANY))
        .isEqualTo(figure("90", "90"));
    assertThat(share(owners, ScreeningState.CLEAR, ListedOwnership.BLOCKED))
        .isEqualTo(figure("30", "30"));
    assertThat(share(owners, ScreeningState.CLEAR, ListedOwnership.AFFILIATING))
        .isEqualTo(figure("60", "60"));
  }

  @Test
  void countsAnOwnerOnWhoKnowsWhichListAsPerhapsOnEach() {
    List<Owner> owners = List.of(owner("A", 60, true), owner("B", 40, false));

    assertThat(share(owners, ScreeningState.CLEAR, ListedOwnership.ANY))
        .isEqualTo(figure("60", "60"));
    assertThat(share(owners, ScreeningState.CLEAR, ListedOwnership.BLOCKED))
        .isEqualTo(figure("0", "60"));
  }

  @Test
  void countsAnOwnerOnOneListAsPerhapsOnAnotherWhileAHitIsOpen() {
    List<Owner> owners = List.of(on("A", 60, Set.of("EL")));

    assertThat(share(owners, ScreeningState.HIT, ListedOwnership.BLOCKED))
        .isEqualTo(figure("0", "60"));
    // Nothing was looked for: who names a lenient list has not answered for the others.
    assertThat(share(owners, ScreeningState.NOT_SCREENED, ListedOwnership.BLOCKED))
        .isEqualTo(figure("0", "60"));
    assertThat(share(owners, ScreeningState.CLEAR, ListedOwnership.BLOCKED))
        .isEqualTo(figure("0", "0"));
  }

  @Test
  void doesNotTakeAnOwnersWordWhileAHitIsOpen() {
    List<Owner> owners = List.of(owner("A", 60, false));

    assertThat(share(owners, ScreeningState.HIT, ListedOwnership.BLOCKED))
        .isEqualTo(figure("0", "60"));
    assertThat(share(owners, ScreeningState.CLEAR, ListedOwnership.BLOCKED))
        .isEqualTo(figure("0", "0"));
  }

  @Test
  void followsTheChainForEachListAlone() {
    // X is blocked and owns half of A; Y is on the Entity List and owns the other half.
    List<Owner> owners =
        List.of(
            new Owner(
                "A",
                null,
                BigDecimal.valueOf(50),
                false,
                List.of(on("X", 50, Set.of("SDN")), on("Y", 50, Set.of("EL"))),
                true),
            owner("B", 50, false));

    assertThat(share(owners, ScreeningState.CLEAR, ListedOwnership.BLOCKED))
        .isEqualTo(figure("50", "50"));
  }

  private static Figure share(
      List<Owner> owners, ScreeningState screening, Set<DeniedPartyList> lists) {
    return ListedOwnership.share(owners, true, screening, lists);
  }

  private static Owner on(String name, int percent, Set<String> listings) {
    return new Owner(name, null, BigDecimal.valueOf(percent), true, listings, null, false);
  }

  private static void assertShare(String min, String max, Stake stake) {
    assertThat(
            ListedOwnership.share(
                stake.owners(),
                stake.isComplete(),
                ScreeningState.NOT_SCREENED,
                ListedOwnership.ANY))
        .isEqualTo(figure(min, max));
  }

  private static Figure figure(String min, String max) {
    return Figure.of(new BigDecimal(min), new BigDecimal(max));
  }

  private static Stake complete(Owner... owners) {
    return new Stake(List.of(owners), true);
  }

  private static Owner held(String name, int percent, Owner... owners) {
    return new Owner(name, null, BigDecimal.valueOf(percent), false, List.of(owners), true);
  }

  private static Owner owner(String name, int percent, @Nullable Boolean listed) {
    return new Owner(name, null, BigDecimal.valueOf(percent), listed);
  }
}
