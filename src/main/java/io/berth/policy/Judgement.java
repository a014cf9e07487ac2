package io.berth.policy;

import io.berth.platform.Period;
import io.berth.policy.Ground.RuleText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one question, of one pack or of several together.
 *
 * @param verdict the strongest of the intervals' verdicts
 * @param reasons every reason of any interval once, strongest first
 * @param intervals the period in order and without gaps, cut where rules, groups, authorisations or
 *     evidence start or end and the answer changes
 * @param allowedUntil the end of the longest prefix of the period that is permitted; the period's
 *     end where all of it is, null where not even its start is
 */
public record Judgement(
    Verdict verdict,
    List<Reason> reasons,
    List<Interval> intervals,
    @Nullable Instant allowedUntil) {

  /** Copies the lists. */
  public Judgement {
    reasons = List.copyOf(reasons);
    intervals = List.copyOf(intervals);
  }

  /**
   * Joins what holds from one boundary to the next into the answer for the whole.
   *
   * @param intervals at least one, in order and without gaps
   */
  public static Judgement over(List<Interval> intervals) {
    if (intervals.isEmpty()) {
      throw new IllegalArgumentException("a judgement has at least one interval");
    }
    Verdict verdict =
        intervals.stream().map(Interval::verdict).reduce(Verdict.ALLOW, Verdict::strongest);
    List<Reason> reasons =
        intervals.stream()
            .flatMap(interval -> interval.reasons().stream())
            .distinct()
            .sorted(Comparator.comparing(Reason::verdict).reversed())
            .toList();
    Instant allowedUntil = null;
    for (Interval interval : intervals) {
      if (!interval.verdict().permits()) {
        break;
      }
      allowedUntil = interval.period().end();
    }
    return new Judgement(verdict, reasons, intervals, allowedUntil);
  }

  /** Whether at any moment of the same period the verdict is stronger than the other's. */
  public boolean isStrongerThan(Judgement other) {
    return intervals.stream()
        .anyMatch(mine ->
            other.intervals.stream()
                .filter(theirs -> theirs.period().overlaps(mine.period()))
                .anyMatch(theirs -> mine.verdict().isStrongerThan(theirs.verdict())));
  }

  /**
   * The answer of several over the same period: at each moment the strongest, with every reason.
   *
   * @param judgements at least one
   */
  public static Judgement together(List<Judgement> judgements) {
    List<Judgement> distinct = judgements.stream().distinct().toList();
    if (distinct.size() == 1) {
      return distinct.getFirst();
    }
    TreeSet<Instant> cuts = new TreeSet<>();
    for (Judgement judgement : distinct) {
      judgement.intervals().forEach(interval -> cuts.add(interval.period().start()));
    }
    Instant end = distinct.getFirst().intervals().getLast().period().end();
    List<Interval> intervals = new ArrayList<>();
    for (Instant cut : cuts) {
      Instant next = cuts.higher(cut);
      append(intervals, at(distinct, new Period(cut, next == null ? end : next)));
    }
    return over(intervals);
  }

  /** The answer over periods that follow on one another; at least one. */
  static Judgement following(List<Judgement> parts) {
    List<Interval> intervals = new ArrayList<>();
    parts.forEach(part -> part.intervals().forEach(interval -> append(intervals, interval)));
    return over(intervals);
  }

  /** No rule has anything to say. */
  static Judgement silent(Period period) {
    return over(List.of(new Interval(period, Verdict.ALLOW, List.of())));
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
            .toList(),
        there.stream()
            .flatMap(interval -> interval.forReview().stream())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Joins an interval to the one before where nothing changes between them. */
  private static void append(List<Interval> intervals, Interval next) {
    if (!intervals.isEmpty()) {
      Interval last = intervals.getLast();
      if (last.isAnswerOf(next)) {
        intervals.removeLast();
        next = last.and(next);
      }
    }
    intervals.add(next);
  }

  /**
   * A part of the period in which nothing changes.
   *
   * @param period the part
   * @param verdict what holds throughout
   * @param reasons why, strongest first; empty where no rule had anything to say
   * @param forReview the rules that people could let pass and have not, at a known place
   */
  public record Interval(
      Period period, Verdict verdict, List<Reason> reasons, Set<RuleText> forReview) {

    /** Copies the collections. */
    public Interval {
      reasons = List.copyOf(reasons);
      forReview = Set.copyOf(forReview);
    }

    /** One in which nothing waits for people. */
    public Interval(Period period, Verdict verdict, List<Reason> reasons) {
      this(period, verdict, reasons, Set.of());
    }

    /** Whether the other says the same; two versions of a pack may, in other texts. */
    public boolean isAnswerOf(Interval other) {
      return verdict == other.verdict && reasons.equals(other.reasons);
    }

    /** Joined with the one that follows on it and says the same. */
    public Interval and(Interval next) {
      Set<RuleText> both = new HashSet<>(forReview);
      both.addAll(next.forReview);
      return new Interval(new Period(period.start(), next.period.end()), verdict, reasons, both);
    }
  }
}
