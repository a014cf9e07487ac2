package io.berth.review.internal;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets approvals expire; any number of replicas may do so at once. */
@ApplicationScoped
public class CaseSweep {

  private static final int BATCH = 100;

  private final CaseDesk desk;

  CaseSweep(CaseDesk desk) {
    this.desk = desk;
  }

  @Scheduled(
      every = "${berth.review.sweep-interval:30s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sweep() {
    return desk.expire(BATCH).replaceWithVoid();
  }
}
