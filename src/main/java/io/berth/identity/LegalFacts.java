package io.berth.identity;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What export and sanctions rules ask about an organization. Null is unknown, and unknown never
 * means yes.
 *
 * @param residenceCountry where it is registered, ISO 3166-1 alpha-2
 * @param ultimateParentCountry where the headquarters of its ultimate parent are
 * @param endUseCountry where what it makes with the capacity is used
 * @param owners its direct and indirect owners, at most {@value #OWNERS_MAX}
 * @param ownersComplete whether {@code owners} names everybody who owns a part; where it does not,
 *     the rest is unknown
 * @param listings denied-party lists that name it ({@link #KNOWN_LISTINGS}); only a compliance
 *     officer says so
 * @param ownRules rules that it sets for itself ({@link #KNOWN_OWN_RULES})
 * @param profile how it uses capacity where a request does not say
 */
public record LegalFacts(
    @Nullable String residenceCountry,
    @Nullable String ultimateParentCountry,
    @Nullable String endUseCountry,
    List<Owner> owners,
    boolean ownersComplete,
    Set<String> listings,
    Set<String> ownRules,
    UseProfile profile) {

  /** How many owners can be named. */
  public static final int OWNERS_MAX = 100;

  /**
   * The lists: OFAC's Specially Designated Nationals (31 CFR chapter V) and the Entity List (15 CFR
   * part 744, supplement 4).
   */
  public static final Set<String> KNOWN_LISTINGS = Set.of("SDN", "EL");

  /** The rules an organization can set for itself. */
  public static final Set<String> KNOWN_OWN_RULES =
      Set.of("eu-owned-only", "no-nvidia", "eu-sovereign-only");

  /** Nothing is known. */
  public static final LegalFacts UNKNOWN =
      new LegalFacts(null, null, null, List.of(), false, Set.of(), Set.of(), UseProfile.UNKNOWN);

  /** Copies the collections; sets keep the order of their values. */
  public LegalFacts {
    owners = List.copyOf(owners);
    listings = sorted(listings);
    ownRules = sorted(ownRules);
  }

  private static Set<String> sorted(Collection<String> values) {
    return Collections.unmodifiableSet(new TreeSet<>(values));
  }
}
