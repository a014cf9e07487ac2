package io.berth.platform.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.platform.Database;
import io.berth.platform.OutboxConsumer;
import io.berth.platform.OutboxEvent;
import io.berth.platform.PlatformConfig;
import io.berth.platform.PlatformConfig.OutboundConfig;
import io.berth.platform.PlatformConfig.OutboxConfig;
import io.berth.platform.PlatformConfig.SecretsConfig;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.MutableClock;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Replicas of the dispatcher on the real tables, with consumers and a clock of the test's own; the
 * service's own dispatcher leaves deliveries of consumers alone that it does not know.
 */
@BerthTest
class OutboxDispatcherTest {

  private static final int ATTEMPTS_MAX = 3;
  private static final Duration RETRY_DELAY = Duration.ofMinutes(1);
  private static final Duration HANDLING_TIMEOUT = Duration.ofMinutes(10);

  @Inject Database database;
  @Inject ObjectMapper json;

  private final MutableClock clock = new MutableClock();

  /** Fails as often as it is told to, and remembers what it was given. */
  private static final class Consumer implements OutboxConsumer {

    private final String name = "test-" + UUID.randomUUID();
    private final List<UUID> handled = new ArrayList<>();
    private int failuresLeft;
    private Uni<Void> outcome = Uni.createFrom().voidItem();

    @Override
    public String name() {
      return name;
    }

    @Override
    public Set<String> types() {
      return Set.of("test.happened");
    }

    @Override
    public Uni<Void> handle(OutboxEvent event) {
      handled.add(event.id());
      if (failuresLeft > 0) {
        failuresLeft--;
        throw new IllegalStateException("not today");
      }
      return outcome;
    }
  }

  private record Settings(Duration handlingTimeout) implements PlatformConfig, OutboxConfig {

    @Override
    public OutboxConfig outbox() {
      return this;
    }

    @Override
    public SecretsConfig secrets() {
      throw new UnsupportedOperationException();
    }

    @Override
    public OutboundConfig outbound() {
      throw new UnsupportedOperationException();
    }

    @Override
    public MemorySize bodySizeMax() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Duration idempotencyRetention() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String pollInterval() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int batchSize() {
      return 10;
    }

    @Override
    public int attemptsMax() {
      return ATTEMPTS_MAX;
    }

    @Override
    public Duration retryDelay() {
      return RETRY_DELAY;
    }
  }

  @Test
  void triesAgainAfterADelayThatDoubles() throws SQLException {
    Consumer consumer = new Consumer();
    consumer.failuresLeft = 2;
    UUID event = happened(consumer);
    OutboxDispatcher dispatcher = replica(HANDLING_TIMEOUT, consumer);

    assertThat(deliver(dispatcher)).isEqualTo(1);
    assertThat(deliver(dispatcher)).isZero();
    clock.move(RETRY_DELAY);
    assertThat(deliver(dispatcher)).isEqualTo(1);
    clock.move(RETRY_DELAY);
    assertThat(deliver(dispatcher)).isZero();
    clock.move(RETRY_DELAY);
    assertThat(deliver(dispatcher)).isEqualTo(1);
    clock.move(HANDLING_TIMEOUT.multipliedBy(10));
    assertThat(deliver(dispatcher)).isZero();

    assertThat(consumer.handled).containsExactly(event, event, event);
    assertThat(state(event, consumer)).isEqualTo("done");
  }

  @Test
  void setsADeliveryAsideThatFailsEachTime() throws SQLException {
    Consumer consumer = new Consumer();
    consumer.failuresLeft = Integer.MAX_VALUE;
    UUID event = happened(consumer);
    OutboxDispatcher dispatcher = replica(HANDLING_TIMEOUT, consumer);

    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      assertThat(state(event, consumer)).isEqualTo("pending");
      assertThat(deliver(dispatcher)).isEqualTo(1);
      clock.move(HANDLING_TIMEOUT);
    }

