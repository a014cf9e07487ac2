package io.berth.market.internal;

import io.berth.inventory.NodePoolId;
import io.berth.market.InterruptibleTerms;
import io.berth.market.NetworkException;
import io.berth.market.NetworkException.Protocol;
import io.berth.market.Offer;
import io.berth.market.OfferId;
import io.berth.market.OfferState;
import io.berth.market.OfferTerms;
import io.berth.market.PriceBasis;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.PlainText;
import io.berth.platform.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What goes in and out of {@code /v1/offers}. */
final class OfferApi {

  static final String CREATE_EXAMPLE =
      """
      {
        "poolId": "pool_agpmn4a4tvyrnd6ag6m7s3tnke",
        "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
        "termMin": "PT1H",
        "termMax": "PT720H",
        "acceleratorsMin": 1,
        "acceleratorsMax": 64,
        "availableUntil": "2027-06-30T00:00:00Z",
        "turnaround": "PT5M",
        "networkExceptions": [{"cidr": "10.20.0.0/24", "ports": [{"protocol": "tcp", "port": 2049}]}]
      }
      """;

  static final String CHANGE_EXAMPLE =
      """
      {
        "pricePerAcceleratorHour": {"amountMicros": "2790000"},
        "availableUntil": null
      }
      """;

  private static final String BEFORE_STATE =
      """
      {
        "id": "offer_agpmn4a4tvyrnd6ag6m7s3tnke",
        "providerId": "org_agpmn4a4tvyrnd6ag6m7s3tnke",
        "poolId": "pool_agpmn4a4tvyrnd6ag6m7s3tnke",
        "state": "\
      """;

  private static final String AFTER_STATE =
      """
      ",
        "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
        "termMin": "PT1H",
        "termMax": "PT720H",
        "acceleratorsMin": 1,
        "acceleratorsMax": 64,
        "availableUntil": "2027-06-30T00:00:00Z",
        "turnaround": "PT5M",
        "priceBasis": "quoted",
        "earlyReleaseRefundPercent": 100,
        "networkExceptions": []
      }
      """;

  static final String VIEW_EXAMPLE = BEFORE_STATE + "draft" + AFTER_STATE;
  static final String PUBLISHED_EXAMPLE = BEFORE_STATE + "published" + AFTER_STATE;
  static final String PAUSED_EXAMPLE = BEFORE_STATE + "paused" + AFTER_STATE;
  static final String RETIRED_EXAMPLE = BEFORE_STATE + "retired" + AFTER_STATE;

  static final String CHANGED_EXAMPLE =
      """
      {
        "id": "offer_agpmn4a4tvyrnd6ag6m7s3tnke",
        "providerId": "org_agpmn4a4tvyrnd6ag6m7s3tnke",
        "poolId": "pool_agpmn4a4tvyrnd6ag6m7s3tnke",
        "state": "published",
        "pricePerAcceleratorHour": {"amountMicros": "2790000", "currency": "USD"},
        "termMin": "PT1H",
        "termMax": "PT720H",
        "acceleratorsMin": 1,
        "acceleratorsMax": 64,
        "turnaround": "PT5M",
        "priceBasis": "quoted",
        "earlyReleaseRefundPercent": 100,
        "networkExceptions": []
      }
      """;

  private static final String PRICE =
      "From 1 micro to 1,000,000 units, in the market's currency; billed by the minute";
  private static final String TERM_MIN =
      "The shortest lease, ISO 8601, whole minutes from PT1M to PT8784H; PT1H where absent";
  private static final String TERM_MAX =
      "The longest lease, ISO 8601, whole minutes from PT1M to PT8784H; PT720H where absent";
  private static final String ACCELERATORS_MIN =
      "The fewest accelerators a lease takes; 1 where absent";
  private static final String ACCELERATORS_MAX =
      "The most accelerators a lease takes; 100000 where absent";
  private static final String AVAILABLE_FROM = "No lease starts before; no bound where absent";
  private static final String AVAILABLE_UNTIL =
      "Every lease has ended by then; no bound where absent";
  private static final String TURNAROUND =
      "How long slots rest after a lease, ISO 8601, whole minutes from PT0S to PT168H; PT5M where"
          + " absent";
  private static final String PRICE_BASIS =
      "Where the price is from: asked by the provider (quoted), published elsewhere (observed) or"
          + " made up (illustrative); quoted where absent";
  private static final String PRICE_NOTE =
      "A remark on the price; observed and illustrative prices need one";

