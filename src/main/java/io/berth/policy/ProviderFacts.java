package io.berth.policy;

import io.berth.policy.domain.Countries;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the provider. Null means unknown.
 *
 * @param ultimateParent where its ultimate parent has its headquarters, ISO 3166-1 alpha-2; its own
 *     country where it has no parent
 * @param listedOn the lists that name it; empty where it was screened and is on none
 */
public record ProviderFacts(
    @Nullable String ultimateParent, @Nullable Set<DeniedPartyList> listedOn) {

  /** Throws {@link IllegalArgumentException} where the country is not in ISO 3166-1. */
  public ProviderFacts {
    Countries.requireCodeOrNull(ultimateParent);
    // Sorted, so that a decision's facts always read and hash the same.
    listedOn = listedOn == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(listedOn));
  }
}