    assertThat(deliver(dispatcher)).isZero();
    assertThat(consumer.handled).hasSize(ATTEMPTS_MAX);
    assertThat(state(event, consumer)).isEqualTo("dead");
    assertThat(column("last_error", event, consumer)).contains("not today");
  }

  @Test
  void givesWhatAKilledReplicaHadToAnother() throws SQLException {
    Consumer consumer = new Consumer();
    UUID event = happened(consumer);
    OutboxDispatcher killed = replica(HANDLING_TIMEOUT, consumer);
    OutboxDispatcher other = replica(HANDLING_TIMEOUT, consumer);
    killed.claim().await().indefinitely();

    assertThat(deliver(other)).isZero();
    clock.move(HANDLING_TIMEOUT.multipliedBy(2));
    assertThat(deliver(other)).isEqualTo(1);

    assertThat(consumer.handled).containsExactly(event);
    assertThat(state(event, consumer)).isEqualTo("done");
  }

  @Test
  void keepsEveryConsumersProgressApart() throws SQLException {
    Consumer failing = new Consumer();
    failing.failuresLeft = 1;
    Consumer fine = new Consumer();
    UUID event = happened(failing, fine);
    OutboxDispatcher dispatcher = replica(HANDLING_TIMEOUT, failing, fine);

    assertThat(deliver(dispatcher)).isEqualTo(2);

    assertThat(state(event, fine)).isEqualTo("done");
    assertThat(state(event, failing)).isEqualTo("pending");
    clock.move(RETRY_DELAY);
    assertThat(deliver(dispatcher)).isEqualTo(1);
    assertThat(fine.handled).containsExactly(event);
    assertThat(state(event, failing)).isEqualTo("done");
  }

  @Test
  void doesNotWaitForeverForAConsumer() throws SQLException {
    Consumer silent = new Consumer();
    silent.outcome = Uni.createFrom().nothing();
    UUID event = happened(silent);

    assertThat(deliver(replica(Duration.ofMillis(1), silent))).isEqualTo(1);

    assertThat(state(event, silent)).isEqualTo("pending");
    assertThat(column("last_error", event, silent)).contains("Timeout");
  }

  @Test
  void leavesDeliveriesOfConsumersAloneThatOnlyAnotherVersionKnows() throws SQLException {
    Consumer ofAnotherVersion = new Consumer();
    UUID event = happened(ofAnotherVersion);

    assertThat(deliver(replica(HANDLING_TIMEOUT, new Consumer()))).isZero();

    assertThat(column("attempts", event, ofAnotherVersion)).isEqualTo("0");
  }

  private OutboxDispatcher replica(Duration handlingTimeout, Consumer... consumers) {
    return new OutboxDispatcher(
        database,
        Arrays.<OutboxConsumer>asList(consumers),
        json,
        clock,
        new Settings(handlingTimeout));
  }

  private static int deliver(OutboxDispatcher dispatcher) {
    return dispatcher.deliverDue().await().indefinitely();
  }

  private UUID happened(Consumer... consumers) throws SQLException {
    UUID event = UUID.randomUUID();
    try (Connection connection = BerthResource.superuser();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into outbox_event (id, type, subject, payload, occurred_at)"
                    + " values (?, 'test.happened', 'it', '{}', ?)")) {
      insert.setObject(1, event);
      insert.setObject(2, clock.instant().atOffset(ZoneOffset.UTC));
      insert.executeUpdate();
      try (PreparedStatement delivery =
          connection.prepareStatement(
              "insert into outbox_delivery (event_id, consumer, state, attempts, next_attempt_at)"
                  + " values (?, ?, 'pending', 0, ?)")) {
        for (Consumer consumer : consumers) {
          delivery.setObject(1, event);
          delivery.setString(2, consumer.name());
          delivery.setObject(3, clock.instant().atOffset(ZoneOffset.UTC));
          delivery.executeUpdate();
        }
      }
    }
    return event;
  }

  private static String state(UUID event, Consumer consumer) throws SQLException {
    return column("state", event, consumer);
  }

  private static String column(String column, UUID event, Consumer consumer) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query =
            connection.prepareStatement(
                "select " + column + " from outbox_delivery where event_id = ? and consumer = ?")) {
      query.setObject(1, event);
      query.setString(2, consumer.name());
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }
}
