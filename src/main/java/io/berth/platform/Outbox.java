package io.berth.platform;

import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Where a room tells, in the transaction of a change, what others may want to act on. */
@ApplicationScoped
public class Outbox {

  private final List<OutboxConsumer> consumers;
  private final StoredJson json;
  private final Clock clock;

  Outbox(@All List<OutboxConsumer> consumers, StoredJson json, Clock clock) {
    this.consumers = consumers;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Writes an event and one delivery for each consumer of its type.
   *
   * @param type what happened, such as {@code cluster.registered}
   * @param subject to what
   * @param payload becomes a JSON object
   */
  public Uni<Void> append(Tx tx, String type, Id subject, Object payload) {
    UUID id = Id.fresh();
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    String interested =
        consumers.stream()
            .filter(consumer -> consumer.types().contains(type))
            .map(OutboxConsumer::name)
            .collect(Collectors.joining(","));
    Uni<Integer> written =
        tx.execute(
            "with event as (insert into outbox_event (id, type, subject, payload, occurred_at)"
                + " values ($1, $2, $3, cast($4 as text), $5) returning id)"
                + " insert into outbox_delivery"
                + " (event_id, consumer, state, attempts, next_attempt_at)"
                + " select event.id, consumer, 'pending', 0, $5"
                + " from event, unnest(string_to_array($6, ',')) as consumer",
            id,
            type,
            subject.toString(),
            json.write(payload),
            now,
            interested);
    return written.replaceWithVoid();
  }
}
