package io.berth.sandbox;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A real PostgreSQL on a free port, with the database and the three roles that the service needs.
 */
public final class SandboxDatabase implements AutoCloseable {

  private static final String DATABASE = "berth";
  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final int STOP_POLLS_MAX = 100;
  private static final long STOP_POLL_MILLIS = 100;

  private final EmbeddedPostgres postgres;

  private SandboxDatabase(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /**
   * Starts it over {@code folder}, where the data stays; a server that a killed process left behind
   * over the same folder is stopped first.
   */
  public static SandboxDatabase start(Path folder) throws IOException {
    return start(folder, Map.of());
  }

  /** The same with settings of the server, by their names in {@code postgresql.conf}. */
  public static SandboxDatabase start(Path folder, Map<String, String> server) throws IOException {
    Path data = folder.resolve("postgres");
    stopOrphan(data);
    Files.createDirectories(data);
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false);
    server.forEach(builder::setServerConfig);
    return start(builder);
  }

  /**
   * Starts one that forgets everything when closed, and need not survive a crash of the machine.
   */
  public static SandboxDatabase startTemporary() throws IOException {
    return start(
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off")
            .setServerConfig("synchronous_commit", "off")
            .setServerConfig("full_page_writes", "off"));
  }

  private static SandboxDatabase start(EmbeddedPostgres.Builder builder) throws IOException {
    EmbeddedPostgres postgres =
        builder
            .setPGStartupWait(START_MAX)
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("max_connections", "100")
            .start();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String role : List.of("berth_owner", "berth_application", "berth_system")) {
        statement.execute(
            "do $$ begin if not exists (select from pg_roles where rolname = '%1$s') then create role %1$s login password '%1$s'; end if; end $$"
                .formatted(role));
      }
      statement.execute("grant berth_system to berth_application with inherit false, set true");
      try (var found =
          statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
        if (!found.next()) {
          statement.execute("create database " + DATABASE + " owner berth_owner");
        }
      }
    } catch (SQLException e) {
      postgres.close();
      throw new IOException("cannot prepare the sandbox database", e);
    }
    return new SandboxDatabase(postgres);
  }

  /** The settings that make the service use it. */
  public Map<String, String> settings() {
    String address = "127.0.0.1:" + postgres.getPort() + "/" + DATABASE;
    return Map.of(
        "quarkus.datasource.reactive.url",
        "vertx-reactive:postgresql://" + address,
        "quarkus.datasource.password",
        "berth_application",
        "quarkus.datasource.owner.jdbc.url",
        "jdbc:postgresql://" + address,
        "quarkus.datasource.owner.password",
        "berth_owner");
  }

  /** A connection as superuser, for tests that look behind the service's back. */
  public Connection superuser() throws SQLException {
    return postgres.getDatabase("postgres", DATABASE).getConnection();
  }

  /** The port on 127.0.0.1 on which it listens. */
  public int port() {
    return postgres.getPort();
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }

  private static void stopOrphan(Path data) throws IOException {
    Path pidFile = data.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
    var orphan =
        ProcessHandle.of(pid)
            .filter(process -> process.info().command().orElse("").endsWith("postgres"));
    if (orphan.isPresent()) {
      orphan.get().destroy();
      try {
        for (int poll = 0; poll < STOP_POLLS_MAX && orphan.get().isAlive(); poll++) {
          Thread.sleep(STOP_POLL_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (orphan.get().isAlive()) {
        throw new IOException("a PostgreSQL left behind (pid " + pid + ") does not stop");
      }
    }
    Files.deleteIfExists(pidFile);
  }
}
