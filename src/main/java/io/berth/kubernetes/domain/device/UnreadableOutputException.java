package io.berth.kubernetes.domain.device;

/** The output of a probe is not what its tool prints, or lacks what is asked for. */
public final class UnreadableOutputException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong in a sentence; it quotes nothing of the output. */
  UnreadableOutputException(String message) {
    // No stack trace: this is a finding, not a failure.
    super(message, null, false, false);
  }
}
