package io.berth.policy.internal;

import io.berth.platform.OrganizationId;
import io.berth.platform.PageRequest;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.PackRef;
import io.berth.policy.Verdict;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Writes and reads decisions. */
@ApplicationScoped
public class DecisionStore {

  private static final String COLUMNS =
      "id, tenant_id, purpose, verdict, start_at, end_at, known_at, packs,"
          + " facts, facts_hash, lists_hash, judgements";

  /** Adds one. */
  public Uni<Void> insert(SqlConnection connection, DecisionRow row, Instant now) {
    return connection
        .preparedQuery(
            "insert into decision ("
                + COLUMNS
                + ", created_at)"
                + " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
        .execute(
            Tuple.from(
                List.of(
                    row.id().value(),
                    row.tenant().value(),
                    row.purpose().name(),
                    row.verdict().name(),
                    utc(row.period().start()),
                    utc(row.period().end()),
                    utc(row.knownAt()),
                    StoredJson.write(row.packs()),
                    row.facts(),
                    row.factsHash(),
                    row.listsHash(),
                    row.judgements(),
                    utc(now))))
        .replaceWithVoid();
  }

  /** Reads one; fails with 404 where there is none or the scope does not see it. */
  Uni<DecisionRow> get(SqlConnection connection, Scope scope, DecisionId id) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from decision where id = $1 and ($2::uuid is null or tenant_id = $2)")
        .execute(Tuple.of(id.value(), scope.organizationFilter()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("decision", id);
          }
          return row(rows.iterator().next());
        });
  }

  /** Reads those that are there, in the order of identifiers. */
  Uni<List<DecisionRow>> all(SqlConnection connection, Collection<DecisionId> ids) {
    return connection
        .preparedQuery("select " + COLUMNS + " from decision where id = any($1) order by id")
        .execute(Tuple.of(ids.stream().map(DecisionId::value).toArray(UUID[]::new)))
        .map(rows ->
            StreamSupport.stream(rows.spliterator(), false).map(DecisionStore::row).toList());
  }

  /** Reads a page and one more, in the order of identifiers. */
  Uni<List<DecisionRow>> list(
      SqlConnection connection,
      Scope scope,
      PageRequest page,
      @Nullable Verdict verdict,
      @Nullable DecisionPurpose purpose) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from decision where ($1::uuid is null or tenant_id = $1)"
                + " and ($2::uuid is null or id > $2)"
                + " and ($3::text is null or verdict = $3)"
                + " and ($4::text is null or purpose = $4)"
                + " order by id limit $5")
        .execute(
            Tuple.of(
                scope.organizationFilter(),
                page.afterId(DecisionId::fromString).map(DecisionId::value).orElse(null),
                verdict == null ? null : verdict.name(),
                purpose == null ? null : purpose.name(),
                page.limit()))
        .map(rows ->
            StreamSupport.stream(rows.spliterator(), false).map(DecisionStore::row).toList());
  }

  private static DecisionRow row(Row row) {
    return new DecisionRow(
        new DecisionId(row.getUUID("id")),
        new OrganizationId(row.getUUID("tenant_id")),
        DecisionPurpose.valueOf(row.getString("purpose")),
        Verdict.valueOf(row.getString("verdict")),
        new Period(
            row.getOffsetDateTime("start_at").toInstant(),
            row.getOffsetDateTime("end_at").toInstant()),
        row.getOffsetDateTime("known_at").toInstant(),
        List.of(StoredJson.read(row.getString("packs"), PackRef[].class)),
        row.getString("facts"),
        row.getString("facts_hash"),
        row.getString("lists_hash"),
        row.getString("judgements"));
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
