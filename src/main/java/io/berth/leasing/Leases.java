package io.berth.leasing;

import io.berth.leasing.internal.LeaseStore;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leases, for rooms that look at all of them. */
@ApplicationScoped
public class Leases {

  private final LeaseStore store;

  Leases(LeaseStore store) {
    this.store = store;
  }

  /**
   * Leases that have not begun to end, by identifier; for a scope that sees all.
   *
   * @param after only those after this one; null for the first
   * @param limit how many at most
   */
  public Uni<List<Lease>> live(SqlConnection connection, @Nullable LeaseId after, int limit) {
    return store.liveAfter(connection, after, limit);
  }
}
