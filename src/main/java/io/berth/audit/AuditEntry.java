package io.berth.audit;

import io.berth.audit.domain.CanonicalForm;
import io.berth.platform.OrganizationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the trail keeps of one action.
 *
 * @param id identifies it
 * @param at when it was done, to the microsecond
 * @param actor who is responsible: a token's subject, or {@code system:} and the room that worked
 * @param organization for whom the actor acted; null for background work
 * @param action what was done, such as {@code offer.publish}
 * @param subject to what, an identifier's wire form
 * @param detail JSON, byte for byte as it was written
 * @param position its place in the chain, from 1; null while it is not sealed
 * @param hash the chain's hash at that place, lower-case hexadecimal; null while it is not sealed
 */
public record AuditEntry(
    AuditEntryId id,
    Instant at,
    String actor,
    @Nullable OrganizationId organization,
    String action,
    String subject,
    String detail,
    @Nullable Long position,
    @Nullable String hash) {

  /** The text of which the chain's hash is made. */
  public String canonical() {
    return CanonicalForm.of(
        id.toString(),
        time(),
        actor,
        organization == null ? "" : organization.toString(),
        action,
        subject,
        detail);
  }

  /** When it was done, always with six decimals, as the canonical form has it. */
  public String time() {
    return CanonicalForm.time(at);
  }
}
