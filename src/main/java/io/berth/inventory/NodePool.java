package io.berth.inventory;

import io.berth.catalog.SlotKind;
import io.berth.platform.OrganizationId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of one cluster in one region that offer the same kind of slot; made by discovery.
 *
 * @param id identifies it
 * @param cluster where it is
 * @param provider whose it is
 * @param name made of model (or resource), slot and region
 * @param modelId the catalogue's model; empty where neither labels nor the provider tell it
 * @param resourceName the extended resource that jobs ask for; where devices are claimed, what
 *     quotas call the devices of their class
 * @param slotKind what one slot is
 * @param profile the kind of partition, such as {@code 1g.5gb}; empty where there is none
 * @param acceleratorLabel the label that tells the model, or the devices' attribute where they are
 *     claimed; empty where its nodes have none in common
 * @param region value of the region label; null where the nodes have none
 */
public record NodePool(
    NodePoolId id,
    ClusterId cluster,
    OrganizationId provider,
    String name,
    Optional<String> modelId,
    String resourceName,
    SlotKind slotKind,
    Optional<String> profile,
    Optional<NodeLabel> acceleratorLabel,
    @Nullable String region) {}
