package io.berth.screening.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.screening.ListedName;
import io.berth.screening.ListedParty;
import io.berth.screening.Lists;
import io.berth.screening.NameStrength;
import io.berth.screening.PartyIdentifier;
import io.berth.screening.PartyType;
import io.berth.screening.SourceList;
import java.io.ByteArrayInputStream;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every published format comes out in one shape. */
class ListFilesTest {

  @Test
  void readsTheConsolidatedScreeningList() {
    ParsedList list = read(SourceList.US_CSL, Lists.bytes("csl.json"));

    assertThat(list.asOf()).isEqualTo(LocalDate.of(2026, 11, 18));
    assertThat(list.parties())
        .extracting(ListedParty::key)
        .containsExactly(
            "EL/1a7e5b0a4c", "SDN/990001", "MEU/77de", "UVL/77df", "DPL/77e0", "CSL/CMIC:9001");
    assertThat(list.parties().getFirst())
        .isEqualTo(
            new ListedParty(
                "EL",
                "1a7e5b0a4c",
                PartyType.UNKNOWN,
                List.of(
                    new ListedName("Quellbrunn Photonik Institute", NameStrength.PRIMARY),
                    new ListedName("QPI", NameStrength.STRONG),
                    new ListedName("Institut für Photonik Quellbrunn", NameStrength.STRONG)),
                Set.of("CN", "HK"),
                List.of(),
                List.of(),
                List.of(),
                List.of("88 Made-up Road, Chengdu, Sichuan, CN", "1 Harbour Lane, HK")));
    assertThat(list.parties().get(1).identifiers())
        .containsExactly(new PartyIdentifier("Registration Number", "7799-000111", "BY"));
    assertThat(list.parties().getLast().programmes())
        .containsExactly(
            "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department");
  }

  @Test
  void readsTheSdnListAlikeFromBothFormats() {
    ParsedList xml = read(SourceList.US_SDN, Lists.bytes("sdn-advanced.xml"));
    ParsedList csv = read(SourceList.US_SDN, Lists.sdnArchive());

    assertThat(xml.asOf()).isEqualTo(LocalDate.of(2026, 11, 18));
    ListedParty company = xml.parties().getFirst();
    assertThat(company)
        .isEqualTo(
            new ListedParty(
                "SDN",
                "990001",
                PartyType.ENTITY,
                List.of(
                    new ListedName("ZELMORA TRADING HOUSE LLC", NameStrength.PRIMARY),
                    new ListedName("ZELMORA TORGOVY DOM OOO", NameStrength.STRONG)),
                Set.of("BY"),
                List.of(new PartyIdentifier("Registration Number", "7799-000111", "BY")),
                List.of("2009-02-03"),
                List.of("MADE-UP-EO1"),
                List.of("4 Nowhere Street, Minsk")));
    ListedParty same = csv.parties().getFirst();
    assertThat(same.names()).isEqualTo(company.names());
    assertThat(same.countries()).isEqualTo(company.countries());
    assertThat(same.dates()).isEqualTo(company.dates());
    assertThat(same.identifiers())
        .containsExactly(
            new PartyIdentifier("Registration Number", "7799-000111", "BY"),
            new PartyIdentifier("Tax ID No.", "990123456", "BY"));
    assertThat(same.programmes()).isEqualTo(company.programmes());
  }

  @Test
  void readsPersonsAndTheirWeakAliasesFromBothSdnFormats() {
    ListedParty xml = read(SourceList.US_SDN, Lists.bytes("sdn-advanced.xml")).parties().get(1);
    ListedParty csv = read(SourceList.US_SDN, Lists.sdnArchive()).parties().get(1);

    assertThat(xml.type()).isEqualTo(PartyType.PERSON);
    assertThat(xml.names())
        .containsExactly(
            new ListedName("Anton Petrovich VERKHOLIN", NameStrength.PRIMARY),
            new ListedName("THE CLERK", NameStrength.WEAK));
    assertThat(xml.dates()).containsExactly("1962-08-12");
    assertThat(xml.countries()).containsExactly("RU");
    assertThat(xml.identifiers())
        .containsExactly(new PartyIdentifier("Passport", "51 9990001", "RU"));
    assertThat(csv.names())
        .containsExactly(
            new ListedName("VERKHOLIN, Anton Petrovich", NameStrength.PRIMARY),
            new ListedName("THE CLERK", NameStrength.WEAK),
            new ListedName("VERKHOLYN, Antony", NameStrength.STRONG));
    assertThat(csv.programmes()).containsExactly("MADE-UP-EO1", "CYBER9");
    assertThat(csv.dates()).containsExactly("1962-08-12");
    assertThat(csv.countries()).containsExactly("RU");
  }

