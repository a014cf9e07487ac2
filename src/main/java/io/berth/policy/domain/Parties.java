package io.berth.policy.domain;

import io.berth.inventory.NodeFlags;
import io.berth.platform.OrganizationId;
import io.berth.policy.TenantFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node is for a tenant, by what is said of the parties that may use it. What a list asks
 * and nobody knows leaves the answer unknown.
 */
public final class Parties {

  private Parties() {}

  /**
   * Whether the node is not for the tenant: the tenant itself, or the country of its residence,
   * ultimate parent or end use, is among the excluded. Nobody is excluded where nobody says so.
   *
   * @param id the tenant's; null for one that is only described
   * @return null where it cannot be told
   */
  public static @Nullable Boolean excludes(
      NodeFlags flags, @Nullable OrganizationId id, TenantFacts tenant) {
    Set<String> excluded = flags.excludedParties();
    if (excluded.isEmpty()) {
      return false;
    }
    if (Stream.of(named(id), tenant.residence(), tenant.ultimateParent(), tenant.endUse())
        .filter(Objects::nonNull)
        .anyMatch(excluded::contains)) {
      return true;
    }
    boolean isOpen =
        (id == null && excluded.stream().anyMatch(party -> !isCountry(party)))
            || (excluded.stream().anyMatch(Parties::isCountry)
                && Stream.of(tenant.residence(), tenant.ultimateParent(), tenant.endUse())
                    .anyMatch(Objects::isNull));
    return isOpen ? null : false;
  }

  /**
   * Whether the node is for the tenant: on each list is the tenant itself, or both the country of
   * its residence and that of its ultimate parent. It is for everybody where there is no list.
   *
   * @return null where it cannot be told
   */
  public static @Nullable Boolean allows(
      NodeFlags flags, @Nullable OrganizationId id, TenantFacts tenant) {
    List<@Nullable Boolean> answers = new ArrayList<>();
    for (Set<String> allowed : flags.allowedParties()) {
      answers.add(isOn(allowed, id, tenant));
    }
    if (answers.contains(false)) {
      return false;
    }
    return answers.contains(null) ? null : true;
  }

  private static @Nullable Boolean isOn(
      Set<String> allowed, @Nullable OrganizationId id, TenantFacts tenant) {
    String own = named(id);
    if (own != null && allowed.contains(own)) {
      return true;
    }
    boolean mayBeNamed = id == null && allowed.stream().anyMatch(party -> !isCountry(party));
    String residence = tenant.residence();
    String parent = tenant.ultimateParent();
    boolean isOutside =
        (residence != null && !allowed.contains(residence))
            || (parent != null && !allowed.contains(parent))
            || allowed.stream().noneMatch(Parties::isCountry);
    if (isOutside) {
      return mayBeNamed ? null : false;
    }
    return residence == null || parent == null ? null : true;
  }

  private static @Nullable String named(@Nullable OrganizationId id) {
    return id == null ? null : id.toString();
  }

  private static boolean isCountry(String party) {
    return Countries.codes().contains(party);
  }
}
