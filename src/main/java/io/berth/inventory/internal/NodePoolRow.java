package io.berth.inventory.internal;

import io.berth.catalog.SlotKind;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeLabel;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.domain.PoolKey;
import io.berth.platform.OrganizationId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code node_pool}. */
@Entity
@Table(name = "node_pool")
public class NodePoolRow {

  /** The columns' type, which the check of the schema at start-up would else take for varchar. */
  private static final String TEXT = "text";

  @Id UUID id;

  @Column(name = "cluster_id")
  UUID clusterId;

  @Column(name = "provider_id")
  UUID providerId;

  @Column(columnDefinition = TEXT)
  String name;

  @Column(name = "model_id", columnDefinition = TEXT)
  @Nullable String modelId;

  @Column(name = "resource_name", columnDefinition = TEXT)
  String resourceName;

  @Enumerated(EnumType.STRING)
  @Column(name = "slot_kind", columnDefinition = TEXT)
  SlotKind slotKind;

  @Column(name = "slot_profile", columnDefinition = TEXT)
  @Nullable String slotProfile;

  @Column(columnDefinition = TEXT)
  @Nullable String region;

  @Column(name = "label_key", columnDefinition = TEXT)
  @Nullable String labelKey;

  @Column(name = "label_value", columnDefinition = TEXT)
  @Nullable String labelValue;

  /** Whether its nodes are kept from sale; written by {@link PoolHolds} alone. */
  @Column(insertable = false, updatable = false)
  boolean held;

  @Column(name = "created_at")
  Instant createdAt;

  static NodePoolRow of(ClusterRow cluster, PoolKey key, Instant now) {
    NodePoolRow row = new NodePoolRow();
    row.id = NodePoolId.fresh().value();
    row.clusterId = cluster.id;
    row.providerId = cluster.providerId;
    row.name = key.displayName();
    row.modelId = key.modelId();
    row.resourceName = key.resourceName();
    row.slotKind = key.slotKind();
    row.slotProfile = key.profile();
    row.region = key.region();
    row.createdAt = now;
    return row;
  }

  PoolKey key() {
    return new PoolKey(resourceName, modelId, slotKind, slotProfile, region);
  }

  NodePool toPool() {
    return new NodePool(
        new NodePoolId(id),
        new ClusterId(clusterId),
        new OrganizationId(providerId),
        name,
        Optional.ofNullable(modelId),
        resourceName,
        slotKind,
        Optional.ofNullable(slotProfile),
        label(labelKey, labelValue),
        region);
  }

  static Optional<NodeLabel> label(@Nullable String key, @Nullable String value) {
    return key == null || value == null ? Optional.empty() : Optional.of(new NodeLabel(key, value));
  }
}
