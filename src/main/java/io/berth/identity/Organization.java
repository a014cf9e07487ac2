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
 * @param version grows with every change
 * @param createdAt when it was entered
 */
public record Organization(
    OrganizationId id,
    String name,
    LegalFacts facts,
    Verification verification,
    long version,
    Instant createdAt) {}
