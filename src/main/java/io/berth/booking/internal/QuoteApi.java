package io.berth.booking.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.booking.LeaseTerm;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of quotes. */
final class QuoteApi {

  private QuoteApi() {}

  /** A quote. */
  @Schema(name = "Quote", description = "A firm price, with slots and money held while it is open")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record QuoteView(
      @Schema(implementation = QuoteId.class) String id,
      QuoteState state,
      LeaseTerm term,
      @Schema(
              description =
                  "How long before an interruption its tenant is told; absent where it is firm.",
              examples = "PT5M")
          @Nullable Duration interruptionNotice,
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
      @Schema(
              description =
                  "Which share of the unused price comes back where capacity is given back early.",
              examples = "100")
          int earlyReleaseRefundPercent,
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
          quote.term(),
          quote.interruptionNotice(),
          quote.tenant().toString(),
          new CapacityApi.ProviderView(quote.provider().toString(), providerName),
          quote.offer().toString(),
          quote.modelId(),
          new PeriodView(quote.period().start(), quote.period().end()),
          quote.accelerators(),
          nodes,
          Money.Wire.of(quote.pricePerAcceleratorHour()),
          Money.Wire.of(quote.total()),
          quote.earlyReleaseRefundPercent(),
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
