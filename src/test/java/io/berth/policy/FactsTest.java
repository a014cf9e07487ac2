package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.LegalFacts;
import io.berth.identity.Organization;
import io.berth.identity.Owner;
import io.berth.identity.Screening;
import io.berth.identity.ScreeningState;
import io.berth.identity.UseProfile;
import io.berth.identity.Verification;
import io.berth.identity.VerificationState;
import io.berth.inventory.ClusterId;
import io.berth.inventory.FactSource;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.Node;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.NodeResources;
import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.policy.NodeFacts.Authorisation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FactsTest {

  private static final Instant MOMENT = Instant.parse("2026-11-01T00:00:00Z");
  private static final Verification VERIFIED =
      Verification.verified("officer", MOMENT, "seen", List.of());
  private static final UseProfile PROFILE = new UseProfile("remote", "training", "none", false);

  @Test
  void takesAVerifiedOrganizationAtItsWord() {
    LegalFacts facts =
        new LegalFacts(
            "SG",
            "CN",
            "MY",
            List.of(owner("25", true), owner("75", false)),
            true,
            Set.of(),
            Set.of("eu-owned-only", "no-nvidia"),
            PROFILE);

    assertThat(Facts.of(organization(facts, VERIFIED)))
        .isEqualTo(
            new TenantFacts(
                "SG",
                "CN",
                "MY",
                Set.of(),
                Figure.exact(new BigDecimal("25")),
                Set.of(TenantRule.EU_OWNED_ONLY, TenantRule.NO_NVIDIA)));
    assertThat(Facts.providerOf(organization(facts, VERIFIED)))
        .isEqualTo(
            new ProviderFacts(
                "SG",
                "CN",
                Set.of(),
                Figure.exact(new BigDecimal("25")),
                Figure.of(BigDecimal.ZERO, new BigDecimal("25")),
                Figure.of(BigDecimal.ZERO, new BigDecimal("25"))));
  }

  @Test
  void knowsNothingOfAnOrganizationOfWhichNothingIsSaid() {
    Organization organization = organization(LegalFacts.UNKNOWN, Verification.NONE);

    // The rules that a tenant sets for itself are not unknown: it has set none.
    assertThat(Facts.of(organization))
        .isEqualTo(
            new TenantFacts(
                null,
                null,
                null,
                null,
                Figure.of(BigDecimal.ZERO, BigDecimal.valueOf(100)),
                Set.of()));
    assertThat(Facts.providerOf(organization))
        .isEqualTo(
            new ProviderFacts(
                null,
                null,
                null,
                Figure.of(BigDecimal.ZERO, BigDecimal.valueOf(100)),
                Figure.of(BigDecimal.ZERO, BigDecimal.valueOf(100)),
                Figure.of(BigDecimal.ZERO, BigDecimal.valueOf(100))));
  }

  @ParameterizedTest
  @EnumSource(value = VerificationState.class, names = "VERIFIED", mode = EnumSource.Mode.EXCLUDE)
  void countsAnUnverifiedOrganizationAsNotScreened(VerificationState state) {
    Organization organization = organization(listed(), verification(state));

    assertThat(Facts.of(organization).listedOn()).isNull();
    assertThat(Facts.providerOf(organization).listedOn()).isNull();
  }

  @Test
  void countsAnExpiredVerificationAsNone() {
    Verification expiring =
        new Verification(VerificationState.VERIFIED, "officer", MOMENT, "seen", List.of(), MOMENT);

    assertThat(Facts.of(organization(listed(), expiring.asOf(MOMENT))).listedOn()).isNull();
    assertThat(Facts.of(organization(listed(), expiring.asOf(MOMENT.minusSeconds(1)))).listedOn())
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(VerificationState.class)
  void countsAListingWhateverBecameOfTheVerification(VerificationState state) {
    Organization organization = organization(listed("SDN", "EL"), verification(state));

    assertThat(Facts.of(organization).listedOn())
        .containsExactly(DeniedPartyList.SDN, DeniedPartyList.ENTITY_LIST);
    assertThat(Facts.providerOf(organization).listedOn())
        .containsExactly(DeniedPartyList.SDN, DeniedPartyList.ENTITY_LIST);
  }

  @ParameterizedTest
  @EnumSource(VerificationState.class)
  void aClearScreeningAnswersOnlyForWhatAnOfficerStandsBehind(VerificationState state) {
    Organization unverified = screened(ScreeningState.CLEAR);
    Organization organization =
        new Organization(
            unverified.id(),
            unverified.name(),
            unverified.facts(),
            verification(state),
            unverified.screening(),
            unverified.version(),
            unverified.createdAt());

    boolean isKnown = state == VerificationState.VERIFIED;
    assertThat(Facts.of(organization).listedOn()).isEqualTo(isKnown ? Set.of() : null);
    assertThat(Facts.providerOf(organization).listedOn()).isEqualTo(isKnown ? Set.of() : null);
  }

  @Test
  void anOpenHitLeavesListingsUnknownUnlessOneForbidsAlready() {
    assertThat(Facts.of(screened(ScreeningState.HIT)).listedOn()).isNull();
    assertThat(Facts.of(screened(ScreeningState.HIT, "UVL")).listedOn()).isNull();
    assertThat(Facts.of(screened(ScreeningState.HIT, "UVL", "SDN")).listedOn())
        .containsExactly(DeniedPartyList.SDN, DeniedPartyList.UNVERIFIED);
  }

  @Test
  void everyListThatFactsCanNameIsKnownToPolicy() {
    Set<DeniedPartyList> read =
        Facts.of(screened(ScreeningState.LISTED, LegalFacts.KNOWN_LISTINGS.toArray(String[]::new)))
            .listedOn();

    assertThat(read).containsExactly(DeniedPartyList.values());
  }

  private static Organization screened(ScreeningState state, String... listings) {
    return new Organization(
        OrganizationId.fresh(),
        "Nordlicht",
        listed(listings),
        Verification.NONE,
        new Screening(state, MOMENT, "00"),
        0,
        MOMENT);
  }

  static Stream<Arguments> owners() {
    return Stream.of(
        Arguments.of(List.of(), true, "0", "0"),
        Arguments.of(List.of(), false, "0", "100"),
        Arguments.of(List.of(owner("40", true), owner("20", true)), true, "60", "60"),
        Arguments.of(List.of(owner("40", true), owner("20", null)), true, "40", "60"),
        Arguments.of(List.of(owner("40", false), owner("20", null)), true, "0", "20"),
        Arguments.of(List.of(owner("40", true), owner("60", false)), false, "40", "100"),
        Arguments.of(List.of(owner("80", true), owner("80", null)), true, "80", "100"),
        Arguments.of(List.of(owner("80", true), owner("80", true)), true, "100", "100"));
  }

  @ParameterizedTest
  @MethodSource("owners")
  void boundsWhatListedPartiesMayOwn(
      List<Owner> owners, boolean complete, String least, String most) {
    LegalFacts facts =
        new LegalFacts(null, null, null, owners, complete, Set.of(), Set.of(), PROFILE);

    Figure owned = Facts.of(organization(facts, VERIFIED)).ownedByListedPercent();

    assertThat(owned.min()).isEqualByComparingTo(least);
    assertThat(owned.max()).isEqualByComparingTo(most);
  }

  @ParameterizedTest
  @CsvSource({
    "remote, training, none, true, REMOTE, TRAINING, ANYWHERE, true",
    "possession, inference, eea-only, false, POSSESSION, INFERENCE, EEA_ONLY, false",
    ", training, none, true, , TRAINING, ANYWHERE, true",
    "remote, , none, true, REMOTE, , ANYWHERE, true",
    "remote, training, , true, REMOTE, TRAINING, , true",
    "remote, training, none, , REMOTE, TRAINING, ANYWHERE, ",
  })
  void readsAUseAndLeavesUnknownWhatItDoesNotSay(
      @Nullable String mode,
      @Nullable String workload,
      @Nullable String dataResidency,
      @Nullable Boolean usNexus,
      @Nullable Mode expectedMode,
      @Nullable Workload expectedWorkload,
      @Nullable DataResidency expectedResidency,
      @Nullable Boolean expectedNexus) {
    assertThat(Facts.of(new UseProfile(mode, workload, dataResidency, usNexus)))
        .isEqualTo(
            new RequestFacts(expectedMode, expectedWorkload, expectedResidency, expectedNexus));
  }

  private static NodeFacts about(Node node) {
    return about(node, Mode.POSSESSION);
  }

  private static NodeFacts about(Node node, Mode mode) {
    return Facts.of(
        node,
        null,
        Facts.of(organization(LegalFacts.UNKNOWN, VERIFIED)),
        new RequestFacts(mode, null, null, null));
  }

  @Test
  void readsANode() {
    io.berth.inventory.Authorisation held =
        new io.berth.inventory.Authorisation(
            "LIC-1", MOMENT, MOMENT.plusSeconds(60), Regime.US_BIS);
    Node node = node("MY", true, List.of(held), FactSource.VERIFIED);

    assertThat(about(node, Mode.REMOTE).authorisations())
        .containsExactly(new Authorisation("LIC-1", MOMENT, MOMENT.plusSeconds(60), Regime.US_BIS));
    assertThat(about(node))
        .isEqualTo(
            new NodeFacts(
                "MY",
                null,
                true,
                List.of(
                    new Authorisation(
                        "LIC-1", MOMENT, MOMENT.plusSeconds(60), Regime.US_BIS, true, null))));
  }

  @Test
  void takesAnAuthorisationThatOnlyTheProviderDeclaresForUnknown() {
    io.berth.inventory.Authorisation declared =
        new io.berth.inventory.Authorisation("LIC-1", MOMENT, null);

    NodeFacts facts = about(node("CN", false, List.of(declared), FactSource.DECLARED));

    assertThat(facts).isEqualTo(new NodeFacts("CN", null, false, null));
  }

  @Test
  void leavesUnknownWhatNobodySaysOfANode() {
    assertThat(about(node(null, null, List.of(), FactSource.DECLARED)))
        .isEqualTo(new NodeFacts(null, null, null, List.of()));
  }

  @Test
  void countsZonesOnlyWhereMoreThanTheProviderSpeaksOfThem() {
    assertThat(inZone(FactSource.DECLARED, "eu-sovereign").zones()).isNull();
    assertThat(inZone(FactSource.DECLARED).zones()).isEmpty();
    assertThat(inZone(FactSource.DISCOVERED, "eu-sovereign").zones())
        .containsExactly("eu-sovereign");
    NodeFacts verified = inZone(FactSource.VERIFIED, "eu-sovereign");
    assertThat(verified.zonesAt(MOMENT.minusSeconds(1))).containsExactly("eu-sovereign");
    assertThat(verified.zonesAt(MOMENT)).isNull();
  }

  @Test
  void seesTheClassThatANoteNames() {
    assertThat(inZone(FactSource.DISCOVERED).classifiedAs()).containsExactly("3A090.a");
    assertThat(about(node("DE", null, List.of(), FactSource.DECLARED)).classifiedAs()).isEmpty();
  }

  private static NodeFacts inZone(FactSource source, String... zones) {
    return about(
        node(
            OrganizationId.fresh(),
            "DE",
            new NodeFlags(
                false,
                List.of(),
                FactSource.DECLARED,
                null,
                MOMENT,
                "4A090.a, supplier's statement",
                List.of(),
                new TreeSet<>(),
                new TreeSet<>(List.of(zones)),
                new TreeMap<>(Map.of("zones", source)),
                new TreeSet<>())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nvidia-h20",
        "nvidia-rtx-4090",
        "nvidia-rtx-pro-6000d",
        "amd-mi308x",
        "huawei-ascend-910b",
        "nvidia-h200-sxm"
      })
  void seesAnAcceleratorAsItsSourcesDo(String model) {
    AcceleratorFacts expected =
        Accelerators.all().stream()
            .filter(facts -> model.equals(facts.model()))
            .findFirst()
            .orElseThrow();

    assertThat(new AcceleratorCatalog().find(model).map(Facts::of)).contains(expected);
  }

  @Test
  void knowsNothingOfAnAcceleratorThatNobodyRecognised() {
    assertThat(Facts.unknownAccelerator())
        .isEqualTo(
            new AcceleratorFacts(
                null,
                null,
                null,
                null,
                Figure.unknown(),
                Figure.unknown(),
                Figure.unknown(),
                Figure.unknown()));
  }

  @Test
  void neverDropsAFactThatItCannotRead() {
    assertThatThrownBy(() -> Facts.of(organization(listed("UN"), VERIFIED)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Facts.of(new UseProfile("rented", null, null, null)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Verification verification(VerificationState state) {
    return switch (state) {
      case UNVERIFIED -> Verification.NONE;
      case VERIFIED -> VERIFIED;
      case REJECTED -> Verification.rejected("officer", MOMENT, "wrong", List.of());
    };
  }

  private static LegalFacts listed(String... lists) {
    return new LegalFacts(
        "SG", "SG", "SG", List.of(), true, Set.of(lists), Set.of(), UseProfile.UNKNOWN);
  }

  private static Owner owner(String percent, @Nullable Boolean listed) {
    return new Owner("Owner", null, new BigDecimal(percent), listed);
  }

  private static Organization organization(LegalFacts facts, Verification verification) {
    return new Organization(OrganizationId.fresh(), "A", facts, verification, 0, MOMENT);
  }

  /** A provider's node of which nobody but its country is known. */
  static Node nodeOf(OrganizationId provider, String country) {
    return node(provider, country, null, List.of(), FactSource.DECLARED);
  }

  private static Node node(
      @Nullable String country,
      @Nullable Boolean stateFunded,
      List<io.berth.inventory.Authorisation> authorisations,
      FactSource source) {
    return node(OrganizationId.fresh(), country, stateFunded, authorisations, source);
  }

  private static Node node(
      OrganizationId provider,
      @Nullable String country,
      @Nullable Boolean stateFunded,
      List<io.berth.inventory.Authorisation> authorisations,
      FactSource source) {
    return node(provider, country, new NodeFlags(stateFunded, authorisations, source));
  }

  private static Node node(OrganizationId provider, @Nullable String country, NodeFlags flags) {
    return new Node(
        NodeId.fresh(),
        NodePoolId.fresh(),
        ClusterId.fresh(),
        provider,
        "node-1",
        Optional.empty(),
        8,
        Optional.empty(),
        Jurisdiction.of(country, null),
        country,
        null,
        null,
        null,
        null,
        flags,
        true,
        false,
        false,
        NodeResources.UNKNOWN,
        List.of(),
        0);
  }
}
