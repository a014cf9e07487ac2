package io.berth.matching;

import io.berth.market.Offer;
import io.berth.market.OfferTerms;
import io.berth.matching.Planning.NodeShare;
import io.berth.matching.Planning.Shortfall;
import io.berth.platform.Money;
import io.berth.platform.Period;
import io.berth.policy.Judgement;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the slots for a request: of the offers that have them the cheapest, of several the one that
 * is broken up the least, and within it the nodes that leave the least broken behind. A plan stays
 * with one offer, and so in one cluster. The same snapshot and request always give the same plan.
 *
 * <p>Nodes are ruled out by what costs least to ask first: offer, place, policy class, and only
 * then what is taken of them. Why each was ruled out is worked out only where nothing is found.
 */
public final class Planner {

  private final List<OfferedPool> byPrice;
  private final NodePolicy policy;
  private final Viewpoint viewpoint;

  /**
   * A planner over a snapshot.
   *
   * @param offered in {@link #BY_PRICE} order
   * @param policy judges nodes for the tenant and the use of the request
   * @param viewpoint whose request, and when
   */
  public Planner(List<OfferedPool> offered, NodePolicy policy, Viewpoint viewpoint) {
    this.byPrice = offered;
    this.policy = policy;
    this.viewpoint = viewpoint;
  }

  /** The order in which a planner takes offers. */
  public static final Comparator<OfferedPool> BY_PRICE =
      Comparator.comparing((OfferedPool pool) -> pool.offer().pricePerAcceleratorHour().micros())
          .thenComparing(pool -> pool.offer().id().value());

  /** The best plan, or what stands in the way. */
  public Planning plan(CapacityRequest request) {
    Planning.Plan found = found(request);
    return found != null ? found : new Shortfall(obstacles(request));
  }

  /** The best plan, where nobody asks what stands in the way. */
  public Optional<Planning.Plan> find(CapacityRequest request) {
    return Optional.ofNullable(found(request));
  }

  private Planning.@Nullable Plan found(CapacityRequest request) {
    return request.startMax().isPresent() ? earliest(request) : best(request);
  }

  /** The period that slots of an offer are taken for: the lease and the turnaround after it. */
  public static Period occupied(Offer offer, Period lease) {
    return new Period(lease.start(), lease.end().plus(offer.turnaround()));
  }

  private record Candidate(OfferedPool offered, Rooms rooms, Rooms.Choice choice) {}

  /** The best plan for exactly the request's period; null where there is none. */
  private Planning.@Nullable Plan best(CapacityRequest request) {
    Candidate best = null;
    for (OfferedPool offered : byPrice) {
      if (best != null && dearer(offered, best.offered())) {
        break;
      }
      if (!request.wanted().reaches(offered)
          || isTooDear(offered.offer(), request)
          || limit(offered.offer(), request, request.period()).isPresent()) {
        continue;
      }
      Rooms rooms = rooms(offered, request);
      Rooms.Choice choice = rooms.size() == 0 ? null : rooms.choose(request.shape());
      if (choice != null
          && (best == null || Rooms.Choice.BEST_FIRST.compare(choice, best.choice()) < 0)) {
        best = new Candidate(offered, rooms, choice);
      }
    }
    return best == null ? null : plan(best, request.period());
  }

  private static boolean dearer(OfferedPool one, OfferedPool other) {
    return one.offer().pricePerAcceleratorHour().compareTo(other.offer().pricePerAcceleratorHour())
        > 0;
  }

  private Planning.Plan plan(Candidate chosen, Period period) {
    Period occupied = occupied(chosen.offered().offer(), period);
    List<NodeShare> shares =
        chosen.rooms().shares(chosen.choice(), node -> node.free(occupied, viewpoint));
    return new Planning.Plan(chosen.offered(), shares, period, occupied);
  }

  private Rooms rooms(OfferedPool offered, CapacityRequest request) {
    int start = Timeline.minute(request.period().start());
    int end = Timeline.minuteAfter(occupied(offered.offer(), request.period()).end());
    Rooms rooms = new Rooms(offered, viewpoint);
    PermittedClasses permitted = new PermittedClasses(offered, request.period());
    for (SnapshotNode node : offered.nodes()) {
      if (request.wanted().accepts(node) && permitted.permits(node)) {
        int free = node.timeline().freeCount(node.slotCount(), start, end, viewpoint);
        if (free > 0) {
          rooms.add(node, free);
        }
      }
    }
    return rooms;
  }

  /** Asks policy once a class. */
  private final class PermittedClasses {

    private final OfferedPool offered;
    private final Period period;
    private final Map<Integer, Boolean> byClass = new HashMap<>();
    private int lastClass;
    private @Nullable Boolean last;

    PermittedClasses(OfferedPool offered, Period period) {
      this.offered = offered;
      this.period = period;
    }

    boolean permits(SnapshotNode node) {
      // Nodes of a pool are mostly alike, so that the map is seldom asked.
      if (last == null || node.traits().policyClass() != lastClass) {
        lastClass = node.traits().policyClass();
        last =
            byClass.computeIfAbsent(
                lastClass, key -> policy.judge(offered, node, period).verdict().permits());
      }
      return last;
    }
  }

