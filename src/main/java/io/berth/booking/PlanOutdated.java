package io.berth.booking;

/** What a plan rests on is no longer so, since somebody else was quicker: it is made anew. */
public final class PlanOutdated extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With what changed. */
  public PlanOutdated(String message) {
    super(message);
  }
}
