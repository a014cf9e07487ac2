package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.Authorisation.Terms;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** With which country an authorisation's destinations are compared. */
class AuthorisationBookTest {

  private static final Instant START = Questions.moment("2026-11-01");
  private static final Period PERIOD = Questions.hourFrom("2026-11-01");
  private static final OrganizationId PROVIDER = OrganizationId.fresh();

  @Test
  void comparesWithWhereTheNodeStandsWhereTheDeviceStaysThere() {
    assertThat(attached("FI", "AE", Mode.REMOTE)).isEmpty();
    assertThat(attached("AE", "FI", Mode.REMOTE))
        .extracting(NodeFacts.Authorisation::coversPlace, NodeFacts.Authorisation::coversHandover)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(true, true));
  }

  @Test
  void comparesWithWhereTheTenantUsesItWhereTheDeviceIsHandedOver() {
    assertThat(attached("FI", "AE", Mode.POSSESSION))
        .extracting(NodeFacts.Authorisation::coversPlace, NodeFacts.Authorisation::coversHandover)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(false, true));
    assertThat(attached("AE", "FI", Mode.POSSESSION))
        .extracting(NodeFacts.Authorisation::coversPlace, NodeFacts.Authorisation::coversHandover)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(true, false));
  }

  @Test
  void coversNoHandoverToWhoKnowsWhere() {
    assertThat(attached("FI", null, Mode.POSSESSION)).isEmpty();
    assertThat(attached("AE", "FI", null))
        .extracting(NodeFacts.Authorisation::coversHandover)
        .containsExactly(false);
  }

  private static List<NodeFacts.Authorisation> attached(
      String nodeCountry, @Nullable String endUse, @Nullable Mode mode) {
    NodeFacts facts =
        AuthorisationBook.of(List.of(forTheEmirates()))
            .factsOf(
                FactsTest.nodeOf(PROVIDER, nodeCountry),
                null,
                new TenantFacts("DE", "DE", endUse, Set.of(), Figure.unknown(), Set.of()),
                new RequestFacts(mode, null, null, null),
                Accelerators.named("H100"),
                PERIOD,
                1);
    List<NodeFacts.Authorisation> attached = facts.authorisations();
    return attached == null ? List.of() : attached;
  }

  private static Authorisation forTheEmirates() {
    return new Authorisation(
        AuthorisationId.fresh(),
        new Terms(
            PROVIDER,
            "BIS",
            Regime.US_BIS,
            "D1",
            Set.of("AE"),
            Set.of("nvidia-h100-sxm"),
            null,
            new Quantity(8L, null),
            START,
            null,
            null),
        List.of(),
        AuthorisationState.VERIFIED,
        null,
        "test",
        new Quantity(0L, 0L),
        new Quantity(0L, 0L),
        0,
        START);
  }
}
