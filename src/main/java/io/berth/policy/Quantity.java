package io.berth.policy;

import org.jspecify.annotations.Nullable;

/**
 * How much an authorisation permits, or how much of it is used.
 *
 * @param units devices; null where it does not count them
 * @param tpp total processing performance of all devices together; null where it does not count it
 */
public record Quantity(@Nullable Long units, @Nullable Long tpp) {

  /** Throws {@link IllegalArgumentException} where anything is negative. */
  public Quantity {
    if ((units != null && units < 0) || (tpp != null && tpp < 0)) {
      throw new IllegalArgumentException("a quantity is never negative");
    }
  }

  /** What is left of this one, counted as it counts; never less than nothing. */
  public Quantity minus(Quantity used) {
    return new Quantity(left(units, used.units), left(tpp, used.tpp));
  }

  /**
   * Whether there is room for so much. What it counts and the other does not know has no room.
   *
   * @param wanted how much
   */
  public boolean holds(Quantity wanted) {
    return holds(units, wanted.units) && holds(tpp, wanted.tpp);
  }

  /** Both together; what one does not know, both do not. */
  public Quantity plus(Quantity other) {
    return new Quantity(sum(units, other.units), sum(tpp, other.tpp));
  }

  private static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
    return one == null || other == null ? null : Math.addExact(one, other);
  }

  private static boolean holds(@Nullable Long limit, @Nullable Long wanted) {
    return limit == null || (wanted != null && wanted <= limit);
  }

  private static @Nullable Long left(@Nullable Long limit, @Nullable Long used) {
    return limit == null ? null : Math.max(0, limit - (used == null ? 0 : used));
  }
}
