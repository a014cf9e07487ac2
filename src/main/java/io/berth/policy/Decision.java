package io.berth.policy;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.Judgement.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What was decided about a tenant's use of some nodes over a period, with everything that is needed
 * to decide it again: the facts, the pack, and both times.
 *
 * @param id identifies it
 * @param tenant whose decision it is; the asking organization where the tenant was only described
 * @param purpose what it was made for
 * @param period what it holds for
 * @param knownAt when it was made: the facts are those known then
 * @param packId the pack's own name
 * @param packVersion the pack's version
 * @param packHash SHA-256 of the pack's text, lower-case hexadecimal
 * @param tenantFacts what was known of the tenant
 * @param request what was known of the use
 * @param nodes the answer for each node, from 1 to {@value #NODES_MAX}
 */
public record Decision(
    DecisionId id,
    OrganizationId tenant,
    DecisionPurpose purpose,
    Period period,
    Instant knownAt,
    String packId,
    String packVersion,
    String packHash,
    TenantFacts tenantFacts,
    RequestFacts request,
    List<NodeJudgement> nodes) {

  /** A decision is stored whole, so the number of nodes in one is bounded. */
  public static final int NODES_MAX = 10_000;

  /**
   * Copies the list. Throws {@link IllegalArgumentException} where there is no node, which would
   * read as an unconditional yes, or too many.
   */
  public Decision {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty() || nodes.size() > NODES_MAX) {
      throw new IllegalArgumentException("a decision is about 1 to " + NODES_MAX + " nodes");
    }
  }

  /** The strongest verdict on any node. */
  public Verdict verdict() {
    return nodes.stream()
        .map(node -> node.judgement().verdict())
        .reduce(Verdict.ALLOW, Verdict::strongest);
  }

  /** Every reason on any node once, strongest first. */
  public List<Reason> reasons() {
    return nodes.stream()
        .flatMap(node -> node.judgement().reasons().stream())
        .distinct()
        .sorted(Comparator.comparing(Reason::verdict).reversed())
        .toList();
  }

  /** The answer for all nodes together: at each moment the strongest verdict on any of them. */
  public Judgement together() {
    List<Judgement> judgements = nodes.stream().map(NodeJudgement::judgement).distinct().toList();
    if (judgements.size() == 1) {
      return judgements.getFirst();
    }
    TreeSet<Instant> cuts = new TreeSet<>();
    judgements.stream()
        .flatMap(judgement -> judgement.intervals().stream())
        .forEach(interval -> cuts.add(interval.period().start()));
    List<Interval> intervals = new ArrayList<>();
    for (Instant cut : cuts) {
      Instant next = cuts.higher(cut);
      append(intervals, at(judgements, new Period(cut, next == null ? period.end() : next)));
    }
    return Judgement.over(intervals);
  }

  private static Interval at(List<Judgement> judgements, Period part) {
    List<Interval> there =
        judgements.stream()
            .flatMap(judgement -> judgement.intervals().stream())
            .filter(interval -> interval.period().contains(part.start()))
            .toList();
    return new Interval(
        part,
        there.stream().map(Interval::verdict).reduce(Verdict.ALLOW, Verdict::strongest),
        there.stream()
            .flatMap(interval -> interval.reasons().stream())
            .distinct()
            .sorted(Comparator.comparing(Reason::verdict).reversed())
            .toList());
  }

  /** Joins an interval to the one before where nothing changes between them. */
  private static void append(List<Interval> intervals, Interval next) {
    if (!intervals.isEmpty()) {
      Interval last = intervals.getLast();
      if (last.verdict() == next.verdict() && last.reasons().equals(next.reasons())) {
        intervals.removeLast();
        next =
            new Interval(
                new Period(last.period().start(), next.period().end()),
                next.verdict(),
                next.reasons());
      }
    }
    intervals.add(next);
  }
}
