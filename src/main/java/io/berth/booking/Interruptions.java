package io.berth.booking;

import io.berth.platform.OrganizationId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** Ends interruptible leases where a firm order needs their slots; leasing does it for booking. */
public interface Interruptions {

  /**
   * Those of some leases that may be interrupted for a tenant, with their versions: others have
   * begun to end, or are the tenant's own.
   */
  Uni<Map<UUID, Long>> interruptible(
      SqlConnection connection, Collection<UUID> leases, OrganizationId tenant);

  /**
   * Ends leases in the caller's transaction, so that their slots are free at a moment: with their
   * notice, and turnaround between.
   *
   * @param leases with the versions that the plan was made on
   * @return fails with {@link PlanOutdated} where one of them cannot be ended in time any more
   */
  Uni<Void> interrupt(SqlConnection connection, Map<UUID, Long> leases, Instant freeAt);
}
