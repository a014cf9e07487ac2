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
import io.berth.inventory.internal.InventoryReads.PoolWithCount;
import io.berth.platform.Condition;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Node pools and nodes on the wire. */
final class NodeApi {

  private NodeApi() {}

  @Schema(name = "NodePool")
  record PoolView(
      @Schema(type = SchemaType.STRING, examples = "pool_agn4w6nehp2axgwk4r3x6cq3ra") NodePoolId id,
      @Schema(type = SchemaType.STRING) ClusterId cluster,
      @Schema(examples = "nvidia-h100-sxm de-fra-1") String name,
      @Schema(description = "Absent where neither labels nor the provider tell it.")
          @Nullable String modelId,
      @Schema(examples = "nvidia.com/gpu") String resourceName,
      SlotKind slotKind,
      @Schema(description = "Kind of partition.", examples = "1g.5gb") @Nullable String profile,
      @Schema(description = "The label that tells the model; absent where its nodes differ.")
          @Nullable NodeLabel acceleratorLabel,
      @Nullable String region,
      @Schema(description = "Nodes that the cluster has now.") long nodes,
      @Schema(description = "Slots on them.") long slots,
      @Schema(description = "Slots on those that may be sold now.") long sellableSlots) {

    static PoolView of(PoolWithCount counted) {
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
          counted.count().sellableSlots());
    }
  }

  @Schema(name = "NodePoolPage")
  record PoolPageView(List<PoolView> items, @Nullable String nextPageToken) {}

  @Schema(name = "Node")
  record NodeView(
      @Schema(type = SchemaType.STRING, examples = "node_agn4w6nehp2axgwk4r3x6cq3ra") NodeId id,
      @Schema(type = SchemaType.STRING) ClusterId cluster,
      @Schema(
              type = SchemaType.STRING,
              description =
                  "Its pool, the last one where it offers nothing any more; absent where it never did.")
          @Nullable NodePoolId pool,
      String name,
      @Schema(description = "Whether it may be booked now.") boolean sellable,
      @Schema(description = "Whether the cluster no longer has it.") boolean gone,
      boolean ready,
      @Schema(description = "Whether it is not cordoned.") boolean schedulable,
      @Nullable String modelId,
      @Schema(description = "Slots that it offers, numbered from 0.") int slots,
      @Schema(description = "What was found on it, by resource.") List<DeviceView> devices,
      Jurisdiction jurisdiction,
      @Nullable String region,
      @Nullable String zone,
      @Nullable String fabric,
      @Nullable String nvlinkDomain,
      NodeFlags flags,
      List<NodeTaint> taints,
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

  @Schema(name = "NodeDevices")
  record DeviceView(
      @Schema(examples = "nvidia.com/gpu") String resourceName,
      @Schema(description = "How many are allocatable.") int count,
      String vendor,
      @Nullable String modelId,
      SlotKind slotKind,
      @Nullable String profile) {

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

  @Schema(name = "NodePage")
  record NodePageView(List<NodeView> items, @Nullable String nextPageToken) {}
}
