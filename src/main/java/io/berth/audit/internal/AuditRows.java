package io.berth.audit.internal;

import io.berth.audit.AuditEntry;
import io.berth.audit.AuditEntryId;
import io.berth.audit.Checkpoint;
import io.berth.platform.OrganizationId;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Reads the trail's rows. */
public final class AuditRows {

  /** What {@link #entry} reads, of {@code audit_entry e} and {@code audit_seal s}. */
  public static final String ENTRY_COLUMNS =
      "e.id, e.at, e.actor, e.organization_id, e.action, e.subject, e.detail, s.position, s.hash";

  /** What {@link #checkpoint} reads. */
  public static final String CHECKPOINT_COLUMNS = "position, hash, at, key_id, signature";

  private AuditRows() {}

  /** An entry, sealed or not. */
  public static AuditEntry entry(Row row) {
    UUID organization = row.getUUID("organization_id");
    return new AuditEntry(
        new AuditEntryId(row.getUUID("id")),
        row.getOffsetDateTime("at").toInstant(),
        row.getString("actor"),
        organization == null ? null : new OrganizationId(organization),
        row.getString("action"),
        row.getString("subject"),
        row.getString("detail"),
        row.getLong("position"),
        row.getString("hash"));
  }

  /** A checkpoint. */
  public static Checkpoint checkpoint(Row row) {
    return new Checkpoint(
        row.getLong("position"),
        row.getString("hash"),
        row.getOffsetDateTime("at").toInstant(),
        row.getString("key_id"),
        row.getString("signature"));
  }

  /** Every row. */
  public static <T> List<T> list(RowSet<Row> rows, Function<Row, T> read) {
    return StreamSupport.stream(rows.spliterator(), false).map(read).toList();
  }
}
