package io.berth.leasing.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.leasing.LeaseId;
import io.berth.leasing.Order;
import io.berth.leasing.internal.OrderApi.OrderView;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** The order that became a lease, where there was one, in a file of evidence about it. */
@ApplicationScoped
public class OrderEvidence implements EvidencePart {

  private final OrderStore orders;
  private final Database database;
  private final Clock clock;

  OrderEvidence(OrderStore orders, Database database, Clock clock) {
    this.orders = orders;
    this.database = database;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "orders";
  }

  @Override
  public int step() {
    return SUBJECTS;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    LeaseId lease = LeaseId.fromString(trace.of("lease").getFirst());
    return database
        .sql(scope, connection -> orders.ofLease(connection, lease))
        .map(found -> {
          for (Order order : found) {
            trace.add(order.id());
            order.fills().forEach(fill -> trace.add(fill.decision()));
            if (order.decision() != null) {
              trace.add(order.decision());
            }
            if (order.review() != null) {
              trace.add(order.review());
            }
          }
          return found.stream().map(order -> OrderView.of(order.at(clock.instant()))).toList();
        });
  }
}
