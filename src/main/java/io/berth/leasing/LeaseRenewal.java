package io.berth.leasing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when an on-demand lease renews by itself.
 *
 * @param nextAt when it is tried next; null where it is not renewed any more
 * @param problem why it could not be renewed when it was tried last; null where it could
 */
public record LeaseRenewal(@Nullable Instant nextAt, @Nullable String problem) {}
