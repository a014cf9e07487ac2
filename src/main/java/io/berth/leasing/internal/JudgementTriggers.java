package io.berth.leasing.internal;

import io.berth.inventory.NodeId;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.OutboxConsumer;
import io.berth.platform.OutboxEvent;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * Makes live leases due to be judged where something changed that a judgement rests on. A lease may
 * be about to be made of what was read before the change, by a transaction that nobody sees yet: it
 * is waited for.
 */
@ApplicationScoped
public class JudgementTriggers implements OutboxConsumer {

  private static final Scope SCOPE = Scope.system("leasing");

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final JudgementStore judgements;
  private final Database database;
  private final Clock clock;

  JudgementTriggers(JudgementStore judgements, Database database, Clock clock) {
    this.judgements = judgements;
    this.database = database;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "leasing.judgement";
  }

  @Override
  public Set<String> types() {
    return Set.of(
        "policy.packsChanged",
        "organization.factsChanged",
        "organization.verified",
        "organization.rejected",
        "organization.screened",
        "node.flagsChanged",
        "authorisation.changed",
        "case.approved",
        "case.refused",
        "case.withdrawn",
        "case.expired");
  }

  @Override
  public Uni<Void> handle(OutboxEvent event) {
    return database
        .sql(SCOPE, connection -> transactions(connection, "xmax"))
        .chain(this::awaitEnd)
        .chain(() -> makeDue(event));
  }

  /** Looks until they are over; the outbox bounds how long that may take. */
  private Uni<Void> awaitEnd(long begun) {
    return database
        .sql(SCOPE, connection -> transactions(connection, "xmin"))
        .chain(oldest ->
            oldest >= begun
                ? Uni.createFrom().voidItem()
                : Uni.createFrom()
                    .voidItem()
                    .onItem()
                    .delayIt()
                    .by(LOOK_AGAIN)
                    .chain(() -> awaitEnd(begun)));
  }

  /** The number of the oldest transaction that writes, or that the next to begin will have. */
  private static Uni<Long> transactions(SqlConnection connection, String edge) {
    return connection
        .preparedQuery("select pg_snapshot_" + edge + "(pg_current_snapshot())::text::bigint")
        .execute()
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private Uni<Void> makeDue(OutboxEvent event) {
    Instant now = clock.instant();
    return database
        .sql(
            SCOPE,
            connection ->
                switch (event.type()) {
                  case "policy.packsChanged" -> judgements.allDue(connection, now);
                  case "node.flagsChanged" ->
                      judgements.dueOn(connection, NodeId.fromString(event.subject()), now);
                  case "authorisation.changed" ->
                      judgements.dueOf(connection, party(event, "holder"), now);
                  case "case.approved", "case.refused", "case.withdrawn", "case.expired" ->
                      judgements.dueOf(connection, party(event, "organization"), now);
                  default ->
                      judgements.dueOf(connection, OrganizationId.fromString(event.subject()), now);
                })
        .replaceWithVoid();
  }

  private static OrganizationId party(OutboxEvent event, String member) {
    return OrganizationId.fromString(event.payload().path(member).asText());
  }
}
