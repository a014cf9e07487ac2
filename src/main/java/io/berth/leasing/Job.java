package io.berth.leasing;

import io.berth.platform.OrganizationId;
import io.berth.policy.DecisionId;
import java.time.Instant;

/**
 * A workload that a tenant runs inside a lease.
 *
 * @param decision what permitted it
 * @param cancelRequested whether the tenant asked for its end
 * @param seen what was last seen of it in the cluster
 */
public record Job(
    JobId id,
    LeaseId lease,
    OrganizationId tenant,
    DecisionId decision,
    boolean cancelRequested,
    JobSpec spec,
    JobObservation seen,
    Instant createdAt,
    long version) {}
