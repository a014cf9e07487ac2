package io.berth.booking.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.QuoteRequest;
import io.berth.booking.internal.CapacityQuery.Pointers;
import io.berth.booking.internal.CapacityQuery.WantedInput;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.UseProfile;
import io.berth.matching.CapacityRequest;
import io.berth.matching.Shape;
import io.berth.platform.Money;
import io.berth.platform.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a tenant's request into what the planner takes, or says what is wrong with it. */
@ApplicationScoped
public class RequestReader {

  private final AcceleratorCatalog catalog;
  private final BookingConfig config;

  RequestReader(AcceleratorCatalog catalog, BookingConfig config) {
    this.catalog = catalog;
    this.config = config;
  }

  /**
   * The request as it is meant at a moment.
   *
   * @throws ProblemException 400 or 422 where it makes no sense, or no sense any more
   */
  public CapacityRequest read(QuoteRequest body, Instant now) {
    return new CapacityRequest(
        CapacityQuery.wanted(
            new WantedInput(
                body.models(),
                body.vendors(),
                body.countries(),
                body.regions(),
                body.providers(),
                body.offerId(),
                body.memoryGbMin(),
                body.interconnectGbPerSecondMin()),
            catalog,
            Pointers.BODY),
        shape(body),
        CapacityQuery.period(
            body.start(), body.end(), body.duration(), null, now, config, Pointers.BODY),
        Optional.ofNullable(body.pricePerAcceleratorHourMax()).map(RequestReader::price));
  }

  /** How it will be used, as far as stated; throws {@link ProblemException} 400. */
  public static @Nullable UseProfile use(QuoteRequest body) {
    return body.use() == null ? null : CapacityQuery.checkedUse(body.use(), Pointers.BODY, "use/");
  }

  private static Shape shape(QuoteRequest body) {
    if (body.accelerators() != null) {
      if (body.nodes() != null || body.acceleratorsPerNode() != null) {
        throw ProblemException.malformed(
            "/accelerators", "Give either accelerators, or nodes and acceleratorsPerNode.");
      }
      return new Shape.Count(body.accelerators());
    }
    if (body.nodes() == null || body.acceleratorsPerNode() == null) {
      throw ProblemException.malformed(
          body.nodes() == null && body.acceleratorsPerNode() == null
              ? "/accelerators"
              : body.nodes() == null ? "/nodes" : "/acceleratorsPerNode",
          "Say how many: accelerators, or nodes and acceleratorsPerNode.");
    }
    if ((long) body.nodes() * body.acceleratorsPerNode() > QuoteRequest.ACCELERATORS_MAX) {
      throw ProblemException.unprocessable(
          "/nodes", "At most " + QuoteRequest.ACCELERATORS_MAX + " accelerators in all.");
    }
    return new Shape.Grid(body.nodes(), body.acceleratorsPerNode());
  }

  private static Money price(Money.Wire wire) {
    try {
      Money money = wire.toMoney();
      if (money.micros() <= 0) {
        throw new IllegalArgumentException("not positive");
      }
      return money;
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(
          "/pricePerAcceleratorHourMax",
          "A price is {\"amountMicros\": \"2950000\", \"currency\": \"USD\"}: a positive whole number"
              + " of millionths as a string, and an ISO 4217 currency.");
    }
  }
}
