package io.berth.policy.domain;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The country codes of ISO 3166-1 alpha-2, as the Java platform has them. */
public final class Countries {

  private static final Set<String> CODES = Set.of(Locale.getISOCountries());

  private Countries() {}

  /** All codes in use. */
  public static Set<String> codes() {
    return CODES;
  }

  /**
   * Throws {@link IllegalArgumentException} where the code is neither null nor in use. A code that
   * no country has would be in no group, and so would slip through rules that name groups.
   */
  public static void requireCodeOrNull(@Nullable String code) {
    if (code != null && !CODES.contains(code)) {
      throw new IllegalArgumentException("not a country code of ISO 3166-1 alpha-2: " + code);
    }
  }
}
