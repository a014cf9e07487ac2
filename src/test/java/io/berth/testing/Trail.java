package io.berth.testing;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The audit trail behind the service's back. */
public final class Trail {

  private static final Duration WAIT_MAX = Duration.ofSeconds(30);

  private Trail() {}

  /** Keeps every sealer of the service from sealing, until {@link #release}. */
  public static void hold() throws SQLException {
    execute(
        "update audit_sealer set owner = gen_random_uuid(), epoch = epoch + 1, expires_at ="
            + " 'infinity'");
  }

  /** Lets the next sealer seal. */
  public static void release() throws SQLException {
    execute("update audit_sealer set expires_at = '-infinity'");
  }

  /** Writes an entry in a transaction of its own. */
  public static UUID write(String subject) throws SQLException {
    try (Connection connection = BerthResource.superuser()) {
      return write(connection, subject);
    }
  }

  /** Writes an entry. */
  public static UUID write(Connection connection, String subject) throws SQLException {
    UUID id = UUID.randomUUID();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into audit_entry (id, at, actor, organization_id, action, subject, detail)"
                + " values (?, now(), 'tester', gen_random_uuid(), 'test.happened', ?, ?)")) {
      insert.setObject(1, id);
      insert.setString(2, subject);
      insert.setString(3, "{\"name\": \"Gärtnerei, 1:2\"}");
      insert.executeUpdate();
    }
    return id;
  }

  /** Where an entry is sealed; empty where it is not. */
  public static Optional<Long> position(UUID entry) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query =
            connection.prepareStatement("select position from audit_seal where entry_id = ?")) {
      query.setObject(1, entry);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
      }
    }
  }

  /** Waits until the service has sealed an entry. */
  public static long awaitSealed(UUID entry) {
    return await().atMost(WAIT_MAX).until(() -> position(entry), Optional::isPresent).orElseThrow();
  }

  /** What a query of one value gives; null where it gives none. */
  public static String value(String query) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  /** Changes something as the superuser, whatever triggers say. */
  public static void execute(String... statements) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("set local session_replication_role = replica");
      for (String one : statements) {
        statement.execute(one);
      }
      connection.commit();
    }
  }
}
