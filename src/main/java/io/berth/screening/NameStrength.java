package io.berth.screening;

/** How well a name points to a party. */
public enum NameStrength {
  /** The name under which it is listed. */
  PRIMARY,
  /** Another name that its list takes for good. */
  STRONG,
  /** A name that its list itself calls weak or of low quality, such as a nickname. */
  WEAK
}
