package io.berth.compliance.internal;

import io.berth.booking.NodeVerdicts;
import io.berth.booking.NodeVerdicts.Known;
import io.berth.booking.QuoteRequest;
import io.berth.compliance.internal.Simulation.LeaseOutcome;
import io.berth.compliance.internal.Simulation.OfferOutcome;
import io.berth.compliance.internal.Simulation.OrderOutcome;
import io.berth.compliance.internal.Simulation.Why;
import io.berth.inventory.NodeId;
import io.berth.leasing.Lease;
import io.berth.leasing.LeasePrice;
import io.berth.leasing.Order;
import io.berth.market.Offer;
import io.berth.platform.Money;
import io.berth.platform.Period;
import io.berth.policy.Decision;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.NodeJudgement;
import io.berth.policy.PackSet;
import io.berth.policy.Reason;
import io.berth.policy.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Judges what there is twice: by the packs in force, and as if a change had come over them. */
final class Simulator {

  private final NodeVerdicts verdicts;
  private final PackSet now;
  private final PackSet then;
  private final Instant moment;
  private final Instant at;
  private final Duration grace;

  /**
   * Prepares.
   *
   * @param moment when it is asked
   * @param at from when on {@code then} would be in force; not before {@code moment}
   */
  Simulator(
      NodeVerdicts verdicts,
      PackSet now,
      PackSet then,
      Instant moment,
      Instant at,
      Duration grace) {
    this.verdicts = verdicts;
    this.now = now;
    this.then = then;
    this.moment = moment;
    this.at = at;
    this.grace = grace;
  }

  /** What becomes of a lease; empty where nothing changes for it. */
  Optional<LeaseOutcome> lease(Lease lease, Known known) {
    Optional<Period> rest =
        lease.rest(moment).filter(period -> period.end().isAfter(at)).map(this::afterChange);
    return rest.flatMap(period -> lease(lease, known, period));
  }

  private Optional<LeaseOutcome> lease(Lease lease, Known known, Period rest) {
    Decision before = judge(now, known, rest);
    Decision after = judge(then, known, rest);
    if (before.verdict() == after.verdict() && before.reasons().equals(after.reasons())) {
      return Optional.empty();
    }
    Instant breaksAt = before.verdict().permits() ? breaksAt(after, rest) : null;
    Instant endsAt = breaksAt == null ? null : later(breaksAt, moment.plus(grace));
    return Optional.of(
        new LeaseOutcome(
            lease.id(),
            lease.tenant(),
            lease.provider(),
            lease.modelId(),
            lease.accelerators(),
            lease.period().start(),
            lease.period().end(),
            before.verdict(),
            after.verdict(),
            breaksAt,
            endsAt,
            endsAt == null ? null : lost(lease, endsAt),
            after.reasons().stream().map(Simulator::why).toList()));
  }

  private Period afterChange(Period rest) {
    return rest.start().isBefore(at) ? new Period(at, rest.end()) : rest;
  }

  private static @Nullable Instant breaksAt(Decision after, Period rest) {
    if (after.verdict().permits()) {
      return null;
    }
    Instant until = after.together().allowedUntil();
    return until == null ? rest.start() : until;
  }

