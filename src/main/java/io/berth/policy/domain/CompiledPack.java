package io.berth.policy.domain;

import io.berth.platform.Period;
import io.berth.policy.Ground.RuleText;
import io.berth.policy.Judgement;
import io.berth.policy.Judgement.Interval;
import io.berth.policy.NodeFacts.Authorisation;
import io.berth.policy.PackChange;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.Reason;
import io.berth.policy.ReviewApproval;
import io.berth.policy.Verdict;
import io.berth.policy.domain.PackDocument.GroupVersion;
import io.berth.policy.domain.PackDocument.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A pack that is ready to judge; immutable, since programs and unknowns are. */
public final class CompiledPack {

  private final PackDocument document;
  private final Map<String, List<GroupVersion>> groups;
  private final Map<String, Condition> definitions;
  private final List<CompiledRule> rules;
  private final NavigableSet<Instant> boundaries;
  private volatile @Nullable SplitPack split;

  CompiledPack(
      PackDocument document,
      Map<String, List<GroupVersion>> groups,
      Map<String, Condition> definitions,
      List<CompiledRule> rules,
      TreeSet<Instant> boundaries) {
    this.document = document;
    this.groups = groups;
    this.definitions = definitions;
    this.rules = List.copyOf(rules);
    this.boundaries = Collections.unmodifiableNavigableSet(new TreeSet<>(boundaries));
  }

  /** The pack's own name. */
  public String id() {
    return document.id();
  }

  /** The author's name for this version. */
  public String version() {
    return document.version();
  }

  /** For people. */
  public String title() {
    return document.title();
  }

  /** What is different from another version. */
  public List<PackChange> changesSince(CompiledPack before) {
    return PackComparison.between(before.document, document);
  }

  /** Every moment at which a rule or a group starts or ends. */
  public NavigableSet<Instant> boundaries() {
    return boundaries;
  }

  /** The same pack, ready for many questions at once. */
  public SplitPack split() {
    SplitPack known = split;
    if (known == null) {
      // Two threads may both come here: they make the same.
      known = SplitPack.of(rules, definitions);
      split = known;
    }
    return known;
  }

  /** What conditions see at one moment. */
  FactsAt factsAt(PolicyQuestion question, Instant moment) {
    return new FactsAt(question, moment, groups, definitions);
  }

  /** Judges from boundary to boundary, and joins neighbours whose answers are the same. */
  public Judgement judge(PolicyQuestion question) {
    List<Interval> intervals = new ArrayList<>();
    Instant start = question.period().start();
    for (Instant end : cuts(question)) {
      Interval interval = judge(question, new Period(start, end));
      Interval last = intervals.isEmpty() ? null : intervals.getLast();
      if (last != null && last.isAnswerOf(interval)) {
        intervals.set(intervals.size() - 1, last.and(interval));
      } else {
        intervals.add(interval);
      }
      start = end;
    }
    return Judgement.over(intervals);
  }

  /**
   * The ends of the intervals in which no window, group, authorisation, evidence or approval
   * changes.
   */
  private NavigableSet<Instant> cuts(PolicyQuestion question) {
    Period period = question.period();
    NavigableSet<Instant> cuts =
        new TreeSet<>(boundaries.subSet(period.start(), false, period.end(), false));
    addInside(cuts, period, question.node().countryEvidenceEnd());
    addInside(cuts, period, question.node().flagsEvidenceEnd());
    List<Authorisation> authorisations = question.node().authorisations();
    if (authorisations != null) {
      for (Authorisation authorisation : authorisations) {
        addInside(cuts, period, authorisation.start());
        addInside(cuts, period, authorisation.end());
      }
    }
    for (ReviewApproval approval : question.approvals()) {
      addInside(cuts, period, approval.from());
      addInside(cuts, period, approval.until());
    }
    cuts.add(period.end());
    return cuts;
  }

  private static void addInside(
      NavigableSet<Instant> cuts, Period period, @Nullable Instant moment) {
    if (moment != null && moment.isAfter(period.start()) && moment.isBefore(period.end())) {
      cuts.add(moment);
    }
  }

