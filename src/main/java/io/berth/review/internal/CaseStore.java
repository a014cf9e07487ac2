package io.berth.review.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.review.CaseId;
import io.berth.review.CaseKind;
import io.berth.review.CaseState;
import io.berth.review.ReviewCase;
import io.berth.review.ReviewCase.Word;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes review cases and their evidence. */
@ApplicationScoped
public class CaseStore {

  private static final String COLUMNS =
      "id, organization_id, kind, reason, facts_hash, subject, summary, detail, state, opened_by,"
          + " proposed_by, proposed_at, proposal_reason, proposal_note, expires_at, decided_by,"
          + " decided_at, decision_reason, decision_note, created_at, version";

  /** More approvals of one kind than an organization is ever judged by. */
  private static final int STANDING_MAX = 1000;

  private final StoredJson json;

  CaseStore(StoredJson json) {
    this.json = json;
  }

  /**
   * Which cases a list shows.
   *
   * @param organization about whom; null for any
   */
  record Filter(
      @Nullable CaseState state, @Nullable CaseKind kind, @Nullable OrganizationId organization) {}

  /** One case that the scope sees; fails with 404. */
  public Uni<ReviewCase> get(SqlConnection connection, Scope scope, CaseId id) {
    return one(connection, scope, id, "");
  }

  /** One case that the scope sees, locked against change; fails with 404. */
  Uni<ReviewCase> lock(SqlConnection connection, Scope scope, CaseId id) {
    return one(connection, scope, id, " for update");
  }

