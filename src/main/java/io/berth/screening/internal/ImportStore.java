package io.berth.screening.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.screening.ImportId;
import io.berth.screening.ListVersion;
import io.berth.screening.ListedParty;
import io.berth.screening.SourceList;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes imports of lists and their entries. */
@ApplicationScoped
public class ImportStore {

  private static final String COLUMNS =
      "id, list, state, url, force, hash, as_of, entries, imported_by, organization_id, created_at,"
          + " activated_at, failure, attempts";

  private static final int BATCH = 1_000;

  private static final TypeReference<ListedParty> PARTY = new TypeReference<>() {};

  private final StoredJson json;

  ImportStore(StoredJson json) {
    this.json = json;
  }

  /** What the database holds of the active lists, entries as JSON still. */
  public record Stored(long revision, List<ListVersion> versions, List<String> entries) {}

  /** The number that changes with each activation. */
  public Uni<Long> revision(SqlConnection connection) {
    return connection
        .query("select revision from screening_revision")
        .execute()
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** The same, held against other activations until the transaction ends. */
  Uni<Long> lockRevision(SqlConnection connection) {
    return connection
        .query("select revision from screening_revision for update")
        .execute()
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** Everything active, as of one revision. */
  public Uni<Stored> load(SqlConnection connection) {
    // The lock keeps a new activation from coming between the three statements.
    return connection
        .query("select revision from screening_revision for share")
        .execute()
        .map(rows -> rows.iterator().next().getLong(0))
        .chain(revision ->
            connection
                .query(
                    "select "
                        + COLUMNS
                        + " from screening_import where state = 'ACTIVE' order by list")
                .execute()
                .map(rows -> {
                  List<ListVersion> versions = new ArrayList<>();
                  rows.forEach(row -> versions.add(read(row).version()));
                  return versions;
                })
                .chain(versions ->
                    connection
                        .query(
                            // OFAC's own file tells more about a party than the list that repeats
                            // it.
                            "select e.party from screening_entry e join screening_import i"
                                + " on i.id = e.import_id where i.state = 'ACTIVE'"
                                + " order by i.list = 'US_CSL', i.list, e.number")
                        .execute()
                        .map(rows -> {
                          List<String> entries = new ArrayList<>(rows.size());
                          rows.forEach(row -> entries.add(row.getString(0)));
                          return new Stored(revision, versions, entries);
                        })));
  }

  /** The entries that were loaded. */
  public List<ListedParty> parties(Stored stored) {
    return stored.entries().stream().map(entry -> json.read(entry, PARTY)).toList();
  }

  /** The active import of a list; empty where there is none. */
  Uni<Optional<ListImport>> active(SqlConnection connection, SourceList list) {
    return connection
        .preparedQuery(
            "select " + COLUMNS + " from screening_import where list = $1 and state = 'ACTIVE'")
        .execute(Tuple.of(list.name()))
        .map(rows ->
            rows.size() == 0 ? Optional.empty() : Optional.of(read(rows.iterator().next())));
  }

  /** The keys of an import's entries. */
  Uni<Set<String>> keys(SqlConnection connection, ImportId id) {
    return connection
        .preparedQuery(
            "select (party::json ->> 'listing') || '/' || (party::json ->> 'uid')"
                + " from screening_entry where import_id = $1")
        .execute(Tuple.of(id.value()))
        .map(rows -> {
          Set<String> keys = new HashSet<>();
          rows.forEach(row -> keys.add(row.getString(0)));
          return keys;
        });
  }

  /** Writes a new import. */
  Uni<Void> insert(SqlConnection connection, ListImport made, @Nullable Instant nextAttemptAt) {
    return connection
        .preparedQuery(
            "insert into screening_import (id, list, state, url, force, hash, as_of, entries,"
                + " imported_by, organization_id, created_at, activated_at, next_attempt_at)"
                + " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
        .execute(
            Tuple.tuple()
                .addUUID(made.id().value())
                .addString(made.list().name())
                .addString(made.state().name())
                .addString(made.url())
                .addBoolean(made.force())
                .addString(made.hash())
                .addLocalDate(made.asOf())
                .addInteger(made.entries())
                .addString(made.importedBy())
                .addUUID(made.organization() == null ? null : made.organization().value())
                .addOffsetDateTime(utc(made.createdAt()))
                .addOffsetDateTime(made.activatedAt() == null ? null : utc(made.activatedAt()))
                .addOffsetDateTime(nextAttemptAt == null ? null : utc(nextAttemptAt)))
        .replaceWithVoid();
  }

  /** Turns a queued import into the active one. */
  Uni<Void> fetched(SqlConnection connection, ListImport made) {
    return connection
        .preparedQuery(
            "update screening_import set state = 'ACTIVE', hash = $2, as_of = $3, entries = $4,"
                + " activated_at = $5, next_attempt_at = null where id = $1 and state = 'QUEUED'")
        .execute(
            Tuple.of(
                made.id().value(),
                made.hash(),
                made.asOf(),
                made.entries(),
                made.activatedAt() == null ? null : utc(made.activatedAt())))
        .replaceWithVoid();
  }

  /** Writes the entries of an import. */
  Uni<Void> insertEntries(SqlConnection connection, ImportId id, List<ListedParty> parties) {
    Uni<Void> written = Uni.createFrom().voidItem();
    for (int start = 0; start < parties.size(); start += BATCH) {
      int from = start;
      int to = Math.min(start + BATCH, parties.size());
      written =
          written.chain(() -> {
            Integer[] numbers = new Integer[to - from];
            String[] texts = new String[to - from];
            for (int i = from; i < to; i++) {
              numbers[i - from] = i;
              texts[i - from] = json.write(parties.get(i));
            }
            return connection
                .preparedQuery(
                    "insert into screening_entry (import_id, number, party)"
                        + " select $1, number, party from unnest($2::int[], $3::text[])"
                        + " as entry (number, party)")
                .execute(
                    Tuple.tuple()
                        .addUUID(id.value())
                        .addArrayOfInteger(numbers)
                        .addArrayOfString(texts))
                .replaceWithVoid();
          });
    }
    return written;
  }

  /** Takes the active import of a list out of use, with its entries. */
  Uni<Void> retire(SqlConnection connection, ImportId id) {
    return connection
        .preparedQuery("update screening_import set state = 'RETIRED' where id = $1")
        .execute(Tuple.of(id.value()))
        .chain(() ->
            connection
                .preparedQuery("delete from screening_entry where import_id = $1")
                .execute(Tuple.of(id.value())))
        .replaceWithVoid();
  }

  /** Tells all replicas that other lists count, and asks for everybody to be screened. */
  Uni<Void> announce(SqlConnection connection, Instant now) {
    return connection
        .query("update screening_revision set revision = revision + 1")
        .execute()
        .chain(() ->
            connection
                .preparedQuery(
                    "insert into screening_task (organization_id, wish, attempts, next_attempt_at)"
                        + " select id, 1, 0, $1 from organization order by id"
                        + " on conflict (organization_id) do update"
                        + " set wish = screening_task.wish + 1, attempts = 0, next_attempt_at = $1")
                .execute(Tuple.of(utc(now))))
        .replaceWithVoid();
  }

  /** A page of a list's imports, oldest first. */
  Uni<Page<ListImport>> list(SqlConnection connection, SourceList list, PageRequest page) {
    UUID after = page.afterId(ImportId::fromString).map(ImportId::value).orElse(null);
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from screening_import where list = $1 and ($2::uuid is null or id > $2)"
                + " order by id limit $3")
        .execute(Tuple.of(list.name(), after, page.limit()))
        .map(rows -> {
          List<ListImport> found = new ArrayList<>();
          rows.forEach(row -> found.add(read(row)));
          return page.page(found, one -> one.id().toString());
        });
  }

  /** One import. */
  Uni<Optional<ListImport>> get(SqlConnection connection, SourceList list, ImportId id) {
    return connection
        .preparedQuery("select " + COLUMNS + " from screening_import where list = $1 and id = $2")
        .execute(Tuple.of(list.name(), id.value()))
        .map(rows ->
            rows.size() == 0 ? Optional.empty() : Optional.of(read(rows.iterator().next())));
  }

  /** Takes the queued import that has waited longest, so that no other replica fetches it. */
  Uni<Optional<ListImport>> claim(SqlConnection connection, Instant now, Instant until) {
    return connection
        .preparedQuery(
            "update screening_import set attempts = attempts + 1, next_attempt_at = $2"
                + " where id in (select id from screening_import where state = 'QUEUED'"
                + " and next_attempt_at <= $1 order by next_attempt_at limit 1"
                + " for update skip locked) returning "
                + COLUMNS)
        .execute(Tuple.of(utc(now), utc(until)))
        .map(rows ->
            rows.size() == 0 ? Optional.empty() : Optional.of(read(rows.iterator().next())));
  }

  /** Writes why a try to fetch failed, for good where there is no next. */
  Uni<Void> failed(
      SqlConnection connection, ListImport claimed, String failure, @Nullable Instant next) {
    return connection
        .preparedQuery(
            next == null
                ? "update screening_import set state = 'FAILED', failure = $3,"
                    + " next_attempt_at = null where id = $1 and attempts = $2 and state = 'QUEUED'"
                    + " and $4::timestamptz is null"
                : "update screening_import set next_attempt_at = $4 where id = $1"
                    + " and attempts = $2 and state = 'QUEUED' and $3::text is not null")
        .execute(
            Tuple.of(
                claimed.id().value(), claimed.attempts(), failure, next == null ? null : utc(next)))
        .replaceWithVoid();
  }

  private static ListImport read(Row row) {
    OffsetDateTime activatedAt = row.getOffsetDateTime("activated_at");
    UUID organization = row.getUUID("organization_id");
    return new ListImport(
        new ImportId(row.getUUID("id")),
        SourceList.valueOf(row.getString("list")),
        ImportState.valueOf(row.getString("state")),
        row.getString("url"),
        row.getBoolean("force"),
        row.getString("hash"),
        row.getLocalDate("as_of"),
        row.getInteger("entries"),
        row.getString("imported_by"),
        organization == null ? null : new OrganizationId(organization),
        row.getOffsetDateTime("created_at").toInstant(),
        activatedAt == null ? null : activatedAt.toInstant(),
        row.getString("failure"),
        row.getInteger("attempts"));
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }

  /** For whom a fetched import is activated: whoever asked for it. */
  static Scope scope(ListImport asked) {
    OrganizationId organization = asked.organization();
    return organization == null
        ? Scope.system("screening")
        : Scope.oversight(organization, asked.importedBy());
  }
}
