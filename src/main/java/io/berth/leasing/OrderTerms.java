package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.berth.booking.QuoteRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How an order is to be filled, beside what is ordered; the wire form, and what rows keep. */
@Schema(
    name = "OrderTerms",
    description = "How an order is to be filled; without any of it, at once and as a whole.")
public record OrderTerms(
    @Schema(description = "immediate where absent.") @Nullable TimeInForce timeInForce,
    @Schema(description = "Until when it may rest; with timeInForce until alone.")
        @Nullable Instant until,
    @Schema(description = "allOrNothing where absent; partial is for orders that rest.")
        @Nullable FillRule fill,
    @Schema(
            description =
                "The fewest accelerators that a lease of a partial order may have; 1 where absent.",
            examples = "8")
        @Min(1)
        @Max(QuoteRequest.ACCELERATORS_MAX)
        @Nullable Integer leaseAcceleratorsMin) {

  /** At once and as a whole. */
  public static final OrderTerms PLAIN = new OrderTerms(null, null, null, null);

  /** Whether it waits for capacity, price or money. */
  @JsonIgnore
  public boolean isResting() {
    return timeInForce != null && timeInForce != TimeInForce.IMMEDIATE;
  }

  /** Whether several leases will do. */
  @JsonIgnore
  public boolean isPartial() {
    return fill == FillRule.PARTIAL;
  }
}
