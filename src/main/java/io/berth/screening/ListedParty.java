package io.berth.screening;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A party that a list names, in the one shape that all lists are brought into.
 *
 * @param listing the denied-party list, one of {@link io.berth.identity.LegalFacts#KNOWN_LISTINGS};
 *     a published file may hold several
 * @param uid how the list itself tells the party from others
 * @param type what kind of party it is
 * @param names its names, at least one; the first is the one under which it is listed
 * @param countries every country that the list connects it with, ISO 3166-1 alpha-2
 * @param identifiers numbers that identify it
 * @param dates of birth, or of foundation: ISO 8601 where the list is exact, else in its words
 * @param programmes why it is listed, in the list's words
 * @param addresses where it is, in the list's words
 */
public record ListedParty(
    String listing,
    String uid,
    PartyType type,
    List<ListedName> names,
    Set<String> countries,
    List<PartyIdentifier> identifiers,
    List<String> dates,
    List<String> programmes,
    List<String> addresses) {

  /**
   * Copies the collections, leaving out what is there twice. Throws {@link
   * IllegalArgumentException} where there is no name.
   */
  public ListedParty {
    names = List.copyOf(new LinkedHashSet<>(names));
    countries = java.util.Collections.unmodifiableSet(new java.util.TreeSet<>(countries));
    identifiers = List.copyOf(new LinkedHashSet<>(identifiers));
    dates = List.copyOf(new LinkedHashSet<>(dates));
    programmes = List.copyOf(new LinkedHashSet<>(programmes));
    addresses = List.copyOf(new LinkedHashSet<>(addresses));
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a listed party has a name");
    }
  }

  /** Identifies the entry across files and versions, such as {@code SDN/7107}. */
  public String key() {
    return listing + "/" + uid;
  }

  /** The name under which it is listed. */
  public String primaryName() {
    return names.getFirst().text();
  }
}
