package io.berth.booking.internal;

import io.berth.booking.BookingConfig;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.UseProfile;
import io.berth.market.OfferId;
import io.berth.matching.Wanted;
import io.berth.matching.Wanted.Needs;
import io.berth.matching.Wanted.Places;
import io.berth.matching.Wanted.SlotWanted;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns what a caller wrote about capacity into what the planner takes, or says what is wrong. */
final class CapacityQuery {

  /** A lease is whole minutes, and not longer than this. */
  static final Duration TERM_MAX = Duration.ofDays(366);

  private static final List<String> MODES = List.of("remote", "possession");
  private static final List<String> WORKLOADS = List.of("training", "inference");
  private static final List<String> DATA_RESIDENCIES = List.of("none", "eea-only");

  private CapacityQuery() {}

  /** How a caller names the parts of a request, in a query string or in a body. */
  interface Pointers {

    /** The pointer to a named part, or to one entry of it. */
    String to(String name, int index);

    /** Parts are query parameters. */
    Pointers QUERY = (name, index) -> "?" + name;

    /** Parts are members of the body. */
    Pointers BODY = (name, index) -> "/" + name + (index < 0 ? "" : "/" + index);
  }

  /** What is wanted, as the caller wrote it. */
  record WantedInput(
      @Nullable List<String> models,
      @Nullable List<String> vendors,
      @Nullable List<String> countries,
      @Nullable List<String> regions,
      @Nullable List<String> providers,
      @Nullable List<String> excludedCountries,
      @Nullable List<String> excludedRegions,
      @Nullable List<String> excludedProviders,
      @Nullable String offerId,
      SlotWanted slot,
      Needs needs) {}

  static Wanted wanted(WantedInput input, AcceleratorCatalog catalog, Pointers pointers) {
    return new Wanted(
        each(
            input.models(),
            pointers,
            "models",
            model ->
                catalog
                    .find(model)
                    .map(found -> found.id())
                    .orElseThrow(() ->
                        new IllegalArgumentException(
                            "There is no accelerator model '"
                                + model
                                + "': GET /v1/accelerators lists them."))),
        each(input.vendors(), pointers, "vendors", Function.identity()),
        new Places(
            each(input.countries(), pointers, "countries", CapacityQuery::country),
            each(input.excludedCountries(), pointers, "excludedCountries", CapacityQuery::country),
            each(input.regions(), pointers, "regions", Function.identity()),
            each(input.excludedRegions(), pointers, "excludedRegions", Function.identity())),
        each(input.providers(), pointers, "providers", OrganizationId::fromString),
        each(input.excludedProviders(), pointers, "excludedProviders", OrganizationId::fromString),
        Optional.ofNullable(input.offerId())
            .map(id -> one(id, pointers, "offerId", OfferId::fromString)),
        input.slot(),
        input.needs());
  }

  /**
   * The period asked for: from now where no start is given, and either up to an end or for a
   * duration.
   */
  static Period period(
      @Nullable Instant start,
      @Nullable Instant end,
      @Nullable Duration duration,
      @Nullable Duration durationDefault,
      Instant now,
      BookingConfig config,
      Pointers pointers) {
    if (end != null && duration != null) {
      throw ProblemException.malformed(
          pointers.to("end", -1), "Give either end or duration, not both.");
    }
    Instant thisMinute = now.truncatedTo(ChronoUnit.MINUTES);
    Instant from = start == null ? thisMinute : start;
    if (!from.truncatedTo(ChronoUnit.MINUTES).equals(from)) {
      throw ProblemException.malformed(
          pointers.to("start", -1),
          "The start must be a whole minute, such as " + thisMinute + ".");
    }
    if (from.isBefore(thisMinute)) {
      throw ProblemException.unprocessable(
          pointers.to("start", -1), "The start is in the past; it is " + now + " now.");
    }
    if (from.isAfter(now.plus(config.leadTimeMax()))) {
      throw ProblemException.unprocessable(
          pointers.to("start", -1),
          "The start may be at most " + config.leadTimeMax() + " ahead of now.");
    }
    String endName = end == null ? "duration" : "end";
    Duration length =
        end != null ? Duration.between(from, end) : duration != null ? duration : durationDefault;
    if (length == null) {
      throw ProblemException.malformed(
          pointers.to("duration", -1), "Give a duration, such as PT4H, or an end.");
    }
    if (length.isNegative() || length.isZero()) {
      throw ProblemException.unprocessable(
          pointers.to(endName, -1), "The period must end after it starts.");
    }
    if (!length.truncatedTo(ChronoUnit.MINUTES).equals(length)) {
      throw ProblemException.malformed(
          pointers.to(endName, -1), "The period must be whole minutes.");
    }
    if (length.compareTo(TERM_MAX) > 0) {
      throw ProblemException.unprocessable(
          pointers.to(endName, -1), "A lease lasts at most " + TERM_MAX.toDays() + " days.");
    }
    return new Period(from, from.plus(length));
  }