  private static final String REFUND =
      "Which share of the unused price comes back where a tenant gives capacity back early; 100 where"
          + " absent. Where policy or the provider ends a lease, all of it does";

  private static final String INTERRUPTIBLE =
      "What leases that yield to firm ones cost; none are made where absent";
  private static final String EXCEPTIONS =
      "What leases reach besides the internet, such as storage in the provider's private network; nothing"
          + " where absent. A lease has what its offer said when it was quoted";
  private static final String VERIFIED =
      "When probes of the pool's nodes last read the devices that it is listed as; absent where they"
          + " never did or found others since, and where nothing is verified";
  private static final String NOTICE =
      "How long before its end the tenant is told, ISO 8601, whole minutes from PT1M to PT168H; PT5M"
          + " where absent";

  /** Micros in decimal digits: no plus sign, no other alphabets' digits, and within a long. */
  private static final Pattern MICROS = Pattern.compile("-?[0-9]{1,18}");

  /** As long as any range of IPv6 is written. */
  private static final int CIDR_LENGTH_MAX = 50;

  private OfferApi() {}

  /** Leases that yield to firm ones. */
  @Schema(
      name = "InterruptibleTerms",
      description =
          "A lease of this kind ends before its time where a firm order needs its slots: the cheapest"
              + " first, with notice, and paid for what it was used")
  record Interruptible(
      @NotNull @Valid @Schema(description = PRICE + "; at most what the offer's firm leases cost")
          Money.@Nullable Wire pricePerAcceleratorHour,
      @Schema(description = NOTICE) @Nullable Duration notice) {

    static Interruptible of(InterruptibleTerms terms) {
      return new Interruptible(Money.Wire.of(terms.pricePerAcceleratorHour()), terms.notice());
    }

    InterruptibleTerms toTerms() {
      return new InterruptibleTerms(
          price(
              Objects.requireNonNull(pricePerAcceleratorHour),
              "/interruptible/pricePerAcceleratorHour"),
          or(notice, InterruptibleTerms.NOTICE_DEFAULT));
    }
  }

  /** Addresses that leases reach. */
  @Schema(
      name = "NetworkException",
      description = "Addresses in the provider's network that leases reach besides the internet")
  record ExceptionView(
      @NotNull
          @Size(max = CIDR_LENGTH_MAX)
          @Schema(
              description =
                  "An address without bits beyond its prefix, and the prefix's length: at least 16 of IPv4, 48 of"
                      + " IPv6. No unspecified, loopback, link-local, multicast or reserved addresses, and no"
                      + " cloud's metadata",
              examples = "10.20.0.0/24")
          @Nullable String cidr,
      @NotNull
          @Size(min = 1, max = NetworkException.PORTS_MAX)
          @Schema(description = "On which these are reached")
          @Nullable List<@NotNull @Valid PortView> ports) {

    static ExceptionView of(NetworkException exception) {
      return new ExceptionView(
          exception.cidr(),
          exception.ports().stream()
              .map(port -> new PortView(port.protocol(), port.port()))
              .toList());
    }

    NetworkException toException() {
      return new NetworkException(
          Objects.requireNonNull(cidr),
          Objects.requireNonNull(ports).stream().map(PortView::toPort).toList());
    }
  }

  /** A port. */
  @Schema(name = "NetworkPort", description = "A port")
  record PortView(
      @NotNull @Nullable Protocol protocol,
      @NotNull @Min(1) @Max(65_535) @Schema(examples = "2049") @Nullable Integer port) {

    NetworkException.Port toPort() {
      return new NetworkException.Port(
          Objects.requireNonNull(protocol), Objects.requireNonNull(port));
    }
  }

