package io.berth.inventory.internal;

import io.berth.catalog.DetectedDevices;
import io.berth.catalog.SlotKind;
import io.berth.inventory.ClusterId;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodeLabel;
import io.berth.inventory.NodeObservation;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.NodeTaint;
import io.berth.inventory.PoolVerification;
import io.berth.inventory.internal.InventoryReads.PoolWithCount;
import io.berth.platform.Condition;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Node pools and nodes on the wire. */
final class NodeApi {

  private NodeApi() {}

  @Schema(
      name = "NodePool",
      description = "Nodes of a cluster with the same model, kind of slot and region")
  record PoolView(
      NodePoolId id,
      ClusterId cluster,
      @Schema(examples = "nvidia-h100-sxm de-fra-1") String name,
      @Schema(
              description = "Absent where neither labels nor the provider tell it.",
              examples = "nvidia-h100-sxm")
          @Nullable String modelId,
      @Schema(examples = "nvidia.com/gpu") String resourceName,
      SlotKind slotKind,
      @Schema(description = "Kind of partition.", examples = "1g.5gb") @Nullable String profile,
      @Schema(description = "The label that tells the model; absent where its nodes differ.")
          @Nullable NodeLabel acceleratorLabel,
      @Schema(examples = "de-fra-1") @Nullable String region,
      @Schema(description = "Nodes that the cluster has now.", examples = "4") long nodes,
      @Schema(description = "Slots on them.") long slots,
      @Schema(description = "Slots on those that may be sold now.") long sellableSlots,
      PoolVerification verification) {

    static PoolView of(PoolWithCount counted, PoolVerification verification) {
      NodePool pool = counted.pool();
      return new PoolView(
          pool.id(),
          pool.cluster(),
          pool.name(),
          pool.modelId().orElse(null),
          pool.resourceName(),
          pool.slotKind(),
          pool.profile().orElse(null),
          pool.acceleratorLabel().orElse(null),
          pool.region(),
          counted.count().nodes(),
          counted.count().slots(),
          counted.count().sellableSlots(),
          verification);
    }
  }

  @Schema(name = "NodePoolPage", description = "A page of node pools")
  record PoolPageView(List<PoolView> items, @Nullable String nextPageToken) {}

  @Schema(name = "Node", description = "A node as it was last read, and what policy knows of it")
  record NodeView(
      NodeId id,
      ClusterId cluster,
      @Schema(
              description =
                  "Its pool, the last one where it offers nothing any more; absent where it never did.")
          @Nullable NodePoolId pool,
      @Schema(description = "Its name in the cluster.", examples = "gpu-01") String name,
      @Schema(description = "Whether it may be booked now.") boolean sellable,
      @Schema(description = "Whether the cluster no longer has it.") boolean gone,
      @Schema(description = "Whether its kubelet says so.") boolean ready,
      @Schema(description = "Whether it is not cordoned.") boolean schedulable,
      @Schema(
              description = "The catalogue's model; absent where unknown or several.",
              examples = "nvidia-h100-sxm")
          @Nullable String modelId,
      @Schema(description = "Slots that it offers, numbered from 0.") int slots,
      @Schema(description = "What was found on it, by resource.") List<DeviceView> devices,
      Jurisdiction jurisdiction,
      @Schema(examples = "de-fra-1") @Nullable String region,
      @Schema(examples = "de-fra-1a") @Nullable String zone,
      @Schema(description = "The network fabric that it shares with others.", examples = "block-1")
          @Nullable String fabric,
      @Schema(description = "The NVLink domain that it shares with others.", examples = "a3f1-4")
          @Nullable String nvlinkDomain,
      NodeFlags flags,
      @Schema(description = "What jobs must tolerate to run there.") List<NodeTaint> taints,
      @Schema(description = "What stands out; empty where nothing does.")
          List<Condition> conditions) {

    static NodeView of(NodeRow row, StoredJson json) {
      NodeObservation observation = json.readObservation(row.observation);
      return new NodeView(
          new NodeId(row.id),
          new ClusterId(row.clusterId),
          row.poolId == null ? null : new NodePoolId(row.poolId),
          row.name,
          row.sellable,
          row.goneAt != null,
          row.goneAt == null && observation.ready(),
          row.goneAt == null && observation.schedulable(),
          row.modelId,
          row.slots,
          observation.devices().stream().map(DeviceView::of).toList(),
          row.jurisdiction(),
          row.region,
          row.zone,
          row.fabric,
          row.nvlinkDomain,
          json.readFlags(row.flags),
          observation.taints(),
          json.readConditions(row.conditions));
    }
  }

  @Schema(name = "NodeDevices", description = "Devices of one kind on a node")
  record DeviceView(
      @Schema(examples = "nvidia.com/gpu") String resourceName,
      @Schema(description = "How many are allocatable.", examples = "8") int count,
      @Schema(examples = "NVIDIA") String vendor,
      @Schema(examples = "nvidia-h100-sxm") @Nullable String modelId,
      SlotKind slotKind,
      @Schema(description = "Kind of partition.", examples = "1g.5gb") @Nullable String profile) {

    static DeviceView of(DetectedDevices devices) {
      return new DeviceView(
          devices.resourceName(),
          devices.count(),
          devices.vendor(),
          devices.modelId(),
          devices.slotKind(),
          devices.profile());
    }
  }

  @Schema(name = "NodePage", description = "A page of nodes")
  record NodePageView(List<NodeView> items, @Nullable String nextPageToken) {}
}
