package io.berth.platform.internal;

import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.PlatformConfig;
import io.berth.platform.Scope;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** Forgets answers to idempotent requests after their time. */
@ApplicationScoped
public class IdempotencySweep {

  private final Database database;
  private final Idempotency idempotency;
  private final PlatformConfig config;
  private final Clock clock;

  IdempotencySweep(Database database, Idempotency idempotency, PlatformConfig config, Clock clock) {
    this.database = database;
    this.idempotency = idempotency;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(every = "1h", delayed = "1m")
  Uni<Void> sweep() {
    return database
        .sql(
            Scope.system("platform"),
            connection ->
                idempotency.forgetBefore(
                    connection, clock.instant().minus(config.idempotencyRetention())))
        .replaceWithVoid();
  }
}
