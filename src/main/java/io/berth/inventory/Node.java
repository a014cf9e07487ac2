package io.berth.inventory;

import io.berth.platform.OrganizationId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node that offers accelerators, or did.
 *
 * @param id identifies it: the same for a node of the same name that vanished and came back
 * @param pool where it belongs; the last one where it offers nothing any more
 * @param cluster where it is
 * @param provider whose it is
 * @param name its name in the cluster
 * @param modelId the catalogue's model of its devices; empty where unknown
 * @param slots how many slots are allocatable; 0 where it offers nothing any more
 * @param acceleratorLabel the label that tells the model; empty where it has none
 * @param jurisdiction where it stands and who says so
 * @param country the country that counts, ISO 3166-1 alpha-2; null where unknown or disputed
 * @param region value of {@code topology.kubernetes.io/region}
 * @param zone value of {@code topology.kubernetes.io/zone}
 * @param fabric value of the fabric label that the provider declared
 * @param nvlinkDomain value of {@code nvidia.com/gpu.clique}
 * @param flags further facts that export policy asks for
 * @param sellable whether it may be booked now: ready, not failing, schedulable, with whole devices
 *     of a known model, not disputed, in an active cluster that answers
 * @param gone whether the cluster no longer has it
 * @param failing whether the cluster no longer has it, or says that it, or a device of it, fails
 * @param resources what it has beside its devices
 * @param taints what jobs must tolerate
 * @param version grows with each change
 */
public record Node(
    NodeId id,
    NodePoolId pool,
    ClusterId cluster,
    OrganizationId provider,
    String name,
    Optional<String> modelId,
    int slots,
    Optional<NodeLabel> acceleratorLabel,
    Jurisdiction jurisdiction,
    @Nullable String country,
    @Nullable String region,
    @Nullable String zone,
    @Nullable String fabric,
    @Nullable String nvlinkDomain,
    NodeFlags flags,
    boolean sellable,
    boolean gone,
    boolean failing,
    NodeResources resources,
    List<NodeTaint> taints,
    long version) {

  /** Copies the list. */
  public Node {
    taints = List.copyOf(taints);
  }

  /** The share of its processors that comes with each slot; null where unknown. */
  public @Nullable Long cpuMillisPerSlot() {
    return share(resources.cpuMillis());
  }

  /** The share of its memory that comes with each slot; null where unknown. */
  public @Nullable Long memoryMibPerSlot() {
    return share(resources.memoryMib());
  }

  private @Nullable Long share(@Nullable Long whole) {
    return whole == null || slots == 0 ? null : whole / slots;
  }
}
