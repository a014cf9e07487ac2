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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Delivers outbox events. A claim moves the next try of a delivery behind the time that handling
 * may take, and commits: no other replica takes it meanwhile, and one that dies over it loses
 * nothing, since the delivery comes due again.
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

  /**
   * A claimed delivery.
   *
   * @param attempts how often it was claimed, this time included; also tells whether the claim is
   *     still the present one
   */
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
                // All at once, so that the time of one bounds the time of all and of their claim.
                .transformToUniAndMerge(this::deliver)
                .onItem()
                .ignoreAsUni()
                .replaceWith(deliveries.size()));
  }

  /** Takes what is due for the consumers that this version of the service has. */
  Uni<List<Delivery>> claim() {
    return database.sql(
        SCOPE,
        connection ->
            connection
                .preparedQuery(
                    """
                    update outbox_delivery d
                    set attempts = d.attempts + 1,
                        next_attempt_at = $2::timestamptz
                    from outbox_event e
                    where e.id = d.event_id
                      and (d.event_id, d.consumer) in (
                        select event_id, consumer from outbox_delivery
                        where state = 'pending' and next_attempt_at <= $1::timestamptz
                          and consumer = any($3::text[])
                        order by next_attempt_at
                        for update skip locked
                        limit $4::int)
                    returning d.event_id, d.consumer, d.attempts, e.type, e.subject, e.payload, e.occurred_at
                    """)
                .execute(
                    Tuple.of(
                        clock.instant().atOffset(ZoneOffset.UTC),
                        clock
                            .instant()
                            .plus(config.handlingTimeout().multipliedBy(2))
                            .atOffset(ZoneOffset.UTC),
                        consumers.keySet().toArray(String[]::new),
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
      throw new IllegalStateException("only known consumers' deliveries are claimed");
    }
    return Uni.createFrom()
        .deferred(() -> consumer.handle(delivery.event()))
        .ifNoItem()
        .after(config.handlingTimeout())
        .fail()
        .chain(() -> settle(delivery, "done", "", clock.instant()))
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
          return settle(
              delivery,
              state,
              String.valueOf(failure),
              clock.instant().plus(retryDelay(delivery.attempts())));
        });
  }

  /** How long to wait after the {@code attempts}th failure. */
  private Duration retryDelay(int attempts) {
    Duration delay = config.retryDelay().multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS_MAX));
    return delay.compareTo(RETRY_DELAY_MAX) < 0 ? delay : RETRY_DELAY_MAX;
  }

  /** Writes how it went, unless the claim ran out and somebody else has the delivery now. */
  private Uni<Void> settle(Delivery delivery, String state, String error, Instant nextAttempt) {
    String bounded = error.substring(0, Math.min(error.length(), ERROR_LENGTH_MAX));
    return database.sql(
        SCOPE,
        connection ->
            connection
                .preparedQuery(
                    "update outbox_delivery set state = $3, last_error = $4, next_attempt_at = $5"
                        + " where event_id = $1 and consumer = $2 and state = 'pending'"
                        + " and attempts = $6")
                .execute(
                    Tuple.of(
                        delivery.event().id(),
                        delivery.consumer(),
                        state,
                        bounded,
                        nextAttempt.atOffset(ZoneOffset.UTC),
                        delivery.attempts()))
                .replaceWithVoid());
  }
}
