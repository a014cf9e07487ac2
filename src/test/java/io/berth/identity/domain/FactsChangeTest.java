package io.berth.identity.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.identity.LegalFacts;
import io.berth.identity.Owner;
import io.berth.identity.UseProfile;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FactsChangeTest {

  private static final Owner HALF = new Owner("O", "DE", new BigDecimal("50.0"), null);
  private static final LegalFacts FACTS =
      new LegalFacts(
          "DE",
          "DE",
          "DE",
          List.of(HALF),
          true,
          Set.of("EL"),
          Set.of("no-nvidia"),
          new UseProfile("remote", null, null, null));

  /** One change of each fact, and whether it takes a verification away. */
  private static final Map<String, FactsChange> CHANGES =
      Map.of(
          "/name", new FactsChange("A", FACTS, "B", FACTS),
          "/facts/residenceCountry",
              to(facts("FR", "DE", "DE", List.of(HALF), true, "EL", "no-nvidia", "remote")),
          "/facts/ultimateParentCountry",
              to(facts("DE", null, "DE", List.of(HALF), true, "EL", "no-nvidia", "remote")),
          "/facts/endUseCountry",
              to(facts("DE", "DE", "CN", List.of(HALF), true, "EL", "no-nvidia", "remote")),
          "/facts/owners",
              to(facts("DE", "DE", "DE", List.of(), true, "EL", "no-nvidia", "remote")),
          "/facts/ownersComplete",
              to(facts("DE", "DE", "DE", List.of(HALF), false, "EL", "no-nvidia", "remote")),
          "/facts/listings",
              to(facts("DE", "DE", "DE", List.of(HALF), true, "SDN", "no-nvidia", "remote")),
          "/facts/ownRules",
              to(facts("DE", "DE", "DE", List.of(HALF), true, "EL", "eu-owned-only", "remote")),
          "/facts/profile",
              to(facts("DE", "DE", "DE", List.of(HALF), true, "EL", "no-nvidia", "possession")));

  @Test
  void pointsAtEachFactThatChanged() {
    CHANGES.forEach(
        (pointer, change) -> assertThat(change.pointers()).as(pointer).containsExactly(pointer));
  }

  @Test
  void takesAVerificationAwayExceptForListingsAndOwnRules() {
    CHANGES.forEach((pointer, change) ->
        assertThat(change.resetsVerification())
            .as(pointer)
            .isEqualTo(!Set.of("/facts/listings", "/facts/ownRules").contains(pointer)));
  }

  @Test
  void seesNoChangeInAnotherWayToWriteANumber() {
    Owner same = new Owner("O", "DE", new BigDecimal("5e1"), null);
    FactsChange change =
        to(facts("DE", "DE", "DE", List.of(same), true, "EL", "no-nvidia", "remote"));

    assertThat(change.pointers()).isEmpty();
    assertThat(change.resetsVerification()).isFalse();
  }

  @Test
  void refusesAnEditorWhatIsNotTheirs() {
    CHANGES.forEach((pointer, change) -> {
      boolean isFinding = pointer.equals("/facts/listings");
      assertThat(new Editor(true, true).refused(change.pointers())).isEmpty();
      assertThat(new Editor(true, false).refused(change.pointers()))
          .isEqualTo(isFinding ? Set.of(pointer) : Set.of());
      assertThat(new Editor(false, true).refused(change.pointers()))
          .isEqualTo(isFinding ? Set.of() : Set.of(pointer));
      assertThat(new Editor(false, false).refused(change.pointers())).containsExactly(pointer);
    });
  }

  private static FactsChange to(LegalFacts facts) {
    return new FactsChange("A", FACTS, "A", facts);
  }

  private static LegalFacts facts(
      String residence,
      String parent,
      String endUse,
      List<Owner> owners,
      boolean ownersComplete,
      String listing,
      String ownRule,
      String mode) {
    return new LegalFacts(
        residence,
        parent,
        endUse,
        owners,
        ownersComplete,
        Set.of(listing),
        Set.of(ownRule),
        new UseProfile(mode, null, null, null));
  }
}
