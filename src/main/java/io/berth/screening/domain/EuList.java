package io.berth.screening.domain;

import io.berth.screening.NameStrength;
import io.berth.screening.PartyType;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The EU's consolidated list of persons, groups and entities subject to financial sanctions, XML
 * 1.1 ({@code http://eu.europa.ec/fpi/fsd/export}).
 */
final class EuList {

  private static final String LISTING = "EU_FSF";

  private EuList() {}

  static ParsedList read(InputStream in, ListLimits limits) {
    PartyCollector parties = new PartyCollector(limits);
    AtomicReference<LocalDate> asOf = new AtomicReference<>();
    XmlRecords.read(
        in,
        limits,
        "export",
        Set.of("sanctionEntity"),
        root -> asOf.set(ListDates.read(root.attribute("generationDate"))),
        record -> {
          PartyBuilder party = party(record);
          if (!party.hasNames()) {
            throw record.refusal("a <sanctionEntity> has no name");
          }
          parties.add(party, 0, 0);
        });
    return parties.finish(asOf.get());
  }

  private static PartyBuilder party(XmlElement record) {
    PartyBuilder party = new PartyBuilder(LISTING, record.required("logicalId"));
    boolean isFirst = true;
    for (XmlElement part : record.children()) {
      switch (part.name()) {
        case "subjectType" -> party.type(type(part));
        case "nameAlias" -> {
          String name = name(part);
          boolean isStrong = !part.attribute("strong").equals("false");
          party.name(
              name,
              isStrong ? isFirst ? NameStrength.PRIMARY : NameStrength.STRONG : NameStrength.WEAK);
          isFirst &= name.isEmpty() || !isStrong;
        }
        case "citizenship" -> country(party, part);
        case "address" -> {
          country(party, part);
          party.address(
              part.attribute("street"),
              part.attribute("poBox"),
              part.attribute("zipCode"),
              part.attribute("city"),
              part.attribute("region"),
              part.attribute("place"),
              unknownAsEmpty(part.attribute("countryDescription")));
        }
        case "birthdate" -> {
          String exact = part.attribute("birthdate");
          party.date(exact.isEmpty() ? part.attribute("year") : ListDates.orPrinted(exact));
          country(party, part);
        }
        case "identification" ->
            party.identifier(
                part.attribute("identificationTypeDescription").isEmpty()
                    ? part.attribute("identificationTypeCode")
                    : part.attribute("identificationTypeDescription"),
                part.attribute("number"),
                part.attribute("countryIso2Code"));
        case "regulation" -> party.programme(part.attribute("programme"));
        default -> {
          // Remarks and summaries are for people.
        }
      }
    }
    return party;
  }

  private static PartyType type(XmlElement part) {
    return switch (part.attribute("classificationCode")) {
      case "P" -> PartyType.PERSON;
      case "E" -> PartyType.ENTITY;
      default -> PartyType.UNKNOWN;
    };
  }

  private static String name(XmlElement alias) {
    String whole = alias.attribute("wholeName");
    return whole.isEmpty()
        ? String.join(
            " ",
            alias.attribute("firstName"),
            alias.attribute("middleName"),
            alias.attribute("lastName"))
        : whole;
  }

  /** Where the EU knows no country it prints the code 00. */
  private static void country(PartyBuilder party, XmlElement part) {
    party.country(part.attribute("countryIso2Code"));
  }

  private static String unknownAsEmpty(String description) {
    return description.equals("UNKNOWN") ? "" : description;
  }
}
