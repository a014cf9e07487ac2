package io.berth.policy.domain;

import java.util.List;
import java.util.function.Function;

/** A condition taken apart at its logical operators. */
sealed interface ConditionTree {

  /** All of them. */
  record And(List<ConditionTree> parts) implements ConditionTree {}

  /** Any of them. */
  record Or(List<ConditionTree> parts) implements ConditionTree {}

  /** The opposite. */
  record Not(ConditionTree part) implements ConditionTree {}

  /** One or the other, as a condition says. */
  record Choice(ConditionTree condition, ConditionTree ifYes, ConditionTree ifNo)
      implements ConditionTree {}

  /**
   * What is not taken apart any further.
   *
   * @param text the same for two leaves that mean the same within a pack
   * @param tenantFacts the facts of tenant and request that it looks at
   * @param nodeFacts the facts of provider, node and accelerator that it looks at
   * @param evaluate gives the answer
   */
  record Leaf(
      String text,
      List<Fact> tenantFacts,
      List<Fact> nodeFacts,
      Function<FactsAt, Ternary> evaluate)
      implements ConditionTree {}
}
