package io.berth.policy;

/**
 * Ends a transaction that counted on an authorisation of which too little is left, or which no
 * longer counts. What was planned must be planned anew: with the authorisation as it is now the
 * answer may be another place or a refusal.
 */
public final class AuthorisationTaken extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Names the authorisation for the log. */
  public AuthorisationTaken(AuthorisationId authorisation) {
    super("changed meanwhile: " + authorisation, null, false, false);
  }
}
