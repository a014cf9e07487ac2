package io.berth.inventory.domain;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Countries (ISO 3166-1 alpha-2) and what region labels tell of them. */
public final class Countries {

  private static final Set<String> CODES =
      Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

  private static final Pattern REGION = Pattern.compile("([A-Za-z]{2})-[A-Za-z0-9].*");

  /**
   * Codes that cloud providers put before regions of a continent or a wider area: South America,
   * Middle East, Africa, Latin America, North America (AWS, Oracle Cloud, Alibaba Cloud, Huawei
   * Cloud: {@code sa-east-1} is in Brazil). Such a label tells no country.
   */
  private static final Set<String> WIDER_AREAS = Set.of("SA", "ME", "AF", "LA", "NA");

  /** China's special regions have codes of their own but appear under {@code cn-}. */
  private static final Pattern CHINA_SPECIAL =
      Pattern.compile("cn-(?:hongkong|hong-kong|hk|macau|macao|mo).*", Pattern.CASE_INSENSITIVE);

  private Countries() {}

  /**
   * The country that a region label tells by its prefix, as {@code de-fra-1} tells Germany; empty
   * where the prefix is no country or may mean another.
   */
  public static Optional<String> ofRegion(@Nullable String region) {
    if (region == null || CHINA_SPECIAL.matcher(region).matches()) {
      return Optional.empty();
    }
    Matcher matcher = REGION.matcher(region);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String code = matcher.group(1).toUpperCase(Locale.ROOT);
    return CODES.contains(code) && !WIDER_AREAS.contains(code)
        ? Optional.of(code)
        : Optional.empty();
  }
}
