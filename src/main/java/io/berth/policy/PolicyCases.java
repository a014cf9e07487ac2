package io.berth.policy;

import io.berth.catalog.AcceleratorModel;
import io.berth.policy.domain.CasesReader;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Worked cases that a pack is tried on: rows of facts with the verdict that is expected on each of
 * some dates. What cannot be read is kept beside what can, so that an author learns all of it at
 * once; a file with any problem has not passed.
 *
 * <p>A file is CSV with a header. A cell {@code ?} is a fact that nobody knows, a blank one is
 * none; several values of one cell are separated by {@code ;}. The columns, in any order:
 *
 * <ul>
 *   <li>{@code id}: the row's name; {@code uncertain} and {@code why} are for people
 *   <li>{@code tRes}, {@code tParent}, {@code tEnd}: the tenant's residence, its ultimate parent's
 *       country, and the country of end use; ISO 3166-1 alpha-2
 *   <li>{@code tListed}: lists that name the tenant ({@code SDN}, {@code EL}); {@code tElPct}: the
 *       percentage of it that parties on the Entity List own; {@code tSdnPct}, which may be left
 *       out: the percentage that designated parties own; {@code tPolicy}: its own rules ({@code
 *       eu-owned-only}, {@code no-nvidia})
 *   <li>{@code model}: the accelerator by slug, short name or name
 *   <li>{@code nCountry}: where the node stands; {@code nAuth}: its authorisations, each with the
 *       day it starts, {@code LIC-1@2026-02-01}, and if it ends, the day from which it no longer
 *       holds, {@code LIC-1@2026-02-01..2027-02-01}. Who issued it stands before it, {@code
 *       MY-MITI/LIC-1@2026-02-01}, or {@code ?} for unknown; without that it is of {@code US-BIS},
 *       whose all were before that could be said; {@code nState}: whether the site is state-funded
 *   <li>{@code pParent}: the country of the provider's ultimate parent. What follows may be left
 *       out: {@code pRes}, its residence, which is the node's country where it is blank; {@code
 *       pListed}: lists that name it; {@code pElPct}, {@code pSdnPct}: as of the tenant
 *   <li>{@code mode}, {@code workload}, {@code data} ({@code eea-only} or blank), {@code usNexus}
 *   <li>{@code v20261101}: the verdict expected at 00:00 UTC of that date; blank where none is
 * </ul>
 *
 * @param cases those that could be read, in the file's order
 * @param problems what could not
 */
public record PolicyCases(List<Case> cases, List<CasesProblem> problems) {

  /** Copies the lists. */
  public PolicyCases {
    cases = List.copyOf(cases);
    problems = List.copyOf(problems);
  }

  /**
   * Reads a file.
   *
   * @param text CSV with a header
   * @param models the accelerators that rows may name
   */
  public static PolicyCases read(String text, Collection<AcceleratorModel> models) {
    return CasesReader.read(text, models);
  }

  /** Judges every case on its dates. */
  public Report judge(Function<PolicyQuestion, Judgement> judge) {
    return new Report(
        cases.stream()
            .map(one -> {
              Judgement judgement = judge.apply(one.question());
              return new Outcome(
                  one.id(), one.date(), one.expected(), judgement.verdict(), judgement.reasons());
            })
            .toList(),
        problems);
  }

  /**
   * One row on one date.
   *
   * @param id the row's name
   * @param line where the row begins, counted from 1
   * @param question over the minute that begins at 00:00 UTC of the date
   */
  public record Case(
      String id, int line, LocalDate date, Verdict expected, PolicyQuestion question) {}

  /**
   * What became of one case.
   *
   * @param reasons every rule that held or could not be decided, strongest first
   */
  public record Outcome(
      String id, LocalDate date, Verdict expected, Verdict got, List<Reason> reasons) {

    /** Copies the list. */
    public Outcome {
      reasons = List.copyOf(reasons);
    }

    /** Whether the case came out as expected. */
    public boolean agrees() {
      return expected == got;
    }

    /**
     * A line of CSV: {@code id,date,expected,got,reasons}. The reasons are rule ids, strongest
     * first; where a rule could not be decided, the missing facts follow it in brackets.
     */
    public String line() {
      String words = reasons.stream().map(Outcome::words).collect(Collectors.joining(";"));
      return String.join(",", quoted(id), date.toString(), expected.name(), got.name(), words);
    }

    private static String words(Reason reason) {
      return reason.missingFacts().isEmpty()
          ? reason.ruleId()
          : reason.ruleId() + "[" + String.join(" ", reason.missingFacts()) + "]";
    }

    private static String quoted(String text) {
      return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
  }

  /**
   * What became of all cases.
   *
   * @param outcomes in the file's order
   * @param problems what could not be read and so was not judged
   */
  public record Report(List<Outcome> outcomes, List<CasesProblem> problems) {

    /** Copies the lists. */
    public Report {
      outcomes = List.copyOf(outcomes);
      problems = List.copyOf(problems);
    }

    /** How many came out otherwise than expected. */
    public int differing() {
      return (int) outcomes.stream().filter(outcome -> !outcome.agrees()).count();
    }

    /** Whether all could be read and came out as expected, and there was anything to judge. */
    public boolean passed() {
      return !outcomes.isEmpty() && problems.isEmpty() && differing() == 0;
    }

    /** One line for people. */
    public String summary() {
      return "%d judged, %d as expected, %d different, %d unreadable"
          .formatted(outcomes.size(), outcomes.size() - differing(), differing(), problems.size());
    }
  }
}
