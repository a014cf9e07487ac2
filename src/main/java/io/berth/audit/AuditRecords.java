package io.berth.audit;

import io.berth.audit.internal.AuditRows;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the audit trail; for callers that may see all of it. */
@ApplicationScoped
public class AuditRecords {

  private static final String ENTRIES =
      "select "
          + AuditRows.ENTRY_COLUMNS
          + " from audit_entry e left join audit_seal s on s.entry_id = e.id ";

  private final Database database;

  AuditRecords(Database database) {
    this.database = database;
  }

  /**
   * Which entries; null for any.
   *
   * @param from at this moment or later
   * @param until before this moment
   */
  public record Filter(
      @Nullable String subject,
      @Nullable String action,
      @Nullable OrganizationId organization,
      @Nullable String actor,
      @Nullable Instant from,
      @Nullable Instant until) {}

  /** A page, oldest first. */
  public Uni<Page<AuditEntry>> list(Scope scope, Filter filter, PageRequest page) {
    Optional<Place> after = page.after().map(Place::parse);
    return database
        .sql(scope, connection -> list(connection, filter, after, page.limit()))
        .map(entries -> page.page(entries, entry -> Place.of(entry).toString()));
  }

  /**
   * Every entry about one of some subjects, oldest first.
   *
   * @param entriesMax how many at most
   */
  public Uni<List<AuditEntry>> about(
      SqlConnection connection, Collection<String> subjects, int entriesMax) {
    return connection
        .preparedQuery(ENTRIES + "where e.subject = any($1) order by e.at, e.id limit $2")
        .execute(Tuple.of(subjects.toArray(String[]::new), entriesMax))
        .map(rows -> AuditRows.list(rows, AuditRows::entry));
  }

  /** A page of checkpoints, in order of positions. */
  public Uni<Page<Checkpoint>> checkpoints(Scope scope, PageRequest page) {
    long after = page.after().map(AuditRecords::position).orElse(0L);
    return database
        .sql(
            scope,
            connection ->
                connection
                    .preparedQuery(
                        "select "
                            + AuditRows.CHECKPOINT_COLUMNS
                            + " from audit_checkpoint where position > $1 order by position limit"
                            + " $2")
                    .execute(Tuple.of(after, page.limit())))
        .map(rows -> AuditRows.list(rows, AuditRows::checkpoint))
        .map(rows -> page.page(rows, checkpoint -> Long.toString(checkpoint.position())));
  }

  /** The first checkpoint at a position or after it; empty while there is none. */
  public Uni<Optional<Checkpoint>> covering(SqlConnection connection, long position) {
    return connection
        .preparedQuery(
            "select "
                + AuditRows.CHECKPOINT_COLUMNS
                + " from audit_checkpoint where position >= $1 order by position limit 1")
        .execute(Tuple.of(position))
        .map(rows -> AuditRows.list(rows, AuditRows::checkpoint).stream().findFirst());
  }

  /** The last checkpoint; empty while there is none. */
  public Uni<Optional<Checkpoint>> lastCheckpoint(SqlConnection connection) {
    return connection
        .query(
            "select "
                + AuditRows.CHECKPOINT_COLUMNS
                + " from audit_checkpoint order by position desc limit 1")
        .execute()
        .map(rows -> AuditRows.list(rows, AuditRows::checkpoint).stream().findFirst());
  }

  private static Uni<List<AuditEntry>> list(
      SqlConnection connection, Filter filter, Optional<Place> after, int limit) {
    return connection
        .preparedQuery(
            ENTRIES
                + "where ($1::text is null or e.subject = $1)"
                + " and ($2::text is null or e.action = $2)"
                + " and ($3::uuid is null or e.organization_id = $3)"
                + " and ($4::text is null or e.actor = $4)"
                + " and ($5::timestamptz is null or e.at >= $5)"
                + " and ($6::timestamptz is null or e.at < $6)"
                + " and ($7::timestamptz is null or (e.at, e.id) > ($7, $8::uuid))"
                + " order by e.at, e.id limit $9")
        .execute(
            Tuple.tuple()
                .addString(filter.subject())
                .addString(filter.action())
                .addUUID(filter.organization() == null ? null : filter.organization().value())
                .addString(filter.actor())
                .addOffsetDateTime(utc(filter.from()))
                .addOffsetDateTime(utc(filter.until()))
                .addOffsetDateTime(after.map(place -> utc(place.at())).orElse(null))
                .addUUID(after.map(place -> place.id().value()).orElse(null))
                .addInteger(limit))
        .map(rows -> AuditRows.list(rows, AuditRows::entry));
  }

  /** Where a list goes on. */
  private record Place(Instant at, AuditEntryId id) {

    static Place of(AuditEntry entry) {
      return new Place(entry.at(), entry.id());
    }

    static Place parse(String key) {
      int space = key.indexOf(' ');
      try {
        return new Place(
            Instant.parse(key.substring(0, Math.max(space, 0))),
            AuditEntryId.fromString(key.substring(space + 1)));
      } catch (DateTimeException | IllegalArgumentException e) {
        throw foreignToken();
      }
    }

    @Override
    public String toString() {
      return at + " " + id;
    }
  }

  private static long position(String key) {
    try {
      return Long.parseLong(key);
    } catch (NumberFormatException e) {
      throw foreignToken();
    }
  }

  private static ProblemException foreignToken() {
    return ProblemException.malformed(
        "?pageToken", "pageToken does not belong to this list: start again without it.");
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant moment) {
    return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
  }
}