  /** How often a start is looked for again because policy does not permit it at that time. */
  private static final int STARTS_MAX = 16;

  /**
   * The plan that starts first within the request's window. Policy is asked about the period that
   * begins when the search does, and again about the one that is found.
   */
  private Planning.@Nullable Plan earliest(CapacityRequest request) {
    Instant from = request.period().start();
    Instant max = request.startMax().orElse(from);
    for (int i = 0; i < STARTS_MAX && !from.isAfter(max); i++) {
      Period looked = startingAt(from, request);
      Integer minute = null;
      for (OfferedPool offered : byPrice) {
        if (!request.wanted().reaches(offered) || isTooDear(offered.offer(), request)) {
          continue;
        }
        Integer found =
            new EarliestStart(
                    offered, request, viewpoint, new PermittedClasses(offered, looked)::permits)
                .between(from, minute == null ? max : Timeline.instant(minute - 1));
        minute = found == null ? minute : found;
      }
      if (minute == null) {
        return null;
      }
      Instant start = Timeline.instant(minute);
      Planning.Plan plan = best(request.at(startingAt(start, request)));
      if (plan != null) {
        return plan;
      }
      from = Timeline.instant(minute + 1);
    }
    return null;
  }

  private static Period startingAt(Instant start, CapacityRequest request) {
    return new Period(start, start.plus(request.period().duration()));
  }

  private static boolean isTooDear(Offer offer, CapacityRequest request) {
    return exceeds(offer.pricePerAcceleratorHour(), request.pricePerAcceleratorHourMax())
        || (request.totalMax().isPresent() && exceeds(total(offer, request), request.totalMax()));
  }

  /** Prices in two currencies do not compare, so that one in another is too dear. */
  private static boolean exceeds(Money price, Optional<Money> max) {
    return max.isPresent()
        && (!max.get().currency().equals(price.currency()) || price.compareTo(max.get()) > 0);
  }

  private static Money total(Offer offer, CapacityRequest request) {
    return OfferTerms.totalOf(
        offer.pricePerAcceleratorHour(),
        request.shape().accelerators(),
        request.period().minutes());
  }

  /** What an offer has against a request for a period, whatever is free. */
  static Optional<String> limit(Offer offer, CapacityRequest request, Period period) {
    if (period.duration().compareTo(offer.termMin()) < 0
        || period.duration().compareTo(offer.termMax()) > 0) {
      return Optional.of("leased for " + offer.termMin() + " to " + offer.termMax() + " only");
    }
    int accelerators = request.shape().accelerators();
    if (accelerators < offer.acceleratorsMin() || accelerators > offer.acceleratorsMax()) {
      return Optional.of(
          "leased "
              + offer.acceleratorsMin()
              + " to "
              + offer.acceleratorsMax()
              + " accelerators at once only");
    }
    if (offer.availableFrom().filter(from -> period.start().isBefore(from)).isPresent()
        || offer.availableUntil().filter(until -> period.end().isAfter(until)).isPresent()) {
      return Optional.of("not offered over all of these dates");
    }
    return Optional.empty();
  }

  /** Why each node that matches was ruled out, by the first thing that did. */
  private List<Planning.Obstacle> obstacles(CapacityRequest request) {
    Obstacles obstacles = new Obstacles();
    for (OfferedPool offered : byPrice) {
      if (!request.wanted().reaches(offered)) {
        continue;
      }
      List<SnapshotNode> nodes =
          offered.nodes().stream().filter(request.wanted()::accepts).toList();
      Offer offer = offered.offer();
      Optional<String> limit = limit(offer, request, request.period());
      if (exceeds(offer.pricePerAcceleratorHour(), request.pricePerAcceleratorHourMax())) {
        obstacles.price(offer, nodes.size());
      } else if (exceeds(total(offer, request), request.totalMax())) {
        obstacles.total(total(offer, request), nodes.size());
      } else if (limit.isPresent()) {
        obstacles.limit(limit.get(), nodes.size());
      } else {
        obstacles(offered, nodes, request, obstacles);
      }
    }
    return obstacles.summedUp();
  }

  private void obstacles(
      OfferedPool offered, List<SnapshotNode> nodes, CapacityRequest request, Obstacles obstacles) {
    Period occupied = occupied(offered.offer(), request.period());
    Map<Integer, Refused> refused = new LinkedHashMap<>();
    Map<Integer, Judgement> judgements = new HashMap<>();
    int tooFew = 0;
    for (SnapshotNode node : nodes) {
      int policyClass = node.traits().policyClass();
      Judgement judgement =
          judgements.computeIfAbsent(
              policyClass, key -> policy.judge(offered, node, request.period()));
      if (!judgement.verdict().permits()) {
        refused.merge(policyClass, new Refused(judgement, 1), Refused::and);
      } else if (node.freeCount(occupied, viewpoint) == 0) {
        obstacles.taken(node, occupied, viewpoint);
      } else {
        tooFew++;
      }
    }
    refused.values().forEach(one -> obstacles.policy(one.judgement(), one.nodes()));
    obstacles.tooFew(request.shape(), tooFew);
  }

  private record Refused(Judgement judgement, int nodes) {

    Refused and(Refused more) {
      return new Refused(judgement, nodes + more.nodes());
    }
  }
}
