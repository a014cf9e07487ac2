package io.berth.leasing.internal;

import io.berth.leasing.Resale;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Tells sellers of offers that have ended by themselves. Only that: whether an offer can be bought
 * is asked of its time and its lease. Any number of replicas may do so at once.
 */
@ApplicationScoped
public class ResaleSweep {

  private static final Logger LOG = Logger.getLogger(ResaleSweep.class);
  private static final Scope SCOPE = Scope.system("leasing");
  private static final int BATCH = 100;

  private final ResaleStore resales;
  private final ResaleEndings endings;
  private final LeaseStore leases;
  private final Database database;
  private final Clock clock;

  ResaleSweep(
      ResaleStore resales,
      ResaleEndings endings,
      LeaseStore leases,
      Database database,
      Clock clock) {
    this.resales = resales;
    this.endings = endings;
    this.leases = leases;
    this.database = database;
    this.clock = clock;
  }

  @Scheduled(
      every = "${berth.leasing.resale-sweep-interval:30s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sweep() {
    return database
        .sql(SCOPE, connection -> resales.ended(connection, clock.instant(), BATCH))
        .chain(this::end);
  }

  private Uni<Void> end(List<Resale> found) {
    Uni<Void> ended = Uni.createFrom().voidItem();
    for (Resale resale : found) {
      ended = ended.chain(() -> end(resale));
    }
    return ended;
  }

  /** One a transaction; one that breaks does not hold up others, and is found again. */
  private Uni<Void> end(Resale found) {
    return database
        .sql(
            SCOPE,
            connection ->
                leases
                    .lock(connection, SCOPE, found.lease())
                    .chain(lease ->
                        resales
                            .lock(connection, found.id())
                            .chain(resale ->
                                endings.endIfOver(connection, lease, resale, clock.instant()))))
        .onFailure()
        .invoke(
            failure -> LOG.errorf(failure, "A seller could not be told: resaleId=%s", found.id()))
        .onFailure()
        .recoverWithNull();
  }
}
