package io.berth.platform.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.platform.Database;
import io.berth.platform.OutboxConsumer;
import io.berth.platform.OutboxEvent;
import io.berth.platform.PlatformConfig;
import io.berth.platform.Scope;
import io.quarkus.arc.All;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Delivers outbox events. A claim moves the next try of a delivery into the future and commits, so
 * that a replica that dies while handling loses nothing: the delivery comes due again.
 */
@ApplicationScoped
public class OutboxDispatcher {

  private static final Logger LOG = Logger.getLogger(OutboxDispatcher.class);
  private static final Scope SCOPE = Scope.system("outbox");
  private static final Duration RETRY_DELAY_MAX = Duration.ofMinutes(5);
  private static final int DOUBLINGS_MAX = 16;
  private static final int ERROR_LENGTH_MAX = 500;

  private final Database database;
  private final Map<String, OutboxConsumer> consumers;
  private final ObjectMapper json;
  private final Clock clock;
  private final PlatformConfig.OutboxConfig config;

  OutboxDispatcher(
      Database database,
      @All List<OutboxConsumer> consumers,
      ObjectMapper json,
      Clock clock,
      PlatformConfig config) {
    this.database = database;
    this.consumers =
        consumers.stream().collect(Collectors.toMap(OutboxConsumer::name, Function.identity()));
    this.json = json;
    this.clock = clock;
    this.config = config.outbox();
  }

  private record Delivery(String consumer, int attempts, OutboxEvent event) {}

  /** Delivers what is due, one batch. Returns how many deliveries were tried. */
  @Scheduled(
      every = "${berth.platform.outbox.poll-interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> tick() {
    return deliverDue().replaceWithVoid();
  }

  Uni<Integer> deliverDue() {
    return claim()
        .chain(deliveries ->
            Multi.createFrom()
                .iterable(deliveries)
                .onItem()
                .transformToUniAndConcatenate(this::deliver)
                .collect()
                .asList()
                .map(List::size));
  }

  private Uni<List<Delivery>> claim() {
    return database.sql(
        SCOPE,
        connection ->
            connection
                .preparedQuery(
                    """
                    update outbox_delivery d
                    set attempts = d.attempts + 1,
                        next_attempt_at = $1::timestamptz
                            + least($2::float8 * power(2, least(d.attempts, $3::int)), $4::float8)
                              * interval '1 second'
                    from outbox_event e
                    where e.id = d.event_id
                      and (d.event_id, d.consumer) in (
                        select event_id, consumer from outbox_delivery
                        where state = 'pending' and next_attempt_at <= $1::timestamptz
                        order by next_attempt_at
                        for update skip locked
                        limit $5::int)
                    returning d.event_id, d.consumer, d.attempts, e.type, e.subject, e.payload, e.occurred_at
                    """)
                .execute(
                    Tuple.of(
                        clock.instant().atOffset(ZoneOffset.UTC),
                        (double) config.retryDelay().toSeconds(),
                        DOUBLINGS_MAX,
                        (double) RETRY_DELAY_MAX.toSeconds(),
                        config.batchSize()))
                .map(this::read));
  }

  private List<Delivery> read(RowSet<Row> rows) {
    List<Delivery> deliveries = new ArrayList<>();
    for (Row row : rows) {
      try {
        deliveries.add(
            new Delivery(
                row.getString("consumer"),
                row.getInteger("attempts"),
                new OutboxEvent(
                    row.getUUID("event_id"),
                    row.getString("type"),
                    row.getString("subject"),
                    json.readTree(row.getString("payload")),
                    row.getOffsetDateTime("occurred_at").toInstant())));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("an event's payload was written as JSON", e);
      }
    }
    return deliveries;
  }

  private Uni<Void> deliver(Delivery delivery) {
    OutboxConsumer consumer = consumers.get(delivery.consumer());
    if (consumer == null) {
      // Another version of the service may know it: leave it pending.
      return Uni.createFrom().voidItem();
    }
    return Uni.createFrom()
        .deferred(() -> consumer.handle(delivery.event()))
        .chain(() -> settle(delivery.event().id(), delivery.consumer(), "done", ""))
        .onFailure()
        .recoverWithUni(failure -> {
          LOG.warnf(
              failure,
              "An event could not be handled: eventId=%s type=%s consumer=%s attempt=%d",
              delivery.event().id(),
              delivery.event().type(),
              delivery.consumer(),
              delivery.attempts());
          String state = delivery.attempts() >= config.attemptsMax() ? "dead" : "pending";
          return settle(delivery.event().id(), delivery.consumer(), state, String.valueOf(failure));
        });
  }

  private Uni<Void> settle(UUID event, String consumer, String state, String error) {
    String bounded = error.substring(0, Math.min(error.length(), ERROR_LENGTH_MAX));
    return database.sql(
        SCOPE,
        connection ->
            connection
                .preparedQuery(
                    "update outbox_delivery set state = $3, last_error = $4"
                        + " where event_id = $1 and consumer = $2 and state = 'pending'")
                .execute(Tuple.of(event, consumer, state, bounded))
                .replaceWithVoid());
  }
}
