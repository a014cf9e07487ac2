package io.berth.booking.internal;

import io.berth.booking.Alternative;
import io.berth.booking.PolicyRefusal;
import io.berth.booking.internal.Alternatives.Asked;
import io.berth.booking.internal.Alternatives.Candidate;
import io.berth.identity.Organization;
import io.berth.identity.UseProfile;
import io.berth.matching.CapacityRequest;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planner;
import io.berth.matching.Planning;
import io.berth.matching.Planning.ObstacleKind;
import io.berth.matching.Planning.Shortfall;
import io.berth.matching.SnapshotNode;
import io.berth.matching.Wanted;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One try to place a request: what is on offer, what policy says of it, and where it fits. */
final class Placement {

  /** A refusal shows the policy's grounds; so many nodes of it are recorded at most. */
  private static final int REFUSED_NODES_RECORDED_MAX = 200;

  private static final Wanted ANYTHING =
      new Wanted(
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private final Organization tenant;
  private final CapacityRequest request;
  private final UseProfile use;
  private final List<OfferedPool> offered;
  private final Judge judge;
  private final DecisionPurpose purpose;
  private final Instant now;

  /**
   * Sets out what there is to plan with.
   *
   * @param use as stated, completed from the profile
   * @param offered what is on offer, with what is taken of it
   * @param purpose what decisions are made for
   */
  Placement(
      Organization tenant,
      CapacityRequest request,
      UseProfile use,
      List<OfferedPool> offered,
      Judge judge,
      DecisionPurpose purpose,
      Instant now) {
    this.tenant = tenant;
    this.request = request;
    this.use = use;
    this.offered = offered;
    this.judge = judge;
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

  Planning plan() {
    return new Planner(offered, this::judgement).plan(request);
  }

  private Judgement judgement(OfferedPool pool, SnapshotNode node) {
    return judge.judge(node.id(), pool.model()).judgement();
  }

  /** The decision that permits a plan. */
  Decision decision(Planning.Plan plan) {
    return decision(
        plan.shares().stream()
            .map(share -> judge.judge(share.node(), plan.offered().model()))
            .toList());
  }

  /** What a plan draws on authorisations. */
  List<AuthorisationUse> usesOf(Planning.Plan plan) {
    return judge.usesOf(plan);
  }

  private Decision decision(List<NodeJudgement> judgements) {
    return new Decision(
        DecisionId.fresh(),
        tenant.id(),
        purpose,
        request.period(),
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
      List<NodeJudgement> held = judged(lifted);
      Planner planner =
          new Planner(
              offered,
              (pool, node) -> {
                Judgement judgement = judgement(pool, node);
                return lifted.contains(judgement.verdict())
                    ? Judgement.over(
                        List.of(new Interval(request.period(), Verdict.ALLOW, List.of())))
                    : judgement;
              });
      if (planner.plan(request) instanceof Planning.Plan) {
        return Optional.of(decision(held));
      }
    }
    return Optional.empty();
  }

  private List<NodeJudgement> judged(Collection<Verdict> verdicts) {
    return judge.judged().values().stream()
        .filter(judgement -> verdicts.contains(judgement.judgement().verdict()))
        .sorted(Comparator.comparing(judgement -> String.valueOf(judgement.node())))
        .limit(REFUSED_NODES_RECORDED_MAX)
        .toList();
  }

  private static boolean isForPolicyAlone(Shortfall shortfall) {
    return !shortfall.obstacles().isEmpty()
        && shortfall.obstacles().stream()
            .allMatch(obstacle -> obstacle.kind() == ObstacleKind.POLICY);
  }

  /** The answer that a shortfall comes to, with what could be had instead. */
  RuntimeException refusal(Shortfall shortfall) {
    if (!isForPolicyAlone(shortfall)) {
      return new ProblemException(ProblemType.CAPACITY_UNAVAILABLE, shortfall.summary())
          .with("obstacles", shortfall.obstacles().stream().map(ObstacleView::of).toList())
          .with("alternatives", alternatives());
    }
    List<NodeJudgement> refused =
        judged(EnumSet.complementOf(EnumSet.of(Verdict.ALLOW, Verdict.WARN)));
    return new PolicyRefusal(decision(refused), shortfall.summary(), alternatives());
  }

  /**
   * Offers that would take the whole request and that policy permits, other than as asked for: what
   * the tenant's own search would show, no more.
   */
  List<Alternative> alternatives() {
    Map<String, Asked> asked = new LinkedHashMap<>();
    for (OfferedPool pool : offered) {
      if (request.wanted().accepts(pool)
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
        new CapacityRequest(
            ANYTHING, request.shape(), request.period(), request.pricePerAcceleratorHourMax());
    List<Candidate> candidates = new ArrayList<>();
    for (OfferedPool pool : offered) {
      if (new Planner(List.of(pool), this::judgement).plan(anywhere)
          instanceof Planning.Plan plan) {
        Decision decision = decision(plan);
        SnapshotNode first =
            pool.nodes().stream()
                .filter(node -> node.id().equals(plan.shares().getFirst().node()))
                .findFirst()
                .orElseThrow();
        candidates.add(
            new Candidate(
                pool.offer(), pool.model(), first.country(), first.region(), decision.verdict()));
      }
    }
    return Alternatives.nearest(asked.values(), candidates);
  }
}
