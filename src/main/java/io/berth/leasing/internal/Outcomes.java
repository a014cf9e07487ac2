package io.berth.leasing.internal;

import io.berth.policy.Decision;
import java.util.stream.Collectors;

/** Tells whether one judgement says something else than another. */
final class Outcomes {

  private Outcomes() {}

  /** Verdict and rules that spoke; equal for judgements that say the same. */
  static String of(Decision decision) {
    return decision.reasons().stream()
        .map(reason -> reason.ruleId() + "=" + reason.verdict())
        .sorted()
        .collect(Collectors.joining(" ", decision.verdict() + ": ", ""));
  }
}
