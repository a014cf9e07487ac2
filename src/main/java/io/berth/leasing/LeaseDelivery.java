package io.berth.leasing;

import io.berth.inventory.ClusterId;
import io.berth.inventory.Node;
import io.berth.inventory.NodePool;
import io.berth.market.NetworkException;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a lease asks of its cluster now.
 *
 * @param id the lease
 * @param tenant whose
 * @param cluster where
 * @param state PROVISIONING and ACTIVE: namespace, quota and jobs should be there; ENDING: nothing
 * @param period when
 * @param pool resource name and label of what is leased
 * @param takesWork whether its tenant may start anything in it past the service
 * @param networkExceptions what its pods reach besides the internet
 * @param nodes what is leased of which node; nothing of one that was given back, which stays here
 *     so that nodes keep their numbers
 * @param jobs every job of the lease that may be in the cluster
 */
public record LeaseDelivery(
    LeaseId id,
    OrganizationId tenant,
    ClusterId cluster,
    LeaseState state,
    Period period,
    NodePool pool,
    boolean takesWork,
    List<NetworkException> networkExceptions,
    List<LeasedNode> nodes,
    List<JobDelivery> jobs) {

  /** Copies the lists. */
  public LeaseDelivery {
    networkExceptions = List.copyOf(networkExceptions);
    nodes = List.copyOf(nodes);
    jobs = List.copyOf(jobs);
  }

  /** Accelerators leased in all. */
  public int accelerators() {
    return nodes.stream().mapToInt(LeasedNode::slots).sum();
  }

  /**
   * How many slots of a node.
   *
   * @param slots 0 of one that was given back or replaced
   * @param joined which change brought it to the lease, 0 for those that it began with: numbers of
   *     nodes follow it, so that a node that joins takes no other's
   * @param isShared whether other leases have something of it, or it lost something that this one
   *     has not
   */
  public record LeasedNode(Node node, int slots, int joined, boolean isShared) {

    /** A node that the lease began with and shares with nobody. */
    public LeasedNode(Node node, int slots) {
      this(node, slots, 0, false);
    }
  }

  /**
   * A job that should run, or should go.
   *
   * @param cancelRequested whether it should go
   * @param secrets the values of {@link JobSpec#secretNames}
   * @param progress how far it has come
   */
  public record JobDelivery(
      JobId id,
      JobState state,
      boolean cancelRequested,
      JobSpec spec,
      SealedEnv secrets,
      JobProgress progress) {}

  /**
   * How far a job has come.
   *
   * @param attempt which of its attempts counts now, from 0: whatever is in the cluster of others
   *     goes
   * @param failures how many of those before have failed; others could not start, or lost a pod
   * @param startedAt when its first pod started; null before
   */
  public record JobProgress(int attempt, int failures, @Nullable Instant startedAt) {

    /** Of a job that has not begun. */
    public static final JobProgress NONE = new JobProgress(0, 0, null);
  }
}
