package io.berth.leasing;

import io.berth.policy.DecisionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order that ends a lease before its time, after a grace.
 *
 * @param orderedAt when it was given
 * @param endsAt when the lease begins to end
 * @param by who gave it: a token's subject, or {@code system:leasing} for a judgement
 * @param reason why, in words for both parties
 * @param decision the judgement behind it; null where an officer gave it
 * @param order the officer's order; null where a judgement gave it
 */
public record WindDown(
    Instant orderedAt,
    Instant endsAt,
    String by,
    String reason,
    @Nullable DecisionId decision,
    @Nullable WindDownOrderId order) {

  /** Whether a judgement gave it, which another judgement may take back. */
  public boolean isAutomatic() {
    return order == null;
  }
}
