package io.berth.policy;

/** Where the tenant's data may lie. */
public enum DataResidency {
  /** Anywhere. */
  ANYWHERE,
  /** In the European Economic Area only. */
  EEA_ONLY
}
