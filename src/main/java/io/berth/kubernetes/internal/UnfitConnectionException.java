package io.berth.kubernetes.internal;

/** A cluster is not called, since its address or its credentials are not fit for it. */
final class UnfitConnectionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String reason;

  UnfitConnectionException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why, in one CamelCase word. */
  String reason() {
    return reason;
  }
}
