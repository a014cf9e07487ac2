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
 * @param registrationNumber its number in the register of its residence
 */
public record LegalFacts(
    @Nullable String residenceCountry,
    @Nullable String ultimateParentCountry,
    @Nullable String endUseCountry,
    List<Owner> owners,
    boolean ownersComplete,
    Set<String> listings,
    Set<String> ownRules,
    UseProfile profile,
    @Nullable String registrationNumber) {

  /** How many owners can be named. */
  public static final int OWNERS_MAX = 100;

  /** How deep owners of owners can be named. */
  public static final int OWNERS_DEPTH_MAX = 6;

  /**
   * The lists: OFAC's specially designated nationals (SDN, 31 CFR chapter V), the Entity List (EL,
   * 15 CFR part 744, supplement 4), the Denied Persons List (DPL, 15 CFR 764.3), the Military
   * End-User List (MEU, part 744, supplement 7), the Unverified List (UVL, supplement 6), another
   * list of the US Consolidated Screening List (CSL), and those under financial sanctions of the EU
   * (EU_FSF), the UN Security Council (UN_SC) and the United Kingdom (UK_SL).
   */
  public static final Set<String> KNOWN_LISTINGS =
      Set.of("SDN", "EL", "DPL", "MEU", "UVL", "CSL", "EU_FSF", "UN_SC", "UK_SL");

  /** The rules an organization can set for itself. */
  public static final Set<String> KNOWN_OWN_RULES =
      Set.of("eu-owned-only", "no-nvidia", "eu-sovereign-only");

  /** Nothing is known. */
  public static final LegalFacts UNKNOWN =
      new LegalFacts(
          null, null, null, List.of(), false, Set.of(), Set.of(), UseProfile.UNKNOWN, null);

  /** Copies the collections; sets keep the order of their values. */
  public LegalFacts {
    owners = List.copyOf(owners);
    listings = sorted(listings);
    ownRules = sorted(ownRules);
  }

  /** Facts without a registration number. */
  public LegalFacts(
      @Nullable String residenceCountry,
      @Nullable String ultimateParentCountry,
      @Nullable String endUseCountry,
      List<Owner> owners,
      boolean ownersComplete,
      Set<String> listings,
      Set<String> ownRules,
      UseProfile profile) {
    this(
        residenceCountry,
        ultimateParentCountry,
        endUseCountry,
        owners,
        ownersComplete,
        listings,
        ownRules,
        profile,
        null);
  }

  /** The same with one list more that names the organization. */
  public LegalFacts listedOn(String listing) {
    Set<String> more = new TreeSet<>(listings);
    more.add(listing);
    return with(owners, more);
  }

  /** The same with every owner of that name, however deep, named by one list more. */
  public LegalFacts ownerListed(String ownerName, String listing) {
    return with(ownersListed(owners, ownerName, listing), listings);
  }

  private static List<Owner> ownersListed(List<Owner> owners, String name, String listing) {
    return owners.stream()
        .map(owner ->
            new Owner(
                owner.name(),
                owner.country(),
                owner.percent(),
                owner.listed(),
                owner.name().equals(name) ? oneMore(owner.listings(), listing) : owner.listings(),
                owner.owners() == null ? null : ownersListed(owner.owners(), name, listing),
                owner.ownersComplete()))
        .toList();
  }

  private static Set<String> oneMore(@Nullable Set<String> listings, String listing) {
    Set<String> more = listings == null ? new TreeSet<>() : new TreeSet<>(listings);
    more.add(listing);
    return more;
  }

  private LegalFacts with(List<Owner> otherOwners, Set<String> otherListings) {
    return new LegalFacts(
        residenceCountry,
        ultimateParentCountry,
        endUseCountry,
        otherOwners,
        ownersComplete,
        otherListings,
        ownRules,
        profile,
        registrationNumber);
  }

  private static Set<String> sorted(Collection<String> values) {
    return Collections.unmodifiableSet(new TreeSet<>(values));
  }
}
