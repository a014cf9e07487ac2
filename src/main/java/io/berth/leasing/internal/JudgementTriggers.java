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

  /** The last pause before giving up, about three seconds after the first. */
  private static final Duration LOOK_AGAIN_MAX = Duration.ofMillis(1_600);

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
        .sql(SCOPE, JudgementTriggers::mark)
        .chain(mark ->
            areOver(mark)
                .chain(over ->
                    over
                        ? makeDue(event)
                        // What is seen already does not wait for the rest.
                        : makeDue(event)
                            .chain(() -> awaitEnd(mark, LOOK_AGAIN))
                            .chain(() -> makeDue(event))));
  }

  /** Looks less and less often; fails where they go on for too long, and the event comes again. */
  private Uni<Void> awaitEnd(long mark, Duration pause) {
    return Uni.createFrom()
        .voidItem()
        .onItem()
        .delayIt()
        .by(pause)
        .chain(() -> areOver(mark))
        .chain(over -> {
          if (over) {
            return Uni.createFrom().voidItem();
          }
          return pause.compareTo(LOOK_AGAIN_MAX) >= 0
              ? Uni.createFrom()
                  .failure(
                      new IllegalStateException("transactions that began before a change go on"))
              : awaitEnd(mark, pause.multipliedBy(2));
        });
  }

  /** A number that every transaction which has written before has a smaller one than. */
  private static Uni<Long> mark(SqlConnection connection) {
    return number(connection, "select pg_current_xact_id()::text::bigint");
  }

  private Uni<Boolean> areOver(long mark) {
    return database
        .sql(
            SCOPE,
            connection ->
                number(connection, "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
        .map(oldest -> oldest >= mark);
  }

  private static Uni<Long> number(SqlConnection connection, String query) {
    return connection.preparedQuery(query).execute().map(rows -> rows.iterator().next().getLong(0));
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
