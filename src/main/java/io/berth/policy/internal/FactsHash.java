package io.berth.policy.internal;

import io.berth.policy.RequestFacts;
import io.berth.policy.TenantFacts;
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

  /** A hash together with the names that it is about, in any order. */
  public static String of(String factsHash, Collection<String> models, Collection<String> places) {
    return StoredJson.hash(
        StoredJson.write(List.of(factsHash, new TreeSet<>(models), new TreeSet<>(places))));
  }
}
