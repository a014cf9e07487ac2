package io.berth.leasing.internal;

import io.berth.booking.Fills;
import io.berth.booking.Fills.Outcome;
import io.berth.leasing.Order;
import io.berth.leasing.domain.OrderSizing;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** Tries to fill what is left of an order, or a part of it where parts will do. */
@ApplicationScoped
public class OrderPlacing {

  private final Fills fills;

  OrderPlacing(Fills fills) {
    this.fills = fills;
  }

  /** Places an order in the caller's transaction; fails as {@link Fills#fill} does. */
  Uni<Outcome> place(
      SqlConnection connection, Scope scope, Order order, Fills.Stock stock, Instant now) {
    Uni<Outcome> whole =
        Uni.createFrom().deferred(() -> fills.fill(connection, scope, stock, order.rest(now)));
    int least = OrderDrafts.least(order.terms());
    int most = OrderSizing.partMax(order.remaining(), least);
    if (!order.terms().isPartial() || most < least) {
      return whole;
    }
    return whole
        // Nothing is written yet where the planner found no place for it.
        .onFailure(OrderPlacing::isShortOfCapacity)
        .recoverWithUni(failure ->
            fills
                .fitting(connection, stock, order.rest(now), least, most)
                .chain(fitting ->
                    fitting == 0
                        ? Uni.createFrom().failure(failure)
                        : fills.fill(connection, scope, stock, order.part(fitting, now))));
  }

  private static boolean isShortOfCapacity(Throwable failure) {
    return failure instanceof ProblemException problem
        && problem.type() == ProblemType.CAPACITY_UNAVAILABLE;
  }
}
