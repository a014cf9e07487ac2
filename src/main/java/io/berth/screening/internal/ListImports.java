package io.berth.screening.internal;

import io.berth.audit.AuditTrail;
import io.berth.platform.Database;
import io.berth.platform.Outbox;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.screening.ImportId;
import io.berth.screening.ListedParty;
import io.berth.screening.ScreeningConfig;
import io.berth.screening.SourceList;
import io.berth.screening.domain.InvalidListException;
import io.berth.screening.domain.ListFiles;
import io.berth.screening.domain.ListLimits;
import io.berth.screening.domain.ParsedList;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings lists in: a file is read whole first, and counts from one transaction on. */
@ApplicationScoped
public class ListImports {

  /** A list is held in memory while it is read, so that one replica reads one at a time. */
  private static final int READ_AT_ONCE_MAX = 1;

  private static final Duration BUSY_RETRY = Duration.ofSeconds(10);

  private final Database database;
  private final ImportStore store;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final ScreeningConfig config;
  private final Clock clock;
  private final Semaphore reading = new Semaphore(READ_AT_ONCE_MAX);

  ListImports(
      Database database,
      ImportStore store,
      AuditTrail audit,
      Outbox outbox,
      ScreeningConfig config,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.audit = audit;
    this.outbox = outbox;
    this.config = config;
    this.clock = clock;
  }

  /** A list that was read, and its file's hash. */
  record ReadFile(String hash, ParsedList list) {}

  /**
   * Reads a file. Blocks.
   *
   * @throws ProblemException 422 where it is refused, 429 where another one is being read
   */
  ReadFile read(SourceList list, InputStream body) {
    if (!reading.tryAcquire()) {
      throw new ProblemException(
              ProblemType.TOO_MANY_REQUESTS,
              "Another list is being read: send it again in a moment.")
          .retryAfter(BUSY_RETRY);
    }
    Path file = null;
    try {
      file = Files.createTempFile("berth-list-", ".part");
      String hash = copy(body, file);
      try (InputStream in = Files.newInputStream(file)) {
        return new ReadFile(
            hash,
            ListFiles.read(
                list, in, ListLimits.USUAL.withBytesMax(config.fileSizeMax().asLongValue())));
      }
    } catch (InvalidListException e) {
      ProblemException refusal =
          new ProblemException(
              ProblemType.UNPROCESSABLE,
              "The file is refused, and nothing of it counts: " + e.describe() + ".");
      if (e.line() > 0) {
        refusal.at(e.line(), Math.max(e.column(), 1), String.valueOf(e.getMessage()));
      }
      throw refusal;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      reading.release();
      delete(file);
    }
  }

