package io.berth.booking;

import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.policy.Decision;
import io.berth.policy.ReasonView;
import java.util.List;

/**
 * Ends a booking's transaction because policy stands against it. The decision is recorded in a
 * transaction of its own, since the booking's leaves nothing behind.
 */
public final class PolicyRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Decision decision;
  private final transient List<Alternative> alternatives;

  /** A refusal of what is held already, in place of which nothing has been sought yet. */
  public PolicyRefusal(Decision decision, String detail) {
    this(decision, detail, List.of());
  }

  /**
   * A refusal on the grounds of a decision.
   *
   * @param detail sums it up in words
   * @param alternatives what could be had instead
   */
  public PolicyRefusal(Decision decision, String detail, List<Alternative> alternatives) {
    super(detail, null, false, false);
    this.decision = decision;
    this.alternatives = List.copyOf(alternatives);
  }

  /** The same with what could be had instead. */
  public PolicyRefusal offering(List<Alternative> found) {
    return new PolicyRefusal(decision, String.valueOf(getMessage()), found);
  }

  /** What was decided and why. */
  public Decision decision() {
    return decision;
  }

  /** The answer to the caller: 422 with every reason and the id of the decision. */
  public ProblemException toProblem() {
    return new ProblemException(ProblemType.POLICY_REFUSED, String.valueOf(getMessage()))
        .with("verdict", decision.verdict())
        .with("reasons", decision.reasons().stream().map(ReasonView::of).toList())
        .with("decisionId", decision.id())
        .with("alternatives", alternatives);
  }
}
