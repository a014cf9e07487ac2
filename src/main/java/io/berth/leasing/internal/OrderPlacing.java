package io.berth.leasing.internal;

import io.berth.booking.Fills;
import io.berth.booking.Fills.Outcome;
import io.berth.booking.PolicyRefusal;
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
    // Nothing is written yet where there is no place for the whole, or policy does not permit it.
    return whole
        .onItemOrFailure()
        .transformToUni((outcome, failure) -> {
          if (outcome instanceof Outcome.Held) {
            return Uni.createFrom().item(outcome);
          }
          Uni<Outcome> asItWas =
              failure == null ? Uni.createFrom().item(outcome) : Uni.createFrom().failure(failure);
          return failure == null || mayFitInPart(failure)
              ? fills
                  .fitting(connection, stock, order.rest(now), least, most)
                  .chain(fitting ->
                      fitting == 0
                          ? asItWas
                          : fills.fill(connection, scope, stock, order.part(fitting, now)))
              : asItWas;
        });
  }

  private static boolean mayFitInPart(Throwable failure) {
    return failure instanceof PolicyRefusal
        || (failure instanceof ProblemException problem
            && problem.type() == ProblemType.CAPACITY_UNAVAILABLE);
  }
}
