package io.berth.leasing;

import io.berth.booking.Quote;
import io.berth.platform.Money;
import io.berth.platform.Period;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a lease costs, stretch by stretch: a lease that goes on for longer does so at another price
 * perhaps, and one that is given back in part has fewer accelerators from then on.
 *
 * @param stretches at least one, of whole minutes, in order and without gaps
 */
public record LeasePrice(List<Stretch> stretches) {

  /** Copies the list; throws {@link IllegalArgumentException} where there are gaps, or nothing. */
  public LeasePrice {
    stretches = List.copyOf(stretches);
    if (stretches.isEmpty()) {
      throw new IllegalArgumentException("a lease has a price");
    }
    for (int i = 1; i < stretches.size(); i++) {
      if (!stretches.get(i).period().start().equals(stretches.get(i - 1).period().end())) {
        throw new IllegalArgumentException("stretches of a lease follow on one another");
      }
    }
  }

  /** A time in which a lease has the same accelerators at the same price. */
  public record Stretch(Period period, int accelerators, Money pricePerAcceleratorHour) {

    /** What all of it costs. */
    public Money cost() {
      return Quote.totalOf(pricePerAcceleratorHour, accelerators, period.minutes());
    }

    private boolean isLike(Stretch other) {
      return accelerators == other.accelerators
          && pricePerAcceleratorHour.equals(other.pricePerAcceleratorHour);
    }
  }

  /** The same accelerators at the same price throughout. */
  public static LeasePrice of(Period period, int accelerators, Money pricePerAcceleratorHour) {
    return new LeasePrice(List.of(new Stretch(period, accelerators, pricePerAcceleratorHour)));
  }

  /** What all of it costs. */
  public Money total() {
    return stretches.stream().map(Stretch::cost).reduce(Money::plus).orElseThrow();
  }

  /** Until when it lasts. */
  public Instant end() {
    return stretches.getLast().period().end();
  }

  /** The price at its end. */
  public Money last() {
    return stretches.getLast().pricePerAcceleratorHour();
  }

  /**
   * What is owed for having had it from one moment until another: begun minutes count, from the
   * first moment on. Never more than the total.
   */
  public Money between(Instant from, Instant until) {
    Money sum = Money.zero(last().currency());
    for (Stretch stretch : stretches) {
      Instant start = stretch.period().start();
      Instant end = stretch.period().end();
      long minutes =
          begun(from, until.isBefore(end) ? until : end)
              - begun(from, until.isBefore(start) ? until : start);
      if (minutes > 0 && stretch.accelerators() > 0) {
        sum =
            sum.plus(
                Quote.totalOf(stretch.pricePerAcceleratorHour(), stretch.accelerators(), minutes));
      }
    }
    return sum;
  }

  private static long begun(Instant from, Instant until) {
    return until.isAfter(from)
        ? Duration.between(from, until).plusMinutes(1).minusNanos(1).toMinutes()
        : 0;
  }

  /** The same with another after it, which begins where it ends. */
  public LeasePrice then(LeasePrice later) {
    return joined(stretches, later.stretches);
  }

  /** The same up to a later end, with as many accelerators as at its end now, at a price. */
  public LeasePrice extendedTo(Instant end, Money pricePerAcceleratorHour) {
    Stretch last = stretches.getLast();
    return joined(
        stretches,
        List.of(
            new Stretch(
                new Period(last.period().end(), end),
                last.accelerators(),
                pricePerAcceleratorHour)));
  }

  /**
   * The same with so many accelerators from a moment on.
   *
   * @param moment a whole minute before its end; before its start, the whole of it changes
   */
  public LeasePrice withAccelerators(Instant moment, int accelerators) {
    List<Stretch> after =
        stretches.stream()
            .filter(stretch -> stretch.period().end().isAfter(moment))
            .map(stretch ->
                new Stretch(
                    new Period(later(stretch.period().start(), moment), stretch.period().end()),
                    accelerators,
                    stretch.pricePerAcceleratorHour()))
            .toList();
    return joined(before(moment), after);
  }

  /**
   * The same with fewer accelerators for a while, none at the least.
   *
   * @param gap whole minutes; what of it lies outside changes nothing
   */
  LeasePrice without(Period gap, int accelerators) {
    List<Stretch> parts = new ArrayList<>();
    for (Stretch stretch : stretches) {
      Instant start = stretch.period().start();
      Instant end = stretch.period().end();
      Instant from = earlier(later(gap.start(), start), end);
      Instant until = earlier(later(gap.end(), from), end);
      add(parts, start, from, stretch, stretch.accelerators());
      add(parts, from, until, stretch, Math.max(0, stretch.accelerators() - accelerators));
      add(parts, until, end, stretch, stretch.accelerators());
    }
    return new LeasePrice(parts);
  }

  private static void add(
      List<Stretch> parts, Instant from, Instant until, Stretch whole, int accelerators) {
    if (until.isAfter(from)) {
      parts.add(
          new Stretch(new Period(from, until), accelerators, whole.pricePerAcceleratorHour()));
    }
  }

  /** What of it lies before a moment inside of it. */
  public LeasePrice until(Instant moment) {
    return new LeasePrice(before(moment));
  }

  /** What of it lies after a moment inside of it. */
  public LeasePrice from(Instant moment) {
    return new LeasePrice(
        stretches.stream()
            .filter(stretch -> stretch.period().end().isAfter(moment))
            .map(stretch ->
                new Stretch(
                    new Period(later(stretch.period().start(), moment), stretch.period().end()),
                    stretch.accelerators(),
                    stretch.pricePerAcceleratorHour()))
            .toList());
  }

  private List<Stretch> before(Instant moment) {
    return stretches.stream()
        .filter(stretch -> stretch.period().start().isBefore(moment))
        .map(stretch ->
            new Stretch(
                new Period(
                    stretch.period().start(),
                    stretch.period().end().isAfter(moment) ? moment : stretch.period().end()),
                stretch.accelerators(),
                stretch.pricePerAcceleratorHour()))
        .toList();
  }

  private static LeasePrice joined(List<Stretch> before, List<Stretch> after) {
    List<Stretch> joined = new ArrayList<>(before);
    for (Stretch next : after) {
      if (!joined.isEmpty() && joined.getLast().isLike(next)) {
        Stretch last = joined.removeLast();
        joined.add(
            new Stretch(
                new Period(last.period().start(), next.period().end()),
                last.accelerators(),
                last.pricePerAcceleratorHour()));
      } else {
        joined.add(next);
      }
    }
    return new LeasePrice(joined);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
