package io.berth.policy.internal;

import io.berth.platform.OrganizationId;
import io.berth.platform.PageRequest;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.PackVersionId;
import io.berth.policy.ShadowDifferenceId;
import io.berth.policy.Verdict;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/** Writes and reads what packs in shadow would have decided otherwise. */
@ApplicationScoped
public class ShadowStore {

  private static final Logger LOG = Logger.getLogger(ShadowStore.class);
  private static final String COLUMNS =
      "id, rule_pack_id, decision_id, tenant_id, purpose, live_verdict, shadow_verdict, detail,"
          + " created_at";

  /**
   * Adds some. Where that fails, the transaction goes on without them: they are not worth the
   * booking that they are about.
   */
  public Uni<Void> insert(SqlConnection connection, List<ShadowDifference> differences) {
    List<Tuple> rows =
        differences.stream()
            .map(one ->
                Tuple.from(
                    List.of(
                        one.id().value(),
                        one.pack().value(),
                        one.decision().value(),
                        one.tenant().value(),
                        one.purpose().name(),
                        one.live().name(),
                        one.shadow().name(),
                        StoredJson.write(one.detail()),
                        one.at().atOffset(ZoneOffset.UTC))))
            .toList();
    return connection
        .query("savepoint shadow")
        .execute()
        .chain(() ->
            connection
                .preparedQuery(
                    "insert into shadow_difference ("
                        + COLUMNS
                        + ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
                .executeBatch(rows)
                .onFailure()
                .recoverWithUni(failure -> {
                  LOG.errorf(
                      failure,
                      "What packs in shadow would have decided could not be recorded: decisionId=%s",
                      differences.getFirst().decision());
                  return connection.query("rollback to savepoint shadow").execute();
                }))
        .replaceWithVoid();
  }

  /** Reads a page and one more of one version's, oldest first. */
  Uni<List<ShadowDifference>> list(SqlConnection connection, PackVersionId pack, PageRequest page) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from shadow_difference where rule_pack_id = $1"
                + " and ($2::uuid is null or id > $2) order by id limit $3")
        .execute(
            Tuple.of(
                pack.value(),
                page.afterId(ShadowDifferenceId::fromString)
                    .map(ShadowDifferenceId::value)
                    .orElse(null),
                page.limit()))
        .map(
            rows -> StreamSupport.stream(rows.spliterator(), false).map(ShadowStore::row).toList());
  }

  private static ShadowDifference row(Row row) {
    return new ShadowDifference(
        new ShadowDifferenceId(row.getUUID("id")),
        new PackVersionId(row.getUUID("rule_pack_id")),
        new DecisionId(row.getUUID("decision_id")),
        new OrganizationId(row.getUUID("tenant_id")),
        DecisionPurpose.valueOf(row.getString("purpose")),
        Verdict.valueOf(row.getString("live_verdict")),
        Verdict.valueOf(row.getString("shadow_verdict")),
        StoredJson.read(row.getString("detail"), ShadowDifference.Detail.class),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
