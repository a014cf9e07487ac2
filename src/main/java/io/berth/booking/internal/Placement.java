package io.berth.booking.internal;

import io.berth.booking.Alternative;
import io.berth.booking.PolicyRefusal;
import io.berth.booking.internal.Alternatives.Asked;
import io.berth.booking.internal.Alternatives.Candidate;
import io.berth.identity.Organization;
import io.berth.identity.UseProfile;
import io.berth.matching.CapacityRequest;
import io.berth.matching.NodePolicy;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planner;
import io.berth.matching.Planning;
import io.berth.matching.Planning.ObstacleKind;
import io.berth.matching.Planning.Shortfall;
import io.berth.matching.Shape;
import io.berth.matching.SnapshotNode;
import io.berth.matching.Viewpoint;
import io.berth.matching.Wanted;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.policy.AuthorisationUse;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Judgement;
import io.berth.policy.Judgement.Interval;
import io.berth.policy.NodeJudgement;
import io.berth.policy.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** One try to place a request: what is on offer, what policy says of it, and where it fits. */
public final class Placement {

  /** A refusal shows the policy's grounds; so many nodes of it are recorded at most. */
  private static final int REFUSED_NODES_RECORDED_MAX = 200;

  /** Which extension of a refusal says what stands in the way. */
  static final String OBSTACLES = "obstacles";

  private final Organization tenant;
  private final CapacityRequest request;
  private final UseProfile use;
  private final List<OfferedPool> offered;
  private final BiFunction<Period, Integer, Judge> judges;
  private final Map<Question, Judge> known = new HashMap<>();
  private final DecisionPurpose purpose;
  private final Instant now;

  /**
   * Sets out what there is to plan with.
   *
   * @param use as stated, completed from the profile
   * @param offered what is on offer, with what is taken of it
   * @param judges judges over one period, of requests for so many accelerators
   * @param purpose what decisions are made for
   */
  Placement(
      Organization tenant,
      CapacityRequest request,
      UseProfile use,
      List<OfferedPool> offered,
      BiFunction<Period, Integer, Judge> judges,
      DecisionPurpose purpose,
      Instant now) {
    this.tenant = tenant;
    this.request = request;
    this.use = use;
    this.offered = offered;
    this.judges = judges;
    this.purpose = purpose;
    this.now = now;
  }

  OrganizationId tenant() {
    return tenant.id();
  }

  CapacityRequest request() {
    return request;
  }

  UseProfile use() {
    return use;
  }

  Instant now() {
    return now;
  }

  /** What there is to plan with. */
  List<OfferedPool> offered() {
    return offered;
  }

  /** The same over other capacity. */
  Placement over(List<OfferedPool> other) {
    return new Placement(tenant, request, use, other, this::judge, purpose, now);
  }

  /** The same for exactly a start. */
  Placement at(Instant start) {
    Period exactly = new Period(start, start.plus(request.period().duration()));
    return new Placement(tenant, request.at(exactly), use, offered, this::judge, purpose, now);
  }

  /** The best plan, where nobody asks what stands in the way. */
  Optional<Planning.Plan> find() {
    return planner(this::judgement).find(request);
  }

  Planning plan() {
    return planner(this::judgement).plan(request);
  }

