package io.berth.booking.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.booking.internal.CapacityApi.ProviderView;
import io.berth.booking.internal.QuoteApi.NodeView;
import io.berth.booking.internal.QuoteApi.PeriodView;
import io.berth.identity.UseProfile;
import io.berth.market.OfferId;
import io.berth.matching.CapacityCalendar;
import io.berth.platform.Money;
import io.berth.policy.ReasonView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of capacity over time. */
final class CalendarApi {

  private CalendarApi() {}

  /** How long a stretch of the calendar is. */
  @Schema(name = "CalendarStep", description = "How long each stretch of the calendar is, in UTC")
  enum Step {
    /** An hour. */
    @JsonProperty("hour")
    HOUR(Duration.ofHours(1)),
    /** A day. */
    @JsonProperty("day")
    DAY(Duration.ofDays(1));

    private final Duration length;

    Step(Duration length) {
      this.length = length;
    }

    Duration length() {
      return length;
    }

    /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
    public static Step fromString(String wire) {
      return valueOf(wire.toUpperCase(Locale.ROOT));
    }
  }

  /** A page of the calendar. */
  @Schema(
      name = "CalendarPage",
      description = "A page of what the caller may lease, over time: a row a model and place")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CalendarView(
      PeriodView period,
      Step step,
      List<CalendarRow> items,
      @Schema(description = "How the request was understood: who uses it and how.") UseProfile use,
      @Schema(description = "Send as pageToken for the next page; absent on the last.")
          @Nullable String nextPageToken) {}

  /** One model in one place over time. */
  @Schema(name = "CalendarRow", description = "One accelerator model in one place over time")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CalendarRow(
      @Schema(description = "The catalogue's id.", examples = "nvidia-h100-sxm") String model,
      @Schema(description = "ISO 3166-1 alpha-2.", examples = "FI") @Nullable String country,
      @Schema(examples = "fi-hel-1") @Nullable String region,
      @Schema(description = "On offer there, free or not.", examples = "32") int accelerators,
      List<CalendarStretch> stretches) {

    static CalendarRow of(CapacityCalendar.Row row) {
      return new CalendarRow(
          row.place().modelId(),
          row.place().country(),
          row.place().region(),
          row.slots(),
          row.stretches().stream().map(CalendarStretch::of).toList());
    }
  }

  /** One stretch of time. */
  @Schema(name = "CalendarStretch", description = "One hour or day of the calendar")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record CalendarStretch(
      Instant start,
      @Schema(description = "Accelerators that are free over all of it.", examples = "24") int free,
      @Schema(description = "The most of them on one node.", examples = "8") int freeOnOneNode,
      @Schema(description = "The lowest price of those; absent where none is free.")
          Money.@Nullable Wire pricePerAcceleratorHourFrom) {

    static CalendarStretch of(CapacityCalendar.Stretch stretch) {
      Money price = stretch.priceFrom();
      return new CalendarStretch(
          stretch.start(),
          stretch.free(),
          stretch.freeOnOneNode(),
          price == null ? null : Money.Wire.of(price));
    }
  }

  /** The earliest that a request could be had. */
  @Schema(
      name = "EarliestCapacity",
      description = "The earliest that a request could be had, as it stands now; nothing is held")
  record EarliestView(
      PeriodView period,
      @Schema(implementation = OfferId.class) String offerId,
      @Schema(description = "The catalogue's id.", examples = "nvidia-h100-sxm") String model,
      ProviderView provider,
      @Schema(description = "On all nodes together.", examples = "64") int accelerators,
      List<NodeView> nodes,
      Money.Wire pricePerAcceleratorHour,
      @Schema(description = "For the whole period.") Money.Wire total,
      UseProfile use,
      @Schema(description = "What policy permits but warns of.") List<ReasonView> warnings) {}
}
