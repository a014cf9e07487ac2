package io.berth.screening.domain;

import io.berth.screening.NameStrength;
import io.berth.screening.PartyType;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * OFAC's SDN list in advanced XML. What the numbers in it mean stands at its front; places and
 * documents come before the parties that refer to them, and the reasons for listing after.
 */
final class SdnXml {

  private static final Set<String> RECORDS =
      Set.of(
          "DateOfIssue",
          "AreaCodeValues",
          "CountryValues",
          "FeatureTypeValues",
          "IDRegDocTypeValues",
          "ListValues",
          "NamePartTypeValues",
          "PartySubTypeValues",
          "PartyTypeValues",
          "Location",
          "IDRegDocument",
          "DistinctParty",
          "SanctionsEntry");

  /** The order in which the parts of a person's name are spoken. */
  private static final List<String> NAME_ORDER =
      List.of("First Name", "Middle Name", "Patronymic", "Matronymic", "Last Name", "Maiden Name");

  private final Map<String, String> countries = new HashMap<>();
  private final Map<String, String> areas = new HashMap<>();
  private final Map<String, String> featureTypes = new HashMap<>();
  private final Map<String, String> documentTypes = new HashMap<>();
  private final Map<String, String> lists = new HashMap<>();
  private final Map<String, String> namePartTypes = new HashMap<>();
  private final Map<String, String> partyTypes = new HashMap<>();
  private final Map<String, XmlElement> partySubTypes = new HashMap<>();
  private final Map<String, Place> places = new HashMap<>();
  private final Map<String, List<Document>> documents = new HashMap<>();
  private final Map<String, PartyBuilder> parties = new LinkedHashMap<>();
  private final Map<String, String> uidsByProfile = new HashMap<>();
  private final Set<String> designated = new HashSet<>();
  private final ListLimits limits;
  private @Nullable LocalDate asOf;

  private record Place(List<String> parts, List<String> countries) {}

  private record Document(String type, String number, String country) {}

  private SdnXml(ListLimits limits) {
    this.limits = limits;
  }

  static ParsedList read(InputStream in, ListLimits limits) {
    SdnXml list = new SdnXml(limits);
    XmlRecords.read(in, limits, "Sanctions", RECORDS, root -> {}, list::take);
    PartyCollector collector = new PartyCollector(limits);
    list.parties.forEach((uid, party) -> {
      if (list.designated.contains(uid)) {
        collector.add(party, 0, 0);
      }
    });
    return collector.finish(list.asOf);
  }

  private void take(XmlElement record) {
    switch (record.name()) {
      case "DateOfIssue" -> asOf = date(record);
      case "AreaCodeValues" ->
          record
              .all("AreaCode")
              .forEach(area -> areas.put(area.required("ID"), area.attribute("CountryID")));
      case "CountryValues" ->
          record
              .all("Country")
              .forEach(country ->
                  countries.put(
                      country.required("ID"),
                      country.attribute("ISO2").isEmpty()
                          ? country.ownText()
                          : country.attribute("ISO2")));
      case "FeatureTypeValues" -> values(record, featureTypes);
      case "IDRegDocTypeValues" -> values(record, documentTypes);
      case "ListValues" -> values(record, lists);
      case "NamePartTypeValues" -> values(record, namePartTypes);
      case "PartyTypeValues" -> values(record, partyTypes);
      case "PartySubTypeValues" ->
          record.children().forEach(value -> partySubTypes.put(value.required("ID"), value));
      case "Location" -> places.put(record.required("ID"), place(record));
      case "IDRegDocument" -> document(record);
      case "DistinctParty" -> party(record);
      default -> reasons(record);
    }
  }

  private static void values(XmlElement record, Map<String, String> values) {
    record.children().forEach(value -> values.put(value.required("ID"), value.ownText()));
  }

  /** The subtype tells ships from aeroplanes, its type persons from entities. */
  private PartyType type(String subTypeId) {
    XmlElement subType = partySubTypes.get(subTypeId);
    if (subType == null) {
      return PartyType.UNKNOWN;
    }
    return switch (subType.ownText()) {
      case "Vessel" -> PartyType.VESSEL;
      case "Aircraft" -> PartyType.AIRCRAFT;
      default ->
          switch (partyTypes.getOrDefault(subType.attribute("PartyTypeID"), "")) {
            case "Individual" -> PartyType.PERSON;
            case "Entity" -> PartyType.ENTITY;
            default -> PartyType.UNKNOWN;
          };
    };
  }

  private Place place(XmlElement record) {
    List<String> parts = new ArrayList<>();
    record.all("LocationPart").stream()
        .flatMap(part -> part.all("LocationPartValue").stream())
        .map(value -> value.textOf("Value"))
        .filter(value -> !value.isEmpty())
        .forEach(parts::add);
    List<String> codes = new ArrayList<>();
    record
        .all("LocationCountry")
        .forEach(country -> codes.add(country(country.attribute("CountryID"))));
    record
        .all("LocationAreaCode")
        .forEach(area -> codes.add(country(areas.getOrDefault(area.attribute("AreaCodeID"), ""))));
    return new Place(parts, codes);
  }

