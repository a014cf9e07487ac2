package io.berth.policy.internal;

import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;

/**
 * Puts scheduled versions into force when their date has come. A version that is due stays due in
 * the database until a transaction has moved it, so a replica that dies over it loses nothing.
 */
@ApplicationScoped
public class PackSchedule {

  private static final Scope SCOPE = Scope.system("policy");
  private static final int DUE_MAX = 20;

  private final PackStore store;
  private final PackLife life;
  private final Database database;
  private final Clock clock;

  PackSchedule(PackStore store, PackLife life, Database database, Clock clock) {
    this.store = store;
    this.life = life;
    this.database = database;
    this.clock = clock;
  }

  /** Moves what is due. */
  @Scheduled(
      every = "${berth.policy.schedule-interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> tick() {
    Instant now = clock.instant();
    return database
        .sql(SCOPE, connection -> store.due(connection, now, 1))
        .chain(due ->
            due.isEmpty()
                ? Uni.createFrom().voidItem()
                : database.sql(SCOPE, connection -> activateDue(connection, now)));
  }

  private Uni<Void> activateDue(SqlConnection connection, Instant now) {
    return store
        .lockRevision(connection)
        // Read again: another replica may have been faster.
        .chain(() -> store.due(connection, now, DUE_MAX))
        .chain(due ->
            Multi.createFrom()
                .iterable(due)
                .onItem()
                .transformToUniAndConcatenate(row -> life.activate(connection, SCOPE, row, now))
                .collect()
                .asList())
        .replaceWithVoid();
  }
}
