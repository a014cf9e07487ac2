package io.berth.platform;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A published figure as an interval: exact where the sources agree, wider where they do not,
 * unknown where none is to be trusted. Both bounds are known or neither is. The unit is its user's.
 *
 * @param min the least it can be, or null where unknown; never negative
 * @param max the most it can be, or null where unknown; at least {@code min}
 */
public record Figure(@Nullable BigDecimal min, @Nullable BigDecimal max) {

  private static final Figure UNKNOWN = new Figure(null, null);
  private static final int TEXT_LENGTH_MAX = 64;
  private static final String NUMBER = "\\d+(?:\\.\\d+)?";
  private static final Pattern EXACT = Pattern.compile(NUMBER);
  private static final Pattern INTERVAL = Pattern.compile("(" + NUMBER + ")-(" + NUMBER + ")");

  /** Throws {@link IllegalArgumentException} where only one bound is known or they are reversed. */
  public Figure {
    if ((min == null) != (max == null)) {
      throw new IllegalArgumentException("a figure has both bounds or neither");
    }
    if (min != null && max != null) {
      if (min.signum() < 0) {
        throw new IllegalArgumentException("a figure is never negative");
      }
      if (max.compareTo(min) < 0) {
        throw new IllegalArgumentException("a figure's least is not above its most");
      }
    }
  }

  /** The figure that nobody knows. */
  public static Figure unknown() {
    return UNKNOWN;
  }

  /** A figure on which all sources agree. */
  public static Figure exact(BigDecimal value) {
    return new Figure(value, value);
  }

  /** A figure that lies between the two, both included. */
  public static Figure of(BigDecimal min, BigDecimal max) {
    return new Figure(min, max);
  }

  /**
   * Reads {@code 4992} as exact and {@code 5008-6624} as an interval; {@code 1840?}, which marks a
   * doubtful figure, and blank text as unknown, because a doubtful figure must not decide anything.
   *
   * @throws IllegalArgumentException where the text is none of these
   */
  public static Figure parse(String text) {
    String trimmed = text.strip();
    if (trimmed.length() > TEXT_LENGTH_MAX) {
      throw new IllegalArgumentException("too long for a figure");
    }
    boolean doubtful = trimmed.endsWith("?");
    String digits = doubtful ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
    if (trimmed.isEmpty()) {
      return UNKNOWN;
    }
    Matcher interval = INTERVAL.matcher(digits);
    Figure figure;
    if (EXACT.matcher(digits).matches()) {
      figure = exact(new BigDecimal(digits));
    } else if (interval.matches()) {
      figure = of(new BigDecimal(interval.group(1)), new BigDecimal(interval.group(2)));
    } else {
      throw new IllegalArgumentException("not a figure: " + trimmed);
    }
    return doubtful ? UNKNOWN : figure;
  }

  /** Anything from nothing up to the most that this can be; unknown where this is. */
  public Figure upTo() {
    return max == null ? UNKNOWN : new Figure(BigDecimal.ZERO, max);
  }

  /** Whether there are bounds at all. */
  @JsonIgnore
  public boolean isKnown() {
    return min != null;
  }
}