  @Test
  void leavesOutPartiesOfOfacsOtherLists() {
    assertThat(read(SourceList.US_SDN, Lists.bytes("sdn-advanced.xml")).parties())
        .extracting(ListedParty::uid)
        .containsExactly("990001", "990002");
  }

  @Test
  void readsShipsFromTheSdnCsv() {
    ListedParty ship = read(SourceList.US_SDN, Lists.sdnArchive()).parties().get(2);

    assertThat(ship.type()).isEqualTo(PartyType.VESSEL);
    assertThat(ship.countries()).containsExactly("PA");
  }

  @Test
  void readsTheEuList() {
    ParsedList list = read(SourceList.EU_FSF, Lists.bytes("eu-fsf.xml"));

    assertThat(list.asOf()).isEqualTo(LocalDate.of(2026, 11, 19));
    assertThat(list.parties().getFirst())
        .isEqualTo(
            new ListedParty(
                "EU_FSF",
                "990101",
                PartyType.ENTITY,
                List.of(
                    new ListedName("Vintermark Øst Maskinfabrik A/S", NameStrength.PRIMARY),
                    new ListedName("Винтермарк Ост", NameStrength.STRONG),
                    new ListedName("VØM", NameStrength.WEAK)),
                Set.of("RU"),
                List.of(new PartyIdentifier("Registration Number", "5199900011", "RU")),
                List.of(),
                List.of("UKR"),
                List.of("5 Imaginary Prospekt, 183000, Murmansk, RUSSIAN FEDERATION")));
    ListedParty person = list.parties().get(1);
    assertThat(person.type()).isEqualTo(PartyType.PERSON);
    assertThat(person.primaryName()).isEqualTo("Tamaz Quirbani");
    assertThat(person.countries()).containsExactly("SY");
    assertThat(person.dates()).containsExactly("1961-02-03");
  }

  @Test
  void readsTheUnList() {
    ParsedList list = read(SourceList.UN_SC, Lists.bytes("un-sc.xml"));

    assertThat(list.asOf()).isEqualTo(LocalDate.of(2026, 11, 17));
    ListedParty person = list.parties().getFirst();
    assertThat(person.key()).isEqualTo("UN_SC/9900001");
    assertThat(person.names())
        .containsExactly(
            new ListedName("HAN TEK SUNGJA", NameStrength.PRIMARY),
            new ListedName("Han Taek Song Ja", NameStrength.STRONG),
            new ListedName("The Ferryman", NameStrength.WEAK));
    assertThat(person.countries()).containsExactly("KP");
    assertThat(person.identifiers())
        .containsExactly(new PartyIdentifier("Passport", "999110001", "KP"));
    ListedParty company = list.parties().get(1);
    assertThat(company.type()).isEqualTo(PartyType.ENTITY);
    assertThat(company.names())
        .contains(new ListedName("백화해운", NameStrength.STRONG))
        .contains(new ListedName("Paek Hwa Shipping Co., Ltd.", NameStrength.STRONG));
  }

  @Test
  void gathersTheRowsOfOnePartyOfTheUkList() {
    ParsedList list = read(SourceList.UK_SL, Lists.bytes("uk-sl.csv"));

    assertThat(list.asOf()).isEqualTo(LocalDate.of(2026, 11, 13));
    assertThat(list.parties())
        .extracting(ListedParty::key)
        .containsExactly("UK_SL/XXX9901", "UK_SL/XXX9902", "UK_SL/XXX9903");
    ListedParty bank = list.parties().getFirst();
    assertThat(bank.names())
        .containsExactly(
            new ListedName("GLANFORD MERIDIAN BANK JSC", NameStrength.PRIMARY),
            new ListedName("Гланфорд Меридиан Банк", NameStrength.STRONG),
            new ListedName("GLANFORD MERIDIAN", NameStrength.STRONG),
            new ListedName("GMB", NameStrength.WEAK));
    assertThat(bank.identifiers())
        .containsExactly(
            new PartyIdentifier("Business registration number", "1099900000017", null));
    ListedParty person = list.parties().get(1);
    assertThat(person.primaryName()).isEqualTo("Anselm Igor PELLERUD");
    assertThat(person.countries()).containsExactly("CY", "RU");
    assertThat(person.dates()).containsExactly("1970-06-05");
  }

  private static ParsedList read(SourceList list, byte[] file) {
    return ListFiles.read(list, new ByteArrayInputStream(file), ListLimits.USUAL);
  }
}
