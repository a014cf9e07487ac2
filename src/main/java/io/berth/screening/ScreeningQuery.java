package io.berth.screening;

import java.util.List;
import java.util.Set;

/**
 * Whom to look for.
 *
 * @param name a name, in any script
 * @param type what kind of party it is, {@link PartyType#UNKNOWN} where that is not known
 * @param countries the countries that it is connected with, ISO 3166-1 alpha-2; empty for unknown
 * @param identifiers numbers that identify it, such as its registration number
 */
public record ScreeningQuery(
    String name, PartyType type, Set<String> countries, List<String> identifiers) {

  /** Copies the collections. */
  public ScreeningQuery {
    countries = Set.copyOf(countries);
    identifiers = List.copyOf(identifiers);
  }
}