  private static Money lost(Lease lease, Instant endsAt) {
    Instant from = later(endsAt, lease.period().start());
    if (!from.isBefore(lease.period().end())) {
      return Money.zero(lease.total().currency());
    }
    LeasePrice price = lease.price();
    return price.total().minus(price.between(lease.period().start(), from));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Why why(Reason reason) {
    return new Why(reason.pack(), reason.ruleId(), reason.verdict(), reason.message());
  }

  private Decision judge(PackSet packs, Known known, Period period) {
    return verdicts.judge(packs, known, period, DecisionPurpose.ENQUIRY);
  }

  /**
   * An offer with some of its nodes, one of each kind.
   *
   * @param model the model that its pool sells
   */
  record OfferCase(Offer offer, String model, @Nullable String region, Set<OfferedNode> nodes) {}

  /** A node that stands for those like it. */
  record OfferedNode(NodeId id, @Nullable String country) {}

  /**
   * Offers that fewer or more tenants could book.
   *
   * @param tenants each with all nodes of the offers
   * @param term how long they would book
   */
  List<OfferOutcome> offers(List<OfferCase> offers, Collection<Known> tenants, Duration term) {
    Period period = new Period(at, at.plus(term));
    Map<OfferCase, int[]> counts = new HashMap<>();
    for (Known tenant : tenants) {
      Map<NodeId, Boolean> before = permits(judge(now, tenant, period));
      Map<NodeId, Boolean> after = permits(judge(then, tenant, period));
      for (OfferCase offer : offers) {
        int[] count = counts.computeIfAbsent(offer, key -> new int[2]);
        count[0] += any(offer, before) ? 1 : 0;
        count[1] += any(offer, after) ? 1 : 0;
      }
    }
    List<OfferOutcome> outcomes = new ArrayList<>();
    for (OfferCase offer : offers) {
      int[] count = counts.getOrDefault(offer, new int[2]);
      if (count[0] != count[1]) {
        outcomes.add(
            new OfferOutcome(
                offer.offer().id(),
                offer.offer().provider(),
                offer.model(),
                offer.region(),
                offer.offer().pricePerAcceleratorHour(),
                count[0],
                count[1]));
      }
    }
    return outcomes;
  }

  /**
   * What becomes of a waiting order; empty where nothing changes for it, or nothing is offered that
   * it asks for.
   *
   * @param known its tenant with all nodes of the offers
   */
  Optional<OrderOutcome> order(Order order, List<OfferCase> offers, Known known) {
    Set<NodeId> wanted =
        offers.stream()
            .filter(offer -> isWanted(offer, order.request()))
            .flatMap(offer -> offer.nodes().stream())
            .filter(node -> isIn(order.request().countries(), node.country()))
            .map(OfferedNode::id)
            .collect(Collectors.toSet());
    Duration asked = order.request().duration();
    Period period = new Period(at, at.plus(asked == null ? Duration.ofHours(1) : asked));
    Optional<Verdict> before = weakest(judge(now, known, period), wanted);
    Optional<Verdict> after = weakest(judge(then, known, period), wanted);
    return before.isEmpty() || before.equals(after)
        ? Optional.empty()
        : Optional.of(
            new OrderOutcome(
                order.id(), order.tenant(), before.orElseThrow(), after.orElseThrow()));
  }

  private static boolean isWanted(OfferCase offer, QuoteRequest request) {
    return isIn(request.models(), offer.model())
        && isIn(request.regions(), offer.region())
        && isIn(request.providers(), offer.offer().provider().toString())
        && (request.offerId() == null || request.offerId().equals(offer.offer().id().toString()));
  }

  /** Whether it is one of those that will do; all will where none is named. */
  private static boolean isIn(@Nullable List<String> named, @Nullable String value) {
    return named == null || named.isEmpty() || (value != null && named.contains(value));
  }

  private static Optional<Verdict> weakest(Decision decision, Set<NodeId> nodes) {
    return decision.nodes().stream()
        .filter(node -> node.node() != null && nodes.contains(node.node()))
        .map(node -> node.judgement().verdict())
        .min(Comparator.naturalOrder());
  }

  private static boolean any(OfferCase offer, Map<NodeId, Boolean> permits) {
    return offer.nodes().stream().anyMatch(node -> permits.getOrDefault(node.id(), false));
  }

  private static Map<NodeId, Boolean> permits(Decision decision) {
    return decision.nodes().stream()
        .filter(node -> node.node() != null)
        .collect(
            Collectors.toMap(
                NodeJudgement::node, node -> node.judgement().verdict().permits(), (a, b) -> a));
  }
}
