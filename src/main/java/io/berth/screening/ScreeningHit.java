package io.berth.screening;

import java.util.List;

/**
 * A listed party that may be the one looked for.
 *
 * @param party the party
 * @param name which of its names is the nearest
 * @param score how near, from 0 to 1
 * @param parts what the score is made of; they add up to it, within 0 and 1
 */
public record ScreeningHit(
    ListedParty party, ListedName name, double score, List<ScorePart> parts) {

  /** Copies the parts. */
  public ScreeningHit {
    parts = List.copyOf(parts);
  }
}
