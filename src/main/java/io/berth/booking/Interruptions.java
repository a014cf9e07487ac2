package io.berth.booking;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;

/** Ends interruptible leases where a firm order needs their slots; leasing does it for booking. */
public interface Interruptions {

  /** Those of some leases that go on and may be interrupted; the others have begun to end. */
  Uni<Set<UUID>> interruptible(SqlConnection connection, Collection<UUID> leases);

  /**
   * Ends leases in the caller's transaction, so that their slots are free at a moment: with their
   * notice, and turnaround between.
   *
   * @return fails with {@link PlanOutdated} where one of them cannot be ended in time any more
   */
  Uni<Void> interrupt(
      SqlConnection connection, Collection<UUID> leases, Instant freeAt, Instant now);
}
