package io.berth.policy;

import io.berth.platform.Figure;
import io.berth.policy.domain.Countries;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the tenant. Null means unknown, never "none", and an unknown fact never helps
 * the tenant; "none" is an empty set or a zero.
 *
 * @param residence where it is registered, ISO 3166-1 alpha-2
 * @param ultimateParent where its ultimate parent has its headquarters, ISO 3166-1 alpha-2; its own
 *     country where it has no parent
 * @param endUse where it uses what it leases, ISO 3166-1 alpha-2
 * @param listedOn the lists that name it; empty where it was screened and is on none
 * @param ownedByListedPercent the share of it that listed parties own, directly or through others,
 *     0 to 100
 * @param ownedBySdnPercent the same of parties that OFAC has designated alone
 * @param ownedByBisListedPercent the same of those alone that the affiliates rule of 15 CFR 744.11
 *     counts: on the Entity List, on the Military End-User List, or designated
 * @param ownRules the rules that it has set for itself
 */
public record TenantFacts(
    @Nullable String residence,
    @Nullable String ultimateParent,
    @Nullable String endUse,
    @Nullable Set<DeniedPartyList> listedOn,
    Figure ownedByListedPercent,
    Figure ownedBySdnPercent,
    Figure ownedByBisListedPercent,
    @Nullable Set<TenantRule> ownRules) {

  /** Throws {@link IllegalArgumentException} where a country is not in ISO 3166-1. */
  public TenantFacts {
    Countries.requireCodeOrNull(residence);
    Countries.requireCodeOrNull(ultimateParent);
    Countries.requireCodeOrNull(endUse);
    // Sorted, so that a decision's facts always read and hash the same.
    listedOn = listedOn == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(listedOn));
    ownRules = ownRules == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(ownRules));
  }

  /** One of whose listed owners nobody says on which lists they are. */
  public TenantFacts(
      @Nullable String residence,
      @Nullable String ultimateParent,
      @Nullable String endUse,
      @Nullable Set<DeniedPartyList> listedOn,
      Figure ownedByListedPercent,
      @Nullable Set<TenantRule> ownRules) {
    this(
        residence,
        ultimateParent,
        endUse,
        listedOn,
        ownedByListedPercent,
        ownedByListedPercent.upTo(),
        ownedByListedPercent.upTo(),
        ownRules);
  }
}
