package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.policy.internal.FactsHash;
import io.berth.review.CaseKind;
import io.berth.review.NewCase;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a review case about an order says: what is held, and what exactly an approval would let
 * pass.
 *
 * @param rules the rules that an approval answers, as {@link ReviewApproval#rule} writes them;
 *     empty where people alone cannot help
 * @param models the accelerators in question
 * @param countries where the nodes in question stand
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
    String factsHash,
    RequestFacts use,
    List<Needed> needed,
    DecisionId decisionId) {

  /** Copies the lists. */
  public OrderReview {
    rules = List.copyOf(rules);
    models = List.copyOf(models);
    countries = List.copyOf(countries);
    needed = List.copyOf(needed);
  }

  /** What one rule asks for: {@code HOLD_LICENCE} and {@code HOLD_EVIDENCE} outlast an approval. */
  public record Needed(String rule, Verdict verdict, String message, String wouldChange) {

    static Needed of(Reason reason) {
      return new Needed(reason.ruleId(), reason.verdict(), reason.message(), reason.wouldChange());
    }
  }

  /** What is to be reviewed of a decision that holds. */
  public static OrderReview of(Decision decision) {
    List<Reason> holding = decision.reasons().stream().filter(OrderReview::isHolding).toList();
    return new OrderReview(
        sorted(
            holding.stream()
                .filter(
                    reason -> reason.verdict() == Verdict.HOLD_REVIEW || reason.verdict().permits())
                .map(reason -> ReviewApproval.rule(reason.pack(), reason.ruleId()))),
        sorted(decision.nodes().stream().map(node -> node.accelerator().model())),
        sorted(decision.nodes().stream().map(node -> node.facts().country())),
        ReviewApproval.factsHash(decision.tenantFacts(), decision.request()),
        decision.request(),
        holding.stream().map(Needed::of).toList(),
        decision.id());
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

  /** The question to people; the same rules, facts, accelerators and countries are the same. */
  public NewCase toCase(OrganizationId tenant, Id subject, String summary) {
    String reason = String.join(",", sorted(needed.stream().map(Needed::rule)));
    String factsAndPlace = FactsHash.of(factsHash, models, countries);
    return new NewCase(
        CaseKind.ORDER,
        tenant,
        reason.length() <= NewCase.REASON_LENGTH_MAX
            ? reason
            : FactsHash.of(reason, List.of(), List.of()),
        factsAndPlace,
        subject,
        summary,
        this);
  }

  private static List<String> sorted(Stream<? extends @Nullable String> texts) {
    return texts.filter(Objects::nonNull).map(String::valueOf).distinct().sorted().toList();
  }
}
