package io.berth.policy;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who asks a {@link VerdictIndex}, in what way and about when.
 *
 * @param tenant whose packs judge; null for one that is only described
 * @param facts what is known of the tenant
 * @param request how it wants to use the nodes
 * @param period when
 * @param approvals what people have approved for it
 * @param nodes what is known of single nodes for this tenant only, by number: those for which it
 *     holds authorisations of its own, and those that say for whom they are
 */
public record IndexedTenant(
    @Nullable OrganizationId tenant,
    TenantFacts facts,
    RequestFacts request,
    Period period,
    List<ReviewApproval> approvals,
    Map<Integer, NodeFacts> nodes) {

  /** Copies the collections. */
  public IndexedTenant {
    approvals = List.copyOf(approvals);
    nodes = Map.copyOf(nodes);
  }

  /** For whom nothing is approved and of whom nothing is special. */
  public IndexedTenant(
      @Nullable OrganizationId tenant, TenantFacts facts, RequestFacts request, Period period) {
    this(tenant, facts, request, period, List.of(), Map.of());
  }

  PolicyQuestion about(IndexedNode node) {
    return new PolicyQuestion(
        facts, request, node.provider(), node.node(), node.accelerator(), period, approvals);
  }
}
