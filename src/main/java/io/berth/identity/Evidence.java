package io.berth.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a finding about an organization rests on.
 *
 * @param kind what it is, such as {@code register-extract}
 * @param reference where it can be found again
 * @param expiresAt from when it no longer counts; null where it does not expire
 */
public record Evidence(String kind, String reference, @Nullable Instant expiresAt) {}