  /** A new offer. */
  @Schema(name = "OfferCreate", description = "An offer to be drafted")
  record Create(
      @NotNull @Schema(description = "A pool of the caller's own, its model known")
          @Nullable NodePoolId poolId,
      @NotNull @Valid @Schema(description = PRICE) Money.@Nullable Wire pricePerAcceleratorHour,
      @Schema(description = TERM_MIN) @Nullable Duration termMin,
      @Schema(description = TERM_MAX) @Nullable Duration termMax,
      @Schema(description = ACCELERATORS_MIN, minimum = "1", maximum = "100000")
          @Nullable Integer acceleratorsMin,
      @Schema(description = ACCELERATORS_MAX, minimum = "1", maximum = "100000")
          @Nullable Integer acceleratorsMax,
      @Schema(description = AVAILABLE_FROM) @Nullable Instant availableFrom,
      @Schema(description = AVAILABLE_UNTIL) @Nullable Instant availableUntil,
      @Schema(description = TURNAROUND) @Nullable Duration turnaround,
      @Schema(description = PRICE_BASIS) @Nullable PriceBasis priceBasis,
      @PlainText(max = OfferTerms.PRICE_NOTE_LENGTH_MAX) @Schema(description = PRICE_NOTE)
          @Nullable String priceNote,
      @Schema(description = REFUND, minimum = "0", maximum = "100")
          @Nullable Integer earlyReleaseRefundPercent,
      @Valid @Schema(description = INTERRUPTIBLE) @Nullable Interruptible interruptible,
      @Size(max = NetworkException.EXCEPTIONS_MAX) @Schema(description = EXCEPTIONS)
          @Nullable List<@NotNull @Valid ExceptionView> networkExceptions) {

    /** The pool, which validation has found present. */
    NodePoolId pool() {
      return Objects.requireNonNull(poolId);
    }

    /** The terms with what is absent filled in. */
    OfferTerms toTerms() {
      return new Terms(
              pricePerAcceleratorHour,
              termMin,
              termMax,
              acceleratorsMin,
              acceleratorsMax,
              availableFrom,
              availableUntil,
              turnaround,
              priceBasis,
              priceNote,
              earlyReleaseRefundPercent,
              interruptible,
              networkExceptions)
          .toTerms();
    }
  }

  /** What of an offer may change; a merge patch is applied to it. */
  @Schema(
      name = "OfferTerms",
      requiredProperties = "pricePerAcceleratorHour",
      description =
          "What is left out stays, what is null goes back to what it is where absent; the price"
              + " stands for itself and cannot go")
  record Terms(
      @Valid @Schema(description = PRICE) Money.@Nullable Wire pricePerAcceleratorHour,
      @Schema(description = TERM_MIN) @Nullable Duration termMin,
      @Schema(description = TERM_MAX) @Nullable Duration termMax,
      @Schema(description = ACCELERATORS_MIN, minimum = "1", maximum = "100000")
          @Nullable Integer acceleratorsMin,
      @Schema(description = ACCELERATORS_MAX, minimum = "1", maximum = "100000")
          @Nullable Integer acceleratorsMax,
      @Schema(description = AVAILABLE_FROM) @Nullable Instant availableFrom,
      @Schema(description = AVAILABLE_UNTIL) @Nullable Instant availableUntil,
      @Schema(description = TURNAROUND) @Nullable Duration turnaround,
      @Schema(description = PRICE_BASIS) @Nullable PriceBasis priceBasis,
      @PlainText(max = OfferTerms.PRICE_NOTE_LENGTH_MAX) @Schema(description = PRICE_NOTE)
          @Nullable String priceNote,
      @Schema(description = REFUND, minimum = "0", maximum = "100")
          @Nullable Integer earlyReleaseRefundPercent,
      @Valid @Schema(description = INTERRUPTIBLE) @Nullable Interruptible interruptible,
      @Size(max = NetworkException.EXCEPTIONS_MAX) @Schema(description = EXCEPTIONS)
          @Nullable List<@NotNull @Valid ExceptionView> networkExceptions) {

    static Terms of(OfferTerms terms) {
      return new Terms(
          Money.Wire.of(terms.pricePerAcceleratorHour()),
          terms.termMin(),
          terms.termMax(),
          terms.acceleratorsMin(),
          terms.acceleratorsMax(),
          terms.availableFrom().orElse(null),
          terms.availableUntil().orElse(null),
          terms.turnaround(),
          terms.priceBasis(),
          noteOrNull(terms.priceNote()),
          terms.earlyReleaseRefundPercent(),
          terms.interruptible().map(Interruptible::of).orElse(null),
          views(terms.networkExceptions()));
    }

    /** The terms with what is absent filled in. */
    OfferTerms toTerms() {
      if (pricePerAcceleratorHour == null) {
        throw ProblemException.malformed("/pricePerAcceleratorHour", "An offer has a price.");
      }
      OfferTerms defaults =
          OfferTerms.priced(price(pricePerAcceleratorHour, "/pricePerAcceleratorHour"));
      return new OfferTerms(
          defaults.pricePerAcceleratorHour(),
          or(termMin, defaults.termMin()),
          or(termMax, defaults.termMax()),
          or(acceleratorsMin, defaults.acceleratorsMin()),
          or(acceleratorsMax, defaults.acceleratorsMax()),
          Optional.ofNullable(availableFrom),
          Optional.ofNullable(availableUntil),
          or(turnaround, defaults.turnaround()),
          or(priceBasis, defaults.priceBasis()),
          or(priceNote, defaults.priceNote()),
          or(earlyReleaseRefundPercent, defaults.earlyReleaseRefundPercent()),
          Optional.ofNullable(interruptible).map(Interruptible::toTerms),
          or(networkExceptions, List.<ExceptionView>of()).stream()
              .map(ExceptionView::toException)
              .toList());
    }
  }

