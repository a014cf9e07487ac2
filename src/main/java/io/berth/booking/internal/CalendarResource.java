package io.berth.booking.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.internal.CalendarApi.CalendarRow;
import io.berth.booking.internal.CalendarApi.CalendarView;
import io.berth.booking.internal.CalendarApi.Step;
import io.berth.booking.internal.CapacityQuery.Pointers;
import io.berth.booking.internal.CapacityQuery.WantedInput;
import io.berth.booking.internal.QuoteApi.PeriodView;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.identity.UseProfile;
import io.berth.matching.Wanted;
import io.berth.matching.Wanted.Needs;
import io.berth.matching.Wanted.SlotWanted;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/capacity/calendar}. */
@Path("/v1/capacity/calendar")
@Tag(name = "Capacity")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
public class CalendarResource {

  /** How many stretches one calendar has at most: a year of days, two weeks of hours. */
  static final int STRETCHES_MAX = 366;

  private static final int STRETCHES_DEFAULT = 24;

  private final CapacityOverTime capacity;
  private final AcceleratorCatalog catalog;
  private final BookingConfig config;
  private final Caller caller;
  private final Clock clock;

  CalendarResource(
      CapacityOverTime capacity,
      AcceleratorCatalog catalog,
      BookingConfig config,
      Caller caller,
      Clock clock) {
    this.capacity = capacity;
    this.catalog = catalog;
    this.config = config;
    this.caller = caller;
    this.clock = clock;
  }

