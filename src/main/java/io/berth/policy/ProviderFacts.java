package io.berth.policy;

import io.berth.platform.Figure;
import io.berth.policy.domain.Countries;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the provider. Null means unknown.
 *
 * @param residence where it is registered, ISO 3166-1 alpha-2
 * @param ultimateParent where its ultimate parent has its headquarters, ISO 3166-1 alpha-2; its own
 *     country where it has no parent
 * @param listedOn the lists that name it; empty where it was screened and is on none
 * @param ownedByListedPercent the share of it that listed parties own, directly or through others,
 *     0 to 100
 * @param ownedBySdnPercent the same of parties that OFAC has designated alone
 * @param ownedByBisListedPercent the same of those alone that the affiliates rule of 15 CFR 744.11
 *     counts: on the Entity List, on the Military End-User List, or designated
 */
public record ProviderFacts(
    @Nullable String residence,
    @Nullable String ultimateParent,
    @Nullable Set<DeniedPartyList> listedOn,
    Figure ownedByListedPercent,
    Figure ownedBySdnPercent,
    Figure ownedByBisListedPercent) {

  /** One of which nothing is known. */
  public static final ProviderFacts UNKNOWN =
      new ProviderFacts(null, null, null, Figure.unknown(), Figure.unknown(), Figure.unknown());

  /** Throws {@link IllegalArgumentException} where the country is not in ISO 3166-1. */
  public ProviderFacts {
    Countries.requireCodeOrNull(residence);
    Countries.requireCodeOrNull(ultimateParent);
    // Sorted, so that a decision's facts always read and hash the same.
    listedOn = listedOn == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(listedOn));
  }
}
