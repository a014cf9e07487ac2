package io.berth.policy;

import io.berth.inventory.Regime;
import io.berth.policy.domain.Countries;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the node. Null means unknown, except where a date says otherwise.
 *
 * @param country where it stands, ISO 3166-1 alpha-2
 * @param countryEvidenceEnd when the evidence of that lapses and the country counts as unknown
 *     again; null where it does not lapse
 * @param stateFunded whether the site is paid for by a state
 * @param authorisations the authorisations attached to it, at most {@value
 *     #AUTHORISATIONS_COUNT_MAX}; empty where there are none
 * @param excludesTenant whether it is not for the tenant that asks
 * @param allowsTenant whether it is for the tenant that asks
 * @param zones sovereign or residency zones that it lies in
 * @param classifiedAs entries of the control list that somebody classed its devices under, such as
 *     {@code 3A090.a}; empty where nobody did
 * @param flagsEvidenceEnd when the evidence of its zones and of who pays for the site lapses; null
 *     where it does not lapse
 */
public record NodeFacts(
    @Nullable String country,
    @Nullable Instant countryEvidenceEnd,
    @Nullable Boolean stateFunded,
    @Nullable List<Authorisation> authorisations,
    @Nullable Boolean excludesTenant,
    @Nullable Boolean allowsTenant,
    @Nullable Set<String> zones,
    @Nullable Set<String> classifiedAs,
    @Nullable Instant flagsEvidenceEnd) {

  /** Each authorisation cuts the judged period, so their number is bounded. */
  public static final int AUTHORISATIONS_COUNT_MAX = 100;

  /**
   * Throws {@link IllegalArgumentException} where the country is not in ISO 3166-1 or there are too
   * many authorisations.
   */
  public NodeFacts {
    Countries.requireCodeOrNull(country);
    authorisations = authorisations == null ? null : List.copyOf(authorisations);
    // Sorted, so that a decision's facts always read and hash the same.
    zones = zones == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(zones));
    classifiedAs =
        classifiedAs == null
            ? null
            : Collections.unmodifiableSortedSet(new TreeSet<>(classifiedAs));
    if (authorisations != null && authorisations.size() > AUTHORISATIONS_COUNT_MAX) {
      throw new IllegalArgumentException(
          "at most " + AUTHORISATIONS_COUNT_MAX + " authorisations a node");
    }
  }

  /** Where it is known to stand at a moment; null where it is unknown then. */
  public @Nullable String countryAt(Instant moment) {
    return countryEvidenceEnd == null || moment.isBefore(countryEvidenceEnd) ? country : null;
  }

  /** Whether the site is known to be paid for by a state at a moment, or not to be. */
  public @Nullable Boolean stateFundedAt(Instant moment) {
    // What forbids stays: only the word that nobody but an officer stands behind wears out.
    return Boolean.FALSE.equals(stateFunded) && isLapsed(moment) ? null : stateFunded;
  }

  /** The zones that it is known to lie in at a moment; null where nobody knows. */
  public @Nullable Set<String> zonesAt(Instant moment) {
    return isLapsed(moment) ? null : zones;
  }

  private boolean isLapsed(Instant moment) {
    return flagsEvidenceEnd != null && !moment.isBefore(flagsEvidenceEnd);
  }

  /** One that is for everybody, and of whose zones nobody says anything. */
  public NodeFacts(
      @Nullable String country,
      @Nullable Instant countryEvidenceEnd,
      @Nullable Boolean stateFunded,
      @Nullable List<Authorisation> authorisations) {
    this(
        country,
        countryEvidenceEnd,
        stateFunded,
        authorisations,
        false,
        true,
        null,
        Set.of(),
        null);
  }

  /** The same with other authorisations. */
  public NodeFacts with(List<Authorisation> others) {
    return new NodeFacts(
        country,
        countryEvidenceEnd,
        stateFunded,
        others,
        excludesTenant,
        allowsTenant,
        zones,
        classifiedAs,
        flagsEvidenceEnd);
  }

  /**
   * A licence or the like that is attached to the node.
   *
   * @param id the authority's or our name for it
   * @param start the first moment at which it holds
   * @param end the first moment at which it no longer holds; null where it does not end
   * @param regime which authority issued it; null for unknown
   * @param coversPlace whether it is for devices that stand where the node stands
   * @param coversHandover whether it is for devices that go to where the tenant uses them; true
   *     where nothing is handed over; null for unknown
   */
  public record Authorisation(
      String id,
      Instant start,
      @Nullable Instant end,
      @Nullable Regime regime,
      boolean coversPlace,
      @Nullable Boolean coversHandover) {

    /** One for every destination in question. */
    public Authorisation(String id, Instant start, @Nullable Instant end, @Nullable Regime regime) {
      this(id, start, end, regime, true, true);
    }

    /** Throws {@link IllegalArgumentException} where the end is not after the start. */
    public Authorisation {
      if (end != null && !end.isAfter(start)) {
        throw new IllegalArgumentException("an authorisation ends after it starts");
      }
    }

    /** Whether it holds at that moment. */
    public boolean holdsAt(Instant moment) {
      return !moment.isBefore(start) && (end == null || moment.isBefore(end));
    }
  }
}
