package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.booking.LeaseTerm;
import io.berth.booking.QuoteId;
import io.berth.booking.QuoteRequest;
import io.berth.identity.UseProfile;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeId;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseJudgement;
import io.berth.leasing.LeaseOutage;
import io.berth.leasing.LeasePrice;
import io.berth.leasing.LeaseState;
import io.berth.leasing.WindDown;
import io.berth.leasing.WindDownOrderId;
import io.berth.market.NetworkException;
import io.berth.market.OfferId;
import io.berth.platform.Condition;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.berth.policy.Verdict;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of leases. */
final class LeaseApi {

  private LeaseApi() {}

  /** A lease. */
  @Schema(
      name = "Lease",
      description = "A contract: slots, a period, a price and what permits them")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LeaseView(
      @Schema(implementation = LeaseId.class) String id,
      LeaseState state,
      LeaseTerm term,
      @Schema(
              description =
                  "How long before an interruption its tenant is told; absent where it is firm.",
              examples = "PT5M")
          @Nullable Duration interruptionNotice,
      @Nullable RenewalView renewal,
      PartyView tenant,
      PartyView provider,
      @Schema(implementation = ClusterId.class) String clusterId,
      @Schema(implementation = OfferId.class) String offerId,
      @Schema(description = "What it was made of.", implementation = QuoteId.class) String quoteId,
      @Schema(description = "The catalogue's id.", examples = "nvidia-h100-sxm") String model,
      LeasePeriod period,
      @Schema(description = "On all nodes together.", examples = "16") int accelerators,
      @Schema(description = "What is leased of which node.") List<LeasedNodeView> nodes,
      @Schema(description = "As it was agreed on at first.") Money.Wire pricePerAcceleratorHour,
      @Schema(description = "What each stretch of the period costs.") List<StretchView> stretches,
      @Schema(
              description =
                  "For the whole period, set aside until the lease ends. Where its tenant bought it of"
                      + " another, its provider sees here, and in what else tells of money, what the"
                      + " provider is paid.")
          Money.Wire total,
      @Schema(description = "What it cost in the end; absent before.") Money.@Nullable Wire charged,
      @Schema(
              description =
                  "What of the total is owed for capacity that was given back while it ran; absent"
                      + " where that is nothing.")
          Money.@Nullable Wire retained,
      @Schema(
              description =
                  "Which share of the unused price comes back where capacity is given back early.",
              examples = "100")
          int earlyReleaseRefundPercent,
      @Schema(
              description =
                  "What its pods reach in the provider's network besides the internet, as the offer said"
                      + " when the lease was quoted.")
          List<LeaseExceptionView> networkExceptions,
      UseProfile use,
      @Schema(description = "What permits it.", implementation = DecisionId.class)
          String decisionId,
      JudgementView judgement,
      @Nullable WindDownView windDown,
      @Schema(description = "What was seen of it in the cluster.") List<Condition> conditions,
      @Schema(description = "When accelerators of it could not be used: that is not charged.")
          List<OutageView> outages,
      @Schema(description = "From when the capacity could be used.") @Nullable Instant activeAt,
      @Schema(description = "From when it was taken back.") @Nullable Instant endingAt,
      @Schema(description = "When nothing of it was left.") @Nullable Instant endedAt,
      @Schema(description = "When the rest of it went to another tenant.")
          @Nullable Instant transferredAt,
      Instant createdAt) {

    static LeaseView of(
        Lease lease, PartyView tenant, PartyView provider, List<LeasedNodeView> nodes) {
      return new LeaseView(
          lease.id().toString(),
          lease.state(),
          lease.term(),
          lease.interruptionNotice(),
          RenewalView.of(lease),
          tenant,
          provider,
          lease.cluster().toString(),
          lease.offer().toString(),
          lease.quote().toString(),
          lease.modelId(),
          new LeasePeriod(lease.period().start(), lease.period().end()),
          lease.accelerators(),
          nodes,
          Money.Wire.of(lease.pricePerAcceleratorHour()),
          lease.price().stretches().stream().map(StretchView::of).toList(),
          Money.Wire.of(lease.total()),
          lease.charged() == null ? null : Money.Wire.of(lease.charged()),
          lease.retained().micros() == 0 ? null : Money.Wire.of(lease.retained()),
          lease.earlyReleaseRefundPercent(),
          lease.networkExceptions().stream().map(LeaseExceptionView::of).toList(),
          lease.use(),
          lease.decision().toString(),
          JudgementView.of(lease.judgement()),
          lease.windDown() == null ? null : WindDownView.of(lease.windDown()),
          lease.conditions(),
          lease.outages().stream().map(OutageView::of).toList(),
          lease.activeAt(),
          lease.endingAt(),
          lease.endedAt(),
          lease.transferredAt(),
          lease.createdAt());
    }
  }

