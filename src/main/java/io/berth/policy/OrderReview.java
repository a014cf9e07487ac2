package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.policy.internal.FactsHash;
import io.berth.review.CaseKind;
import io.berth.review.NewCase;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a review case about an order says: what is held, and what exactly an approval would let
 * pass.
 *
 * @param rules the rules that an approval answers, for people: each a pack's id, a slash and the
 *     rule; empty where people alone cannot help
 * @param models the accelerators in question
 * @param countries where the nodes in question stand
 * @param grounds what exactly an approval lets pass: the first {@value
 *     ReviewApproval#GROUNDS_COUNT_MAX}. What is beyond them stays held, and is asked about in
 *     another case once these are approved
 * @param groundsOmitted how many are beyond them
 * @param questionHash over all of what is asked, omitted grounds too: what makes two cases one
 * @param factsHash what is known of tenant and use
 * @param use how the capacity is to be used
 * @param needed what every rule that holds asks for
 * @param decisionId the decision, with all facts
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OrderReview(
    List<String> rules,
    List<String> models,
    List<String> countries,
    List<Ground> grounds,
    int groundsOmitted,
    String questionHash,
    String factsHash,
    RequestFacts use,
    List<Needed> needed,
    DecisionId decisionId) {

  /** Copies the lists. */
  public OrderReview {
    rules = List.copyOf(rules);
    models = List.copyOf(models);
    countries = List.copyOf(countries);
    grounds = List.copyOf(grounds);
    needed = List.copyOf(needed);
  }

  /** What one rule asks for: {@code HOLD_LICENCE} and {@code HOLD_EVIDENCE} outlast an approval. */
  public record Needed(String rule, Verdict verdict, String message, String wouldChange) {

    static Needed of(Reason reason) {
      return new Needed(name(reason), reason.verdict(), reason.message(), reason.wouldChange());
    }
  }

  /** What is to be reviewed of a decision that holds. */
  public static OrderReview of(Decision decision) {
    List<Reason> holding = decision.reasons().stream().filter(OrderReview::isHolding).toList();
    List<String> models = sorted(decision.nodes().stream().map(node -> node.accelerator().model()));
    List<String> countries = sorted(decision.nodes().stream().map(node -> node.facts().country()));
    List<Ground> grounds = grounds(decision);
    int listed = Math.min(grounds.size(), ReviewApproval.GROUNDS_COUNT_MAX);
    String factsHash = ReviewApproval.factsHash(decision.tenantFacts(), decision.request());
    return new OrderReview(
        sorted(
            holding.stream()
                .filter(
                    reason -> reason.verdict() == Verdict.HOLD_REVIEW || reason.verdict().permits())
                .map(OrderReview::name)),
        models,
        countries,
        grounds.subList(0, listed),
        grounds.size() - listed,
        FactsHash.of(factsHash, models, countries, grounds),
        factsHash,
        decision.request(),
        holding.stream().map(Needed::of).toList(),
        decision.id());
  }

  /** Every rule that waits for people, for each node that it holds up; sorted, each once. */
  private static List<Ground> grounds(Decision decision) {
    Set<Ground> grounds = new TreeSet<>();
    for (NodeJudgement node : decision.nodes()) {
      node.judgement().intervals().stream()
          .flatMap(interval -> interval.forReview().stream())
          .distinct()
          .map(rule -> Ground.of(rule, node))
          .filter(Objects::nonNull)
          .forEach(grounds::add);
    }
    return List.copyOf(grounds);
  }

  private static String name(Reason reason) {
    return reason.pack() + "/" + reason.ruleId();
  }

  /** Rules that contradict one another hold together, whatever each of them says. */
  private static boolean isHolding(Reason reason) {
    return !reason.verdict().permits() || !reason.conflictsWith().isEmpty();
  }

  /** Whether an approval would be enough. */
  public boolean isForPeopleAlone() {
    return needed.stream()
        .allMatch(one -> one.verdict() == Verdict.HOLD_REVIEW || one.verdict().permits());
  }

  /**
   * The question to people: the same where rules, their texts, facts, accelerators and places are,
   * since whoever shares a case shares its answer.
   */
  public NewCase toCase(OrganizationId tenant, Id subject, String summary) {
    String reason = String.join(",", sorted(needed.stream().map(Needed::rule)));
    return new NewCase(
        CaseKind.ORDER,
        tenant,
        reason.length() <= NewCase.REASON_LENGTH_MAX ? reason : FactsHash.of(reason),
        questionHash,
        subject,
        summary,
        this);
  }

  private static List<String> sorted(Stream<? extends @Nullable String> texts) {
    return texts.filter(Objects::nonNull).map(String::valueOf).distinct().sorted().toList();
  }
}
