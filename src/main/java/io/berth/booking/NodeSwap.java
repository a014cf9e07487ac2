package io.berth.booking;

import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.platform.Id;
import java.time.Instant;

/**
 * A node of a lease that an equal one is to take the place of.
 *
 * @param lease whose
 * @param lost the node
 * @param pool which nodes are equal: those of the lease's pool
 * @param count how many slots the lease has on it, at least 1
 * @param end until when the other must have them free, turnaround included
 * @param isAlone whether the lease has no other node; where it has, the other must be in the same
 *     network fabric and NVLink domain as the lost one
 */
public record NodeSwap(
    Id lease, NodeId lost, NodePoolId pool, int count, Instant end, boolean isAlone) {}
