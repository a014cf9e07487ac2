package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.identity.Evidence;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about a node: its provider who declares, or an officer who verifies.
 *
 * @param by the subject of the token
 * @param at when
 * @param reason why; null for a declaration
 * @param evidence what it rests on; empty for a declaration
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Stated(
    FlagStatement statement,
    String by,
    Instant at,
    @Nullable String reason,
    List<Evidence> evidence) {

  /** Copies the list. */
  public Stated {
    evidence = List.copyOf(evidence);
  }

  /** The first expiry of the evidence; null where none expires. */
  public @Nullable Instant evidenceUntil() {
    return evidence.stream()
        .map(Evidence::expiresAt)
        .filter(Objects::nonNull)
        .min(Instant::compareTo)
        .orElse(null);
  }
}
