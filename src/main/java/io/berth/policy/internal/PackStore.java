package io.berth.policy.internal;

import io.berth.platform.OrganizationId;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.policy.PackLayer;
import io.berth.policy.PackState;
import io.berth.policy.PackVersionId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Writes and reads versions of packs. */
@ApplicationScoped
public class PackStore {

  private static final String COLUMNS =
      "id, layer, owner_id, pack_id, pack_version, title, hash, state, author,"
          + " author_organization_id, approver, approved_at, active_from, retired_at, created_at,"
          + " version";

  /** Adds one; gives false where its pack has a version of that name already. */
  Uni<Boolean> insert(SqlConnection connection, PackRow row, String text) {
    return connection
        .preparedQuery(
            "insert into rule_pack ("
                + COLUMNS
                + ", text) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
                + " $15, $16, $17)"
                + " on conflict (layer, owner_id, pack_id, pack_version) do nothing")
        .execute(
            Tuple.tuple()
                .addUUID(row.id().value())
                .addString(row.layer().name())
                .addUUID(uuid(row.owner()))
                .addString(row.packId())
                .addString(row.packVersion())
                .addString(row.title())
                .addString(row.hash())
                .addString(row.state().name())
                .addString(row.author())
                .addUUID(uuid(row.authorOrganization()))
                .addString(row.approver())
                .addOffsetDateTime(utc(row.approvedAt()))
                .addOffsetDateTime(utc(row.activeFrom()))
                .addOffsetDateTime(utc(row.retiredAt()))
                .addOffsetDateTime(utc(row.createdAt()))
                .addLong(row.version())
                .addString(text))
        .map(rows -> rows.rowCount() == 1);
  }

  /** Writes where it is in its life. */
  Uni<PackRow> update(SqlConnection connection, PackRow row) {
    return connection
        .preparedQuery(
            "update rule_pack set state = $2, approver = $3, approved_at = $4, active_from = $5,"
                + " retired_at = $6, version = version + 1 where id = $1 returning "
                + COLUMNS)
        .execute(
            Tuple.tuple()
                .addUUID(row.id().value())
                .addString(row.state().name())
                .addString(row.approver())
                .addOffsetDateTime(utc(row.approvedAt()))
                .addOffsetDateTime(utc(row.activeFrom()))
                .addOffsetDateTime(utc(row.retiredAt())))
        .map(rows -> row(rows.iterator().next()));
  }

  /** Reads one; fails with 404 where there is none. */
  public Uni<PackRow> get(SqlConnection connection, PackVersionId id) {
    return one(connection, id, "");
  }

  /** Reads one and keeps others from changing it; fails with 404 where there is none. */
  Uni<PackRow> lock(SqlConnection connection, PackVersionId id) {
    return one(connection, id, " for update");
  }

