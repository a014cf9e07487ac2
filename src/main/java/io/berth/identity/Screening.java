package io.berth.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last screening of an organization and its owners.
 *
 * @param state how it came out
 * @param at when; null before the first, like the next
 * @param listsHash which lists were searched: SHA-256 over their versions, lower-case hexadecimal
 */
public record Screening(ScreeningState state, @Nullable Instant at, @Nullable String listsHash) {

  /** Not screened yet. */
  public static final Screening NONE = new Screening(ScreeningState.NOT_SCREENED, null, null);
}
