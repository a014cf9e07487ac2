package io.berth.inventory;

import java.util.Set;

/**
 * Which replica looks after which clusters at a moment; nobody does after those in neither set.
 *
 * @param mine those that this replica owns
 * @param others those that other replicas own
 */
public record ClusterOwners(Set<ClusterId> mine, Set<ClusterId> others) {

  /** Nobody owns anything. */
  public static final ClusterOwners NONE = new ClusterOwners(Set.of(), Set.of());

  /** Copies the sets. */
  public ClusterOwners {
    mine = Set.copyOf(mine);
    others = Set.copyOf(others);
  }
}
