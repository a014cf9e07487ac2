package io.berth.booking;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.catalog.SlotKind;
import io.berth.identity.UseProfile;
import io.berth.market.OfferId;
import io.berth.matching.Shape;
import io.berth.platform.Money;
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

/** What a tenant asks for, of quotes and orders alike; the wire form. */
@Schema(
    name = "QuoteRequest",
    description =
        "Give either accelerators, or nodes and acceleratorsPerNode; and either duration or end, or"
            + " a duration with earliestStart and latestEnd between which it starts as soon as it"
            + " can. What is left out is not asked for.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuoteRequest(
    @Schema(description = "How many, on as few nodes as possible.", examples = "8")
        @Min(1)
        @Max(ACCELERATORS_MAX)
        @Nullable Integer accelerators,
    @Schema(description = "On how many nodes.", examples = "2") @Min(1) @Max(ACCELERATORS_MAX)
        @Nullable Integer nodes,
    @Schema(description = "How many on each node.", examples = "8") @Min(1) @Max(ACCELERATORS_MAX)
        @Nullable Integer acceleratorsPerNode,
    @Schema(description = "What the nodes must have in common; cluster where absent.")
        Shape.@Nullable Together together,
    @Schema(description = "How accelerators are laid over nodes; packed where absent.")
        Shape.@Nullable Layout layout,
    @Schema(
            description =
                "What one accelerator is; WHOLE_DEVICE where absent. Parts of devices are leased only"
                    + " where they are asked for.")
        @Nullable SlotKind slotKind,
    @Schema(
            description = "The kind of part, such as 1g.10gb; any where absent.",
            examples = "1g.10gb")
        @Size(min = 1, max = 100)
        @Nullable String slotProfile,
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
    @Schema(description = "Countries that will not do; nor will a node whose country is not known.")
        @Size(max = 250)
        @Nullable List<@NotNull String> excludedCountries,
    @Schema(description = "Regions that will not do.") @Size(max = LIST_MAX)
        @Nullable List<@NotNull @Size(min = 1, max = 100) String> excludedRegions,
    @Schema(description = "Providers that will not do.") @Size(max = LIST_MAX)
        @Nullable List<@NotNull String> excludedProviders,
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
    @Schema(
            description = "At least so much total processing performance (TPP) an accelerator.",
            examples = "4800")
        @DecimalMin("0")
        @Nullable BigDecimal tppMin,
    @Schema(
            description =
                "At least so many processors with each accelerator, in thousandths of a core.",
            examples = "8000")
        @Min(0)
        @Nullable Long cpuMillisPerAcceleratorMin,
    @Schema(
            description = "At least so much main memory with each accelerator, in MiB.",
            examples = "65536")
        @Min(0)
        @Nullable Long memoryMibPerAcceleratorMin,
    @Schema(description = "A whole minute; now where absent.") @Nullable Instant start,
    @Schema(description = "A whole minute; instead of duration.") @Nullable Instant end,
    @Schema(description = "Whole minutes, ISO 8601; instead of end.") @Nullable Duration duration,
    @Schema(
            description =
                "Starts as soon as it can from this whole minute on; now where only latestEnd is"
                    + " given. Not beside start or end.")
        @Nullable Instant earliestStart,
    @Schema(description = "Ends by this whole minute. Not beside start or end.")
        @Nullable Instant latestEnd,
    @Schema(description = "The most to pay an accelerator-hour.") @Valid
        Money.@Nullable Wire pricePerAcceleratorHourMax,
    @Schema(description = "The most to pay in all.") @Valid Money.@Nullable Wire totalMax,
    @Schema(
            description =
                "How it will be used; what is left out comes from the organization's profile.")
        @Valid
        @Nullable UseProfile use,
    @Schema(
            description =
                "reserved where absent. An onDemand lease renews by itself, step by step, at a price"
                    + " that is at most the one agreed on; where duration and end are absent, it"
                    + " begins with one step.")
        @Nullable LeaseTerm term) {

  /** The most accelerators of one request. */
  public static final int ACCELERATORS_MAX = 100_000;

  private static final int LIST_MAX = 50;

  /** The term that is asked for. */
  public LeaseTerm termOrReserved() {
    return term == null ? LeaseTerm.RESERVED : term;
  }

  /**
   * The same for another number of accelerators, or of nodes, with another earliest start, and for
   * at most such a price.
   */
  public QuoteRequest sized(
      @Nullable Integer accelerators,
      @Nullable Integer nodes,
      @Nullable Instant earliestStart,
      Money.@Nullable Wire priceMax,
      Money.@Nullable Wire totalMax) {
    return new QuoteRequest(
        accelerators,
        nodes,
        acceleratorsPerNode,
        together,
        layout,
        slotKind,
        slotProfile,
        models,
        vendors,
        countries,
        regions,
        providers,
        excludedCountries,
        excludedRegions,
        excludedProviders,
        offerId,
        memoryGbMin,
        interconnectGbPerSecondMin,
        tppMin,
        cpuMillisPerAcceleratorMin,
        memoryMibPerAcceleratorMin,
        start,
        end,
        duration,
        earliestStart,
        latestEnd,
        priceMax,
        totalMax,
        use,
        term);
  }
}
