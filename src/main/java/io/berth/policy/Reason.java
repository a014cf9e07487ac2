package io.berth.policy;

import java.util.List;

/**
 * One rule that held, or that could not be told to hold or not.
 *
 * @param ruleId the rule in its pack
 * @param pack the id of the pack
 * @param authority on whose word the rule stands
 * @param citation where that word is written
 * @param confidence how sure the pack's author is of what is written there; empty where not said
 * @param verdict what the rule says; {@link Verdict#HOLD_EVIDENCE} where facts are missing
 * @param code the rule's stable reason code, or {@value #FACTS_MISSING}
 * @param message for people
 * @param wouldChange what would lead to another verdict
 * @param conflictsWith rules that held as well and contradict this one: whatever the verdict then
 *     is, at least a person must look
 * @param missingFacts the facts for want of which the rule could not be decided or that it misses;
 *     empty where none
 */
public record Reason(
    String ruleId,
    String pack,
    Authority authority,
    String citation,
    String confidence,
    Verdict verdict,
    String code,
    String message,
    String wouldChange,
    List<String> conflictsWith,
    List<String> missingFacts) {

  /** The code of a reason whose rule could not be decided. */
  public static final String FACTS_MISSING = "factsMissing";

  /** Copies the lists. */
  public Reason {
    conflictsWith = List.copyOf(conflictsWith);
    missingFacts = List.copyOf(missingFacts);
  }
}
