package io.berth.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.ExportClass;
import io.berth.catalog.ExportClassification;
import io.berth.identity.Evidence;
import io.berth.inventory.Declarations;
import io.berth.inventory.FactSource;
import io.berth.inventory.FlagStatement;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.Stated;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagMergeTest {

  private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
  private static final Jurisdiction GERMAN = Jurisdiction.of("DE", null);

  @ParameterizedTest(name = "cluster {0}, node {1}, label {2}, officer {3}: {4}, disputed {5}")
  @CsvSource({
    ",,,,,false",
    "false,,,,false,false",
    "true,,,,true,false",
    "true,false,,,false,false",
    "false,true,,,true,false",
    ",,true,,true,false",
    "true,,false,,true,true",
    ",false,true,,true,true",
    ",true,,false,true,true",
    ",false,,true,true,true",
    ",false,false,false,false,false",
  })
  void aSiteIsPaidForByAStateWhereAnyoneSaysSo(
      @Nullable Boolean cluster,
      @Nullable Boolean node,
      @Nullable String label,
      @Nullable Boolean officer,
      @Nullable Boolean counts,
      boolean isDisputed) {
    NodeFlags flags =
        FlagMerge.merge(
            label == null ? Map.of() : Map.of("berth.io/state-funded", label),
            cluster(cluster),
            GERMAN,
            stated(stateFunded(node)),
            stated(stateFunded(officer)),
            null);

    assertThat(flags.stateFunded()).isEqualTo(counts);
    assertThat(flags.disputed().contains("stateFunded")).isEqualTo(isDisputed);
  }

  @Test
  void aNodeLiesInTheZonesThatAllWhoSpeakAgreeOn() {
    Map<String, String> labels =
        Map.of("zone.berth.io/eu-sovereign", "true", "zone.berth.io/fedramp", "false");

    assertThat(zones(labels, null, null).zones()).containsExactly("eu-sovereign");
    assertThat(zones(labels, null, null).sources()).containsEntry("zones", FactSource.DISCOVERED);
    assertThat(zones(Map.of(), null, null).zones()).isNull();
    NodeFlags disputed = zones(labels, set("eu-sovereign", "bank"), set("bank"));
    assertThat(disputed.zones()).isEmpty();
    assertThat(disputed.disputed()).containsExactly("zones");
  }

  @Test
  void keepsOutWhomAnyoneExcludesAndAsksForEveryList() {
    NodeFlags flags =
        FlagMerge.merge(
            Map.of(),
            Declarations.NONE,
            GERMAN,
            stated(parties(set("DE", "FR"), set("RU"))),
            stated(parties(set("DE"), set("BY"))),
            null);

    assertThat(flags.excludedParties()).containsExactly("BY", "RU");
    assertThat(flags.allowedParties()).containsExactly(set("DE", "FR"), set("DE"));
    assertThat(flags.disputed()).containsExactly("allowedParties", "excludedParties");
  }

  @Test
  void aVerifiedCountryCountsAloneUntilItsEvidenceExpires() {
    Jurisdiction jurisdiction = Jurisdiction.of("DE", "AT", "FR");

    NodeFlags flags =
        FlagMerge.merge(
            Map.of(),
            Declarations.NONE,
            jurisdiction,
            null,
            new Stated(
                new FlagStatement("FR", null, null, null, null, null),
                "officer",
                NOW,
                "Was there.",
                List.of(
                    new Evidence("visit", "1", null),
                    new Evidence("letter", "2", NOW.plusSeconds(60)))),
            null);

    assertThat(jurisdiction.country()).isEqualTo("FR");
    assertThat(jurisdiction.isDisputed()).isFalse();
    assertThat(flags.locationEvidenceUntil()).isEqualTo(NOW.plusSeconds(60));
    assertThat(flags.disputed()).containsExactly("country");
  }

  @ParameterizedTest(name = "declared {0}, officer {1}, figures {2}: {3}, disputed {4}")
  @CsvSource({
    ",,ECCN_3A090_A,,false",
    "'3A090.a',,ECCN_3A090_A,'3A090.a',false",
    "'3A090.b',,ECCN_3A090_A,'3A090.b',true",
    "'EAR99',,ECCN_3A090_A,'EAR99',true",
    "'see folder 7',,ECCN_3A090_A,'see folder 7',false",
    "'4A090.a',,NOT_3A090,'4A090.a',true",
    "'3A090.a','3A090.b',ECCN_3A090_B,'3A090.a',true",
    "'3A090.b','3A090.a, letter',ECCN_3A090_A,'3A090.a, letter',true",
    "'3A991',,NOT_3A090,'3A991',false",
  })
  void theStricterClassCountsAndWhatContradictsTheFiguresIsDisputed(
      @Nullable String declared,
      @Nullable String found,
      ExportClass figures,
      @Nullable String counts,
      boolean isDisputed) {
    NodeFlags flags =
        FlagMerge.merge(
            Map.of(),
            Declarations.NONE,
            GERMAN,
            stated(new FlagStatement(null, declared, null, null, null, null)),
            stated(new FlagStatement(null, found, null, null, null, null)),
            new ExportClassification(figures, Set.of(figures), false, "", null));

    assertThat(flags.exportClassification()).isEqualTo(counts);
    assertThat(flags.disputed().contains("exportClassification")).isEqualTo(isDisputed);
  }

  @Test
  void zonesComeFromTheStrongestThatNamesThem() {
    Map<String, String> labels =
        Map.of("zone.berth.io/bank", "true", "zone.berth.io/eu-sovereign", "true");

    assertThat(zones(labels, set("bank"), null).sources())
        .containsEntry("zones", FactSource.DISCOVERED);
    assertThat(zones(Map.of(), set("bank"), null).sources())
        .containsEntry("zones", FactSource.DECLARED);
  }

  private static NodeFlags zones(
      Map<String, String> labels,
      @Nullable SortedSet<String> declared,
      @Nullable SortedSet<String> verified) {
    return FlagMerge.merge(
        labels,
        Declarations.NONE,
        GERMAN,
        stated(new FlagStatement(null, null, null, null, null, declared)),
        stated(new FlagStatement(null, null, null, null, null, verified)),
        null);
  }

  private static FlagStatement stateFunded(@Nullable Boolean value) {
    return new FlagStatement(null, null, value, null, null, null);
  }

  private static FlagStatement parties(SortedSet<String> allowed, SortedSet<String> excluded) {
    return new FlagStatement(null, null, null, allowed, excluded, null);
  }

  private static Stated stated(FlagStatement statement) {
    return new Stated(statement, "somebody", NOW, null, List.of());
  }

  private static Declarations cluster(@Nullable Boolean stateFunded) {
    return new Declarations(
        new TreeMap<>(),
        null,
        new TreeMap<>(),
        Declarations.FABRIC_LABEL_DEFAULT,
        stateFunded,
        List.of());
  }

  private static SortedSet<String> set(String... values) {
    return new TreeSet<>(List.of(values));
  }
}