  private static Uni<PackRow> one(SqlConnection connection, PackVersionId id, String lock) {
    return connection
        .preparedQuery("select " + COLUMNS + " from rule_pack where id = $1" + lock)
        .execute(Tuple.of(id.value()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw notFound(id);
          }
          return row(rows.iterator().next());
        });
  }

  /** 404. */
  static ProblemException notFound(PackVersionId id) {
    return ProblemException.notFound("rule pack", id);
  }

  /** The text of one that is there. */
  Uni<String> text(SqlConnection connection, PackVersionId id) {
    return connection
        .preparedQuery("select text from rule_pack where id = $1")
        .execute(Tuple.of(id.value()))
        .map(rows -> rows.iterator().next().getString(0));
  }

  /** The texts of some hashes. */
  Uni<Map<String, String>> texts(SqlConnection connection, Collection<String> hashes) {
    return connection
        .preparedQuery("select distinct hash, text from rule_pack where hash = any($1)")
        .execute(Tuple.of(hashes.toArray(String[]::new)))
        .map(rows -> {
          Map<String, String> texts = new HashMap<>();
          rows.forEach(row -> texts.put(row.getString("hash"), row.getString("text")));
          return texts;
        });
  }

  /**
   * Reads a page and one more, oldest first.
   *
   * @param viewer whose packs are seen beside the platform's that were ever to be in force; null
   *     for one who sees all
   */
  Uni<List<PackRow>> list(
      SqlConnection connection,
      @Nullable OrganizationId viewer,
      PageRequest page,
      @Nullable PackLayer layer,
      @Nullable PackState state,
      @Nullable String packId) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from rule_pack where ($1::uuid is null or owner_id = $1"
                + "   or owner_id is null and active_from is not null)"
                + " and ($2::uuid is null or id > $2)"
                + " and ($3::text is null or layer = $3)"
                + " and ($4::text is null or state = $4)"
                + " and ($5::text is null or pack_id = $5)"
                + " order by id limit $6")
        .execute(
            Tuple.of(
                uuid(viewer),
                page.afterId(PackVersionId::fromString).map(PackVersionId::value).orElse(null),
                layer == null ? null : layer.name(),
                state == null ? null : state.name(),
                packId,
                page.limit()))
        .map(PackStore::rows);
  }

  /** Every version of one layer and owner that is in one of some states. */
  Uni<List<PackRow>> of(
      SqlConnection connection,
      PackLayer layer,
      @Nullable OrganizationId owner,
      Collection<PackState> states) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from rule_pack where layer = $1 and owner_id is not distinct from $2"
                + " and state = any($3) order by id")
        .execute(Tuple.of(layer.name(), uuid(owner), names(states)))
        .map(PackStore::rows);
  }

  /** Versions whose date has come. */
  Uni<List<PackRow>> due(SqlConnection connection, Instant now, int limit) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from rule_pack where state = 'SCHEDULED' and active_from <= $1"
                + " order by active_from, id limit $2")
        .execute(Tuple.of(utc(now), limit))
        .map(PackStore::rows);
  }

  /** The revision and every version that counts at it. */
  public record InForce(long revision, List<PackRow> rows) {}

  /** What counts: active, scheduled and shadow versions, of one moment. */
  public Uni<InForce> inForce(SqlConnection connection) {
    return connection
        .preparedQuery(
            "select r.revision, p.* from policy_revision r left join (select "
                + COLUMNS
                + " from rule_pack where state in ('ACTIVE', 'SCHEDULED', 'SHADOW')) p on true")
        .execute()
        .map(rows ->
            new InForce(
                rows.iterator().next().getLong("revision"),
                StreamSupport.stream(rows.spliterator(), false)
                    .filter(row -> row.getUUID("id") != null)
                    .map(PackStore::row)
                    .toList()));
  }

  /** The revision as it is now. */
  public Uni<Long> revision(SqlConnection connection) {
    return revision(connection, "");
  }

  /** The revision, which stays until the end of the transaction. */
  public Uni<Long> shareRevision(SqlConnection connection) {
    return revision(connection, " for share");
  }

  /**
   * Waits until nobody judges or changes what is in force, and lets nobody begin to until the end
   * of the transaction.
   */
  Uni<Long> lockRevision(SqlConnection connection) {
    return revision(connection, " for update");
  }

  private static Uni<Long> revision(SqlConnection connection, String lock) {
    return connection
        .preparedQuery("select revision from policy_revision" + lock)
        .execute()
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** Says that what counts has changed. */
  Uni<Void> bumpRevision(SqlConnection connection) {
    return connection
        .preparedQuery("update policy_revision set revision = revision + 1")
        .execute()
        .replaceWithVoid();
  }

  private static List<PackRow> rows(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(PackStore::row).toList();
  }

  private static PackRow row(Row row) {
    return new PackRow(
        new PackVersionId(row.getUUID("id")),
        PackLayer.valueOf(row.getString("layer")),
        organization(row.getUUID("owner_id")),
        row.getString("pack_id"),
        row.getString("pack_version"),
        row.getString("title"),
        row.getString("hash"),
        PackState.valueOf(row.getString("state")),
        row.getString("author"),
        organization(row.getUUID("author_organization_id")),
        row.getString("approver"),
        instant(row.getOffsetDateTime("approved_at")),
        instant(row.getOffsetDateTime("active_from")),
        instant(row.getOffsetDateTime("retired_at")),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getLong("version"));
  }

  private static String[] names(Collection<PackState> states) {
    return states.stream().map(PackState::name).toArray(String[]::new);
  }

  private static @Nullable UUID uuid(@Nullable OrganizationId id) {
    return id == null ? null : id.value();
  }

  private static @Nullable OrganizationId organization(@Nullable UUID id) {
    return id == null ? null : new OrganizationId(id);
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant moment) {
    return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime moment) {
    return moment == null ? null : moment.toInstant();
  }
}
