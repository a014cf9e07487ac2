package io.berth.review.internal;

import io.berth.platform.OrganizationId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an answer may rest on.
 *
 * @param kind what it is, such as {@code end-use-statement}
 * @param reference where it can be found again
 * @param note what it shows; null where nothing is said
 * @param organization whose member attached it
 * @param by who attached it
 */
record Evidence(
    UUID id,
    String kind,
    String reference,
    @Nullable String note,
    OrganizationId organization,
    String by,
    Instant at) {}
