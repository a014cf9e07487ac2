package io.berth.booking.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.LeaseTerm;
import io.berth.booking.QuoteRequest;
import io.berth.booking.internal.CapacityQuery.Pointers;
import io.berth.booking.internal.CapacityQuery.WantedInput;
import io.berth.booking.internal.CapacityQuery.Window;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.SlotKind;
import io.berth.identity.UseProfile;
import io.berth.matching.CapacityRequest;
import io.berth.matching.Shape;
import io.berth.matching.Shape.Layout;
import io.berth.matching.Shape.Together;
import io.berth.matching.Wanted;
import io.berth.matching.Wanted.Needs;
import io.berth.matching.Wanted.SlotWanted;
import io.berth.platform.Money;
import io.berth.platform.Period;
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
    Wanted wanted =
        CapacityQuery.wanted(
            new WantedInput(
                body.models(),
                body.vendors(),
                body.countries(),
                body.regions(),
                body.providers(),
                body.excludedCountries(),
                body.excludedRegions(),
                body.excludedProviders(),
                body.offerId(),
                slot(body),
                new Needs(
                    Optional.ofNullable(body.memoryGbMin()),
                    Optional.ofNullable(body.interconnectGbPerSecondMin()),
                    Optional.ofNullable(body.tppMin()),
                    Optional.ofNullable(body.cpuMillisPerAcceleratorMin()),
                    Optional.ofNullable(body.memoryMibPerAcceleratorMin()))),
            catalog,
            Pointers.BODY);
    Shape shape = shape(body);
    Window window = window(body, now);
    return new CapacityRequest(
        wanted,
        shape,
        window.period(),
        window.startMax().isAfter(window.period().start())
            ? Optional.of(window.startMax())
            : Optional.empty(),
        Optional.ofNullable(body.pricePerAcceleratorHourMax())
            .map(price -> price(price, "/pricePerAcceleratorHourMax")),
        Optional.ofNullable(body.totalMax()).map(price -> price(price, "/totalMax")));
  }

  private Window window(QuoteRequest body, Instant now) {
    if (body.earliestStart() == null && body.latestEnd() == null) {
      Period period =
          CapacityQuery.period(
              body.start(),
              body.end(),
              body.duration(),
              body.termOrReserved() == LeaseTerm.ON_DEMAND ? config.onDemandStep() : null,
              now,
              config,
              Pointers.BODY);
      return new Window(period, period.start());
    }
    if (body.start() != null || body.end() != null) {
      throw ProblemException.malformed(
          body.start() != null ? "/start" : "/end",
          "Give either start or end, or earliestStart and latestEnd.");
    }
    return CapacityQuery.window(
        body.earliestStart(), body.latestEnd(), body.duration(), now, config, Pointers.BODY);
  }

  private static SlotWanted slot(QuoteRequest body) {
    SlotKind kind = body.slotKind() == null ? SlotKind.WHOLE_DEVICE : body.slotKind();
    if (body.slotProfile() != null && kind == SlotKind.WHOLE_DEVICE) {
      throw ProblemException.malformed(
          "/slotProfile", "Whole devices have no profile: give slotKind MIG_INSTANCE or SHARE.");
    }
    return new SlotWanted(kind, Optional.ofNullable(body.slotProfile()));
  }

  /** How it will be used, as far as stated; throws {@link ProblemException} 400. */
  public static @Nullable UseProfile use(QuoteRequest body) {
    return body.use() == null ? null : CapacityQuery.checkedUse(body.use(), Pointers.BODY, "use/");
  }

  private static Shape shape(QuoteRequest body) {
    Together together = body.together() == null ? Together.CLUSTER : body.together();
    if (body.accelerators() != null) {
      if (body.nodes() != null || body.acceleratorsPerNode() != null) {
        throw ProblemException.malformed(
            "/accelerators", "Give either accelerators, or nodes and acceleratorsPerNode.");
      }
      return new Shape.Count(
          body.accelerators(), body.layout() == null ? Layout.PACKED : body.layout(), together);
    }
    if (body.layout() != null) {
      throw ProblemException.malformed(
          "/layout", "nodes and acceleratorsPerNode say the layout; leave it out beside them.");
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
    return new Shape.Grid(body.nodes(), body.acceleratorsPerNode(), together);
  }

  private static Money price(Money.Wire wire, String pointer) {
    try {
      Money money = wire.toMoney();
      if (money.micros() <= 0) {
        throw new IllegalArgumentException("not positive");
      }
      return money;
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(
          pointer,
          "A price is {\"amountMicros\": \"2950000\", \"currency\": \"USD\"}: a positive whole number"
              + " of millionths as a string, and an ISO 4217 currency.");
    }
  }
}
