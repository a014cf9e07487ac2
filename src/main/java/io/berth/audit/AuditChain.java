package io.berth.audit;

import io.berth.audit.domain.CanonicalForm;
import io.berth.audit.domain.ChainCheck;
import io.berth.audit.domain.ChainCheck.Link;
import io.berth.audit.internal.AuditRows;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** Checks that the trail is what was sealed and signed. */
@ApplicationScoped
public class AuditChain {

  /** Positions a transaction: what one look holds in memory, and the event loop hashes at once. */
  private static final int BATCH = 500;

  private final Database database;
  private final ChainCheck.Signatures signatures;

  AuditChain(Database database, AuditKeys keys) {
    this.database = database;
    this.signatures =
        new ChainCheck.Signatures() {
          @Override
          public boolean knows(String keyId) {
            return keys.knows(keyId);
          }

          @Override
          public boolean verify(Checkpoint checkpoint) {
            return keys.verifies(checkpoint.keyId(), checkpoint.message(), checkpoint.signature());
          }
        };
  }

  /**
   * Checks a stretch of the chain, in batches; what is sealed meanwhile may or may not be looked
   * at.
   *
   * @param from the first position, from 1; what stands before it is taken as it stands
   * @param to the last; the chain's end where empty
   */
  public Uni<ChainReport> verify(Scope scope, long from, Optional<Long> to) {
    long last = to.orElse(Long.MAX_VALUE);
    return hashBefore(scope, from)
        .map(before -> new ChainCheck(from, before, signatures))
        .chain(check ->
            Multi.createBy()
                .repeating()
                .uni(() -> look(scope, check, last))
                .whilst(more -> more)
                .collect()
                .last()
                .chain(end -> report(scope, check, from)));
  }

  private Uni<String> hashBefore(Scope scope, long from) {
    if (from == 1) {
      return Uni.createFrom().item(CanonicalForm.HASH_BEFORE_FIRST);
    }
    return database
        .sql(
            scope,
            connection ->
                connection
                    .preparedQuery("select hash from audit_seal where position = $1")
                    .execute(Tuple.of(from - 1)))
        .map(rows ->
            rows.size() == 0
                ? CanonicalForm.HASH_BEFORE_FIRST
                : rows.iterator().next().getString("hash"));
  }

  /** Looks at one batch; says whether there is more to look at. */
  private Uni<Boolean> look(Scope scope, ChainCheck check, long last) {
    return database.sql(
        scope,
        connection ->
            // Checkpoints first: what is sealed and signed between the two reads is then not taken
            // for a checkpoint without its seal.
            checkpoints(connection, check.next(), last)
                .chain(checkpoints ->
                    links(connection, check.next(), last)
                        .map(links -> {
                          boolean sound = check.accept(links, checkpoints);
                          if (links.size() == BATCH) {
                            return sound;
                          }
                          if (!checkpoints.isEmpty()
                              && checkpoints.getLast().position() >= check.next()) {
                            check.endsBefore(checkpoints.getLast());
                          }
                          return false;
                        })));
  }

  private static Uni<List<Link>> links(SqlConnection connection, long from, long last) {
    return connection
        .preparedQuery(
            "select e.id, e.at, e.actor, e.organization_id, e.action, e.subject, e.detail,"
                + " s.position, s.hash from audit_seal s left join audit_entry e on e.id ="
                + " s.entry_id where s.position between $1 and $2 order by s.position limit $3")
        .execute(Tuple.of(from, last, BATCH))
        .map(rows -> AuditRows.list(rows, AuditChain::link));
  }

  private static Link link(Row row) {
    return new Link(
        row.getLong("position"),
        row.getString("hash"),
        row.getUUID("id") == null ? null : AuditRows.entry(row));
  }

  private static Uni<List<Checkpoint>> checkpoints(SqlConnection connection, long from, long last) {
    return connection
        .preparedQuery(
            "select "
                + AuditRows.CHECKPOINT_COLUMNS
                + " from audit_checkpoint where position between $1 and $2 order by position"
                + " limit $3")
        .execute(Tuple.of(from, last, BATCH + 1))
        .map(rows -> AuditRows.list(rows, AuditRows::checkpoint));
  }

  private Uni<ChainReport> report(Scope scope, ChainCheck check, long from) {
    return database
        .sql(
            scope,
            connection ->
                connection
                    .query(
                        "select count(*) as unsealed, min(at) as oldest from audit_entry e where not"
                            + " exists (select from audit_seal s where s.entry_id = e.id)")
                    .execute())
        .map(rows -> {
          Row row = rows.iterator().next();
          OffsetDateTime oldest = row.getOffsetDateTime("oldest");
          return new ChainReport(
              from,
              check.next() - 1,
              check.entries(),
              check.checkpoints(),
              check.lastCheckpoint(),
              row.getLong("unsealed"),
              oldest == null ? null : oldest.toInstant(),
              check.broken());
        });
  }
}
