package io.berth.screening.domain;

import io.berth.screening.ListedName;
import io.berth.screening.ListedParty;
import io.berth.screening.NameStrength;
import io.berth.screening.PartyIdentifier;
import io.berth.screening.PartyType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gathers what a file says about one party, in whatever order it says it. */
final class PartyBuilder {

  /** No list has a party with half as many names; the text of one is bounded by the limits. */
  private static final int PIECES_MAX = 2_000;

  private final String listing;
  private final String uid;
  private PartyType type = PartyType.UNKNOWN;
  private final Map<String, NameStrength> names = new LinkedHashMap<>();
  private @Nullable String primary;
  private final Set<String> countries = new TreeSet<>();
  private final List<PartyIdentifier> identifiers = new ArrayList<>();
  private final List<String> dates = new ArrayList<>();
  private final List<String> programmes = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();

  PartyBuilder(String listing, String uid) {
    this.listing = listing;
    this.uid = uid;
  }

  PartyBuilder type(PartyType found) {
    type = found;
    return this;
  }

  /** A name; the first primary one is what the party is listed as, others are aliases. */
  PartyBuilder name(String text, NameStrength strength) {
    String stripped = squeeze(text);
    if (stripped.isEmpty() || names.size() >= PIECES_MAX) {
      return this;
    }
    NameStrength kept = strength;
    if (strength == NameStrength.PRIMARY) {
      if (primary == null) {
        primary = stripped;
      } else {
        kept = NameStrength.STRONG;
      }
    }
    // Of two strengths for the same name the better one holds.
    names.merge(stripped, kept, (one, other) -> one.compareTo(other) <= 0 ? one : other);
    return this;
  }

  /** A code or a name of a country; one that is neither is passed over. */
  PartyBuilder country(String printed) {
    CountryNames.code(printed).ifPresent(countries::add);
    return this;
  }

  PartyBuilder identifier(String identifierType, String number, String country) {
    if (!number.isBlank() && identifiers.size() < PIECES_MAX) {
      identifiers.add(
          new PartyIdentifier(
              squeeze(identifierType), squeeze(number), CountryNames.code(country).orElse(null)));
    }
    return this;
  }

  PartyBuilder date(String date) {
    return add(dates, date);
  }

  PartyBuilder programme(String programme) {
    return add(programmes, programme);
  }

  PartyBuilder address(String... parts) {
    List<String> given = new ArrayList<>();
    for (String part : parts) {
      if (!part.isBlank()) {
        given.add(squeeze(part));
      }
    }
    return add(addresses, String.join(", ", given));
  }

  boolean hasNames() {
    return !names.isEmpty();
  }

  /**
   * The party. Where no name was called primary, the first one given is.
   *
   * @throws IllegalStateException where there is no name
   */
  ListedParty build() {
    if (names.isEmpty()) {
      throw new IllegalStateException("no name");
    }
    String first = primary == null ? names.keySet().iterator().next() : primary;
    List<ListedName> ordered = new ArrayList<>();
    ordered.add(new ListedName(first, NameStrength.PRIMARY));
    names.forEach((text, strength) -> {
      if (!text.equals(first)) {
        ordered.add(new ListedName(text, strength));
      }
    });
    return new ListedParty(
        listing, uid, type, ordered, countries, identifiers, dates, programmes, addresses);
  }

  private PartyBuilder add(List<String> pieces, String text) {
    String squeezed = squeeze(text);
    if (!squeezed.isEmpty() && pieces.size() < PIECES_MAX && !pieces.contains(squeezed)) {
      pieces.add(squeezed);
    }
    return this;
  }

  /** PostgreSQL stores no NUL, and a line of text is one line. */
  private static String squeeze(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Zs}\\p{Zl}\\p{Zp}]+", " ").strip();
  }
}
