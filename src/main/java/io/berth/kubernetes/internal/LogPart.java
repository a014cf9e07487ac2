package io.berth.kubernetes.internal;

/** What a reader of a log is sent. */
sealed interface LogPart {

  /** Whole lines, each with its line feed. */
  record Lines(String text) implements LogPart {}

  /** The last part: why nothing more comes. */
  record End(Reason reason) implements LogPart {}

  /** Why a log ends. */
  enum Reason {
    /** All that there is, or the container ended. */
    COMPLETE,
    /** As many bytes have come as one answer may have. */
    BYTES,
    /** The answer has taken as long as it may. */
    TIME,
    /** The cluster broke off. */
    BROKEN
  }
}
