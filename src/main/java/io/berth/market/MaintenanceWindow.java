package io.berth.market;

import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A time in which a provider keeps nodes from sale. It counts for what is booked after it was
 * entered; leases made before go on as agreed.
 *
 * @param id identifies it
 * @param provider whose nodes
 * @param pool the pool that they are of
 * @param node the one node; null for all of the pool
 * @param period when
 * @param reason a note for the provider's own people; may be empty
 * @param cancelled whether it was taken back
 * @param createdAt when it was entered
 * @param version goes up with every change
 */
public record MaintenanceWindow(
    MaintenanceWindowId id,
    OrganizationId provider,
    NodePoolId pool,
    @Nullable NodeId node,
    Period period,
    String reason,
    boolean cancelled,
    Instant createdAt,
    long version) {}