  /**
   * When, where it may start as soon as it can: the earliest period, and the latest start.
   *
   * @param period as it would be at the earliest
   */
  record Window(Period period, Instant startMax) {}

  /** The window between an earliest start and a latest end. */
  static Window window(
      @Nullable Instant earliestStart,
      @Nullable Instant latestEnd,
      @Nullable Duration duration,
      Instant now,
      BookingConfig config,
      Pointers pointers) {
    if (latestEnd == null) {
      throw ProblemException.malformed(
          pointers.to("latestEnd", -1), "Give latestEnd beside earliestStart.");
    }
    if (duration == null) {
      throw ProblemException.malformed(
          pointers.to("duration", -1), "Give a duration, such as PT4H, beside latestEnd.");
    }
    if (!latestEnd.truncatedTo(ChronoUnit.MINUTES).equals(latestEnd)) {
      throw ProblemException.malformed(
          pointers.to("latestEnd", -1), "latestEnd must be a whole minute.");
    }
    Period earliest = period(earliestStart, null, duration, null, now, config, renamed(pointers));
    Instant startMax = latestEnd.minus(duration);
    if (startMax.isBefore(earliest.start())) {
      throw ProblemException.unprocessable(
          pointers.to("latestEnd", -1),
          "A lease of " + duration + " from " + earliest.start() + " on ends later than that.");
    }
    Instant furthest = now.plus(config.leadTimeMax());
    return new Window(earliest, startMax.isAfter(furthest) ? furthest : startMax);
  }

  private static Pointers renamed(Pointers pointers) {
    return (name, index) -> pointers.to(name.equals("start") ? "earliestStart" : name, index);
  }

  /**
   * The use as stated, checked.
   *
   * @param container the member that holds its parts; empty where they stand for themselves
   */
  static UseProfile checkedUse(UseProfile stated, Pointers pointers, String container) {
    requireOneOf(stated.mode(), MODES, pointers, container + "mode");
    requireOneOf(stated.workload(), WORKLOADS, pointers, container + "workload");
    requireOneOf(stated.dataResidency(), DATA_RESIDENCIES, pointers, container + "dataResidency");
    return stated;
  }

  private static void requireOneOf(
      @Nullable String value, List<String> known, Pointers pointers, String name) {
    if (value != null && !known.contains(value)) {
      throw ProblemException.malformed(
          pointers.to(name, -1), "'" + value + "' is none of " + known + ".");
    }
  }

  static Optional<Money> price(
      @Nullable Long micros, @Nullable String currency, Pointers pointers, String name) {
    if (micros == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Money(
            micros,
            one(currency == null ? "USD" : currency, pointers, name, Currency::getInstance)));
  }

  private static String country(String code) {
    if (!Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).contains(code)) {
      throw new IllegalArgumentException(
          "'" + code + "' is not an ISO 3166-1 alpha-2 country code, such as FI.");
    }
    return code;
  }

  static <T> T one(String value, Pointers pointers, String name, Function<String, T> read) {
    try {
      return read.apply(value);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(
          pointers.to(name, -1), e.getMessage() == null ? "not valid" : e.getMessage());
    }
  }

  private static <T> Set<T> each(
      @Nullable List<String> values, Pointers pointers, String name, Function<String, T> read) {
    Set<T> all = new HashSet<>();
    if (values != null) {
      for (int i = 0; i < values.size(); i++) {
        try {
          all.add(read.apply(values.get(i)));
        } catch (IllegalArgumentException e) {
          throw ProblemException.malformed(
              pointers.to(name, i), e.getMessage() == null ? "not valid" : e.getMessage());
        }
      }
    }
    return all;
  }
}
