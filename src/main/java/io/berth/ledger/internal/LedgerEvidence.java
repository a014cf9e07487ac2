package io.berth.ledger.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.ledger.AccountId;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** What was set aside and paid for a lease, in a file of evidence about it. */
@ApplicationScoped
public class LedgerEvidence implements EvidencePart {

  /** What money is booked for. */
  private static final List<String> REFERENCES = List.of("lease", "quote", "order", "debt");

  private final Database database;

  LedgerEvidence(Database database) {
    this.database = database;
  }

  @Override
  public String name() {
    return "ledger";
  }

  @Override
  public int step() {
    return CONTEXT;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    String[] references = trace.of(REFERENCES).toArray(String[]::new);
    return database.sql(
        scope,
        connection ->
            reservations(connection, references)
                .chain(reservations ->
                    postings(connection, references)
                        .map(postings ->
                            Map.of("reservations", reservations, "postings", postings))));
  }

  private static Uni<List<Map<String, Object>>> reservations(
      SqlConnection connection, String[] references) {
    return connection
        .preparedQuery(
            "select r.reference, r.account_id, a.organization_id, a.currency, r.amount_micros,"
                + " r.state, r.expires_at, r.created_at from ledger_reservation r join"
                + " ledger_account a on a.id = r.account_id where r.reference = any($1) order by"
                + " r.created_at, r.reference")
        .execute(Tuple.of(references))
        .map(rows ->
            list(
                rows,
                row -> {
                  Map<String, Object> part = account(row);
                  part.put("state", row.getString("state"));
                  part.put("createdAt", row.getOffsetDateTime("created_at").toInstant());
                  OffsetDateTime expiresAt = row.getOffsetDateTime("expires_at");
                  if (expiresAt != null) {
                    part.put("expiresAt", expiresAt.toInstant());
                  }
                  return part;
                }));
  }

  private static Uni<List<Map<String, Object>>> postings(
      SqlConnection connection, String[] references) {
    return connection
        .preparedQuery(
            "select e.kind, e.reference, e.at, p.account_id, a.organization_id, a.currency,"
                + " p.amount_micros from ledger_entry e join ledger_posting p on p.entry_id = e.id"
                + " join ledger_account a on a.id = p.account_id where e.reference = any($1)"
                + " order by e.at, e.id, p.amount_micros")
        .execute(Tuple.of(references))
        .map(rows ->
            list(
                rows,
                row -> {
                  Map<String, Object> part = account(row);
                  part.put("kind", row.getString("kind"));
                  part.put("at", row.getOffsetDateTime("at").toInstant());
                  return part;
                }));
  }

  private static Map<String, Object> account(Row row) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("reference", row.getString("reference"));
    part.put("accountId", new AccountId(row.getUUID("account_id")));
    UUID organization = row.getUUID("organization_id");
    if (organization != null) {
      part.put("organizationId", new OrganizationId(organization));
    }
    part.put("amountMicros", row.getLong("amount_micros").toString());
    part.put("currency", row.getString("currency"));
    return part;
  }

  private static <T> List<T> list(RowSet<Row> rows, Function<Row, T> read) {
    return StreamSupport.stream(rows.spliterator(), false).map(read).toList();
  }
}