  private Uni<ReviewCase> one(SqlConnection connection, Scope scope, CaseId id, String suffix) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from review_case where ($1::uuid is null or organization_id = $1) and id = $2"
                + suffix)
        .execute(Tuple.of(scope.organizationFilter(), id.value()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("review case", id);
          }
          return read(rows.iterator().next());
        });
  }

  /** Cases that the scope sees, by id. */
  Uni<Page<ReviewCase>> list(
      SqlConnection connection, Scope scope, Filter filter, PageRequest page) {
    UUID after = page.afterId(CaseId::fromString).map(CaseId::value).orElse(null);
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from review_case where ($1::uuid is null or organization_id = $1)"
                + " and ($2::uuid is null or id > $2) and ($3::text is null or state = $3)"
                + " and ($4::text is null or kind = $4)"
                + " and ($5::uuid is null or organization_id = $5) order by id limit $6")
        .execute(
            Tuple.of(
                scope.organizationFilter(),
                after,
                filter.state() == null ? null : filter.state().name(),
                filter.kind() == null ? null : filter.kind().name(),
                filter.organization() == null ? null : filter.organization().value(),
                page.limit()))
        .map(rows -> page.page(all(rows), found -> found.id().toString()));
  }

  /** The approvals of an organization that hold at a moment, oldest first. */
  public Uni<List<ReviewCase>> standing(
      SqlConnection connection,
      Scope scope,
      CaseKind kind,
      OrganizationId organization,
      Instant now) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from review_case where ($1::uuid is null or organization_id = $1)"
                + " and organization_id = $2 and kind = $3 and state = 'APPROVED'"
                + " and expires_at > $4 order by id limit $5")
        .execute(
            Tuple.of(
                scope.organizationFilter(),
                organization.value(),
                kind.name(),
                utc(now),
                STANDING_MAX))
        .map(this::all);
  }

  /** Approvals whose time has passed, locked; those that others hold are left out. */
  Uni<List<ReviewCase>> lockOverdue(SqlConnection connection, Instant now, int limit) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from review_case where state = 'APPROVED' and expires_at <= $1"
                + " order by expires_at limit $2 for update skip locked")
        .execute(Tuple.of(utc(now), limit))
        .map(this::all);
  }

  /** Records a proposal to approve. */
  Uni<Void> propose(SqlConnection connection, CaseId id, Word proposal, Instant expiresAt) {
    return connection
        .preparedQuery(
            "update review_case set state = 'PROPOSED', proposed_by = $2, proposed_at = $3,"
                + " proposal_reason = $4, proposal_note = $5, expires_at = $6,"
                + " version = version + 1 where id = $1")
        .execute(
            Tuple.of(
                id.value(),
                proposal.by(),
                utc(proposal.at()),
                proposal.reason(),
                proposal.note(),
                utc(expiresAt)))
        .replaceWithVoid();
  }

  /** Records the last word. */
  Uni<Void> decide(SqlConnection connection, CaseId id, CaseState to, Word decision) {
    return connection
        .preparedQuery(
            "update review_case set state = $2, decided_by = $3, decided_at = $4,"
                + " decision_reason = $5, decision_note = $6, version = version + 1 where id = $1")
        .execute(
            Tuple.of(
                id.value(),
                to.name(),
                decision.by(),
                utc(decision.at()),
                decision.reason(),
                decision.note()))
        .replaceWithVoid();
  }

  /** Takes a case back that waits for its answer; empty where it does not. */
  public Uni<Optional<ReviewCase>> withdrawPending(
      SqlConnection connection, Scope scope, CaseId id, Word word) {
    return lock(connection, scope, id)
        .chain(found ->
            found.state().isPending()
                ? decide(connection, id, CaseState.WITHDRAWN, word).replaceWith(Optional.of(found))
                : Uni.createFrom().item(Optional.empty()));
  }

  /** Records that an approval's time has passed. */
  Uni<Void> expire(SqlConnection connection, CaseId id) {
    return connection
        .preparedQuery(
            "update review_case set state = 'EXPIRED', version = version + 1 where id = $1")
        .execute(Tuple.of(id.value()))
        .replaceWithVoid();
  }

  /** Attaches evidence to a locked case, whose version it changes. */
  Uni<Void> attach(SqlConnection connection, CaseId id, Evidence evidence) {
    return connection
        .preparedQuery(
            "insert into review_evidence (id, case_id, kind, reference, note, organization_id,"
                + " attached_by, attached_at) values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .execute(
            Tuple.tuple()
                .addUUID(evidence.id())
                .addUUID(id.value())
                .addString(evidence.kind())
                .addString(evidence.reference())
                .addString(evidence.note())
                .addUUID(evidence.organization().value())
                .addString(evidence.by())
                .addOffsetDateTime(utc(evidence.at())))
        .chain(() ->
            connection
                .preparedQuery("update review_case set version = version + 1 where id = $1")
                .execute(Tuple.of(id.value())))
        .replaceWithVoid();
  }

  /** A case's evidence, oldest first. */
  Uni<List<Evidence>> evidence(SqlConnection connection, CaseId id) {
    return connection
        .preparedQuery(
            "select id, kind, reference, note, organization_id, attached_by, attached_at"
                + " from review_evidence where case_id = $1 order by id")
        .execute(Tuple.of(id.value()))
        .map(rows -> {
          List<Evidence> found = new ArrayList<>();
          for (Row row : rows) {
            found.add(
                new Evidence(
                    row.getUUID("id"),
                    row.getString("kind"),
                    row.getString("reference"),
                    row.getString("note"),
                    new OrganizationId(row.getUUID("organization_id")),
                    row.getString("attached_by"),
                    row.getOffsetDateTime("attached_at").toInstant()));
          }
          return found;
        });
  }

  private List<ReviewCase> all(Iterable<Row> rows) {
    List<ReviewCase> cases = new ArrayList<>();
    rows.forEach(row -> cases.add(read(row)));
    return cases;
  }

  private ReviewCase read(Row row) {
    return new ReviewCase(
        new CaseId(row.getUUID("id")),
        CaseKind.valueOf(row.getString("kind")),
        new OrganizationId(row.getUUID("organization_id")),
        row.getString("reason"),
        row.getString("facts_hash"),
        row.getString("subject"),
        row.getString("summary"),
        json.read(row.getString("detail"), new TypeReference<JsonNode>() {}),
        CaseState.valueOf(row.getString("state")),
        row.getString("opened_by"),
        word(row, "proposed_by", "proposed_at", "proposal_reason", "proposal_note"),
        instant(row, "expires_at"),
        word(row, "decided_by", "decided_at", "decision_reason", "decision_note"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getLong("version"));
  }

  private static @Nullable Word word(Row row, String by, String at, String reason, String note) {
    Instant moment = instant(row, at);
    return moment == null
        ? null
        : new Word(row.getString(by), moment, row.getString(reason), row.getString(note));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime moment = row.getOffsetDateTime(column);
    return moment == null ? null : moment.toInstant();
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