  /** An offer. */
  @Schema(
      name = "Offer",
      description = "What a provider lists for lease: the slots of a node pool at a price")
  record View(
      OfferId id,
      OrganizationId providerId,
      NodePoolId poolId,
      OfferState state,
      @Schema(description = PRICE) Money.Wire pricePerAcceleratorHour,
      @Schema(description = TERM_MIN) Duration termMin,
      @Schema(description = TERM_MAX) Duration termMax,
      @Schema(description = ACCELERATORS_MIN) int acceleratorsMin,
      @Schema(description = ACCELERATORS_MAX) int acceleratorsMax,
      @Schema(description = AVAILABLE_FROM) @Nullable Instant availableFrom,
      @Schema(description = AVAILABLE_UNTIL) @Nullable Instant availableUntil,
      @Schema(description = TURNAROUND) Duration turnaround,
      @Schema(description = PRICE_BASIS) PriceBasis priceBasis,
      @Schema(description = PRICE_NOTE) @Nullable String priceNote,
      @Schema(description = REFUND) int earlyReleaseRefundPercent,
      @Schema(description = INTERRUPTIBLE) @Nullable Interruptible interruptible,
      @Schema(description = EXCEPTIONS) List<ExceptionView> networkExceptions,
      @Schema(description = VERIFIED) @Nullable Instant verifiedAt) {

    static View of(Offer offer, @Nullable Instant verifiedAt) {
      return new View(
          offer.id(),
          offer.provider(),
          offer.pool(),
          offer.state(),
          Money.Wire.of(offer.pricePerAcceleratorHour()),
          offer.termMin(),
          offer.termMax(),
          offer.acceleratorsMin(),
          offer.acceleratorsMax(),
          offer.availableFrom().orElse(null),
          offer.availableUntil().orElse(null),
          offer.turnaround(),
          offer.priceBasis(),
          noteOrNull(offer.priceNote()),
          offer.earlyReleaseRefundPercent(),
          offer.interruptible().map(Interruptible::of).orElse(null),
          views(offer.networkExceptions()),
          verifiedAt);
    }
  }

  /** One page of offers: a type of its own, for the contract. */
  @Schema(name = "OfferPage", description = "A page of offers")
  record OfferPage(List<View> items, @Nullable String nextPageToken) {}

  private static Money price(Money.Wire wire, String pointer) {
    if (!MICROS.matcher(wire.amountMicros()).matches()) {
      throw ProblemException.malformed(
          pointer + "/amountMicros",
          "amountMicros must be a whole number of millionths as a string, such as \"2950000\".");
    }
    try {
      return wire.toMoney();
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(
          pointer + "/currency", "currency must be a code of ISO 4217, such as USD.");
    }
  }

  private static List<ExceptionView> views(List<NetworkException> exceptions) {
    return exceptions.stream().map(ExceptionView::of).toList();
  }

  private static @Nullable String noteOrNull(String note) {
    return note.isEmpty() ? null : note;
  }

  private static <T> T or(@Nullable T value, T absent) {
    return value == null ? absent : value;
  }
}
