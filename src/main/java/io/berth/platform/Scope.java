package io.berth.platform;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * For whom a transaction reads and writes: every access to the database names one. An
 * organization's scope sees that organization's rows; an oversight scope (an operator or compliance
 * officer) and the system's own (background work) see all.
 *
 * @param organization the caller's organization; empty for background work
 * @param actor who is responsible, for the audit trail: a token's subject, or {@code system:} and
 *     the room that works
 * @param seesAll whether rows of other organizations are visible
 */
public record Scope(Optional<OrganizationId> organization, String actor, boolean seesAll) {

  /** The scope of a member of one organization. */
  public static Scope of(OrganizationId organization, String actor) {
    return new Scope(Optional.of(organization), actor, false);
  }

  /** The scope of one who works in an organization but may see every other's rows too. */
  public static Scope oversight(OrganizationId organization, String actor) {
    return new Scope(Optional.of(organization), actor, true);
  }

  /** The scope of background work of a room. */
  public static Scope system(String room) {
    return new Scope(Optional.empty(), "system:" + room, true);
  }

  /**
   * What a query compares the owner column with: {@code null} where every row is visible, as in
   * {@code where ($1::uuid is null or tenant_id = $1)}.
   */
  public @Nullable UUID organizationFilter() {
    return seesAll ? null : organization.map(OrganizationId::value).orElseThrow();
  }

  /** Whether rows of {@code owner} are visible. */
  public boolean sees(OrganizationId owner) {
    return seesAll || organization.filter(owner::equals).isPresent();
  }
}
