package io.berth.screening;

/**
 * How names are weighed.
 *
 * @param threshold the least score of a hit, over 0 and up to 1
 * @param hitsMax how many hits one search gives at most, best first
 */
public record MatchSettings(double threshold, int hitsMax) {

  /** A name with a slip or two, or with words left out that tell little, is a hit. */
  public static final MatchSettings USUAL = new MatchSettings(0.86, 50);

  /** Throws {@link IllegalArgumentException} where a value is out of range. */
  public MatchSettings {
    if (!(threshold > 0 && threshold <= 1) || hitsMax < 1) {
      throw new IllegalArgumentException(
          "a threshold lies over 0 and up to 1, with a hit at least");
    }
  }
}
