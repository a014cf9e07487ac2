package io.berth.load;

import io.berth.audit.AuditKeys;
import io.berth.platform.Secrets;
import io.berth.sandbox.PublishedKeys;
import io.berth.sandbox.SandboxDatabase;
import io.berth.sandbox.SandboxIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What the service needs around it: a database that keeps what it commits, and an issuer. */
final class Surroundings implements AutoCloseable {

  private final Path folder;
  private final SandboxDatabase database;
  private final SandboxIssuer issuer;
  private final PublishedKeys keys;

  private Surroundings(
      Path folder, SandboxDatabase database, SandboxIssuer issuer, PublishedKeys keys) {
    this.folder = folder;
    this.database = database;
    this.issuer = issuer;
    this.keys = keys;
  }

  /** Starts them in a folder that is gone afterwards. */
  static Surroundings start() throws IOException {
    Path folder = Files.createTempDirectory("berth-load");
    SandboxDatabase database =
        SandboxDatabase.start(
            folder,
            Map.of(
                "shared_preload_libraries", "pg_stat_statements",
                "logging_collector", "on",
                "log_destination", "jsonlog",
                "log_directory", "log",
                "shared_buffers", "1GB",
                "max_wal_size", "8GB",
                "checkpoint_timeout", "30min"));
    SandboxIssuer issuer = SandboxIssuer.temporary();
    return new Surroundings(folder, database, issuer, PublishedKeys.of(issuer));
  }

  Path folder() {
    return folder;
  }

  SandboxDatabase database() {
    return database;
  }

  SandboxIssuer issuer() {
    return issuer;
  }

  /** What the service is told of them. */
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(database.settings());
    settings.putAll(keys.settings());
    settings.put("berth.platform.secrets.keyset", Secrets.freshKeyset());
    settings.put("berth.audit.signing-key", AuditKeys.freshSigningKey());
    return settings;
  }

  @Override
  public void close() throws IOException {
    keys.close();
    database.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> {
            try {
              Files.deleteIfExists(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
