package io.berth.screening;

/** What kind of party a list names. */
public enum PartyType {
  /** A human being. */
  PERSON,
  /** A company, authority or group. */
  ENTITY,
  /** A ship. */
  VESSEL,
  /** An aeroplane. */
  AIRCRAFT,
  /** The list does not say. */
  UNKNOWN
}
