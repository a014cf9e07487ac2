package io.berth.matching;

import io.berth.platform.Period;
import io.berth.policy.Judgement;

/** What policy says of nodes, for the tenant and the use of one request. */
@FunctionalInterface
public interface NodePolicy {

  /**
   * The judgement on a node over a period. Nodes of one offer with the same policy class have the
   * same.
   */
  Judgement judge(OfferedPool offered, SnapshotNode node, Period period);
}
