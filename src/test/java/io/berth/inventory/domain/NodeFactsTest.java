package io.berth.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.DetectedDevices;
import io.berth.catalog.SlotKind;
import io.berth.inventory.Declarations;
import io.berth.inventory.FactSource;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.NodeObservation;
import io.berth.platform.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeFactsTest {

  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
  private static final AcceleratorCatalog CATALOG = new AcceleratorCatalog();
  private static final DetectedDevices H100 =
      devices("nvidia.com/gpu", 8, "NVIDIA", "nvidia-h100-sxm");
  private static final DetectedDevices BIREN = devices("birentech.com/gpu", 8, "Biren", null);

  @Test
  void sellsReadyNodeWithDevicesOfKnownModel() {
    NodeFacts facts = facts(node("de-fra-1", H100), Declarations.NONE);

    assertThat(facts.offerable()).isTrue();
    assertThat(facts.slots()).isEqualTo(8);
    assertThat(facts.conditions()).isEmpty();
    assertThat(facts.jurisdiction())
        .isEqualTo(new Jurisdiction("DE", FactSource.DISCOVERED, "DE", null));
    assertThat(facts.pool().displayName()).isEqualTo("nvidia-h100-sxm de-fra-1");
  }

  @Test
  void sellsNeitherNotReadyNorCordonedNode() {
    NodeObservation well = node("de-fra-1", H100);

    NodeFacts notReady = facts(with(well, false, true), Declarations.NONE);
    NodeFacts cordoned = facts(with(well, true, false), Declarations.NONE);

    assertThat(notReady.offerable()).isFalse();
    assertThat(notReady.conditions()).extracting(Condition::type).containsExactly("NotReady");
    assertThat(cordoned.offerable()).isFalse();
    assertThat(cordoned.conditions()).extracting(Condition::type).containsExactly("Unschedulable");
  }

  @Test
  void sellsNoNodeWithoutDevices() {
    NodeFacts facts = facts(node("de-fra-1"), Declarations.NONE);

    assertThat(facts.offerable()).isFalse();
    assertThat(facts.pool()).isNull();
    assertThat(facts.slots()).isZero();
  }

  @Test
  void takesModelFromDeclarationWhereNoLabelTellsIt() {
    NodeFacts undeclared = facts(node("cn-north-2", BIREN), Declarations.NONE);
    NodeFacts declared =
        facts(node("cn-north-2", BIREN), model("birentech.com/gpu", "biren-br104"));

    assertThat(undeclared.offerable()).isFalse();
    assertThat(undeclared.conditions()).extracting(Condition::type).containsExactly("ModelUnknown");
    assertThat(declared.offerable()).isTrue();
    assertThat(declared.pool().modelId()).isEqualTo("biren-br104");
  }

  @Test
  void believesNoDeclarationOfAnotherMakersModel() {
    NodeFacts facts =
        facts(node("cn-north-2", BIREN), model("birentech.com/gpu", "nvidia-h100-sxm"));

    assertThat(facts.offerable()).isFalse();
    assertThat(facts.conditions().getFirst().message()).contains("made by NVIDIA, not Biren");
  }

  @Test
  void believesLabelsBeforeADeclaredModel() {
    NodeFacts facts = facts(node("de-fra-1", H100), model("nvidia.com/gpu", "nvidia-h20"));

    assertThat(facts.pool().modelId()).isEqualTo("nvidia-h100-sxm");
  }

  @Test
  void keepsBothAndSellsNothingWhereCountriesDisagree() {
    NodeFacts facts = facts(node("de-fra-1", H100), countries(Map.of("de-fra-1", "CN"), null));

    assertThat(facts.jurisdiction()).isEqualTo(new Jurisdiction(null, null, "DE", "CN"));
    assertThat(facts.offerable()).isFalse();
    assertThat(facts.conditions())
        .extracting(Condition::type)
        .containsExactly("JurisdictionDisputed");
  }

  @Test
  void takesDefaultCountryOnlyWhereNothingElseTellsOne() {
    Declarations declarations = countries(Map.of("south", "JP"), "DE");

    assertThat(facts(node("fra", H100), declarations).jurisdiction())
        .isEqualTo(new Jurisdiction("DE", FactSource.DECLARED, null, "DE"));
    assertThat(facts(node("south", H100), declarations).jurisdiction().country()).isEqualTo("JP");
    assertThat(facts(node("us-east-1", H100), declarations).jurisdiction().country())
        .isEqualTo("US");
  }

  @Test
  void leavesCountryUnknownRatherThanGuessing() {
    NodeFacts facts = facts(node(null, H100), Declarations.NONE);

    assertThat(facts.jurisdiction()).isEqualTo(new Jurisdiction(null, null, null, null));
    assertThat(facts.conditions())
        .extracting(Condition::type)
        .containsExactly("JurisdictionUnknown");
    // Policy holds what stands in an unknown country; that is not for the inventory to decide.
    assertThat(facts.offerable()).isTrue();
  }

  @Test
  void offersWholeDevicesBeforeParts() {
    DetectedDevices parts =
        new DetectedDevices(
            "nvidia.com/mig-1g.5gb",
            28,
            "NVIDIA",
            "nvidia-a100-80gb-sxm",
            SlotKind.MIG_INSTANCE,
            "1g.5gb",
            null);

    NodeFacts mixed = facts(node("de-fra-1", parts, H100), Declarations.NONE);
    NodeFacts onlyParts = facts(node("de-fra-1", parts), Declarations.NONE);

    assertThat(mixed.slots()).isEqualTo(8);
    assertThat(mixed.offerable()).isTrue();
    assertThat(mixed.conditions()).extracting(Condition::type).containsExactly("SeveralResources");
    assertThat(onlyParts.offerable()).isTrue();
    assertThat(onlyParts.conditions()).isEmpty();
  }

  @Test
  void readsZoneFabricAndNvlinkDomain() {
    NodeObservation node =
        new NodeObservation(
            "n",
            new TreeMap<>(
                Map.of(
                    "topology.kubernetes.io/zone", "z",
                    "cloud.provider.com/topology-block", "b",
                    "nvidia.com/gpu.clique", "q")),
            List.of(),
            true,
            true,
            List.of(H100),
            null,
            null,
            List.of(),
            List.of());

    NodeFacts facts = facts(node, Declarations.NONE);

    assertThat(facts.zone()).isEqualTo("z");
    assertThat(facts.fabric()).isEqualTo("b");
    assertThat(facts.nvlinkDomain()).isEqualTo("q");
  }

  private static NodeFacts facts(NodeObservation node, Declarations declarations) {
    return NodeFacts.of(node, declarations, CATALOG::find, NOW);
  }

  private static NodeObservation node(@Nullable String region, DetectedDevices... devices) {
    Map<String, String> labels =
        region == null ? Map.of() : Map.of("topology.kubernetes.io/region", region);
    return new NodeObservation(
        "n",
        new TreeMap<>(labels),
        List.of(),
        true,
        true,
        List.of(devices),
        null,
        null,
        List.of(),
        List.of());
  }

  private static NodeObservation with(NodeObservation node, boolean ready, boolean schedulable) {
    return new NodeObservation(
        node.name(),
        node.labels(),
        node.taints(),
        ready,
        schedulable,
        node.devices(),
        null,
        null,
        List.of(),
        List.of());
  }

  private static DetectedDevices devices(
      String resource, int count, String vendor, @Nullable String model) {
    return new DetectedDevices(resource, count, vendor, model, SlotKind.WHOLE_DEVICE, null, null);
  }

  private static Declarations model(String resource, String model) {
    return new Declarations(
        new TreeMap<>(),
        null,
        new TreeMap<>(Map.of(resource, model)),
        Declarations.FABRIC_LABEL_DEFAULT,
        null,
        List.of());
  }

  private static Declarations countries(Map<String, String> byRegion, @Nullable String fallback) {
    return new Declarations(
        new TreeMap<>(byRegion),
        fallback,
        new TreeMap<>(),
        Declarations.FABRIC_LABEL_DEFAULT,
        null,
        List.of());
  }
}
