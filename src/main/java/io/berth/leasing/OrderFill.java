package io.berth.leasing;

import io.berth.platform.Money;
import io.berth.policy.DecisionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was made of an order, or of a part of it.
 *
 * @param number counted from 1
 * @param decision what permitted it
 * @param region the region label of its nodes; null where they have none
 * @param total for its whole period
 */
public record OrderFill(
    int number,
    LeaseId lease,
    DecisionId decision,
    String model,
    @Nullable String region,
    int accelerators,
    Money pricePerAcceleratorHour,
    Money total,
    Instant at) {}
