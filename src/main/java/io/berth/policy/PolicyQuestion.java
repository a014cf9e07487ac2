package io.berth.policy;

import io.berth.platform.Period;
import java.time.Instant;
import java.util.List;

/**
 * Everything that a pack sees: may this tenant use this accelerator, on this node of this provider,
 * in this way, over this period?
 *
 * @param approvals what people have approved for this tenant; at most {@value #APPROVALS_COUNT_MAX}
 */
public record PolicyQuestion(
    TenantFacts tenant,
    RequestFacts request,
    ProviderFacts provider,
    NodeFacts node,
    AcceleratorFacts accelerator,
    Period period,
    List<ReviewApproval> approvals) {

  /** Each approval cuts the judged period, so their number is bounded. */
  public static final int APPROVALS_COUNT_MAX = 100;

  /** Copies the list; throws {@link IllegalArgumentException} where there are too many. */
  public PolicyQuestion {
    approvals = List.copyOf(approvals);
    if (approvals.size() > APPROVALS_COUNT_MAX) {
      throw new IllegalArgumentException(
          "at most " + APPROVALS_COUNT_MAX + " approvals a question");
    }
  }

  /** A question about which nobody has approved anything. */
  public PolicyQuestion(
      TenantFacts tenant,
      RequestFacts request,
      ProviderFacts provider,
      NodeFacts node,
      AcceleratorFacts accelerator,
      Period period) {
    this(tenant, request, provider, node, accelerator, period, List.of());
  }

  /** The same about a node of which something else is known. */
  public PolicyQuestion withNode(NodeFacts other) {
    return new PolicyQuestion(tenant, request, provider, other, accelerator, period, approvals);
  }

  /** The same about another period. */
  public PolicyQuestion over(Period other) {
    return new PolicyQuestion(tenant, request, provider, node, accelerator, other, approvals);
  }

  /**
   * The approvals that are about this tenant with these facts and this use and hold at a moment,
   * each with only those of its grounds that are about this accelerator and place.
   */
  public List<ReviewApproval> approvalsAt(Instant moment) {
    String model = accelerator.model();
    String country = node.countryAt(moment);
    if (approvals.isEmpty() || model == null || country == null) {
      return List.of();
    }
    String factsHash = ReviewApproval.factsHash(tenant, request);
    String placeHash = Ground.hashOfPlace(provider, node);
    return approvals.stream()
        .filter(approval -> approval.holdsAt(moment) && approval.factsHash().equals(factsHash))
        .map(approval ->
            approval.only(
                ground -> ground.isAbout(model, country) && ground.placeHash().equals(placeHash)))
        .filter(approval -> !approval.grounds().isEmpty())
        .toList();
  }
}
