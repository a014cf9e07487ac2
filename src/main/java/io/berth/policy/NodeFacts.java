package io.berth.policy;

import io.berth.policy.domain.Countries;
import java.time.Instant;
import java.util.List;
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
 */
public record NodeFacts(
    @Nullable String country,
    @Nullable Instant countryEvidenceEnd,
    @Nullable Boolean stateFunded,
    @Nullable List<Authorisation> authorisations) {

  /** Each authorisation cuts the judged period, so their number is bounded. */
  public static final int AUTHORISATIONS_COUNT_MAX = 100;

  /**
   * Throws {@link IllegalArgumentException} where the country is not in ISO 3166-1 or there are too
   * many authorisations.
   */
  public NodeFacts {
    Countries.requireCodeOrNull(country);
    authorisations = authorisations == null ? null : List.copyOf(authorisations);
    if (authorisations != null && authorisations.size() > AUTHORISATIONS_COUNT_MAX) {
      throw new IllegalArgumentException(
          "at most " + AUTHORISATIONS_COUNT_MAX + " authorisations a node");
    }
  }

  /** Where it is known to stand at a moment; null where it is unknown then. */
  public @Nullable String countryAt(Instant moment) {
    return countryEvidenceEnd == null || moment.isBefore(countryEvidenceEnd) ? country : null;
  }

  /** The same with other authorisations. */
  public NodeFacts with(List<Authorisation> others) {
    return new NodeFacts(country, countryEvidenceEnd, stateFunded, others);
  }

  /**
   * A licence or the like that is attached to the node.
   *
   * @param id the authority's or our name for it
   * @param start the first moment at which it holds
   * @param end the first moment at which it no longer holds; null where it does not end
   */
  public record Authorisation(String id, Instant start, @Nullable Instant end) {

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
