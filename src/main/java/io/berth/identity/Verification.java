package io.berth.identity;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last finding about an organization's facts.
 *
 * @param state what was found, as of when it was read
 * @param by the subject of the compliance officer's token; null before any finding, like the next
 *     two
 * @param at when
 * @param reason why
 * @param evidence what it rests on
 * @param expiresAt from when a verification no longer counts: the first expiry of its evidence;
 *     null where none expires
 */
public record Verification(
    VerificationState state,
    @Nullable String by,
    @Nullable Instant at,
    @Nullable String reason,
    List<Evidence> evidence,
    @Nullable Instant expiresAt) {

  /** Nothing has been found about these facts. */
  public static final Verification NONE =
      new Verification(VerificationState.UNVERIFIED, null, null, null, List.of(), null);

  /** Copies the evidence. */
  public Verification {
    evidence = List.copyOf(evidence);
  }

  /** A verification, which lasts as long as all of its evidence. */
  public static Verification verified(
      String by, Instant at, String reason, List<Evidence> evidence) {
    Instant expiresAt =
        evidence.stream()
            .map(Evidence::expiresAt)
            .filter(Objects::nonNull)
            .min(Instant::compareTo)
            .orElse(null);
    return new Verification(VerificationState.VERIFIED, by, at, reason, evidence, expiresAt);
  }

  /** A rejection, which lasts until the facts change or another finding is made. */
  public static Verification rejected(
      String by, Instant at, String reason, List<Evidence> evidence) {
    return new Verification(VerificationState.REJECTED, by, at, reason, evidence, null);
  }

  /**
   * The same as it counts at a moment: one that has expired is none, though it tells who made it.
   */
  public Verification asOf(Instant moment) {
    return state == VerificationState.VERIFIED && expiresAt != null && !moment.isBefore(expiresAt)
        ? new Verification(VerificationState.UNVERIFIED, by, at, reason, evidence, expiresAt)
        : this;
  }
}
