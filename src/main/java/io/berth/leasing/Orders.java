package io.berth.leasing;

import io.berth.leasing.internal.OrderStore;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Orders, for rooms that look at all of them. */
@ApplicationScoped
public class Orders {

  private final OrderStore store;

  Orders(OrderStore store) {
    this.store = store;
  }

  /**
   * Orders that wait for people, by identifier; for a scope that sees all.
   *
   * @param after only those after this one; null for the first
   * @param limit how many at most
   */
  public Uni<List<Order>> waiting(SqlConnection connection, @Nullable OrderId after, int limit) {
    return store.waitingAfter(connection, after, limit);
  }
}
