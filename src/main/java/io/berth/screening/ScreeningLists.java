package io.berth.screening;

import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.berth.screening.internal.ImportStore;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The lists that are searched, as this replica knows them. Another replica's activation is noticed
 * within {@link ScreeningConfig#revisionInterval}; screening itself never works with older lists
 * than the database has.
 */
@ApplicationScoped
public class ScreeningLists {

  private static final Logger LOG = Logger.getLogger(ScreeningLists.class);
  private static final Scope SCOPE = Scope.system("screening");

  private final Database database;
  private final ImportStore store;
  private final ScreeningConfig config;
  private final Vertx vertx;
  private volatile Loaded loaded = new Loaded(0, List.of(), ScreeningIndex.of(List.of()));

  /**
   * Lists at one moment.
   *
   * @param revision grows with each activation
   * @param versions the version of each list that is active, by list
   * @param index everybody that they name
   */
  public record Loaded(long revision, List<ListVersion> versions, ScreeningIndex index) {

    /** Copies the versions. */
    public Loaded {
      versions = List.copyOf(versions);
    }

    /**
     * SHA-256 over lists and their files' hashes, lower-case hexadecimal: equal where these are.
     */
    public String hash() {
      try {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (ListVersion version : versions) {
          sha256.update(
              (version.list().wire() + ' ' + version.hash() + '\n')
                  .getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(sha256.digest());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }
  }

  ScreeningLists(Database database, ImportStore store, ScreeningConfig config, Vertx vertx) {
    this.database = database;
    this.store = store;
    this.config = config;
    this.vertx = vertx;
  }

  /** What this replica knows. */
  public Loaded current() {
    return loaded;
  }

  /** The hash of what this replica knows, as in {@link Loaded#hash}. */
  public String hash() {
    return current().hash();
  }

  /** The versions that this replica knows. */
  public List<ListVersion> versions() {
    return current().versions();
  }

  /** Whether the versions hold every list without which nobody is clear. */
  public boolean isComplete(Loaded lists) {
    return lists.versions().stream()
        .map(ListVersion::list)
        .toList()
        .containsAll(config.requiredLists());
  }

  /** What the database has now, loaded where this replica is behind. */
  public Uni<Loaded> refreshed() {
    return database
        .sql(SCOPE, store::revision)
        .chain(revision ->
            revision == current().revision() ? Uni.createFrom().item(current()) : load());
  }

  @Scheduled(
      every = "${berth.screening.revision-interval:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> poll() {
    return refreshed().replaceWithVoid();
  }

  private Uni<Loaded> load() {
    return database
        .sql(SCOPE, store::load)
        // Reading and indexing tens of thousands of parties takes its time, and is done elsewhere.
        .chain(stored ->
            vertx.executeBlocking(
                () ->
                    new Loaded(
                        stored.revision(),
                        stored.versions(),
                        ScreeningIndex.of(store.parties(stored))),
                false))
        .map(fresh -> {
          Loaded kept = keep(fresh);
          LOG.infof(
              "Lists were loaded: revision=%d parties=%d", kept.revision(), kept.index().size());
          return kept;
        });
  }

  /** Of two that were loaded at the same time the later counts. */
  private synchronized Loaded keep(Loaded fresh) {
    if (fresh.revision() > loaded.revision()) {
      loaded = fresh;
    }
    return loaded;
  }
}
