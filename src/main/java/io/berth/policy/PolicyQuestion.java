package io.berth.policy;

import io.berth.platform.Period;

/**
 * Everything that a pack sees: may this tenant use this accelerator, on this node of this provider,
 * in this way, over this period?
 */
public record PolicyQuestion(
    TenantFacts tenant,
    RequestFacts request,
    ProviderFacts provider,
    NodeFacts node,
    AcceleratorFacts accelerator,
    Period period) {

  /** The same about another period. */
  public PolicyQuestion over(Period other) {
    return new PolicyQuestion(tenant, request, provider, node, accelerator, other);
  }
}
