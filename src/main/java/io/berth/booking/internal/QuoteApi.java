package io.berth.booking.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.booking.Quote;
import io.berth.booking.QuoteId;
import io.berth.booking.QuoteState;
import io.berth.identity.UseProfile;
import io.berth.inventory.NodeId;
import io.berth.market.OfferId;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.policy.DecisionId;
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
      @Schema(description = "On how many nodes.", examples = "2") @Min(1) @Max(ACCELERATORS_MAX)
          @Nullable Integer nodes,
      @Schema(description = "How many on each node.", examples = "8") @Min(1) @Max(ACCELERATORS_MAX)
          @Nullable Integer acceleratorsPerNode,
      @Schema(
              description = "Catalogue ids, any of which will do.",
              examples = "[\"nvidia-h100-sxm\"]")
          @Size(max = LIST_MAX)
          @Nullable List<@NotNull @Size(min = 1, max = 100) String> models,
      @Schema(description = "Vendors, any of which will do.", examples = "[\"NVIDIA\"]")
          @Size(max = LIST_MAX)
          @Nullable List<@NotNull @Size(min = 1, max = 100) String> vendors,
      @Schema(
              description = "ISO 3166-1 alpha-2 countries, any of which will do.",
              examples = "[\"FI\", \"DE\"]")
          @Size(max = 250)
          @Nullable List<@NotNull String> countries,
      @Schema(
              description = "Region labels of nodes, any of which will do.",
              examples = "[\"fi-hel-1\"]")
          @Size(max = LIST_MAX)
          @Nullable List<@NotNull @Size(min = 1, max = 100) String> regions,
      @Schema(
              description = "Providers' organization ids, any of which will do.",
              examples = "[\"org_agrat3z3en5wphq47zej7gfipe\"]")
          @Size(max = LIST_MAX)
          @Nullable List<@NotNull String> providers,
      @Schema(description = "This offer only.", implementation = OfferId.class)
          @Nullable String offerId,
      @Schema(description = "At least so much memory an accelerator, in GB.", examples = "80")
          @DecimalMin("0")
          @Nullable BigDecimal memoryGbMin,
      @Schema(
              description = "At least so fast a link between accelerators, in GB/s.",
              examples = "900")
          @DecimalMin("0")
          @Nullable BigDecimal interconnectGbPerSecondMin,
      @Schema(description = "A whole minute; now where absent.") @Nullable Instant start,
      @Schema(description = "A whole minute; instead of duration.") @Nullable Instant end,
      @Schema(description = "Whole minutes, ISO 8601; instead of end.") @Nullable Duration duration,
      @Schema(description = "The most to pay.") @Valid
          Money.@Nullable Wire pricePerAcceleratorHourMax,
      @Schema(
              description =
                  "How it will be used; what is left out comes from the organization's profile.")
          @Valid
          @Nullable UseProfile use) {}

  /** A quote. */
  @Schema(name = "Quote", description = "A firm price, with slots and money held while it is open")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record QuoteView(
      @Schema(implementation = QuoteId.class) String id,
      QuoteState state,
      @Schema(implementation = OrganizationId.class) String tenantId,
      CapacityApi.ProviderView provider,
      @Schema(implementation = OfferId.class) String offerId,
      @Schema(description = "The catalogue's id.", examples = "nvidia-h100-sxm") String model,
      PeriodView period,
      @Schema(description = "On all nodes together.", examples = "16") int accelerators,
      @Schema(description = "What is held of which node.") List<NodeView> nodes,
      Money.Wire pricePerAcceleratorHour,
      @Schema(
              description =
                  "For the whole period; what is confirmed is charged for the time it runs.")
          Money.Wire total,
      UseProfile use,
      @Schema(description = "What policy permits but warns of.") List<ReasonView> warnings,
      @Schema(description = "What permits it.", implementation = DecisionId.class)
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
  @Schema(name = "Period", description = "From when until when; the end is not in it")
  record PeriodView(Instant start, Instant end) {}

  /** What is held of a node. */
  @Schema(name = "QuotedNode", description = "What is held of a node")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record NodeView(
      @Schema(implementation = NodeId.class) String id,
      @Schema(examples = "FI") @Nullable String country,
      @Schema(examples = "fi-hel-1") @Nullable String region,
      @Schema(examples = "8") int accelerators) {}

  /** Names the page in the contract. */
  @Schema(name = "QuotePage", description = "A page of quotes")
  record QuotePage(List<QuoteView> items, @Nullable String nextPageToken) {}
}
