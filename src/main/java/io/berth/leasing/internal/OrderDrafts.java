package io.berth.leasing.internal;

import io.berth.booking.Fills;
import io.berth.booking.QuoteRequest;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.AcceleratorModel;
import io.berth.leasing.LeasingConfig;
import io.berth.leasing.Order;
import io.berth.leasing.OrderId;
import io.berth.leasing.OrderState;
import io.berth.leasing.OrderTerms;
import io.berth.leasing.TimeInForce;
import io.berth.leasing.domain.OrderSizing;
import io.berth.leasing.internal.OrderStore.Rivalry;
import io.berth.market.MarketConfig;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes orders of what tenants ask for, or says what is wrong with it. */
@ApplicationScoped
public class OrderDrafts {

  /** Into so many leases an order is divided at the most. */
  static final int LEASES_MAX = 100;

  private final Fills fills;
  private final AcceleratorCatalog catalog;
  private final LeasingConfig config;
  private final MarketConfig market;

  OrderDrafts(Fills fills, AcceleratorCatalog catalog, LeasingConfig config, MarketConfig market) {
    this.fills = fills;
    this.catalog = catalog;
    this.config = config;
    this.market = market;
  }

  /**
   * An order as it stands before anything was tried.
   *
   * @throws ProblemException 400 or 422 where it makes no sense at this moment
   */
  Order draft(OrganizationId tenant, QuoteRequest request, OrderTerms terms, Instant now) {
    fills.check(request, now);
    Instant goodUntil = goodUntil(request, terms, now);
    if (terms.isResting()) {
      requireOurs(request.totalMax(), "/totalMax");
      requireOurs(request.pricePerAcceleratorHourMax(), "/pricePerAcceleratorHourMax");
    }
    requireParts(request, terms);
    return new Order(
        OrderId.fresh(),
        tenant,
        OrderState.OPEN,
        request,
        terms,
        null,
        List.of(),
        null,
        null,
        List.of(),
        goodUntil,
        goodUntil,
        null,
        now,
        null,
        0);
  }

  /** What it competes for. */
  Rivalry rivalry(Order order) {
    QuoteRequest request = order.request();
    Money.Wire limit = order.limit(order.createdAt());
    return new Rivalry(
        catalog.all().stream()
            .filter(model -> accepts(request, model))
            .map(AcceleratorModel::id)
            .toList(),
        Objects.requireNonNullElse(request.regions(), List.of()),
        Objects.requireNonNullElse(request.countries(), List.of()),
        limit == null ? null : limit.toMoney());
  }

  private static boolean accepts(QuoteRequest request, AcceleratorModel model) {
    return isAny(request.models(), model.id())
        && (request.vendors() == null
            || request.vendors().isEmpty()
            || request.vendors().stream().anyMatch(model.vendor()::equalsIgnoreCase))
        && isAtLeast(model.tpp().min(), request.tppMin())
        && isAtLeast(model.memoryGb().min(), request.memoryGbMin())
        && isAtLeast(model.interconnectGbPerSecond().min(), request.interconnectGbPerSecondMin());
  }

  private static boolean isAny(@Nullable List<String> named, String value) {
    return named == null || named.isEmpty() || named.contains(value);
  }

  private static boolean isAtLeast(@Nullable BigDecimal figure, @Nullable BigDecimal wanted) {
    return wanted == null || (figure != null && figure.compareTo(wanted) >= 0);
  }

  private @Nullable Instant goodUntil(QuoteRequest request, OrderTerms terms, Instant now) {
    Instant until = terms.until();
    if (until != null && terms.timeInForce() != TimeInForce.UNTIL) {
      throw ProblemException.malformed("/until", "until goes with timeInForce until alone.");
    }
    if (!terms.isResting()) {
      return null;
    }
    Instant latest = now.plus(config.orderAgeMax());
    if (terms.timeInForce() == TimeInForce.UNTIL) {
      if (until == null) {
        throw ProblemException.malformed(
            "/until", "Say until when the order may rest, such as " + latest + ".");
      }
      if (!until.isAfter(now)) {
        throw ProblemException.unprocessable("/until", "until is over; it is " + now + " now.");
      }
      if (until.isAfter(latest)) {
        throw ProblemException.unprocessable(
            "/until", "An order rests for " + config.orderAgeMax() + " at the most.");
      }
    }
    Instant wanted = until == null ? latest : until;
    return OrderSizing.lastMoment(request).filter(last -> last.isBefore(wanted)).orElse(wanted);
  }

  private void requireOurs(Money.@Nullable Wire wire, String pointer) {
    if (wire != null && !wire.toMoney().currency().equals(market.currency())) {
      throw ProblemException.unprocessable(
          pointer, "Nothing is ever offered in another currency than " + market.currency() + ".");
    }
  }

  private static void requireParts(QuoteRequest request, OrderTerms terms) {
    Integer least = terms.leaseAcceleratorsMin();
    if (!terms.isPartial()) {
      if (least != null) {
        throw ProblemException.malformed(
            "/leaseAcceleratorsMin", "leaseAcceleratorsMin goes with fill partial alone.");
      }
      return;
    }
    if (!terms.isResting()) {
      throw ProblemException.unprocessable(
          "/fill", "Only an order that rests is filled in parts: give timeInForce, too.");
    }
    int wanted = OrderSizing.accelerators(request);
    int parts = least(terms);
    if (parts > wanted) {
      throw ProblemException.unprocessable(
          "/leaseAcceleratorsMin", "A lease cannot have more than the whole order.");
    }
    if (wanted / parts > LEASES_MAX) {
      throw ProblemException.unprocessable(
          "/leaseAcceleratorsMin",
          "An order is divided into " + LEASES_MAX + " leases at the most: ask for more in each.");
    }
  }

  /** The fewest accelerators of a lease of a partial order. */
  static int least(OrderTerms terms) {
    return Objects.requireNonNullElse(terms.leaseAcceleratorsMin(), 1);
  }
}
