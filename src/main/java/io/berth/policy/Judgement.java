package io.berth.policy;

import io.berth.platform.Period;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pack's answer to one question.
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

  /**
   * A part of the period in which nothing changes.
   *
   * @param period the part
   * @param verdict what holds throughout
   * @param reasons why, strongest first; empty where no rule had anything to say
   */
  public record Interval(Period period, Verdict verdict, List<Reason> reasons) {

    /** Copies the list. */
    public Interval {
      reasons = List.copyOf(reasons);
    }
  }
}
