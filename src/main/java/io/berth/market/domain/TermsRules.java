package io.berth.market.domain;

import io.berth.market.OfferTerms;
import io.berth.market.PriceBasis;
import io.berth.platform.Money;
import io.berth.platform.Problem.FieldError;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which prices and limits make an offer. Faults are named by JSON pointers into the API's body. */
public final class TermsRules {

  /** The highest price an hour: a million units of the currency, far above any accelerator's. */
  static final long PRICE_MICROS_MAX = 1_000_000L * 1_000_000L;

  static final Duration TERM_SHORTEST = Duration.ofMinutes(1);
  static final Duration TERM_LONGEST = Duration.ofDays(366);
  static final Duration TURNAROUND_LONGEST = Duration.ofDays(7);
  static final Duration NOTICE_LONGEST = Duration.ofDays(7);

  /** Dates outside are slips of the hand, and beyond some even PostgreSQL cannot keep them. */
  static final Instant DATE_EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

  static final Instant DATE_LATEST = Instant.parse("2200-01-01T00:00:00Z");

  private TermsRules() {}

  /**
   * Checks the terms.
   *
   * @param currency the market's
   * @throws ProblemException 400 naming every value out of its range, or else 422 naming every pair
   *     of values that do not go together
   */
  public static void check(OfferTerms terms, Currency currency) {
    refuse(ProblemType.MALFORMED, outOfRange(terms, currency));
    refuse(ProblemType.UNPROCESSABLE, contradictions(terms));
  }

  private static void refuse(ProblemType type, List<FieldError> faults) {
    if (faults.isEmpty()) {
      return;
    }
    ProblemException refusal =
        new ProblemException(
            type,
            faults.size() == 1
                ? faults.getFirst().detail()
                : faults.size() + " values are wrong: see 'errors'.");
    faults.forEach(fault -> refusal.at(fault.pointer(), fault.detail()));
    throw refusal;
  }

  private static List<FieldError> outOfRange(OfferTerms terms, Currency currency) {
    Faults faults = new Faults();
    price(terms.pricePerAcceleratorHour(), "/pricePerAcceleratorHour", currency, faults);
    faults.duration("/termMin", terms.termMin(), TERM_SHORTEST, TERM_LONGEST);
    faults.duration("/termMax", terms.termMax(), TERM_SHORTEST, TERM_LONGEST);
    faults.duration("/turnaround", terms.turnaround(), Duration.ZERO, TURNAROUND_LONGEST);
    faults.count("/acceleratorsMin", terms.acceleratorsMin());
    faults.count("/acceleratorsMax", terms.acceleratorsMax());
    if (terms.earlyReleaseRefundPercent() < 0
        || terms.earlyReleaseRefundPercent() > OfferTerms.REFUND_PERCENT_WHOLE) {
      faults.add("/earlyReleaseRefundPercent", "Must be from 0 to 100.");
    }
    terms
        .interruptible()
        .ifPresent(one -> {
          price(
              one.pricePerAcceleratorHour(),
              "/interruptible/pricePerAcceleratorHour",
              currency,
              faults);
          faults.duration("/interruptible/notice", one.notice(), TERM_SHORTEST, NOTICE_LONGEST);
        });
    NetworkRules.check(terms.networkExceptions(), faults::add);
    faults.date("/availableFrom", terms.availableFrom());
    faults.date("/availableUntil", terms.availableUntil());
    return faults.found;
  }

  private static void price(Money price, String pointer, Currency currency, Faults faults) {
    if (price.micros() < 1 || price.micros() > PRICE_MICROS_MAX) {
      faults.add(
          pointer + "/amountMicros",
          "The price an hour must be from 1 to " + PRICE_MICROS_MAX + " micros.");
    }
    if (!price.currency().equals(currency)) {
      faults.add(pointer + "/currency", "Prices in this market are in " + currency + ".");
    }
  }

  private static List<FieldError> contradictions(OfferTerms terms) {
    Faults faults = new Faults();
    if (terms.termMin().compareTo(terms.termMax()) > 0) {
      faults.add("/termMin", "termMin must not be longer than termMax.");
    }
    if (terms.acceleratorsMin() > terms.acceleratorsMax()) {
      faults.add("/acceleratorsMin", "acceleratorsMin must not be more than acceleratorsMax.");
    }
    Optional<Instant> from = terms.availableFrom();
    Optional<Instant> until = terms.availableUntil();
    if (from.isPresent() && until.isPresent()) {
      if (!until.get().isAfter(from.get())) {
        faults.add("/availableUntil", "availableUntil must be after availableFrom.");
      } else if (Duration.between(from.get(), until.get()).compareTo(terms.termMin()) < 0) {
        faults.add(
            "/availableUntil",
            "Not even the shortest lease fits between availableFrom and availableUntil.");
      }
    }
    if (terms
        .interruptible()
        .filter(one ->
            one.pricePerAcceleratorHour().micros() > terms.pricePerAcceleratorHour().micros())
        .isPresent()) {
      faults.add(
          "/interruptible/pricePerAcceleratorHour",
          "What may be interrupted must not cost more than what may not.");
    }
    if (terms.priceBasis() != PriceBasis.QUOTED && terms.priceNote().isBlank()) {
      faults.add(
          "/priceNote",
          "A price that is observed or illustrative needs a note that says where it is from.");
    }
    return faults.found;
  }

  private static final class Faults {

    private final List<FieldError> found = new ArrayList<>();

    void add(String pointer, String detail) {
      found.add(new FieldError(pointer, detail));
    }

    void duration(String pointer, Duration value, Duration shortest, Duration longest) {
      if (value.compareTo(shortest) < 0
          || value.compareTo(longest) > 0
          || value.toSecondsPart() != 0
          || value.toNanosPart() != 0) {
        add(pointer, "Must be whole minutes from " + shortest + " to " + longest + ".");
      }
    }

    void count(String pointer, int value) {
      if (value < 1 || value > OfferTerms.ACCELERATORS_MAX) {
        add(pointer, "Must be from 1 to " + OfferTerms.ACCELERATORS_MAX + ".");
      }
    }

    void date(String pointer, Optional<Instant> value) {
      @Nullable Instant moment = value.orElse(null);
      if (moment != null && (moment.isBefore(DATE_EARLIEST) || !moment.isBefore(DATE_LATEST))) {
        add(pointer, "Must be from " + DATE_EARLIEST + " to before " + DATE_LATEST + ".");
      }
    }
  }
}
