package io.berth.identity;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who owns a part of an organization.
 *
 * @param name the owner's name
 * @param country where the owner is registered or lives, ISO 3166-1 alpha-2; null for unknown
 * @param percent the part owned, from 0 to 100
 * @param listed whether a denied-party list names the owner; null for unknown
 * @param listings the lists that do, of {@link LegalFacts#KNOWN_LISTINGS}; null where nobody says
 *     which
 * @param owners who owns the owner; null where nothing is said about that, which is what it means
 *     for a human being
 * @param ownersComplete whether {@code owners} names everybody who owns a part of it
 */
public record Owner(
    String name,
    @Nullable String country,
    BigDecimal percent,
    @Nullable Boolean listed,
    @Nullable Set<String> listings,
    @Nullable List<Owner> owners,
    boolean ownersComplete) {

  private static final BigDecimal WHOLE = BigDecimal.valueOf(100);

  /**
   * Brings equal percentages into one form, so that 50 and 50.0 are no change. Whom a list names is
   * listed.
   *
   * @throws IllegalArgumentException where the percentage is out of range
   */
  public Owner {
    if (percent.signum() < 0 || percent.compareTo(WHOLE) > 0) {
      throw new IllegalArgumentException("a percentage lies from 0 to 100");
    }
    owners = owners == null ? null : List.copyOf(owners);
    listings =
        listings == null || listings.isEmpty()
            ? null
            : Collections.unmodifiableSet(new TreeSet<>(listings));
    listed = listings == null ? listed : Boolean.TRUE;
    percent = percent.stripTrailingZeros();
    if (percent.scale() < 0) {
      percent = percent.setScale(0);
    }
  }

  /** An owner of whom nobody says which lists name it. */
  public Owner(
      String name,
      @Nullable String country,
      BigDecimal percent,
      @Nullable Boolean listed,
      @Nullable List<Owner> owners,
      boolean ownersComplete) {
    this(name, country, percent, listed, null, owners, ownersComplete);
  }

  /** An owner about whose own owners nothing is said. */
  public Owner(
      String name, @Nullable String country, BigDecimal percent, @Nullable Boolean listed) {
    this(name, country, percent, listed, null, false);
  }
}
