package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.booking.QuoteRequest;
import io.berth.leasing.LeaseId;
import io.berth.leasing.Order;
import io.berth.leasing.OrderId;
import io.berth.leasing.OrderState;
import io.berth.platform.OrganizationId;
import io.berth.policy.DecisionId;
import io.berth.policy.ReasonView;
import io.berth.review.CaseId;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of orders. */
final class OrderApi {

  private OrderApi() {}

  /** An order. */
  @Schema(
      name = "Order",
      description = "What a tenant wants at once, or as soon as people let it pass")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OrderView(
      OrderId id,
      OrderState state,
      OrganizationId tenantId,
      @Schema(description = "As stated; without a start it begins when it is filled.")
          QuoteRequest request,
      @Schema(description = "The case that it waits for or has waited for.")
          @Nullable CaseId caseId,
      @Schema(description = "What was made of it; absent unless filled.") @Nullable LeaseId leaseId,
      @Schema(description = "The last decision about it.") DecisionId decisionId,
      @Schema(description = "Why it came to this, for people.") @Nullable String detail,
      @Schema(description = "The rules that hold it, or stand against it, or warn.")
          List<ReasonView> reasons,
      @Schema(description = "Until when it waits for a decision.") @Nullable Instant expiresAt,
      Instant createdAt,
      @Schema(description = "When it came to its end; absent while it waits.")
          @Nullable Instant settledAt) {

    static OrderView of(Order order) {
      return new OrderView(
          order.id(),
          order.state(),
          order.tenant(),
          order.request(),
          order.review(),
          order.lease(),
          order.decision(),
          order.detail(),
          order.reasons(),
          order.expiresAt(),
          order.createdAt(),
          order.settledAt());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "OrderPage", description = "A page of orders")
  record OrderPage(List<OrderView> items, @Nullable String nextPageToken) {}
}
