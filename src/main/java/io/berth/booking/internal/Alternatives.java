package io.berth.booking.internal;

import io.berth.booking.Alternative;
import io.berth.catalog.AcceleratorModel;
import io.berth.market.Offer;
import io.berth.platform.Figure;
import io.berth.platform.Money;
import io.berth.policy.Verdict;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is nearest to something that cannot be had. The distance of two accelerators is the sum over
 * TPP, memory and price of |ln(one / other)|: half as much is as far as twice as much, and no unit
 * outweighs another. A figure that is not known counts as {@value #UNKNOWN_DISTANCE}, about a
 * factor of 2.7.
 */
final class Alternatives {

  /** How many are offered. */
  static final int COUNT_MAX = 5;

  static final double UNKNOWN_DISTANCE = 1;

  private static final int DISTANCE_SCALE = 3;

  private Alternatives() {}

  /**
   * Something that was asked for.
   *
   * @param price the cheapest at which it is offered
   */
  record Asked(AcceleratorModel model, Money price) {}

  /**
   * Something that could be had.
   *
   * @param verdict one that permits it
   */
  record Candidate(
      Offer offer,
      AcceleratorModel model,
      @Nullable String country,
      @Nullable String region,
      Verdict verdict) {}

  private record Ranked(Candidate candidate, Asked nearest, double distance) {

    boolean isSameModel() {
      return candidate.model().id().equals(nearest.model().id());
    }
  }

  /**
   * The nearest, up to {@value #COUNT_MAX}: the same accelerators first, then by distance and
   * price; of one accelerator in one country only the cheapest.
   */
  static List<Alternative> nearest(Collection<Asked> asked, Collection<Candidate> candidates) {
    Map<String, Ranked> best = new LinkedHashMap<>();
    candidates.stream()
        .filter(candidate -> candidate.verdict().permits())
        .flatMap(candidate ->
            asked.stream()
                .map(one -> new Ranked(candidate, one, distance(one, candidate)))
                .min(
                    Comparator.comparing((Ranked ranked) -> !ranked.isSameModel())
                        .thenComparingDouble(Ranked::distance))
                .stream())
        .sorted(
            Comparator.comparing((Ranked ranked) -> !ranked.isSameModel())
                .thenComparingDouble(Ranked::distance)
                .thenComparing(ranked -> ranked.candidate().offer().id().value()))
        .forEach(ranked ->
            best.putIfAbsent(
                ranked.candidate().model().id() + "/" + ranked.candidate().country(), ranked));
    return best.values().stream().limit(COUNT_MAX).map(Alternatives::view).toList();
  }

  static double distance(Asked asked, Candidate candidate) {
    return apart(middle(asked.model().tpp()), middle(candidate.model().tpp()))
        + apart(middle(asked.model().memoryGb()), middle(candidate.model().memoryGb()))
        + apart(price(asked.price()), price(asked, candidate));
  }

  private static double apart(@Nullable BigDecimal one, @Nullable BigDecimal other) {
    return one == null || other == null || one.signum() == 0 || other.signum() == 0
        ? UNKNOWN_DISTANCE
        : Math.abs(Math.log(one.doubleValue() / other.doubleValue()));
  }

  private static @Nullable BigDecimal middle(Figure figure) {
    BigDecimal min = figure.min();
    BigDecimal max = figure.max();
    return min == null || max == null
        ? null
        : min.add(max).divide(BigDecimal.TWO, MathContext.DECIMAL64);
  }

  private static BigDecimal price(Money price) {
    return BigDecimal.valueOf(price.micros());
  }

  /** Prices in two currencies do not compare. */
  private static @Nullable BigDecimal price(Asked asked, Candidate candidate) {
    Money price = candidate.offer().pricePerAcceleratorHour();
    return price.currency().equals(asked.price().currency()) ? price(price) : null;
  }

  private static Alternative view(Ranked ranked) {
    Candidate candidate = ranked.candidate();
    return new Alternative(
        candidate.offer().id(),
        candidate.model().id(),
        candidate.country(),
        candidate.region(),
        Money.Wire.of(candidate.offer().pricePerAcceleratorHour()),
        candidate.verdict(),
        BigDecimal.valueOf(ranked.distance()).setScale(DISTANCE_SCALE, RoundingMode.HALF_UP),
        why(ranked));
  }

  private static String why(Ranked ranked) {
    Asked asked = ranked.nearest();
    Candidate candidate = ranked.candidate();
    String price = times(price(asked.price()), price(asked, candidate)) + " the price";
    return ranked.isSameModel()
        ? "The same accelerator on another offer, at " + price + "."
        : "Near "
            + asked.model().shortName()
            + ": "
            + times(middle(asked.model().tpp()), middle(candidate.model().tpp()))
            + " its TPP, "
            + times(middle(asked.model().memoryGb()), middle(candidate.model().memoryGb()))
            + " its memory, "
            + price
            + ".";
  }

  private static String times(@Nullable BigDecimal of, @Nullable BigDecimal what) {
    return of == null || what == null || of.signum() == 0
        ? "an unknown multiple of"
        : String.format(Locale.ROOT, "%.2f times", what.doubleValue() / of.doubleValue());
  }
}
