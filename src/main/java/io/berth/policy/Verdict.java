package io.berth.policy;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What the rules say, from the weakest to the strongest; the order of the constants counts. */
@Schema(
    description =
        "What the rules say, from the weakest to the strongest: ALLOW, no rule objects; WARN, permitted, but the parties should know something; HOLD_EVIDENCE, not before a missing fact is known; HOLD_REVIEW, not before a person has looked; HOLD_LICENCE, not without an authorisation of some authority; DENY, not permitted")
public enum Verdict {
  /** No rule objects. */
  ALLOW,
  /** Permitted, but the parties should know something. */
  WARN,
  /** Not permitted until a missing fact is known. */
  HOLD_EVIDENCE,
  /** Not permitted until a person has looked. */
  HOLD_REVIEW,
  /** Not permitted without an authorisation of some authority. */
  HOLD_LICENCE,
  /** Not permitted. */
  DENY;

  /** Whether something may be quoted, booked or started under this verdict. */
  public boolean permits() {
    return this == ALLOW || this == WARN;
  }

  /** Whether this one wins over the other. */
  public boolean isStrongerThan(Verdict other) {
    return compareTo(other) > 0;
  }

  /** The one that wins where both are given. */
  public static Verdict strongest(Verdict one, Verdict other) {
    return one.isStrongerThan(other) ? one : other;
  }
}
