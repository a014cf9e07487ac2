package io.berth.audit.internal;

import io.berth.audit.AuditEntry;
import io.berth.audit.Checkpoint;
import io.berth.audit.domain.CanonicalForm;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The chain's rows as its one writer needs them. */
final class SealStore {

  /** Before every entry there is. */
  static final Cursor START = new Cursor("0", new UUID(0, 0));

  private SealStore() {}

  /**
   * Up to where entries of the trail's transactions have been looked at.
   *
   * @param transaction an {@code xid8} as text
   * @param entry the last entry of it
   */
  record Cursor(String transaction, UUID entry) {}

  /** An entry and where the cursor stands behind it; it may have been sealed out of turn. */
  record Candidate(AuditEntry entry, Cursor cursor) {}

  /**
   * The chain's end.
   *
   * @param position of the last seal; 0 where there is none
   * @param checkpointPosition of the last checkpoint; 0 where there is none
   * @param checkpointAt when it was signed; null where there is none
   */
  record Head(
      long position, String hash, long checkpointPosition, @Nullable Instant checkpointAt) {}

  /** A seal to be. */
  record Seal(long position, UUID entry, String hash) {}

  /**
   * Takes the claim where it is free, or has run out, or prolongs the own one when less than half
   * of it is left; by the database's clock, so that replicas need not agree on the time.
   *
   * @return the epoch of the own claim; empty while it is another's
   */
  static Uni<Optional<Long>> claim(SqlConnection connection, UUID owner, Duration claim) {
    return connection
        .preparedQuery(
            "update audit_sealer set epoch = epoch + (case when owner = $1 and expires_at > now()"
                + " then 0 else 1 end), owner = $1, expires_at = now() + $2 * interval '1"
                + " millisecond' where expires_at <= now() or (owner = $1 and expires_at <= now() +"
                + " $2 * interval '0.5 millisecond')")
        .execute(Tuple.of(owner, (double) claim.toMillis()))
        .chain(updated ->
            connection
                .preparedQuery("select epoch from audit_sealer where owner = $1")
                .execute(Tuple.of(owner)))
        .map(rows -> AuditRows.list(rows, row -> row.getLong("epoch")).stream().findFirst());
  }

  /**
   * Locks the sealer's row until the transaction ends.
   *
   * @return how far it has come; empty where the claim is no longer the present one
   */
  static Uni<Optional<Cursor>> lock(SqlConnection connection, UUID owner, long epoch) {
    return connection
        .preparedQuery(
            // A cursor that is ahead of this server was made by another one, from which the
            // database was copied by its content: here it says nothing.
            "select cursor_transaction_id >= pg_snapshot_xmax(pg_current_snapshot()) as foreign_here,"
                + " cursor_transaction_id::text as transaction_id, cursor_entry_id from audit_sealer"
                + " where owner = $1 and epoch = $2 for update")
        .execute(Tuple.of(owner, epoch))
        .map(rows -> AuditRows.list(rows, SealStore::cursor).stream().findFirst());
  }

  private static Cursor cursor(Row row) {
    return row.getBoolean("foreign_here")
        ? START
        : new Cursor(row.getString("transaction_id"), row.getUUID("cursor_entry_id"));
  }

  /** The chain's end. */
  static Uni<Head> head(SqlConnection connection) {
    return connection
        .query(
            "select s.position, s.hash, c.position as checkpoint_position, c.at as checkpoint_at"
                + " from (select) as one left join (select position, hash from audit_seal order by"
                + " position desc limit 1) s on true left join (select position, at from"
                + " audit_checkpoint order by position desc limit 1) c on true")
        .execute()
        .map(rows -> {
          Row row = rows.iterator().next();
          Long position = row.getLong("position");
          Long checkpointPosition = row.getLong("checkpoint_position");
          OffsetDateTime checkpointAt = row.getOffsetDateTime("checkpoint_at");
          return new Head(
              position == null ? 0 : position,
              position == null ? CanonicalForm.HASH_BEFORE_FIRST : row.getString("hash"),
              checkpointPosition == null ? 0 : checkpointPosition,
              checkpointAt == null ? null : checkpointAt.toInstant());
        });
  }

  /** Entries behind the cursor that are final: no transaction of theirs or before runs any more. */
  static Uni<List<Candidate>> behind(SqlConnection connection, Cursor cursor, int limit) {
    return connection
        .preparedQuery(
            "select "
                + AuditRows.ENTRY_COLUMNS
                + ", e.transaction_id::text as transaction_id from audit_entry e left join"
                + " audit_seal s on s.entry_id = e.id where (e.transaction_id, e.id) >"
                + " ($1::text::xid8, $2::uuid) and e.transaction_id <"
                + " pg_snapshot_xmin(pg_current_snapshot()) order by e.transaction_id, e.id"
                + " limit $3")
        .execute(Tuple.of(cursor.transaction(), cursor.entry(), limit))
        .map(SealStore::candidates);
  }

  /**
   * Unsealed entries that {@link #behind} never comes to: up to the cursor, or of transactions that
   * this server has not begun. Both exist only in a database that was copied by its content.
   * Entries without a seal may be sealed at any time, since these do not move the cursor.
   */
  static Uni<List<Candidate>> strays(SqlConnection connection, Cursor cursor, int limit) {
    return connection
        .preparedQuery(
            "select "
                + AuditRows.ENTRY_COLUMNS
                + ", e.transaction_id::text as transaction_id from audit_entry e left join"
                + " audit_seal s on s.entry_id = e.id where ((e.transaction_id, e.id) <="
                + " ($1::text::xid8, $2::uuid) or e.transaction_id >="
                + " pg_snapshot_xmax(pg_current_snapshot())) and s.entry_id is null order by"
                + " e.transaction_id, e.id limit $3")
        .execute(Tuple.of(cursor.transaction(), cursor.entry(), limit))
        .map(SealStore::candidates);
  }

  private static List<Candidate> candidates(RowSet<Row> rows) {
    return AuditRows.list(
        rows,
        row ->
            new Candidate(
                AuditRows.entry(row),
                new Cursor(row.getString("transaction_id"), row.getUUID("id"))));
  }

  /** Adds seals. */
  static Uni<Void> add(SqlConnection connection, List<Seal> seals) {
    return connection
        .preparedQuery(
            "insert into audit_seal (position, entry_id, hash) select * from unnest($1::bigint[],"
                + " $2::uuid[], $3::text[])")
        .execute(
            Tuple.of(
                seals.stream().map(Seal::position).toArray(Long[]::new),
                seals.stream().map(Seal::entry).toArray(UUID[]::new),
                seals.stream().map(Seal::hash).toArray(String[]::new)))
        .replaceWithVoid();
  }

  /** Moves the cursor. */
  static Uni<Void> move(SqlConnection connection, Cursor cursor) {
    return connection
        .preparedQuery(
            "update audit_sealer set cursor_transaction_id = $1::text::xid8, cursor_entry_id = $2")
        .execute(Tuple.of(cursor.transaction(), cursor.entry()))
        .replaceWithVoid();
  }

  /** Adds a checkpoint. */
  static Uni<Void> add(SqlConnection connection, Checkpoint checkpoint) {
    return connection
        .preparedQuery(
            "insert into audit_checkpoint (position, hash, at, key_id, signature) values ($1, $2,"
                + " $3, $4, $5)")
        .execute(
            Tuple.of(
                checkpoint.position(),
                checkpoint.hash(),
                utc(checkpoint.at()),
                checkpoint.keyId(),
                checkpoint.signature()))
        .replaceWithVoid();
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
