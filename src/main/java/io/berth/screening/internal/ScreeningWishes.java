package io.berth.screening.internal;

import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.OutboxConsumer;
import io.berth.platform.OutboxEvent;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Set;

/** Has organizations screened that are new or have changed. */
@ApplicationScoped
public class ScreeningWishes implements OutboxConsumer {

  private final Database database;
  private final MatchStore store;
  private final Clock clock;

  ScreeningWishes(Database database, MatchStore store, Clock clock) {
    this.database = database;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "screening";
  }

  @Override
  public Set<String> types() {
    return Set.of("organization.created", "organization.factsChanged");
  }

  @Override
  public Uni<Void> handle(OutboxEvent event) {
    OrganizationId organization = OrganizationId.fromString(event.subject());
    return database.sql(
        Scope.system("screening"),
        connection -> store.wish(connection, organization, clock.instant()));
  }
}