  private Interval judge(PolicyQuestion question, Period period) {
    FactsAt facts = factsAt(question, period.start());
    Set<String> held = new HashSet<>();
    List<Finding> findings = new ArrayList<>();
    for (CompiledRule rule : rules) {
      Finding finding = rule.isInForceAt(period.start()) ? rule.find(facts) : null;
      if (finding != null) {
        findings.add(finding);
        if (finding.holds()) {
          held.add(rule.id());
        }
      }
    }
    List<ReviewApproval> approvals = question.approvalsAt(period.start());
    Verdict known = Verdict.ALLOW;
    for (Finding finding : findings) {
      if (finding.holds()) {
        known = Verdict.strongest(known, finding.rule().verdictBeside(held, approvals));
      }
    }
    Verdict verdict = known;
    List<Reason> reasons = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.holds()) {
        reasons.add(finding.rule().reason(finding.missingFacts(), held, approvals));
      } else if (finding.rule().verdictAtMost().isStrongerThan(known)) {
        // What cannot be told might be the stronger verdict, so it must not pass for the weaker.
        verdict = Verdict.strongest(verdict, Verdict.HOLD_EVIDENCE);
        reasons.add(finding.rule().undecided(finding.missingFacts()));
      }
    }
    reasons.sort(Comparator.comparing(Reason::verdict).reversed());
    return new Interval(
        period, verdict, reasons, forReview(question, period, findings, held, approvals));
  }

  /**
   * What people could still let pass: nobody can say of what an unknown place would be approved.
   */
  private static Set<RuleText> forReview(
      PolicyQuestion question,
      Period period,
      List<Finding> findings,
      Set<String> held,
      List<ReviewApproval> approvals) {
    if (question.accelerator().model() == null
        || question.node().countryAt(period.start()) == null) {
      return Set.of();
    }
    return findings.stream()
        .filter(finding -> finding.holds() && finding.rule().isForReview(held, approvals))
        .map(finding -> finding.rule().text())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * What one rule has to say: that it holds, or that this cannot be told.
   *
   * @param missingFacts what it misses; not empty where it does not hold
   */
  record Finding(CompiledRule rule, boolean holds, List<String> missingFacts) {}

  /**
   * A rule with its program.
   *
   * @param pack the pack's id
   * @param text what an approval names it by
   * @param condition null for a rule that holds where facts are missing
   * @param missing the facts of such a rule
   * @param conflicts the rules that contradict it
   */
  record CompiledRule(
      String pack,
      RuleText text,
      Rule rule,
      @Nullable Condition condition,
      List<Fact> missing,
      Set<String> conflicts) {

    String id() {
      return rule.id().text();
    }

    boolean isInForceAt(Instant moment) {
      return rule.windows().isEmpty()
          || rule.windows().stream().anyMatch(window -> window.contains(moment));
    }

    /** Null where the rule does not hold for certain. */
    @Nullable Finding find(FactsAt facts) {
      if (condition == null) {
        List<String> absent = facts.absent(missing);
        return absent.isEmpty() ? null : new Finding(this, true, absent);
      }
      return switch (facts.evaluate(condition.program())) {
        case FactsAt.Answer.Known known ->
            known.value() ? new Finding(this, true, List.of()) : null;
        case FactsAt.Answer.Unknown unknown -> new Finding(this, false, unknown.missingFacts());
      };
    }

    /** What it says, beside the rules that hold with it: a conflict needs a person at least. */
    Verdict verdictBeside(Set<String> held) {
      return Collections.disjoint(conflicts, held)
          ? rule.verdict()
          : Verdict.strongest(rule.verdict(), Verdict.HOLD_REVIEW);
    }

    /** The strongest that it could come to say, whatever holds beside it. */
    Verdict verdictAtMost() {
      return conflicts.isEmpty()
          ? rule.verdict()
          : Verdict.strongest(rule.verdict(), Verdict.HOLD_REVIEW);
    }

    /**
     * The same where people may have approved what needs a person, which then only warns. What
     * cannot be told and what needs a licence stays as it is.
     */
    Verdict verdictBeside(Set<String> held, List<ReviewApproval> approvals) {
      Verdict verdict = verdictBeside(held);
      if (verdict != Verdict.HOLD_REVIEW || approvalOf(approvals) == null) {
        return verdict;
      }
      return rule.verdict() == Verdict.HOLD_EVIDENCE ? Verdict.HOLD_EVIDENCE : Verdict.WARN;
    }

    /** Whether it waits for people, and for nothing else. */
    boolean isForReview(Set<String> held, List<ReviewApproval> approvals) {
      return rule.verdict() != Verdict.HOLD_EVIDENCE
          && verdictBeside(held, approvals) == Verdict.HOLD_REVIEW;
    }

    /** The one that answers this rule for the longest time; null where none does. */
    private @Nullable ReviewApproval approvalOf(List<ReviewApproval> approvals) {
      return approvals.stream()
          .filter(approval -> approval.answers(text))
          .max(
              Comparator.comparing(
                      ReviewApproval::until, Comparator.nullsLast(Comparator.naturalOrder()))
                  .thenComparing(ReviewApproval::caseId))
          .orElse(null);
    }

    Reason reason(List<String> missingFacts, Set<String> held, List<ReviewApproval> approvals) {
      ReviewApproval approval =
          verdictBeside(held) == Verdict.HOLD_REVIEW && rule.verdict() != Verdict.HOLD_EVIDENCE
              ? approvalOf(approvals)
              : null;
      return new Reason(
          id(),
          pack,
          rule.authority(),
          rule.citation(),
          rule.confidence(),
          approval == null ? rule.verdict() : Verdict.WARN,
          rule.code(),
          approval == null
              ? rule.message()
              : rule.message()
                  + " Approved in "
                  + approval.caseId()
                  + (approval.until() == null ? "." : " until " + approval.until() + "."),
          rule.wouldChange(),
          conflicts.stream().filter(held::contains).sorted().toList(),
          missingFacts);
    }

    Reason undecided(List<String> missingFacts) {
      return new Reason(
          id(),
          pack,
          rule.authority(),
          rule.citation(),
          rule.confidence(),
          Verdict.HOLD_EVIDENCE,
          Reason.FACTS_MISSING,
          "It cannot be told whether the rule \"" + rule.title() + "\" applies.",
          "Evidence of " + String.join(", ", missingFacts),
          List.of(),
          missingFacts);
    }
  }
}
