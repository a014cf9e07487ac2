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
 * @param interruption whether it makes room for a firm lease; null for no
 * @param ownRule whether nothing but rules of the tenant's own stand against the lease; null for no
 */
public record WindDown(
    Instant orderedAt,
    Instant endsAt,
    String by,
    String reason,
    @Nullable DecisionId decision,
    @Nullable WindDownOrderId order,
    @Nullable Boolean ownRule,
    @Nullable Boolean interruption) {

  /** An order that the tenant has not made itself. */
  public WindDown(
      Instant orderedAt,
      Instant endsAt,
      String by,
      String reason,
      @Nullable DecisionId decision,
      @Nullable WindDownOrderId order) {
    this(orderedAt, endsAt, by, reason, decision, order, null, null);
  }

  /** A judgement's order. */
  public WindDown(
      Instant orderedAt,
      Instant endsAt,
      String by,
      String reason,
      @Nullable DecisionId decision,
      @Nullable WindDownOrderId order,
      @Nullable Boolean ownRule) {
    this(orderedAt, endsAt, by, reason, decision, order, ownRule, null);
  }

  /** One that makes room for a firm lease. */
  public static WindDown interruption(Instant orderedAt, Instant endsAt, String reason) {
    return new WindDown(orderedAt, endsAt, "system:leasing", reason, null, null, null, true);
  }

  /** Whether a judgement gave it, which another judgement may take back. */
  public boolean isAutomatic() {
    return order == null && !isInterruption();
  }

  /** Whether it makes room for a firm lease; nobody takes it back. */
  public boolean isInterruption() {
    return Boolean.TRUE.equals(interruption);
  }

  /** Whether the tenant makes the lease end by rules of its own, as if it gave it back. */
  public boolean isTenantsMaking() {
    return Boolean.TRUE.equals(ownRule);
  }
}
