package io.berth.policy;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What was decided about a tenant's use of some nodes over a period, with everything that is needed
 * to decide it again: the facts, the packs, and both times.
 *
 * @param id identifies it
 * @param tenant whose decision it is; the asking organization where the tenant was only described
 * @param purpose what it was made for
 * @param period what it holds for
 * @param knownAt when it was made: the facts are those known then
 * @param packs the packs that judged some node in some part of the period, by layer
 * @param tenantFacts what was known of the tenant
 * @param request what was known of the use
 * @param approvals what people had approved for such a tenant and use
 * @param nodes the answer for each node, from 1 to {@value #NODES_MAX}
 */
public record Decision(
    DecisionId id,
    OrganizationId tenant,
    DecisionPurpose purpose,
    Period period,
    Instant knownAt,
    List<PackRef> packs,
    TenantFacts tenantFacts,
    RequestFacts request,
    List<ReviewApproval> approvals,
    List<NodeJudgement> nodes) {

  /** A decision is stored whole, so the number of nodes in one is bounded. */
  public static final int NODES_MAX = 10_000;

  /**
   * Copies the lists. Throws {@link IllegalArgumentException} where there is no node, which would
   * read as an unconditional yes, or too many.
   */
  public Decision {
    packs = List.copyOf(packs);
    approvals = List.copyOf(approvals);
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty() || nodes.size() > NODES_MAX) {
      throw new IllegalArgumentException("a decision is about 1 to " + NODES_MAX + " nodes");
    }
  }

  /** The strongest verdict on any node. */
  public Verdict verdict() {
    return nodes.stream()
        .map(node -> node.judgement().verdict())
        .reduce(Verdict.ALLOW, Verdict::strongest);
  }

  /** Every reason on any node once, strongest first. */
  public List<Reason> reasons() {
    return nodes.stream()
        .flatMap(node -> node.judgement().reasons().stream())
        .distinct()
        .sorted(Comparator.comparing(Reason::verdict).reversed())
        .toList();
  }

  /** The answer for all nodes together: at each moment the strongest verdict on any of them. */
  public Judgement together() {
    return Judgement.together(nodes.stream().map(NodeJudgement::judgement).toList());
  }
}