  /** Looks. */
  @GET
  @Operation(
      operationId = "readCapacityCalendar",
      summary = "Look at capacity over time",
      description =
          "Shows for each accelerator model and place how many accelerators are free over each hour"
              + " or day, and from what price on: only what the active policy packs permit for the"
              + " caller's organization and use. Repeat a parameter to name several values.")
  @APIResponse(
      responseCode = "200",
      description = "A page of the calendar.",
      content =
          @Content(
              schema = @Schema(implementation = CalendarView.class),
              examples = @ExampleObject(name = "one row", value = CapacityExamples.CALENDAR)))
  @APIResponse(
      responseCode = "422",
      description =
          "The period has passed, is reversed, has too many stretches or is too far ahead.")
  public Uni<CalendarView> read(
      @RestQuery @Parameter(description = "Catalogue ids.", example = "[\"nvidia-h100-sxm\"]")
          @Nullable List<String> model,
      @RestQuery @Parameter(description = "Vendors.", example = "[\"NVIDIA\"]")
          @Nullable List<String> vendor,
      @RestQuery
          @Parameter(description = "ISO 3166-1 alpha-2 countries.", example = "[\"FI\", \"DE\"]")
          @Nullable List<String> country,
      @RestQuery @Parameter(description = "Region labels of nodes.", example = "[\"fi-hel-1\"]")
          @Nullable List<String> region,
      @RestQuery
          @Parameter(
              description = "Providers' organization ids.",
              example = "[\"org_agrat3z3en5wphq47zej7gfipe\"]")
          @Nullable List<String> provider,
      @RestQuery
          @Parameter(description = "At least so much memory an accelerator, in GB.", example = "80")
          @Nullable BigDecimal memoryGbMin,
      @RestQuery
          @Parameter(
              description =
                  "From when, a whole hour or, of days, midnight in UTC; now where absent.",
              schema = @Schema(implementation = Instant.class))
          @Nullable String start,
      @RestQuery
          @Parameter(
              description = "Until when, likewise; 24 stretches on where absent.",
              schema = @Schema(implementation = Instant.class))
          @Nullable String end,
      @RestQuery
          @Parameter(
              description = "hour or day; hour where absent.",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"hour", "day"},
                      defaultValue = "hour"))
          @Nullable Step step,
      @RestQuery
          @Parameter(
              description =
                  "How the device is got at; as in the organization's profile where absent.",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"remote", "possession"}))
          @Nullable String mode,
      @RestQuery
          @Parameter(
              description = "What for; as in the organization's profile where absent.",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"training", "inference"}))
          @Nullable String workload,
      @RestQuery
          @Parameter(
              description = "Where data may lie; as in the organization's profile where absent.",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"none", "eea-only"}))
          @Nullable String dataResidency,
      @RestQuery
          @Parameter(
              description =
                  "Whether a US person or site takes part; as in the organization's profile where"
                      + " absent.")
          @Nullable Boolean usNexus,
      @RestQuery @Parameter(description = "Rows a page, 1 to 200; 50 where absent.")
          @Nullable Integer pageSize,
      @RestQuery @Parameter(description = "nextPageToken of the page before.")
          @Nullable String pageToken) {
    PageRequest page =
        PageRequest.of(
            pageSize,
            pageToken,
            model,
            vendor,
            country,
            region,
            provider,
            memoryGbMin,
            start,
            end,
            step,
            mode,
            workload,
            dataResidency,
            usNexus);
    Step length = step == null ? Step.HOUR : step;
    List<Period> stretches =
        stretches(
            CapacityResource.time(start, "start", Instant::parse),
            CapacityResource.time(end, "end", Instant::parse),
            length);
    Wanted wanted =
        CapacityQuery.wanted(
            new WantedInput(
                model,
                vendor,
                country,
                region,
                provider,
                null,
                null,
                null,
                null,
                SlotWanted.WHOLE_DEVICES,
                new Needs(
                    Optional.ofNullable(memoryGbMin),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())),
            catalog,
            new CapacityResource.SingularNames());
    UseProfile use =
        CapacityQuery.checkedUse(
            new UseProfile(mode, workload, dataResidency, usNexus), Pointers.QUERY, "");
    return capacity
        .calendar(caller.organization(), wanted, use, stretches)
        .map(found -> {
          List<CalendarRow> rows = found.rows().stream().map(CalendarRow::of).toList();
          Page<CalendarRow> cut = CapacityResource.cut(rows, page, CalendarResource::keyOf);
          return new CalendarView(
              new PeriodView(stretches.getFirst().start(), stretches.getLast().end()),
              length,
              cut.items(),
              found.use(),
              cut.nextPageToken());
        });
  }

  private static String keyOf(CalendarRow row) {
    return row.model() + "/" + row.country() + "/" + row.region();
  }

  private List<Period> stretches(@Nullable Instant start, @Nullable Instant end, Step step) {
    Instant now = clock.instant();
    Instant first = start == null ? floor(now, step) : start;
    requireWhole(first, step, "?start");
    if (first.isBefore(floor(now, step))) {
      throw ProblemException.unprocessable(
          "?start", "The start is in the past; it is " + now + ".");
    }
    if (first.isAfter(now.plus(config.leadTimeMax()))) {
      throw ProblemException.unprocessable(
          "?start", "The calendar reaches at most " + config.leadTimeMax() + " ahead of now.");
    }
    Instant last = end == null ? first.plus(step.length().multipliedBy(STRETCHES_DEFAULT)) : end;
    requireWhole(last, step, "?end");
    if (!last.isAfter(first)) {
      throw ProblemException.unprocessable("?end", "The calendar must end after it starts.");
    }
    if (last.isAfter(now.plus(config.leadTimeMax()).plus(step.length()))) {
      throw ProblemException.unprocessable(
          "?end", "The calendar reaches at most " + config.leadTimeMax() + " ahead of now.");
    }
    if (Duration.between(first, last).dividedBy(step.length()) > STRETCHES_MAX) {
      throw ProblemException.unprocessable(
          "?end", "At most " + STRETCHES_MAX + " stretches: ask for days, or for less at once.");
    }
    List<Period> stretches = new ArrayList<>();
    for (Instant from = first; from.isBefore(last); from = from.plus(step.length())) {
      // What has begun counts from now on: nobody asks what was free.
      Instant begin = from.isBefore(now) ? floorMinute(now) : from;
      stretches.add(new Period(begin, from.plus(step.length())));
    }
    return stretches;
  }

  private static Instant floorMinute(Instant moment) {
    return moment.truncatedTo(java.time.temporal.ChronoUnit.MINUTES);
  }

  private static Instant floor(Instant moment, Step step) {
    long seconds = step.length().toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(moment.getEpochSecond(), seconds) * seconds);
  }

  private static void requireWhole(Instant moment, Step step, String pointer) {
    if (!floor(moment, step).equals(moment)) {
      throw ProblemException.malformed(
          pointer,
          step == Step.DAY
              ? "Days begin at midnight in UTC, such as 2026-11-01T00:00:00Z."
              : "Hours begin at whole hours, such as 2026-11-01T13:00:00Z.");
    }
  }
}
