package io.berth.inventory;

import io.berth.inventory.internal.ClusterSync;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;

/** The room {@code kubernetes} fetches its work here and reports what it saw. */
@ApplicationScoped
public class ClusterWork {

  private final ClusterSync sync;

  ClusterWork(ClusterSync sync) {
    this.sync = sync;
  }

  /**
   * Claims clusters that are due to be looked at; no other worker gets them until the claim runs
   * out ({@link InventoryConfig#syncClaim()}) or the observation is in. Whoever claims one owns it:
   * no other replica claims it until that has run out ({@link InventoryConfig#ownership()}).
   *
   * @param limit how many at most, at least 1
   * @param underWay what the caller looks at still, which is left out. A claim that runs out under
   *     a slow look is for other replicas; taken by the same one it would make the look in vain and
   *     the next one slower
   * @param ofOneMax how many of one provider's, with those under way: its clusters may all be slow,
   *     and the others are not to wait for them
   */
  public Uni<List<ClusterTask>> claimDue(
      int limit, Collection<ClusterTask> underWay, int ofOneMax) {
    return sync.claimDue(limit, underWay, ofOneMax);
  }

  /**
   * Keeps what this replica owns for longer, and tells who owns what then. It does not keep what it
   * does not come to look at: what has long been due is for others.
   *
   * @param underWay what the caller looks at, however long it takes
   */
  public Uni<ClusterOwners> keepOwned(Collection<ClusterTask> underWay) {
    return sync.keepOwned(underWay);
  }

  /** Makes a cluster due that this replica owns, since something has changed there. */
  public Uni<Void> changed(ClusterId cluster) {
    return sync.changed(cluster);
  }

  /** Makes a cluster that nobody has looked at yet due at once; does nothing to any other. */
  public Uni<Void> dueFirst(ClusterId cluster) {
    return sync.dueFirst(cluster);
  }

  /**
   * How to reach a cluster.
   *
   * @return fails with {@link io.berth.platform.ProblemException} 404 where there is none
   */
  public Uni<ClusterAccess> access(ClusterId cluster) {
    return sync.access(cluster);
  }

  /**
   * Writes what a look at a cluster found: conditions, pools and nodes, in one transaction. Nothing
   * happens where the claim is no longer the latest, so a late or repeated report does no harm. Who
   * reports of nodes only what changed has recorded the look under the claim just before, and all
   * of it was taken in.
   *
   * @return whether all of it was taken in: not where the claim is no longer the latest, nor where
   *     the cluster brought too many new nodes of late
   */
  public Uni<Boolean> observed(ClusterId cluster, ClusterObservation observation) {
    return sync.observed(cluster, observation);
  }
}