  private String copy(InputStream body, Path file) throws IOException {
    long left = config.fileSizeMax().asLongValue();
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(file)) {
      DigestInputStream in = new DigestInputStream(body, sha256);
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        left -= read;
        if (left < 0) {
          throw new InvalidListException(
              "the file is larger than " + config.fileSizeMax().asLongValue() + " bytes", 0, 0);
        }
        out.write(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        file.toFile().deleteOnExit();
      }
    }
  }

  /** Makes a file that was uploaded the active version; the same file again changes nothing. */
  Uni<ListImport> activate(
      Scope scope, SourceList list, ReadFile file, @Nullable LocalDate asOf, boolean force) {
    Instant now = clock.instant();
    ListImport fresh =
        new ListImport(
            ImportId.fresh(),
            list,
            ImportState.ACTIVE,
            null,
            force,
            null,
            null,
            null,
            scope.actor(),
            scope.organization().orElse(null),
            now,
            null,
            null,
            0);
    return activate(scope, fresh, file, asOf);
  }

  /** Makes a file the active version of its list, in one transaction. */
  Uni<ListImport> activate(Scope scope, ListImport asked, ReadFile file, @Nullable LocalDate asOf) {
    Instant now = clock.instant();
    LocalDate given = asOf == null ? file.list().asOf() : asOf;
    ListImport activated =
        asked.activated(
            file.hash(),
            given == null ? now.atOffset(ZoneOffset.UTC).toLocalDate() : given,
            file.list().parties().size(),
            now);
    boolean isUploaded = asked.state() != ImportState.QUEUED;
    return database.sql(
        scope,
        connection ->
            store
                .lockRevision(connection)
                .chain(() -> store.active(connection, asked.list()))
                .chain(active -> {
                  if (isUploaded && active.isPresent() && file.hash().equals(active.get().hash())) {
                    return Uni.createFrom().item(active.get());
                  }
                  Uni<Void> retired =
                      active.isEmpty()
                          ? Uni.createFrom().voidItem()
                          : requireFew(connection, active.get(), asked.force(), file.list())
                              .chain(() -> store.retire(connection, active.get().id()));
                  return retired
                      .chain(() ->
                          isUploaded
                              ? store.insert(connection, activated, null)
                              : store.fetched(connection, activated))
                      .chain(() ->
                          store.insertEntries(connection, activated.id(), file.list().parties()))
                      .chain(() -> store.announce(connection, now))
                      .chain(() -> tell(connection, scope, activated))
                      .replaceWith(activated);
                }));
  }

  /** Refuses a version that lacks too many of those whom the one before names. */
  private Uni<Void> requireFew(
      SqlConnection connection, ListImport active, boolean force, ParsedList next) {
    if (force) {
      return Uni.createFrom().voidItem();
    }
    return store
        .keys(connection, active.id())
        .invoke(before -> {
          Set<String> after =
              next.parties().stream().map(ListedParty::key).collect(Collectors.toSet());
          long dropped = before.stream().filter(key -> !after.contains(key)).count();
          if (dropped > before.size() * config.droppedShareMax()) {
            throw ProblemException.conflict(
                    "The file lacks "
                        + dropped
                        + " of the "
                        + before.size()
                        + " entries of the version before it. Where that is right, import it with"
                        + " force=true.")
                .with("dropped", dropped)
                .with("before", before.size());
          }
        })
        .replaceWithVoid();
  }

  private Uni<Void> tell(SqlConnection connection, Scope scope, ListImport activated) {
    Map<String, Object> detail =
        Map.of(
            "list", activated.list(),
            "hash", String.valueOf(activated.hash()),
            "asOf", String.valueOf(activated.asOf()),
            "entries", activated.version().entries(),
            "force", activated.force(),
            "url", activated.url() == null ? "" : activated.url());
    return audit
        .append(Tx.of(connection), scope, "screening.activateList", activated.id(), detail)
        .chain(() ->
            outbox.append(Tx.of(connection), "screening.listActivated", activated.id(), detail));
  }

  /** Asks for a list to be fetched. */
  Uni<ListImport> queue(Scope scope, SourceList list, String url, boolean force) {
    Instant now = clock.instant();
    ListImport asked =
        new ListImport(
            ImportId.fresh(),
            list,
            ImportState.QUEUED,
            url,
            force,
            null,
            null,
            null,
            scope.actor(),
            scope.organization().orElse(null),
            now,
            null,
            null,
            0);
    return database.sql(
        scope,
        connection ->
            store
                .insert(connection, asked, now)
                .chain(() ->
                    audit.append(
                        Tx.of(connection),
                        scope,
                        "screening.queueDownload",
                        asked.id(),
                        Map.of("list", list, "url", url, "force", force)))
                .replaceWith(asked));
  }

  Uni<Page<ListImport>> list(Scope scope, SourceList list, PageRequest page) {
    return database.sql(scope, connection -> store.list(connection, list, page));
  }

  Uni<ListImport> get(Scope scope, SourceList list, ImportId id) {
    return database
        .sql(scope, connection -> store.get(connection, list, id))
        .map(
            found -> found.orElseThrow(() -> ProblemException.notFound("import of this list", id)));
  }
}
