package io.berth.matching;

import io.berth.platform.Money;
import io.berth.platform.Period;
import java.util.Optional;

/**
 * What a tenant asks for.
 *
 * @param wanted which capacity
 * @param shape how many, and how they lie
 * @param period when
 * @param pricePerAcceleratorHourMax at most so much; empty for any price
 */
public record CapacityRequest(
    Wanted wanted, Shape shape, Period period, Optional<Money> pricePerAcceleratorHourMax) {}
