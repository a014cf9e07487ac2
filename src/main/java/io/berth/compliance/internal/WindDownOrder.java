package io.berth.compliance.internal;

import io.berth.compliance.SimulationId;
import io.berth.leasing.LeaseId;
import io.berth.leasing.WindDownOrderId;
import io.berth.platform.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An officer's order to wind leases down.
 *
 * @param orderedBy the officer
 * @param organization the officer's organization
 * @param grace how long the leases go on at least
 * @param simulation the simulation whose breaking leases it is about; null where leases were named
 * @param leases what it did to each lease that it speaks of
 * @param withdrawnAt when it was taken back; null where it stands
 */
record WindDownOrder(
    WindDownOrderId id,
    String orderedBy,
    OrganizationId organization,
    String reason,
    Duration grace,
    @Nullable SimulationId simulation,
    List<Ordered> leases,
    @Nullable Instant withdrawnAt,
    Instant createdAt) {

  /** How many leases one order may speak of: they are locked together. */
  static final int LEASES_MAX = 1000;

  WindDownOrder {
    leases = List.copyOf(leases);
  }

  /**
   * What became of one lease.
   *
   * @param endsAt when it begins to end by this order
   * @param taken whether the order stands with the lease: not where it had begun to end
   */
  record Ordered(LeaseId lease, Instant endsAt, boolean taken) {}
}