  /** Addresses that its pods reach. */
  @Schema(
      name = "LeaseNetworkException",
      description = "Addresses in the provider's network that a lease's pods reach")
  record LeaseExceptionView(
      @Schema(examples = "10.20.0.0/24") String cidr, List<LeasePortView> ports) {

    static LeaseExceptionView of(NetworkException exception) {
      return new LeaseExceptionView(
          exception.cidr(),
          exception.ports().stream()
              .map(port -> new LeasePortView(port.protocol(), port.port()))
              .toList());
    }
  }

  /** A port of such addresses. */
  @Schema(name = "LeaseNetworkPort", description = "A port that a lease's pods reach")
  record LeasePortView(NetworkException.Protocol protocol, @Schema(examples = "2049") int port) {}

  /** How an on-demand lease renews. */
  @Schema(
      name = "LeaseRenewal",
      description = "Whether an on-demand lease renews by itself; absent of others")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RenewalView(
      @Schema(description = "When it is renewed next; absent where it is not any more.")
          @Nullable Instant nextAt,
      @Schema(description = "Why it could not be renewed the last time; absent where it could.")
          @Nullable String problem) {

    static @Nullable RenewalView of(Lease lease) {
      return lease.term() == LeaseTerm.ON_DEMAND
          ? new RenewalView(lease.renewal().nextAt(), lease.renewal().problem())
          : null;
    }
  }

  /** A stretch of a lease. */
  @Schema(
      name = "LeaseStretch",
      description = "A time in which a lease has the same accelerators at the same price")
  record StretchView(
      Instant start,
      Instant end,
      @Schema(examples = "16") int accelerators,
      Money.Wire pricePerAcceleratorHour,
      @Schema(description = "What all of it costs.") Money.Wire cost) {

    static StretchView of(LeasePrice.Stretch stretch) {
      return new StretchView(
          stretch.period().start(),
          stretch.period().end(),
          stretch.accelerators(),
          Money.Wire.of(stretch.pricePerAcceleratorHour()),
          Money.Wire.of(stretch.cost()));
    }
  }

  /** What is wanted of a lease that is to go on. */
  @Schema(
      name = "LeaseExtend",
      description = "Until when, or for how much longer; give either end or duration")
  record ExtendRequest(
      @Schema(description = "The new end, a whole minute.") @Nullable Instant end,
      @Schema(description = "How much longer, whole minutes, ISO 8601.", examples = "PT2H")
          @Nullable Duration duration,
      @Schema(description = "The most to pay for the added time.") @Valid
          Money.@Nullable Wire pricePerAcceleratorHourMax) {}

  /** What is given back of a lease. */
  @Schema(
      name = "LeaseShrink",
      description = "How many accelerators to keep, or which nodes to give back; give one of both")
  record ShrinkRequest(
      @Schema(description = "How many to keep in all; nodes without jobs go first.", examples = "8")
          @Min(1)
          @Max(QuoteRequest.ACCELERATORS_MAX)
          @Nullable Integer accelerators,
      @Schema(
              description = "Nodes to give back.",
              examples = "[\"node_agrat32egj6xnlb7qu5jtnvrqq\"]")
          @Size(min = 1, max = Decision.NODES_MAX)
          @Nullable List<@NotNull String> nodes) {}

