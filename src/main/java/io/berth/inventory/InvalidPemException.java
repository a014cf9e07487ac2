package io.berth.inventory;

/** PEM text that is not what is needed; the message says why and holds nothing of the text. */
public final class InvalidPemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Completes the sentence "the value …". */
  public InvalidPemException(String message) {
    super(message);
  }
}
