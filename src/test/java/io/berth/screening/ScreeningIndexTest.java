package io.berth.screening;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScreeningIndexTest {

  private static final ListedParty PHOTONIK =
      party("EL", "1", "Quellbrunn Photonik Institute", "CN");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Quellbrunn Photonik Institute        | Quellbrunn Photonik Institute
          QUELLBRUNN  PHOTONIK, INSTITUTE      | Quellbrunn Photonik Institute
          Institute Photonik Quellbrunn        | Quellbrunn Photonik Institute
          Quelbrunn Photonik Institute         | Quellbrunn Photonik Institute
          Guellbrunn Photonik Institute        | Quellbrunn Photonik Institute
          Qüellbrunn Photonik Institute Co Ltd | Quellbrunn Photonik Institute
          Zelmora Trading House GmbH           | ZELMORA TRADING HOUSE LLC
          Zel Mora Tradinghouse                | ZELMORA TRADING HOUSE LLC
          Anton Petrovich Verkholin            | VERKHOLIN, Anton Petrovich
          Anton Verkholyn Petrovich            | VERKHOLIN, Anton Petrovich
          Vintermark Ost Maskinfabrik          | Vintermark Øst Maskinfabrik A/S
          ВИНТЕРМАРК ОСТ                       | Винтермарк Ост
          백화해운                               | 백화해운
          A.B.C. Robotics S.p.A.               | ABC Robotics SpA
          Straße und Brücke AG                 | Strasse und Brucke
          """)
  void findsTheSameNameWrittenOtherwise(String query, String listed) {
    ScreeningIndex index = ScreeningIndex.of(List.of(party("SDN", "1", listed, null)));

    assertThat(index.search(query(query), MatchSettings.USUAL)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Rhein Robotics GmbH                | Rhein Logistik GmbH
          Nordic Compute Oy                  | Nordic Shipping Oy
          601st Research Institute           | 607th Research Institute
          Harbour Analytics Ltd              | Harbour Ltd
          Limited Company                    | Zelmora Limited Company
          Atlas Robotics Deutschland         | Atlas
          Quellbrunn Weinhandel              | Quellbrunn Photonik Institute
          """)
  void keepsOthersApart(String query, String listed) {
    ScreeningIndex index = ScreeningIndex.of(List.of(party("SDN", "1", listed, null)));

    assertThat(index.search(query(query), MatchSettings.USUAL)).isEmpty();
  }

  @Test
  void explainsTheScore() {
    ScreeningHit hit =
        ScreeningIndex.of(List.of(PHOTONIK))
            .search(
                new ScreeningQuery(
                    "Quelbrunn Photonik Institute Ltd",
                    PartyType.ENTITY,
                    Set.of("CN", "DE"),
                    List.of()),
                MatchSettings.USUAL)
            .getFirst();

    assertThat(hit.parts()).extracting(ScorePart::kind).containsExactly("name", "country");
    assertThat(hit.parts().getFirst().detail())
        .isEqualTo(
            "Agree: photonik, institute, quelbrunn ~ quellbrunn (0.98). Only asked for: ltd.");
    assertThat(hit.parts().getLast().detail()).isEqualTo("Both are connected with [CN].");
    double sum = hit.parts().stream().mapToDouble(ScorePart::points).sum();
    assertThat(hit.score()).isCloseTo(Math.min(1, sum), Offset.offset(1e-9));
  }

  @Test
  void countriesTipTheScaleBothWays() {
    ScreeningIndex index = ScreeningIndex.of(List.of(PHOTONIK));
    double unknown = score(index, Set.of());

    assertThat(score(index, Set.of("CN"))).isGreaterThan(unknown);
    assertThat(score(index, Set.of("DE"))).isLessThan(unknown);
  }

  @Test
  void weakAliasesWeighLess() {
    ListedParty strong = named("SDN", "1", NameStrength.STRONG);
    ListedParty weak = named("SDN", "2", NameStrength.WEAK);

    List<ScreeningHit> hits =
        ScreeningIndex.of(List.of(strong, weak)).search(query("Red Lantern"), MatchSettings.USUAL);

    assertThat(hits).extracting(hit -> hit.party().uid()).containsExactly("1", "2");
    assertThat(hits.getLast().parts()).extracting(ScorePart::kind).contains("weakAlias");
  }

  @Test
  void theSameRegistrationNumberDecidesAlone() {
    ListedParty party =
        new ListedParty(
            "SDN",
            "1",
            PartyType.ENTITY,
            List.of(new ListedName("Zelmora", NameStrength.PRIMARY)),
            Set.of("BY"),
            List.of(new PartyIdentifier("Registration Number", "7799-000111", "BY")),
            List.of(),
            List.of(),
            List.of());
    ScreeningIndex index = ScreeningIndex.of(List.of(party));

    assertThat(
            index.search(
                new ScreeningQuery(
                    "Quite Another Name", PartyType.ENTITY, Set.of("BY"), List.of("7799 000 111")),
                MatchSettings.USUAL))
        .singleElement()
        .satisfies(hit -> assertThat(hit.score()).isEqualTo(1));
    assertThat(
            index.search(
                new ScreeningQuery(
                    "Quite Another Name", PartyType.ENTITY, Set.of("FR"), List.of("7799000111")),
                MatchSettings.USUAL))
        .as("a number that another country gave out")
        .isEmpty();
  }

  @Test
  void aPartyInTwoFilesIsFoundOnce() {
    ScreeningIndex index =
        ScreeningIndex.of(
            List.of(
                party("SDN", "990001", "Zelmora", "BY"), party("SDN", "990001", "Zelmora", "BY")));

    assertThat(index.search(query("Zelmora"), MatchSettings.USUAL)).hasSize(1);
  }

  @Test
  void namesOfNothingFindNobody() {
    ScreeningIndex index = ScreeningIndex.of(List.of(PHOTONIK));

    assertThat(index.search(query(" -- "), MatchSettings.USUAL)).isEmpty();
    assertThat(ScreeningIndex.of(List.of()).search(query("Zelmora"), MatchSettings.USUAL))
        .isEmpty();
  }

  /** The index leaves out only what a comparison with every name would leave out, too. */
  @Test
  void findsWhatAComparisonWithEveryNameFinds() {
    Random random = new Random(20261101);
    List<ListedParty> parties = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      parties.add(party("SDN", "" + i, MadeUpNames.company(random), null));
    }
    ScreeningIndex all = ScreeningIndex.of(parties);
    int found = 0;
    for (int i = 0; i < 200; i++) {
      String name = parties.get(random.nextInt(parties.size())).primaryName();
      ScreeningQuery query = query(MadeUpNames.withSlip(name, random));
      Set<String> hits = new HashSet<>();
      all.search(query, new MatchSettings(0.86, 5_000)).forEach(hit -> hits.add(hit.party().uid()));
      if (hits.contains(uid(parties, name))) {
        found++;
      }
    }
    assertThat(found).as("names with one slip that are found, of 200").isGreaterThanOrEqualTo(190);
  }

  private static String uid(List<ListedParty> parties, String name) {
    return parties.stream()
        .filter(party -> party.primaryName().equals(name))
        .findFirst()
        .orElseThrow()
        .uid();
  }

  private static double score(ScreeningIndex index, Set<String> countries) {
    return index
        .search(
            new ScreeningQuery(
                "Quelbrunn Photonik Institute", PartyType.UNKNOWN, countries, List.of()),
            MatchSettings.USUAL)
        .getFirst()
        .score();
  }

  private static ScreeningQuery query(String name) {
    return new ScreeningQuery(name, PartyType.UNKNOWN, Set.of(), List.of());
  }

  private static ListedParty named(String listing, String uid, NameStrength strength) {
    return new ListedParty(
        listing,
        uid,
        PartyType.UNKNOWN,
        List.of(
            new ListedName("Somebody Else " + uid, NameStrength.PRIMARY),
            new ListedName("Red Lantern", strength)),
        Set.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  static ListedParty party(String listing, String uid, String name, String country) {
    return new ListedParty(
        listing,
        uid,
        PartyType.UNKNOWN,
        List.of(new ListedName(name, NameStrength.PRIMARY)),
        country == null ? Set.of() : Set.of(country),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