  /** What the law said of it last. */
  @Schema(
      name = "LeaseJudgement",
      description =
          "What came out when the rest of the lease was judged last: it is judged again at its start,"
              + " when something changes that a judgement rests on, and from time to time")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record JudgementView(
      Verdict verdict,
      Instant judgedAt,
      @Schema(description = "Until when it is permitted; absent where it is not even now.")
          @Nullable Instant permittedUntil,
      @Schema(
              description = "The last decision that said something new.",
              implementation = DecisionId.class)
          String decisionId) {

    static JudgementView of(LeaseJudgement judgement) {
      return new JudgementView(
          judgement.verdict(),
          judgement.at(),
          judgement.permittedUntil(),
          judgement.decision().toString());
    }
  }

  /** An order that ends it before its time. */
  @Schema(
      name = "WindDown",
      description = "An order that ends a lease before its time, after a grace")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WindDownView(
      Instant orderedAt,
      @Schema(description = "When the lease begins to end.") Instant endsAt,
      @Schema(examples = "Policy no longer permits this lease: H20 is banned by the operator.")
          String reason,
      @Schema(
              description = "The judgement behind it; absent of others.",
              implementation = DecisionId.class)
          @Nullable String decisionId,
      @Schema(
              description = "The officer's order; absent of others.",
              implementation = WindDownOrderId.class)
          @Nullable String orderId,
      @Schema(description = "Whether it makes room for a firm lease; absent of others.")
          @Nullable Boolean interruption) {

    static WindDownView of(WindDown order) {
      return new WindDownView(
          order.orderedAt(),
          order.endsAt(),
          order.reason(),
          order.decision() == null ? null : order.decision().toString(),
          order.order() == null ? null : order.order().toString(),
          order.isInterruption() ? true : null);
    }
  }

  /** A time without some accelerators. */
  @Schema(
      name = "LeaseOutage",
      description =
          "A time in which a lease's accelerators on one node could not be used. Its whole minutes are"
              + " not charged; while one goes on, what is given back is refunded in full")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OutageView(
      @Schema(implementation = NodeId.class) String nodeId,
      @Schema(examples = "8") int accelerators,
      Instant from,
      @Schema(
              description =
                  "Until when the node was back, replaced or given back; absent while it goes on.")
          @Nullable Instant until,
      @Schema(examples = "its cluster reports that it fails") String reason) {

    static OutageView of(LeaseOutage outage) {
      return new OutageView(
          outage.node().toString(),
          outage.accelerators(),
          outage.from(),
          outage.until(),
          outage.reason());
    }
  }

  /** A party to a lease. */
  @Schema(name = "Party", description = "A party to a lease")
  record PartyView(
      @Schema(implementation = OrganizationId.class) String id,
      @Schema(examples = "Rhein Robotics GmbH") String name) {}

  /** From when until when; the end is not in it. */
  @Schema(name = "LeasePeriod", description = "From when until when; the end is not in it")
  record LeasePeriod(Instant start, Instant end) {}

  /** What is leased of a node. */
  @Schema(name = "LeasedNode", description = "What is leased of a node")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LeasedNodeView(
      @Schema(implementation = NodeId.class) String id,
      @Schema(description = "Its name in the cluster.", examples = "h100-fi-hel-1-1") String name,
      @Schema(examples = "FI") @Nullable String country,
      @Schema(examples = "fi-hel-1") @Nullable String region,
      @Schema(examples = "8") int accelerators) {}

  /** Names the page in the contract. */
  @Schema(name = "LeasePage", description = "A page of leases")
  record LeasePage(List<LeaseView> items, @Nullable String nextPageToken) {}
}
