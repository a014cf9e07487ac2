package io.berth.booking.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.booking.Quote;
import io.berth.booking.QuoteState;
import io.berth.identity.UseProfile;
import io.berth.platform.Money;
import io.berth.policy.ReasonView;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of quotes. */
final class QuoteApi {

  static final int ACCELERATORS_MAX = 100_000;
  private static final int LIST_MAX = 50;

  private QuoteApi() {}

  /** What a tenant asks for. */
  @Schema(
      name = "QuoteRequest",
      description =
          "Give either accelerators, or nodes and acceleratorsPerNode; and either duration or end."
              + " What is left out is not asked for.")
  record QuoteRequest(
      @Schema(description = "How many, on as few nodes as possible.", examples = "8")
          @Min(1)
          @Max(ACCELERATORS_MAX)
          @Nullable Integer accelerators,
      @Schema(description = "On how many nodes.") @Min(1) @Max(ACCELERATORS_MAX)
          @Nullable Integer nodes,
      @Schema(description = "How many on each node.") @Min(1) @Max(ACCELERATORS_MAX)
          @Nullable Integer acceleratorsPerNode,
      @Schema(
              description = "Catalogue ids, any of which will do.",
              examples = "[\"nvidia-h100-sxm\"]")
          @Size(max = LIST_MAX)
          @Nullable List<@NotNull @Size(min = 1, max = 100) String> models,
      @Size(max = LIST_MAX) @Nullable List<@NotNull @Size(min = 1, max = 100) String> vendors,
      @Schema(description = "ISO 3166-1 alpha-2 countries, any of which will do.") @Size(max = 250)
          @Nullable List<@NotNull String> countries,
      @Size(max = LIST_MAX) @Nullable List<@NotNull @Size(min = 1, max = 100) String> regions,
      @Size(max = LIST_MAX) @Nullable List<@NotNull String> providers,
      @Schema(description = "This offer only.") @Nullable String offerId,
      @DecimalMin("0") @Nullable BigDecimal memoryGbMin,
      @DecimalMin("0") @Nullable BigDecimal interconnectGbPerSecondMin,
      @Schema(description = "A whole minute; now where absent.") @Nullable Instant start,
      @Schema(description = "A whole minute; instead of duration.") @Nullable Instant end,
      @Schema(
              description = "Whole minutes, ISO 8601; instead of end.",
              implementation = String.class,
              examples = "PT4H")
          @Nullable Duration duration,
      @Valid Money.@Nullable Wire pricePerAcceleratorHourMax,
      @Schema(
              description =
                  "How it will be used; what is left out comes from the organization's profile.")
          @Valid
          @Nullable UseProfile use) {}

  /** A quote. */
  @Schema(name = "Quote")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record QuoteView(
      @Schema(examples = "quote_aga5mkbzmp2zdjl3lrvhsh7rse") String id,
      QuoteState state,
      String tenantId,
      CapacityApi.ProviderView provider,
      String offerId,
      String model,
      PeriodView period,
      int accelerators,
      List<NodeView> nodes,
      Money.Wire pricePerAcceleratorHour,
      @Schema(
              description =
                  "For the whole period; what is confirmed is charged for the time it runs.")
          Money.Wire total,
      UseProfile use,
      @Schema(description = "What policy permits but warns of.") List<ReasonView> warnings,
      String decisionId,
      @Schema(description = "Until when slots and money are held.") Instant expiresAt,
      Instant createdAt) {

    static QuoteView of(Quote quote, String providerName, List<NodeView> nodes) {
      return new QuoteView(
          quote.id().toString(),
          quote.state(),
          quote.tenant().toString(),
          new CapacityApi.ProviderView(quote.provider().toString(), providerName),
          quote.offer().toString(),
          quote.modelId(),
          new PeriodView(quote.period().start(), quote.period().end()),
          quote.accelerators(),
          nodes,
          Money.Wire.of(quote.pricePerAcceleratorHour()),
          Money.Wire.of(quote.total()),
          quote.use(),
          quote.warnings(),
          quote.decision().toString(),
          quote.expiresAt(),
          quote.createdAt());
    }
  }

  /** From when until when; the end is not in it. */
  @Schema(name = "Period")
  record PeriodView(Instant start, Instant end) {}

  /** What is held of a node. */
  @Schema(name = "QuotedNode")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record NodeView(String id, @Nullable String country, @Nullable String region, int accelerators) {}
}
