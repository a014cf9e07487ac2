package io.berth.screening.domain;

import io.berth.screening.NameStrength;
import io.berth.screening.PartyType;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The UN Security Council's consolidated list, XML. */
final class UnList {

  private static final String LISTING = "UN_SC";

  private UnList() {}

  static ParsedList read(InputStream in, ListLimits limits) {
    PartyCollector parties = new PartyCollector(limits);
    AtomicReference<LocalDate> asOf = new AtomicReference<>();
    XmlRecords.read(
        in,
        limits,
        "CONSOLIDATED_LIST",
        Set.of("INDIVIDUAL", "ENTITY"),
        root -> asOf.set(ListDates.read(root.attribute("dateGenerated"))),
        record -> {
          PartyBuilder party = party(record);
          if (!party.hasNames()) {
            throw record.refusal("an <" + record.name() + "> has no name");
          }
          parties.add(party, 0, 0);
        });
    return parties.finish(asOf.get());
  }

  private static PartyBuilder party(XmlElement record) {
    String uid = record.textOf("DATAID");
    if (uid.isEmpty()) {
      throw record.refusal("an <" + record.name() + "> has no DATAID");
    }
    boolean isPerson = record.name().equals("INDIVIDUAL");
    String prefix = record.name() + "_";
    PartyBuilder party =
        new PartyBuilder(LISTING, uid)
            .type(isPerson ? PartyType.PERSON : PartyType.ENTITY)
            .name(
                Stream.of("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
                    .map(record::textOf)
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining(" ")),
                NameStrength.PRIMARY)
            .name(record.textOf("NAME_ORIGINAL_SCRIPT"), NameStrength.STRONG)
            .programme(record.textOf("UN_LIST_TYPE"));
    for (XmlElement alias : record.all(prefix + "ALIAS")) {
      party.name(
          alias.textOf("ALIAS_NAME"),
          alias.textOf("QUALITY").equalsIgnoreCase("Low")
              ? NameStrength.WEAK
              : NameStrength.STRONG);
    }
    for (XmlElement address : record.all(prefix + "ADDRESS")) {
      party
          .country(address.textOf("COUNTRY"))
          .address(
              address.textOf("STREET"),
              address.textOf("ZIP_CODE"),
              address.textOf("CITY"),
              address.textOf("STATE_PROVINCE"),
              address.textOf("COUNTRY"));
    }
    record.all("NATIONALITY").stream()
        .flatMap(nationality -> nationality.all("VALUE").stream())
        .forEach(value -> party.country(value.ownText()));
    for (XmlElement birth : record.all(prefix + "DATE_OF_BIRTH")) {
      List.of("DATE", "YEAR").forEach(form -> party.date(ListDates.orPrinted(birth.textOf(form))));
    }
    for (XmlElement document : record.all(prefix + "DOCUMENT")) {
      party.identifier(
          document.textOf("TYPE_OF_DOCUMENT"),
          document.textOf("NUMBER"),
          document.textOf("COUNTRY_OF_ISSUE").isEmpty()
              ? document.textOf("ISSUING_COUNTRY")
              : document.textOf("COUNTRY_OF_ISSUE"));
    }
    return party;
  }
}
