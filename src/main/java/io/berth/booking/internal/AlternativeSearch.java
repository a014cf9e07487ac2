package io.berth.booking.internal;

import io.berth.booking.Alternative;
import io.berth.booking.PolicyRefusal;
import io.berth.platform.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.WorkerExecutor;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Plans what could be had in place of what was refused. It asks every offer, which takes tens of
 * milliseconds in a large market: on threads of its own, a few at once, and never in a transaction.
 * A refusal without alternatives is better than one that waits: where too many are asked for, or
 * planning breaks, there are none.
 */
@ApplicationScoped
public class AlternativeSearch {

  private static final Logger LOG = Logger.getLogger(AlternativeSearch.class);
  private static final int AT_ONCE = 2;

  /** How many may wait for their turn or have it. */
  private static final int ASKED_MAX = 32;

  private final WorkerExecutor workers;
  private final AtomicInteger asked = new AtomicInteger();

  AlternativeSearch(Vertx vertx) {
    workers = vertx.createSharedWorkerExecutor("booking-alternatives", AT_ONCE);
  }

  @PreDestroy
  void stop() {
    workers.closeAndForget();
  }

  /** What would take a request elsewhere, or with other accelerators; fails never. */
  Uni<List<Alternative>> find(Placement placement) {
    return Uni.createFrom()
        .deferred(() -> {
          if (asked.incrementAndGet() > ASKED_MAX) {
            asked.decrementAndGet();
            return Uni.createFrom().item(List.of());
          }
          return workers
              .executeBlocking(placement::alternatives, false)
              .onTermination()
              .invoke(asked::decrementAndGet)
              .onFailure()
              .recoverWithItem(lost -> {
                LOG.warnf(lost, "No alternatives were found: tenantId=%s", placement.tenant());
                return List.of();
              });
        });
  }

  /**
   * A refusal with what could be had instead, where it is one that says so.
   *
   * @param refused what did not fit; null where it was refused for something else
   */
  public <T> Uni<T> refuse(Throwable refusal, @Nullable Placement refused) {
    if (refused != null && refusal instanceof PolicyRefusal policy) {
      return find(refused).chain(found -> Uni.createFrom().failure(policy.offering(found)));
    }
    return refused != null
            && refusal instanceof ProblemException problem
            && problem.extensions().containsKey(Placement.OBSTACLES)
        ? find(refused)
            .chain(found -> Uni.createFrom().failure(problem.with("alternatives", found)))
        : Uni.createFrom().failure(refusal);
  }
}
