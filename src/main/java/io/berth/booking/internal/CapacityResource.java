package io.berth.booking.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.internal.CapacityApi.CapacityRow;
import io.berth.booking.internal.CapacityApi.CapacityView;
import io.berth.booking.internal.CapacityQuery.Pointers;
import io.berth.booking.internal.CapacityQuery.WantedInput;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.identity.UseProfile;
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
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
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

/** {@code /v1/capacity}. */
@Path("/v1/capacity")
@Tag(name = "Capacity")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
public class CapacityResource {

  private static final Duration DURATION_DEFAULT = Duration.ofHours(1);

  private final CapacitySearch search;
  private final AcceleratorCatalog catalog;
  private final BookingConfig config;
  private final Caller caller;
  private final Clock clock;

  CapacityResource(
      CapacitySearch search,
      AcceleratorCatalog catalog,
      BookingConfig config,
      Caller caller,
      Clock clock) {
    this.search = search;
    this.catalog = catalog;
    this.config = config;
    this.caller = caller;
    this.clock = clock;
  }

  /** Searches. */
  @GET
  @Operation(
      operationId = "searchCapacity",
      summary = "Search capacity",
      description =
          "Shows what the caller may lease over a period: published offers whose nodes the active"
              + " policy pack permits for the caller's organization and use, with prices and what is"
              + " free. Nodes that match but may not be used are counted by the rule that hides"
              + " them. Repeat a parameter to name several values.")
  @APIResponse(
      responseCode = "200",
      description = "A page of capacity, and what is hidden.",
      content =
          @Content(
              schema = @Schema(implementation = CapacityView.class),
              examples = @ExampleObject(name = "one row", value = CapacityExamples.PAGE)))
  @APIResponse(
      responseCode = "422",
      description = "The period has passed, is reversed, too long or too far ahead.")
  public Uni<CapacityView> find(
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
              description = "At least so fast a link between accelerators, in GB/s.",
              example = "900")
          @Nullable BigDecimal interconnectGbPerSecondMin,
      @RestQuery
          @Parameter(
              description =
                  "Rows with at least so many free, 1 where absent; 0 shows taken ones too.",
              example = "8",
              schema =
                  @Schema(
                      type = SchemaType.INTEGER,
                      format = "int32",
                      minimum = "0",
                      defaultValue = "1"))
          @Nullable Integer accelerators,
      @RestQuery
          @Parameter(
              description = "From when, a whole minute; now where absent.",
              schema = @Schema(implementation = Instant.class))
          @Nullable String start,
      @RestQuery
          @Parameter(
              description = "Until when, a whole minute.",
              schema = @Schema(implementation = Instant.class))
          @Nullable String end,
      @RestQuery
          @Parameter(
              description = "For how long, instead of end; PT1H where neither is given.",
              schema = @Schema(implementation = Duration.class))
          @Nullable String duration,
      @RestQuery
          @Parameter(
              description = "At most so much an accelerator-hour, in millionths.",
              example = "3500000")
          @Nullable Long priceMicrosMax,
      @RestQuery
          @Parameter(
              description = "Currency of priceMicrosMax, ISO 4217; USD where absent.",
              example = "USD")
          @Nullable String currency,
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
                  "Whether a US person or site takes part; as in the organization's profile where absent.")
          @Nullable Boolean usNexus,
      @RestQuery
          @Parameter(
              description = "price (lowest first), free or memory (most first).",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"price", "free", "memory"},
                      defaultValue = "price"))
          @Nullable String sort,
      @RestQuery @Parameter(description = "Rows a page, 1 to 200; 50 where absent.")
          @Nullable Integer pageSize,
      @RestQuery @Parameter(description = "nextPageToken of the page before.")
          @Nullable String pageToken) {
    Pointers pointers = Pointers.QUERY;
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
            interconnectGbPerSecondMin,
            accelerators,
            start,
            end,
            duration,
            priceMicrosMax,
            currency,
            mode,
            workload,
            dataResidency,
            usNexus,
            sort);
    if (accelerators != null && accelerators < 0) {
      throw ProblemException.malformed("?accelerators", "accelerators must not be negative.");
    }
    Period period =
        CapacityQuery.period(
            time(start, "start", Instant::parse),
            time(end, "end", Instant::parse),
            time(duration, "duration", Duration::parse),
            DURATION_DEFAULT,
            clock.instant(),
            config,
            pointers);
    var wanted =
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
                    Optional.ofNullable(interconnectGbPerSecondMin),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())),
            catalog,
            new SingularNames());
    UseProfile use =
        CapacityQuery.checkedUse(
            new UseProfile(mode, workload, dataResidency, usNexus), pointers, "");
    return search
        .search(
            caller.organization(),
            new CapacitySearch.Query(
                wanted,
                period,
                use,
                accelerators == null ? 1 : accelerators,
                CapacityQuery.price(priceMicrosMax, currency, pointers, "currency"),
                sort(sort)))
        .map(found -> {
          Page<CapacityRow> rows = cut(found.rows(), page, CapacitySearch::keyOf);
          return new CapacityView(rows.items(), rows.nextPageToken(), found.use(), found.hidden());
        });
  }

  /** Query parameters are named in the singular, since each names one value. */
  static final class SingularNames implements Pointers {
    @Override
    public String to(String name, int index) {
      return "?"
          + switch (name) {
            case "models" -> "model";
            case "vendors" -> "vendor";
            case "countries" -> "country";
            case "regions" -> "region";
            case "providers" -> "provider";
            default -> name;
          };
    }
  }

  /** One page of rows that are all there. */
  static <T> Page<T> cut(List<T> rows, PageRequest page, Function<T, String> keyOf) {
    List<T> rest =
        page.after()
            .map(after -> {
              int shown = -1;
              for (int i = 0; i < rows.size(); i++) {
                if (keyOf.apply(rows.get(i)).equals(after)) {
                  shown = i;
                }
              }
              return rows.subList(shown + 1, rows.size());
            })
            .orElse(rows);
    return page.page(rest.subList(0, Math.min(rest.size(), page.limit())), keyOf);
  }

  /** A moment or a duration as it stands in a query string; null where it is absent. */
  static <T> @Nullable T time(@Nullable String text, String name, Function<String, T> parse) {
    if (text == null) {
      return null;
    }
    try {
      return parse.apply(text);
    } catch (DateTimeException e) {
      throw ProblemException.malformed(
          "?" + name,
          name.equals("duration")
              ? "duration must be in ISO 8601, such as PT4H."
              : name + " must be a time in RFC 3339, such as 2026-11-01T00:00:00Z.");
    }
  }

  private static CapacitySearch.Sort sort(@Nullable String sort) {
    if (sort == null) {
      return CapacitySearch.Sort.PRICE;
    }
    return CapacityQuery.one(
        sort,
        Pointers.QUERY,
        "sort",
        name -> {
          try {
            return CapacitySearch.Sort.valueOf(name.toUpperCase(Locale.ROOT));
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("sort must be price, free or memory.", e);
          }
        });
  }
}
