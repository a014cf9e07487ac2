package io.berth.leasing;

import io.berth.leasing.internal.LeaseStore;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leases, for other rooms. */
@ApplicationScoped
public class Leases {

  private final LeaseStore store;
  private final Database database;

  Leases(LeaseStore store, Database database) {
    this.store = store;
    this.database = database;
  }

  /**
   * One lease, in a transaction of its own.
   *
   * @return fails with {@link io.berth.platform.ProblemException} 404 where the scope sees none
   */
  public Uni<Lease> get(Scope scope, LeaseId id) {
    return database.sql(scope, connection -> store.get(connection, scope, id));
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
