package io.berth.market;

/** What a provider does with an offer to change its state. */
public enum OfferAction {
  /** Lists it, so that tenants find it and may lease by it. */
  PUBLISH("publish", "offer.published"),
  /** Takes it off the list for a while; leases made by it go on. */
  PAUSE("pause", "offer.paused"),
  /** Takes it off the list for good; leases made by it go on. */
  RETIRE("retire", "offer.retired");

  private final String verb;
  private final String eventType;

  OfferAction(String verb, String eventType) {
    this.verb = verb;
    this.eventType = eventType;
  }

  /** The action's name in paths, and in the audit trail after {@code offer.}. */
  public String verb() {
    return verb;
  }

  /** The type of the event that tells of it. */
  public String eventType() {
    return eventType;
  }
}
