package io.berth.matching;

import io.berth.platform.Money;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.Optional;

/**
 * What a tenant asks for.
 *
 * @param wanted which capacity
 * @param shape how many, and how they lie
 * @param period when, or at the earliest
 * @param startMax the latest start that will do; empty where it must be the period's
 * @param pricePerAcceleratorHourMax at most so much; empty for any price
 * @param totalMax at most so much for the whole period; empty for any price
 */
public record CapacityRequest(
    Wanted wanted,
    Shape shape,
    Period period,
    Optional<Instant> startMax,
    Optional<Money> pricePerAcceleratorHourMax,
    Optional<Money> totalMax) {

  /** For a period and no other. */
  public CapacityRequest(
      Wanted wanted, Shape shape, Period period, Optional<Money> pricePerAcceleratorHourMax) {
    this(wanted, shape, period, Optional.empty(), pricePerAcceleratorHourMax, Optional.empty());
  }

  /** The same for exactly a period. */
  public CapacityRequest at(Period exactly) {
    return new CapacityRequest(
        wanted, shape, exactly, Optional.empty(), pricePerAcceleratorHourMax, totalMax);
  }

  /** The same of other capacity. */
  public CapacityRequest of(Wanted other) {
    return new CapacityRequest(
        other, shape, period, startMax, pricePerAcceleratorHourMax, totalMax);
  }

  /** The same for another number. */
  public CapacityRequest of(Shape other) {
    return new CapacityRequest(
        wanted, other, period, startMax, pricePerAcceleratorHourMax, totalMax);
  }

  /** The same whatever it costs in all. */
  public CapacityRequest atAnyTotal() {
    return new CapacityRequest(
        wanted, shape, period, startMax, pricePerAcceleratorHourMax, Optional.empty());
  }

  /** The same with another latest start. */
  public CapacityRequest startingBy(Optional<Instant> other) {
    return new CapacityRequest(wanted, shape, period, other, pricePerAcceleratorHourMax, totalMax);
  }
}
