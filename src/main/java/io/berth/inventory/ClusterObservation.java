package io.berth.inventory;

import io.berth.platform.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a cluster found.
 *
 * @param epoch of the claim under which it was made
 * @param conditions {@value #REACHABLE}, {@value #SUPPORTED}, {@value #AUTHORIZED}, {@value
 *     #INVENTORY_SYNCED}; where it answers, {@value #TENANT_WORKLOADS}, where it runs Kueue,
 *     {@value #JOB_QUEUE}, and where its server knows claims, {@value #DEVICE_CLAIMS}
 * @param kubernetesVersion as the cluster reports it; null where it did not
 * @param nodes the cluster's nodes; null where they could not be read, which leaves what is known
 *     of them
 */
public record ClusterObservation(
    long epoch,
    List<Condition> conditions,
    @Nullable String kubernetesVersion,
    @Nullable SeenNodes nodes) {

  /** Whether the cluster's API answers. */
  public static final String REACHABLE = "Reachable";

  /** Why nothing was seen of a cluster where that is no fault of its own. */
  public static final String INTERNAL_ERROR = "InternalError";

  /** Whether its version of Kubernetes is one that is supported. */
  public static final String SUPPORTED = "Supported";

  /** Whether the credentials may do there what the service needs. */
  public static final String AUTHORIZED = "Authorized";

  /** Whether its nodes have been read. */
  public static final String INVENTORY_SYNCED = "InventorySynced";

  /**
   * Whether tenants of whole nodes may make pods there, since admission policies hold these to
   * their leases; nothing hangs on it but that.
   */
  public static final String TENANT_WORKLOADS = "TenantWorkloads";

  /** Whether jobs of leases go through Kueue there; nothing hangs on it but that. */
  public static final String JOB_QUEUE = "JobQueue";

  /**
   * Whether devices that drivers publish there can be claimed (dynamic resource allocation); what
   * device plugins offer is sold either way.
   */
  public static final String DEVICE_CLAIMS = "DeviceClaims";

  /** Whether nothing was seen for a reason that is none of the cluster's. */
  public boolean isOwnFault() {
    return conditions.stream().anyMatch(condition -> condition.reason().equals(INTERNAL_ERROR));
  }

  /** Copies the conditions. */
  public ClusterObservation {
    conditions = List.copyOf(conditions);
  }
}
