package io.berth.leasing;

import io.berth.platform.OrganizationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's proposal to let another organization have the rest of a lease.
 *
 * @param tenant who proposes
 * @param recipient who may accept
 * @param end until when the lease lasted when it was proposed
 * @param accelerators how many it had
 * @param price what it cost
 * @param newLease the recipient's lease, once it has accepted
 */
public record LeaseTransfer(
    LeaseTransferId id,
    LeaseId lease,
    OrganizationId tenant,
    OrganizationId recipient,
    TransferState state,
    Instant end,
    int accelerators,
    LeasePrice price,
    @Nullable LeaseId newLease,
    Instant createdAt,
    @Nullable Instant settledAt,
    long version) {

  /** Whether the lease is still what was proposed. */
  public boolean isOf(Lease now) {
    return lease.equals(now.id())
        && end.equals(now.period().end())
        && accelerators == now.accelerators()
        && price.equals(now.price());
  }
}
