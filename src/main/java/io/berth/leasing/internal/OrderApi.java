package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.booking.QuoteRequest;
import io.berth.leasing.FillRule;
import io.berth.leasing.LeaseId;
import io.berth.leasing.Order;
import io.berth.leasing.OrderFill;
import io.berth.leasing.OrderId;
import io.berth.leasing.OrderState;
import io.berth.leasing.OrderTerms;
import io.berth.leasing.TimeInForce;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.policy.DecisionId;
import io.berth.policy.ReasonView;
import io.berth.review.CaseId;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of orders. */
final class OrderApi {

  private OrderApi() {}

  /**
   * What is ordered and how it is to be filled, side by side in one object: a quote's request is an
   * order's request, too.
   */
  @JsonDeserialize(using = OrderRequestReader.class)
  record OrderRequest(QuoteRequest request, OrderTerms terms) {

    /** What an Idempotency-Key stands for: nothing more than was said. */
    Object asAsked() {
      return terms.equals(OrderTerms.PLAIN) ? request : this;
    }
  }

  /** Takes the members of one object apart. */
  static final class OrderRequestReader extends JsonDeserializer<OrderRequest> {

    private static final Set<String> TERMS =
        Arrays.stream(OrderTerms.class.getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.toUnmodifiableSet());

    @Override
    public OrderRequest deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode tree = context.readTree(parser);
      if (!(tree instanceof ObjectNode request)) {
        return (OrderRequest) context.handleUnexpectedToken(OrderRequest.class, parser);
      }
      ObjectNode terms = request.objectNode();
      for (String name : TERMS) {
        JsonNode value = request.remove(name);
        if (value != null) {
          terms.set(name, value);
        }
      }
      try {
        return new OrderRequest(
            context.readTreeAsValue(request, QuoteRequest.class),
            context.readTreeAsValue(terms, OrderTerms.class));
      } catch (UnrecognizedPropertyException unknown) {
        throw unknown.getPath().size() == 1 ? withTerms(parser, unknown) : unknown;
      }
    }

    private static UnrecognizedPropertyException withTerms(
        JsonParser parser, UnrecognizedPropertyException unknown) {
      Collection<Object> known = new ArrayList<>(unknown.getKnownPropertyIds());
      known.addAll(TERMS);
      return UnrecognizedPropertyException.from(
          parser, QuoteRequest.class, unknown.getPropertyName(), known);
    }
  }

  /** A lease made of an order. */
  @Schema(name = "OrderFill", description = "What was made of an order, or of a part of it")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record FillView(
      LeaseId leaseId,
      int accelerators,
      Money.Wire pricePerAcceleratorHour,
      Money.Wire total,
      DecisionId decisionId,
      Instant filledAt) {

    static FillView of(OrderFill fill) {
      return new FillView(
          fill.lease(),
          fill.accelerators(),
          Money.Wire.of(fill.pricePerAcceleratorHour()),
          Money.Wire.of(fill.total()),
          fill.decision(),
          fill.at());
    }
  }

  /** An order. */
  @Schema(
      name = "Order",
      description =
          "What a tenant wants at once, as soon as people let it pass, or as soon as capacity and"
              + " price allow")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OrderView(
      OrderId id,
      OrderState state,
      OrganizationId tenantId,
      @Schema(description = "As stated; without a start it begins when it is filled.")
          QuoteRequest request,
      TimeInForce timeInForce,
      @Schema(description = "From when on it is filled no more; absent where it never rests.")
          @Nullable Instant until,
      FillRule fill,
      @Schema(description = "The fewest accelerators of a lease; of a partial order alone.")
          @Nullable Integer leaseAcceleratorsMin,
      @Schema(description = "How many accelerators are leased of it.") int filled,
      @Schema(description = "How many are not.") int remaining,
      @Schema(description = "The case that it waits for or has waited for.")
          @Nullable CaseId caseId,
      @Schema(description = "The first lease made of it; absent where none was.")
          @Nullable LeaseId leaseId,
      @Schema(description = "All leases made of it, the first first.") List<FillView> fills,
      @Schema(description = "The last decision about it; absent where none was made yet.")
          @Nullable DecisionId decisionId,
      @Schema(
              description =
                  "Why it came to this, or why it was not filled when it was last tried; for"
                      + " people.")
          @Nullable String detail,
      @Schema(description = "The rules that hold it, or stand against it, or warn.")
          List<ReasonView> reasons,
      @Schema(description = "Until when it waits as it does now.") @Nullable Instant expiresAt,
      @Schema(description = "When it was last tried.") @Nullable Instant triedAt,
      Instant createdAt,
      @Schema(description = "When it came to its end; absent while it waits.")
          @Nullable Instant settledAt) {

    static OrderView of(Order order) {
      OrderTerms terms = order.terms();
      return new OrderView(
          order.id(),
          order.state(),
          order.tenant(),
          order.request(),
          Objects.requireNonNullElse(terms.timeInForce(), TimeInForce.IMMEDIATE),
          order.goodUntil(),
          Objects.requireNonNullElse(terms.fill(), FillRule.ALL_OR_NOTHING),
          terms.isPartial() ? (Integer) OrderDrafts.least(terms) : null,
          order.filled(),
          order.remaining(),
          order.review(),
          order.fills().isEmpty() ? null : order.fills().getFirst().lease(),
          order.fills().stream().map(FillView::of).toList(),
          order.decision(),
          order.detail(),
          order.reasons(),
          order.expiresAt(),
          order.triedAt(),
          order.createdAt(),
          order.settledAt());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "OrderPage", description = "A page of orders")
  record OrderPage(List<OrderView> items, @Nullable String nextPageToken) {}
}
