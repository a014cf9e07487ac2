package io.berth.leasing.internal;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets orders expire that have waited too long; any number of replicas may do so at once. */
@ApplicationScoped
public class OrderSweep {

  private static final int BATCH = 100;

  private final OrderDesk desk;

  OrderSweep(OrderDesk desk) {
    this.desk = desk;
  }

  @Scheduled(
      every = "${berth.leasing.order-sweep-interval:30s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sweep() {
    return desk.expire(BATCH).replaceWithVoid();
  }
}
