package io.berth.leasing;

import io.berth.booking.QuoteRequest;
import io.berth.platform.OrganizationId;
import io.berth.policy.DecisionId;
import io.berth.policy.ReasonView;
import io.berth.review.CaseId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant wants at once, or as soon as people let it pass.
 *
 * @param request as stated: a start that is left out is the moment at which it is filled
 * @param review the case that it waits for or has waited for; null where it never had to
 * @param lease what was made of it; null unless it is filled
 * @param decision the last decision about it
 * @param detail why it came to this, for people; null where there is nothing to say
 * @param reasons the rules that held it or stand against it
 * @param expiresAt until when it waits; null where it never had to
 * @param settledAt when it came to its end; null while it waits
 */
public record Order(
    OrderId id,
    OrganizationId tenant,
    OrderState state,
    QuoteRequest request,
    @Nullable CaseId review,
    @Nullable LeaseId lease,
    DecisionId decision,
    @Nullable String detail,
    List<ReasonView> reasons,
    @Nullable Instant expiresAt,
    Instant createdAt,
    @Nullable Instant settledAt,
    long version) {

  /** Copies the list. */
  public Order {
    reasons = List.copyOf(reasons);
  }
}
