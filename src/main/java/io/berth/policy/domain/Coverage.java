package io.berth.policy.domain;

import io.berth.platform.Period;
import io.berth.policy.AcceleratorFacts;
import io.berth.policy.Authorisation;
import io.berth.policy.Judgement;
import io.berth.policy.NodeFacts;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an authorisation covers, how much of it is needed, and whether it is needed at all. */
public final class Coverage {

  private Coverage() {}

  /** Whether devices may stand in a country or be taken there; not where that is unknown. */
  public static boolean coversDestination(Authorisation authorisation, @Nullable String country) {
    return country != null && authorisation.terms().destinations().contains(country);
  }

  /**
   * Whether it covers devices for any part of a period, wherever they are. What is not known is not
   * covered: neither a model nor a figure.
   */
  public static boolean covers(
      Authorisation authorisation, AcceleratorFacts accelerator, Period period) {
    Authorisation.Terms terms = authorisation.terms();
    Instant until = authorisation.countsUntil();
    return coversItem(terms, accelerator)
        && terms.from().isBefore(period.end())
        && (until == null || (until.isAfter(period.start()) && until.isAfter(terms.from())));
  }

  private static boolean coversItem(Authorisation.Terms terms, AcceleratorFacts accelerator) {
    BigDecimal tpp = accelerator.tpp().max();
    if (terms.tppPerDeviceMax() != null) {
      return tpp != null && tpp.compareTo(BigDecimal.valueOf(terms.tppPerDeviceMax())) <= 0;
    }
    return accelerator.model() != null && terms.models().contains(accelerator.model());
  }

  /** How much so many devices take: where their figure is an interval, the most it can be. */
  public static Quantity quantity(long accelerators, AcceleratorFacts accelerator) {
    BigDecimal tpp = accelerator.tpp().max();
    return new Quantity(
        accelerators,
        tpp == null
            ? null
            : Math.multiplyExact(
                accelerators, tpp.setScale(0, RoundingMode.CEILING).longValueExact()));
  }

  /**
   * The authorisations that a judgement rests on: without any one of them it would be stronger at
   * some moment. Where one of several would do, those that come first stay.
   *
   * @param question with the node's authorisations in the order in which they are to be used
   */
  public static List<NodeFacts.Authorisation> reliedOn(
      PolicyQuestion question, Function<PolicyQuestion, Judgement> judge) {
    List<NodeFacts.Authorisation> attached = question.node().authorisations();
    if (attached == null || attached.isEmpty()) {
      return List.of();
    }
    Judgement whole = judge.apply(question);
    if (!judge.apply(with(question, List.of())).isStrongerThan(whole)) {
      return List.of();
    }
    List<NodeFacts.Authorisation> kept = new ArrayList<>(attached);
    for (NodeFacts.Authorisation candidate : attached.reversed()) {
      List<NodeFacts.Authorisation> rest =
          kept.stream().filter(other -> !other.equals(candidate)).toList();
      if (!judge.apply(with(question, rest)).isStrongerThan(whole)) {
        kept.remove(candidate);
      }
    }
    return List.copyOf(kept);
  }

  private static PolicyQuestion with(
      PolicyQuestion question, List<NodeFacts.Authorisation> authorisations) {
    return question.withNode(question.node().with(authorisations));
  }
}
