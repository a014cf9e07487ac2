package io.berth.screening.domain;

import io.berth.screening.NameStrength;
import io.berth.screening.PartyType;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The UK Sanctions List, CSV: a first line with the report's date, a line of headings, then one row
 * for each name and address of a party. Columns are found by their headings, since some have come
 * and gone over the years.
 */
final class UkList {

  private static final String LISTING = "UK_SL";
  private static final List<String> NEEDED = List.of("unique id", "name 6", "name type");

  private final Map<String, PartyBuilder> parties = new LinkedHashMap<>();
  private final Map<String, Integer> columns = new HashMap<>();
  private final ListLimits limits;
  private @Nullable LocalDate asOf;

  private UkList(ListLimits limits) {
    this.limits = limits;
  }

  static ParsedList read(InputStream in, ListLimits limits) {
    UkList list = new UkList(limits);
    CsvRows.read(in, limits, list::take);
    if (list.columns.isEmpty()) {
      throw new InvalidListException("there is no line of headings with 'Unique ID'", 1, 0);
    }
    PartyCollector collector = new PartyCollector(limits);
    list.parties.values().forEach(party -> collector.add(party, 0, 0));
    return collector.finish(list.asOf);
  }

  private void take(String[] cells, int line) {
    if (columns.isEmpty()) {
      head(cells, line);
      return;
    }
    if (Stream.of(cells).allMatch(String::isBlank)) {
      return;
    }
    Cells row = new Cells(cells, columns);
    String uid = row.get("Unique ID");
    if (uid.isEmpty()) {
      throw new InvalidListException("a row has no Unique ID", line, 0);
    }
    if (cells.length < columns.size()) {
      throw new InvalidListException(
          "a row has " + cells.length + " cells under " + columns.size() + " headings", line, 0);
    }
    fill(parties.computeIfAbsent(uid, key -> new PartyBuilder(LISTING, key)), row, line);
    if (parties.size() > limits.entriesMax()) {
      throw new InvalidListException(
          "the file has more than " + limits.entriesMax() + " entries", line, 0);
    }
  }

  /**
   * The date's line reads "Report Date: 13-Feb-2026" or, in older files, "Last Updated,13/02/2026".
   */
  private void head(String[] cells, int line) {
    Map<String, Integer> found = new HashMap<>();
    for (int i = 0; i < cells.length; i++) {
      found.putIfAbsent(key(cells[i]), i);
    }
    if (found.keySet().containsAll(NEEDED)) {
      columns.putAll(found);
      return;
    }
    String first = cells.length == 0 ? "" : key(cells[0]);
    if (line > 1 || !(first.startsWith("report date") || first.startsWith("last updated"))) {
      throw new InvalidListException(
          "expected the report's date, then headings with 'Unique ID', 'Name 6' and 'Name type'",
          line,
          1);
    }
    int colon = cells[0].indexOf(':');
    asOf =
        colon >= 0
            ? ListDates.read(cells[0].substring(colon + 1))
            : cells.length > 1 ? ListDates.read(cells[1]) : null;
  }

  private static void fill(PartyBuilder party, Cells row, int line) {
    String name =
        Stream.of("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")
            .map(row::get)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(" "));
    String original = row.get("Name non-latin script");
    if (name.isEmpty() && original.isEmpty()) {
      throw new InvalidListException("a row has no name", line, 0);
    }
    party
        .name(name, strength(row))
        .name(original, NameStrength.STRONG)
        .programme(row.get("Regime Name"))
        .type(type(row))
        .country(row.get("Address Country"))
        .identifier("Business registration number", row.get("Business registration number (s)"), "")
        .identifier("IMO number", row.get("IMO number"), "")
        .identifier("National Identifier number", row.get("National Identifier number"), "")
        .identifier("Passport number", row.get("Passport number"), "")
        .date(ListDates.orPrinted(row.get("D.O.B")));
    for (String nationality : row.get("Nationality(/ies)").split("[;,/]")) {
      party.country(nationality);
    }
    party.address(
        Stream.concat(
                IntStream.rangeClosed(1, 6).mapToObj(i -> row.get("Address Line " + i)),
                Stream.of(row.get("Address Postal Code"), row.get("Address Country")))
            .toArray(String[]::new));
  }

  private static NameStrength strength(Cells row) {
    if (row.get("Name type").toLowerCase(Locale.ROOT).equals("primary name")) {
      return NameStrength.PRIMARY;
    }
    String alias = row.get("Alias strength").toLowerCase(Locale.ROOT);
    return alias.startsWith("weak") || alias.startsWith("low")
        ? NameStrength.WEAK
        : NameStrength.STRONG;
  }

  private static PartyType type(Cells row) {
    String printed =
        row.get("Designation Type").isEmpty()
            ? row.get("Individual, Entity, Ship")
            : row.get("Designation Type");
    return switch (printed.toLowerCase(Locale.ROOT)) {
      case "individual" -> PartyType.PERSON;
      case "entity" -> PartyType.ENTITY;
      case "ship" -> PartyType.VESSEL;
      default -> PartyType.UNKNOWN;
    };
  }

  /** A heading without a byte order mark and in lower case: lists are not firm about case. */
  private static String key(String heading) {
    return heading.replace("\uFEFF", "").strip().toLowerCase(Locale.ROOT);
  }

  /** One row. */
  private record Cells(String[] cells, Map<String, Integer> columns) {
    String get(String heading) {
      Integer index = columns.get(key(heading));
      return index == null || index >= cells.length ? "" : cells[index].strip();
    }
  }
}