  private String country(String id) {
    return countries.getOrDefault(id, "");
  }

  private void document(XmlElement record) {
    documents
        .computeIfAbsent(record.required("IdentityID"), key -> new ArrayList<>())
        .add(
            new Document(
                documentTypes.getOrDefault(record.attribute("IDRegDocTypeID"), ""),
                record.textOf("IDRegistrationNo"),
                country(record.attribute("IssuedBy-CountryID"))));
  }

  private void party(XmlElement record) {
    String uid = record.required("FixedRef");
    PartyBuilder party = new PartyBuilder(SdnCsv.LISTING, uid);
    for (XmlElement profile : record.all("Profile")) {
      uidsByProfile.put(profile.required("ID"), uid);
      party.type(type(profile.attribute("PartySubTypeID")));
      profile.all("Identity").forEach(identity -> identity(party, identity));
      profile.all("Feature").forEach(feature -> feature(party, feature));
    }
    if (!party.hasNames()) {
      throw record.refusal("a <DistinctParty> has no name");
    }
    if (parties.putIfAbsent(uid, party) != null) {
      throw record.refusal("the entry " + uid + " is there twice");
    }
    if (parties.size() > limits.entriesMax()) {
      throw record.refusal("the file has more than " + limits.entriesMax() + " entries");
    }
  }

  private void identity(PartyBuilder party, XmlElement identity) {
    Map<String, String> groups = new HashMap<>();
    identity.all("NamePartGroups").stream()
        .flatMap(all -> all.all("MasterNamePartGroup").stream())
        .flatMap(master -> master.all("NamePartGroup").stream())
        .forEach(group ->
            groups.put(
                group.required("ID"),
                namePartTypes.getOrDefault(group.attribute("NamePartTypeID"), "")));
    for (XmlElement alias : identity.all("Alias")) {
      boolean isWeak = alias.attribute("LowQuality").equals("true");
      boolean isPrimary = alias.attribute("Primary").equals("true");
      for (XmlElement name : alias.all("DocumentedName")) {
        party.name(
            spoken(name, groups),
            isWeak ? NameStrength.WEAK : isPrimary ? NameStrength.PRIMARY : NameStrength.STRONG);
      }
    }
    documents
        .getOrDefault(identity.attribute("ID"), List.of())
        .forEach(
            document -> party.identifier(document.type(), document.number(), document.country()));
  }

  private static String spoken(XmlElement name, Map<String, String> groups) {
    TreeMap<Integer, String> parts = new TreeMap<>();
    int given = 0;
    for (XmlElement part : name.all("DocumentedNamePart")) {
      Optional<XmlElement> value = part.first("NamePartValue");
      if (value.isPresent()) {
        String type = groups.getOrDefault(value.get().attribute("NamePartGroupID"), "");
        int place = NAME_ORDER.indexOf(type);
        parts.put((place < 0 ? NAME_ORDER.size() : place) * 1_000 + given++, value.get().ownText());
      }
    }
    return String.join(" ", parts.values());
  }

  private void feature(PartyBuilder party, XmlElement feature) {
    String type = featureTypes.getOrDefault(feature.attribute("FeatureTypeID"), "");
    for (XmlElement version : feature.all("FeatureVersion")) {
      for (XmlElement location : version.all("VersionLocation")) {
        Place place = places.get(location.attribute("LocationID"));
        if (place != null) {
          place.countries().forEach(party::country);
          if (type.equals("Location")) {
            party.address(place.parts().toArray(String[]::new));
          }
        }
      }
      if (type.equals("Birthdate") || type.equals("Organization Established Date")) {
        version.all("DatePeriod").forEach(period -> period(party, period));
      }
      if (type.contains("Number") || type.contains("ID") || type.contains("Code")) {
        version
            .all("VersionDetail")
            .forEach(detail -> party.identifier(type, detail.ownText(), ""));
      }
    }
  }

  private static void period(PartyBuilder party, XmlElement period) {
    period
        .first("Start")
        .flatMap(start -> start.first("From"))
        .ifPresent(from -> {
          LocalDate date = date(from);
          party.date(date == null ? from.textOf("Year") : date.toString());
        });
  }

  private void reasons(XmlElement entry) {
    String uid = uidsByProfile.get(entry.required("ProfileID"));
    PartyBuilder party = uid == null ? null : parties.get(uid);
    if (party == null) {
      throw entry.refusal("a <SanctionsEntry> refers to a party that is not there");
    }
    // OFAC's other lists come in the same format, and some parties are on several.
    if (!lists.getOrDefault(entry.attribute("ListID"), "").startsWith("SDN")) {
      return;
    }
    designated.add(uid);
    entry.all("SanctionsMeasure").forEach(measure -> party.programme(measure.textOf("Comment")));
  }

  private static @Nullable LocalDate date(XmlElement parts) {
    try {
      return LocalDate.of(
          Integer.parseInt(parts.textOf("Year")),
          Integer.parseInt(parts.textOf("Month")),
          Integer.parseInt(parts.textOf("Day")));
    } catch (NumberFormatException | DateTimeException e) {
      return null;
    }
  }
}