  /**
   * The most accelerators that a lease like this could have, from {@code least} to {@code most}; 0
   * where there is no such number. Within one offer whatever fits also fits with fewer, so that
   * each is searched by halves. Policy is asked about each number: authorisations may have room for
   * fewer than are wanted.
   */
  int fitting(int least, int most) {
    int unit = request.shape() instanceof Shape.Grid grid ? grid.acceleratorsPerNode() : 1;
    int best = 0;
    for (OfferedPool pool : offered) {
      int low = Math.ceilDiv(Math.max(least, pool.offer().acceleratorsMin()), unit);
      int high = Math.min(most, pool.offer().acceleratorsMax()) / unit;
      if (low > high || !fits(pool, low * unit, sized(low))) {
        continue;
      }
      best = Math.max(best, low * unit);
      low++;
      while (low <= high) {
        int middle = low + (high - low) / 2;
        if (fits(pool, middle * unit, sized(middle))) {
          best = Math.max(best, middle * unit);
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
    }
    return best;
  }

  private boolean fits(OfferedPool pool, int accelerators, CapacityRequest part) {
    NodePolicy policy = (of, node, period) -> judge(period, accelerators).judgement(of, node);
    return new Planner(List.of(pool), policy, new Viewpoint(now, tenant.id()))
        .find(part)
        .isPresent();
  }

  private CapacityRequest sized(int units) {
    Shape shape =
        request.shape() instanceof Shape.Grid grid
            ? new Shape.Grid(units, grid.acceleratorsPerNode(), grid.together())
            : new Shape.Count(units, layout(), request.shape().together());
    return request.of(shape);
  }

  private Shape.Layout layout() {
    return request.shape() instanceof Shape.Count count ? count.layout() : Shape.Layout.PACKED;
  }

  private Planner planner(NodePolicy policy) {
    return new Planner(offered, policy, new Viewpoint(now, tenant.id()));
  }

  private Judge judge(Period period) {
    return judge(period, request.shape().accelerators());
  }

  private Judge judge(Period period, int accelerators) {
    return known.computeIfAbsent(
        new Question(period, accelerators), asked -> judges.apply(period, accelerators));
  }

  private record Question(Period period, int accelerators) {}

  private Judgement judgement(OfferedPool pool, SnapshotNode node, Period period) {
    return judge(period).judgement(pool, node);
  }

  /** The decision that permits a plan. */
  Decision decision(Planning.Plan plan) {
    Judge judge = judge(plan.period());
    return decision(
        plan.period(),
        plan.chosen().stream().map(chosen -> judge.judge(plan.offered(), chosen.node())).toList());
  }

  /** What a plan draws on authorisations. */
  List<AuthorisationUse> usesOf(Planning.Plan plan) {
    return judge(plan.period()).usesOf(plan);
  }

  private Decision decision(Period period, List<NodeJudgement> judgements) {
    Judge judge = judge(period);
    return new Decision(
        DecisionId.fresh(),
        tenant.id(),
        purpose,
        period,
        now,
        judge.packs(judgements),
        judge.tenant(),
        judge.request(),
        judge.approvals(),
        judgements);
  }

  /**
   * The decision that holds the request where it would fit if what is held were permitted, and
   * nothing but policy stands against it: by people's word alone where that would do.
   */
  Optional<Decision> held(Shortfall shortfall) {
    if (!isForPolicyAlone(shortfall)) {
      return Optional.empty();
    }
    for (Set<Verdict> lifted :
        List.of(
            EnumSet.of(Verdict.HOLD_REVIEW),
            EnumSet.of(Verdict.HOLD_REVIEW, Verdict.HOLD_EVIDENCE, Verdict.HOLD_LICENCE))) {
      Planner planner =
          planner((pool, node, period) -> {
            Judgement judgement = judgement(pool, node, period);
            return lifted.contains(judgement.verdict())
                ? Judgement.over(List.of(new Interval(period, Verdict.ALLOW, List.of())))
                : judgement;
          });
      Optional<Planning.Plan> plan = planner.find(request);
      if (plan.isPresent()) {
        Period period = plan.get().period();
        return Optional.of(decision(period, judged(period, lifted)));
      }
    }
    return Optional.empty();
  }

  /** Nodes as asked for, in order of id, on which policy says one of these. */
  private List<NodeJudgement> judged(Period period, Collection<Verdict> verdicts) {
    Judge judge = judge(period);
    return offered.stream()
        .filter(request.wanted()::accepts)
        .flatMap(pool ->
            pool.nodes().stream()
                .filter(request.wanted()::accepts)
                .filter(node -> verdicts.contains(judge.judgement(pool, node).verdict()))
                .map(node -> new Judged(pool, node)))
        .sorted(Comparator.comparing(judged -> judged.node().id().value()))
        .limit(REFUSED_NODES_RECORDED_MAX)
        .map(judged -> judge.judge(judged.pool(), judged.node()))
        .toList();
  }

  private record Judged(OfferedPool pool, SnapshotNode node) {}

  private static boolean isForPolicyAlone(Shortfall shortfall) {
    return !shortfall.obstacles().isEmpty()
        && shortfall.obstacles().stream()
            .allMatch(obstacle -> obstacle.kind() == ObstacleKind.POLICY);
  }

  /** That there is no such capacity, and what stands in the way of it. */
  static ProblemException unavailable(Shortfall shortfall) {
    return new ProblemException(ProblemType.CAPACITY_UNAVAILABLE, shortfall.summary())
        .with(OBSTACLES, shortfall.obstacles().stream().map(ObstacleView::of).toList());
  }

  /** The answer that a shortfall comes to; {@link AlternativeSearch} adds what could be had. */
  RuntimeException refusal(Shortfall shortfall) {
    if (!isForPolicyAlone(shortfall)) {
      return unavailable(shortfall);
    }
    List<NodeJudgement> refused =
        judged(request.period(), EnumSet.complementOf(EnumSet.of(Verdict.ALLOW, Verdict.WARN)));
    return new PolicyRefusal(decision(request.period(), refused), shortfall.summary());
  }

  /**
   * Offers that would take the whole request and that policy permits, other than as asked for: what
   * the tenant's own search would show, no more.
   */
  List<Alternative> alternatives() {
    Map<String, Asked> asked = new LinkedHashMap<>();
    for (OfferedPool pool : offered) {
      if (request.wanted().reaches(pool)
          && pool.nodes().stream().anyMatch(request.wanted()::accepts)) {
        Money price = pool.offer().pricePerAcceleratorHour();
        asked.merge(
            pool.model().id(),
            new Asked(pool.model(), price),
            (one, other) ->
                one.price().currency().equals(other.price().currency())
                        && other.price().compareTo(one.price()) < 0
                    ? other
                    : one);
      }
    }
    CapacityRequest anywhere =
        request.of(Wanted.anything().withSlot(request.wanted().slot())).atAnyTotal();
    List<Candidate> candidates = new ArrayList<>();
    for (OfferedPool pool : offered) {
      Planner alone = new Planner(List.of(pool), this::judgement, new Viewpoint(now, tenant.id()));
      alone
          .find(anywhere)
          .ifPresent(plan -> {
            SnapshotNode first = plan.chosen().getFirst().node();
            candidates.add(
                new Candidate(
                    pool.offer(),
                    pool.model(),
                    first.country(),
                    first.region(),
                    decision(plan).verdict()));
          });
    }
    return Alternatives.nearest(asked.values(), candidates);
  }
}
