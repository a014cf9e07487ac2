package io.berth.review;

/** What changes a case's state. */
public enum CaseAction {
  /** An officer proposes to approve. */
  APPROVE("approve", "case.proposed"),
  /** Another officer confirms that. */
  CONFIRM("confirm", "case.approved"),
  /** An officer says no. */
  REFUSE("refuse", "case.refused"),
  /** The approval's time has passed. */
  EXPIRE("expire", "case.expired"),
  /** The question is no longer asked, or the approval is taken back. */
  WITHDRAW("withdraw", "case.withdrawn");

  private final String verb;
  private final String eventType;

  CaseAction(String verb, String eventType) {
    this.verb = verb;
    this.eventType = eventType;
  }

  /** The action's name in paths, and in the audit trail after {@code case.}. */
  public String verb() {
    return verb;
  }

  /** The type of the event that tells of it. */
  public String eventType() {
    return eventType;
  }
}
