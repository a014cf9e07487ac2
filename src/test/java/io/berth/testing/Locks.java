package io.berth.testing;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Locks of the database held by a test, to stop the service at a known place: which of two requests
 * is first is then decided and not left to chance.
 */
public final class Locks implements AutoCloseable {

  private static final Duration WAIT_MAX = Duration.ofSeconds(30);

  private final Connection connection;

  private static final String WAITING =
      "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
          + " and usename = 'berth_application'";

  private Locks(Connection connection) {
    this.connection = connection;
  }

  /** Takes what a statement locks, and keeps it until it is closed. */
  public static Locks taking(String statement) throws SQLException {
    Connection connection = BerthResource.superuser();
    connection.setAutoCommit(false);
    Locks locks = new Locks(connection);
    locks.take(statement);
    return locks;
  }

  /** Takes more; where it must wait, it fails unless the statement says otherwise. */
  public void take(String statement) throws SQLException {
    try (Statement taking = connection.createStatement()) {
      taking.execute(statement);
    }
  }

  /** Makes what was done under the locks lasting, and lets go of them. */
  public void commit() throws SQLException {
    connection.commit();
  }

  /** Waits until so many of the service's transactions wait for a lock of anybody's. */
  public void awaitWaiting(int transactions) {
    await().atMost(WAIT_MAX).until(() -> waiting() >= transactions);
  }

  /**
   * Waits until so many requests with an idempotency key wait for a lock of anybody's: each holds
   * the key's own lock, which background work does not.
   */
  public void awaitRequestsWaiting(int requests) {
    await()
        .atMost(WAIT_MAX)
        .until(() ->
            count(
                    WAITING
                        + " and exists (select from pg_locks where pg_locks.pid ="
                        + " pg_stat_activity.pid and locktype = 'advisory' and granted)")
                >= requests);
  }

  private static int waiting() throws SQLException {
    return count(WAITING);
  }

  private static int count(String query) throws SQLException {
    try (Connection observer = BerthResource.superuser();
        Statement statement = observer.createStatement();
        ResultSet count = statement.executeQuery(query)) {
      count.next();
      return count.getInt(1);
    }
  }

  @Override
  public void close() throws SQLException {
    if (!connection.isClosed()) {
      connection.rollback();
      connection.close();
    }
  }
}
