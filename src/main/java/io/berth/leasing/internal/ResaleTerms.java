package io.berth.leasing.internal;

import io.berth.leasing.Lease;
import io.berth.leasing.internal.ResaleApi.BuyRequest;
import io.berth.leasing.internal.ResaleApi.OfferRequest;
import io.berth.market.MarketConfig;
import io.berth.platform.Money;
import io.berth.platform.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Which terms make an offer of the rest of a lease. */
@ApplicationScoped
public class ResaleTerms {

  /** As of offers: a million units of the currency an hour, far above any accelerator's. */
  private static final long PRICE_MICROS_MAX = 1_000_000L * 1_000_000L;

  private static final String PRICE = "/pricePerAcceleratorHour";

  private final MarketConfig market;

  ResaleTerms(MarketConfig market) {
    this.market = market;
  }

  /** The price an hour; fails with 400 where it is none, or in another currency. */
  Money price(OfferRequest request) {
    Money price = money(request.pricePerAcceleratorHour(), PRICE);
    if (price.micros() < 1 || price.micros() > PRICE_MICROS_MAX) {
      throw ProblemException.malformed(
          PRICE + "/amountMicros",
          "The price an hour must be from 1 to " + PRICE_MICROS_MAX + " micros.");
    }
    if (!price.currency().equals(market.currency())) {
      throw ProblemException.malformed(
          PRICE + "/currency", "Prices in this market are in " + market.currency() + ".");
    }
    return price;
  }

  /** The most to pay; null where that is not bounded; fails with 400 where it is no amount. */
  static @Nullable Money totalMax(BuyRequest request) {
    Money.Wire wire = request.totalMax();
    return wire == null ? null : money(wire, "/totalMax");
  }

  private static Money money(Money.Wire wire, String pointer) {
    try {
      return wire.toMoney();
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(
          pointer,
          "An amount is {\"amountMicros\": \"2950000\", \"currency\": \"USD\"}: a whole number of"
              + " millionths as a string, and an ISO 4217 currency.");
    }
  }

  /** Fails with 400 or 422 where the times do not fit a lease. */
  static void check(OfferRequest request, Lease lease, Instant now) {
    Instant from = request.from();
    Instant until = request.until();
    requireMinute(from, "from");
    requireMinute(until, "until");
    if (from != null && from.isBefore(now.truncatedTo(ChronoUnit.MINUTES))) {
      throw ProblemException.unprocessable("/from", "That is in the past; it is " + now + " now.");
    }
    if (from != null && !from.isBefore(lease.period().end())) {
      throw ProblemException.unprocessable(
          "/from", "The lease lasts until " + lease.period().end() + ": nothing is left then.");
    }
    if (until != null && !until.isAfter(now)) {
      throw ProblemException.unprocessable("/until", "That is in the past; it is " + now + " now.");
    }
  }

  private static void requireMinute(@Nullable Instant moment, String name) {
    if (moment != null && !moment.truncatedTo(ChronoUnit.MINUTES).equals(moment)) {
      throw ProblemException.malformed("/" + name, name + " must be a whole minute.");
    }
  }
}
