package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.platform.Money;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of the order book. */
final class OrderBookApi {

  static final String EXAMPLE =
      """
      {
        "model": "nvidia-h100-sxm",
        "region": "fi-hel-1",
        "bids": [
          {
            "pricePerAcceleratorHour": {"amountMicros": "2500000", "currency": "USD"},
            "accelerators": 40,
            "orders": 2
          }
        ],
        "asks": [
          {
            "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
            "accelerators": 24
          }
        ],
        "fills": [
          {
            "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
            "accelerators": 8,
            "filledAt": "2026-11-23T19:43:00Z"
          }
        ],
        "at": "2026-11-23T19:44:12.173902Z"
      }
      """;

  private OrderBookApi() {}

  /** Resting orders at one price. */
  @Schema(name = "OrderBookBid", description = "Resting orders that pay up to the same price")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record BidView(
      @Schema(description = "The most that they pay; absent where they pay any price.")
          Money.@Nullable Wire pricePerAcceleratorHour,
      @Schema(description = "How many accelerators are still to be filled.") long accelerators,
      @Schema(description = "Of how many orders.") int orders) {}

  /** What is on offer at one price. */
  @Schema(name = "OrderBookAsk", description = "What is on offer at one price")
  record AskView(
      Money.Wire pricePerAcceleratorHour,
      @Schema(description = "How many accelerators are free.") long accelerators) {}

  /** What an order was filled with. */
  @Schema(name = "OrderBookFill", description = "What an order was filled with")
  record LastFillView(
      Money.Wire pricePerAcceleratorHour,
      int accelerators,
      @Schema(description = "To the minute.") Instant filledAt) {}

  /** The order book of a model. */
  @Schema(
      name = "OrderBook",
      description =
          "What is wanted and what is on offer of a model, by price; whose it is is not said")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OrderBookView(
      String model,
      @Schema(description = "Absent where all regions are added up.") @Nullable String region,
      @Schema(
              description =
                  "The best price first. An order that takes one of several models or regions stands"
                      + " in the book of each.")
          List<BidView> bids,
      @Schema(description = "The cheapest first.") List<AskView> asks,
      @Schema(description = "The last first.") List<LastFillView> fills,
      Instant at) {}
}
