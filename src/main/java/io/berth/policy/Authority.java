package io.berth.policy;

/** On whose word a rule stands. */
public enum Authority {
  /** A statute or regulation in force. */
  LAW,
  /** What an authority has said, or is reported to have said, without making it law. */
  GUIDANCE,
  /** What the operator of this marketplace chooses to hold or refuse. */
  PLATFORM,
  /** What the tenant itself asked for. */
  TENANT
}
