package io.berth.screening.domain;

import io.berth.screening.NameStrength;
import io.berth.screening.PartyType;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * OFAC's SDN list as CSV: {@code sdn.csv}, {@code alt.csv} and {@code add.csv} in one ZIP archive,
 * as in {@code sdall.zip}. The files have no headings; {@code -0-} stands for nothing, and a line
 * with the control character 1A ends each. (OFAC, "Specially Designated Nationals and Blocked
 * Persons data specification".)
 */
final class SdnCsv {

  static final String LISTING = "SDN";
  private static final Set<String> NEEDED = Set.of("sdn.csv", "alt.csv", "add.csv");
  private static final int ARCHIVE_FILES_MAX = 20;
  private static final String END_OF_FILE = "\u001a";

  /** Weak aliases are told in the remarks only, in quotes. */
  private static final Pattern WEAK_ALIAS = Pattern.compile("[afn]\\.k\\.a\\. '([^']+)'");

  private static final Pattern BIRTH = Pattern.compile("^(?:alt\\. )?DOB (?:circa )?(.+)$");
  private static final Pattern NATIONALITY =
      Pattern.compile("^(?:alt\\. )?(?:nationality|citizen) (.+)$");
  private static final Pattern FOUNDED = Pattern.compile("^Organization Established Date (.+)$");
  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "^(?:alt\\. )?([\\p{L}.\\- /]*(?:Number|No\\.|Passport|Code|ID|Identification)[\\p{L}.\\- /]*?)"
              + " ([\\p{L}\\p{N}][\\p{L}\\p{N}./\\-]*\\p{N}[\\p{L}\\p{N}./\\-]*)(?: \\(([^)]+)\\))?");

  private final Map<String, PartyBuilder> parties = new LinkedHashMap<>();
  private final Map<String, Runnable> later = new LinkedHashMap<>();
  private final ListLimits limits;

  private SdnCsv(ListLimits limits) {
    this.limits = limits;
  }

  static ParsedList read(InputStream in, ListLimits limits) {
    SdnCsv list = new SdnCsv(limits);
    list.readArchive(in);
    PartyCollector collector = new PartyCollector(limits);
    // Aliases and addresses may come in the archive before the parties that they belong to.
    list.later.values().forEach(Runnable::run);
    list.parties.values().forEach(party -> collector.add(party, 0, 0));
    return collector.finish(null);
  }

  private void readArchive(InputStream in) {
    Set<String> found = new HashSet<>();
    int files = 0;
    // Every file of the archive counts towards one limit, so that no bomb unpacks.
    BoundedInput packed = new BoundedInput(in, limits.bytesMax(), Integer.MAX_VALUE);
    try (ZipInputStream archive = new ZipInputStream(packed)) {
      for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
        if (++files > ARCHIVE_FILES_MAX) {
          throw new InvalidListException("the archive has too many files", 0, 0);
        }
        String name = entry.getName().toLowerCase(Locale.ROOT);
        name = name.substring(name.lastIndexOf('/') + 1);
        if (NEEDED.contains(name)) {
          if (!found.add(name)) {
            throw new InvalidListException("the archive has " + name + " twice", 0, 0);
          }
          readFile(name, archive);
        }
      }
    } catch (ZipException e) {
      throw new InvalidListException("the archive is broken: " + e.getMessage(), 0, 0, e);
    } catch (IOException e) {
      throw new InvalidListException("the archive cannot be read: " + e.getMessage(), 0, 0, e);
    }
    if (!found.equals(NEEDED)) {
      throw new InvalidListException(
          "the archive must hold sdn.csv, alt.csv and add.csv; found " + found, 0, 0);
    }
  }

  private void readFile(String name, ZipInputStream archive) {
    try {
      CsvRows.read(
          new KeepOpen(archive),
          limits,
          (cells, line) -> {
            if (cells.length == 0 || cells[0].startsWith(END_OF_FILE)) {
              return;
            }
            switch (name) {
              case "sdn.csv" -> party(cells, line);
              case "alt.csv" -> alias(cells, line);
              default -> address(cells, line);
            }
          });
    } catch (InvalidListException e) {
      throw new InvalidListException(name + ": " + e.getMessage(), e.line(), e.column(), e);
    }
  }

  private void party(String[] cells, int line) {
    requireCells(cells, 12, line);
    String uid = number(cells[0], line);
    PartyBuilder party =
        new PartyBuilder(LISTING, uid)
            .type(type(cell(cells, 2)))
            .name(cell(cells, 1), NameStrength.PRIMARY)
            .country(cell(cells, 9));
    for (String programme : cell(cells, 3).split("[\\]\\[;]+")) {
      party.programme(programme);
    }
    remarks(party, cell(cells, 11));
    if (!party.hasNames()) {
      throw new InvalidListException("an entry has no name", line, 0);
    }
    if (parties.putIfAbsent(uid, party) != null) {
      throw new InvalidListException("the entry " + uid + " is there twice", line, 0);
    }
  }

  private static void remarks(PartyBuilder party, String remarks) {
    Matcher weak = WEAK_ALIAS.matcher(remarks);
    while (weak.find()) {
      party.name(weak.group(1), NameStrength.WEAK);
    }
    for (String part : remarks.split(";")) {
      String remark = part.strip().replaceAll("\\.$", "");
      Matcher found = BIRTH.matcher(remark);
      if (found.matches()) {
        party.date(ListDates.orPrinted(found.group(1)));
        continue;
      }
      found = FOUNDED.matcher(remark);
      if (found.matches()) {
        party.date(ListDates.orPrinted(found.group(1)));
        continue;
      }
      found = NATIONALITY.matcher(remark);
      if (found.matches()) {
        party.country(found.group(1));
        continue;
      }
      found = IDENTIFIER.matcher(remark);
      if (found.find()) {
        party.identifier(
            found.group(1), found.group(2), found.group(3) == null ? "" : found.group(3));
      }
    }
  }

  private void alias(String[] cells, int line) {
    requireCells(cells, 5, line);
    String uid = number(cells[0], line);
    String name = cell(cells, 3);
    later.put("alt" + line, () -> owner("alt.csv", uid, line).name(name, NameStrength.STRONG));
  }

  private void address(String[] cells, int line) {
    requireCells(cells, 6, line);
    String uid = number(cells[0], line);
    String street = cell(cells, 2);
    String city = cell(cells, 3);
    String country = cell(cells, 4);
    later.put(
        "add" + line,
        () -> owner("add.csv", uid, line).country(country).address(street, city, country));
  }

  private PartyBuilder owner(String file, String uid, int line) {
    PartyBuilder party = parties.get(uid);
    if (party == null) {
      throw new InvalidListException(file + ": sdn.csv has no entry " + uid, line, 1);
    }
    return party;
  }

  private static void requireCells(String[] cells, int count, int line) {
    if (cells.length < count) {
      throw new InvalidListException(
          "a row has " + cells.length + " cells and not " + count, line, 0);
    }
  }

  private static String number(String cell, int line) {
    String number = cell.strip();
    if (!number.matches("\\d{1,10}")) {
      throw new InvalidListException("an entry's number is not a number", line, 1);
    }
    return number;
  }

  private static String cell(String[] cells, int index) {
    String cell = cells[index].strip();
    return cell.equals("-0-") ? "" : cell;
  }

  private static PartyType type(String printed) {
    return switch (printed.toLowerCase(Locale.ROOT)) {
      case "individual" -> PartyType.PERSON;
      case "vessel" -> PartyType.VESSEL;
      case "aircraft" -> PartyType.AIRCRAFT;
      // An entity is what has no type.
      case "" -> PartyType.ENTITY;
      default -> PartyType.UNKNOWN;
    };
  }

  /** The archive goes on after one of its files has been read. */
  private static final class KeepOpen extends java.io.FilterInputStream {
    KeepOpen(InputStream in) {
      super(in);
    }

    @Override
    public void close() {
      // The archive is closed by whoever opened it.
    }
  }
}
