package io.berth.identity;

import io.berth.platform.OrganizationId;
import java.time.Instant;

/**
 * A legal entity that leases capacity, offers it, or both.
 *
 * @param id identifies it; the claim {@code organization} of its members' tokens
 * @param name its registered name, from 1 to 200 characters
 * @param facts what the law asks about it, as far as known
 * @param verification whether a compliance officer stands behind the facts
 * @param screening how it came out against the denied-party lists
 * @param version grows with every change of name, facts or verification; screening leaves it as it
 *     is, so that it takes no place under somebody who edits
 * @param createdAt when it was entered
 */
public record Organization(
    OrganizationId id,
    String name,
    LegalFacts facts,
    Verification verification,
    Screening screening,
    long version,
    Instant createdAt) {

  /** One that was not screened yet. */
  public Organization(
      OrganizationId id,
      String name,
      LegalFacts facts,
      Verification verification,
      long version,
      Instant createdAt) {
    this(id, name, facts, verification, Screening.NONE, version, createdAt);
  }
}
