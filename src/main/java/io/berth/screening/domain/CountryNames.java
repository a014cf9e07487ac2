package io.berth.screening.domain;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the country that a list means: lists print codes, names of their own, or both. */
final class CountryNames {

  private static final Set<String> CODES =
      Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

  /** Names that lists print and the Java platform does not, normalized. */
  private static final Map<String, String> OTHER_NAMES =
      Map.ofEntries(
          Map.entry("burma", "MM"),
          Map.entry("bosnia and herzegovina", "BA"),
          Map.entry("bosnia herzegovina", "BA"),
          Map.entry("cape verde", "CV"),
          Map.entry("congo democratic republic", "CD"),
          Map.entry("congo democratic republic of the", "CD"),
          Map.entry("congo republic of the", "CG"),
          Map.entry("cote d ivoire", "CI"),
          Map.entry("czech republic", "CZ"),
          Map.entry("democratic peoples republic of korea", "KP"),
          Map.entry("democratic republic of the congo", "CD"),
          Map.entry("dprk", "KP"),
          Map.entry("great britain", "GB"),
          Map.entry("hong kong", "HK"),
          Map.entry("iran islamic republic of", "IR"),
          Map.entry("islamic republic of iran", "IR"),
          Map.entry("ivory coast", "CI"),
          Map.entry("korea democratic peoples republic of", "KP"),
          Map.entry("korea north", "KP"),
          Map.entry("korea republic of", "KR"),
          Map.entry("korea south", "KR"),
          Map.entry("kyrgyz republic", "KG"),
          Map.entry("lao peoples democratic republic", "LA"),
          Map.entry("libyan arab jamahiriya", "LY"),
          Map.entry("macau", "MO"),
          Map.entry("macedonia", "MK"),
          Map.entry("moldova republic of", "MD"),
          Map.entry("north korea", "KP"),
          Map.entry("palestine", "PS"),
          Map.entry("palestinian", "PS"),
          Map.entry("peoples republic of china", "CN"),
          Map.entry("republic of korea", "KR"),
          Map.entry("russian federation", "RU"),
          Map.entry("south korea", "KR"),
          Map.entry("state of palestine", "PS"),
          Map.entry("swaziland", "SZ"),
          Map.entry("syrian arab republic", "SY"),
          Map.entry("taiwan province of china", "TW"),
          Map.entry("tanzania united republic of", "TZ"),
          Map.entry("the bahamas", "BS"),
          Map.entry("the gambia", "GM"),
          Map.entry("turkey", "TR"),
          Map.entry("uae", "AE"),
          Map.entry("uk", "GB"),
          Map.entry("united kingdom of great britain and northern ireland", "GB"),
          Map.entry("united republic of tanzania", "TZ"),
          Map.entry("united states of america", "US"),
          Map.entry("usa", "US"),
          Map.entry("venezuela bolivarian republic of", "VE"),
          Map.entry("viet nam", "VN"),
          Map.entry("west bank", "PS"));

  private static final Map<String, String> NAMES = names();

  private CountryNames() {}

  /** The code of a code or name, ISO 3166-1 alpha-2; empty where neither is known. */
  static Optional<String> code(String printed) {
    String stripped = printed.strip();
    if (stripped.length() == 2) {
      String code = stripped.toUpperCase(Locale.ROOT);
      if (CODES.contains(code)) {
        return Optional.of(code);
      }
    }
    String normalized = NameTokens.plain(stripped);
    String code = NAMES.get(normalized);
    return Optional.ofNullable(
        code == null && normalized.startsWith("the ") ? NAMES.get(normalized.substring(4)) : code);
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    for (String code : CODES) {
      names.put(NameTokens.plain(Locale.of("", code).getDisplayCountry(Locale.ENGLISH)), code);
    }
    names.putAll(OTHER_NAMES);
    return Map.copyOf(names);
  }
}
