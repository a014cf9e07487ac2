package io.berth.policy.internal;

import io.berth.policy.Ground;
import io.berth.policy.NodeFacts;
import io.berth.policy.ProviderFacts;
import io.berth.policy.RequestFacts;
import io.berth.policy.TenantFacts;
import io.berth.policy.internal.FactsApi.NodeView;
import io.berth.policy.internal.FactsApi.ProviderView;
import io.berth.policy.internal.FactsApi.RequestView;
import io.berth.policy.internal.FactsApi.TenantView;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Hashes of facts, over the form in which they are stored. */
public final class FactsHash {

  private FactsHash() {}

  /** What is known of a tenant and a use. */
  public static String of(TenantFacts tenant, RequestFacts request) {
    return StoredJson.hash(
        StoredJson.write(List.of(TenantView.of(tenant), RequestView.of(request))));
  }

  /** What rules see of a provider and a node, without dates and authorisations. */
  public static String of(ProviderFacts provider, NodeFacts node) {
    NodeFacts lasting =
        new NodeFacts(
            node.country(),
            null,
            node.stateFunded(),
            null,
            node.excludesTenant(),
            node.allowsTenant(),
            node.zones(),
            node.classifiedAs(),
            null);
    return StoredJson.hash(
        StoredJson.write(List.of(ProviderView.of(provider), NodeView.of(lasting))));
  }

  /** A hash together with the names and the grounds that it is about, in any order. */
  public static String of(
      String factsHash,
      Collection<String> models,
      Collection<String> places,
      Collection<Ground> grounds) {
    return StoredJson.hash(
        StoredJson.write(
            List.of(
                factsHash, new TreeSet<>(models), new TreeSet<>(places), new TreeSet<>(grounds))));
  }

  /** A text of any length. */
  public static String of(String text) {
    return StoredJson.hash(text);
  }
}
