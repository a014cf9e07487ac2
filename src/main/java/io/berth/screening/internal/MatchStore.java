package io.berth.screening.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.StoredJson;
import io.berth.review.CaseId;
import io.berth.screening.MatchId;
import io.berth.screening.internal.ScreeningApi.HitView;
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

/** Reads and writes matches, and the queue of organizations that wait to be screened. */
@ApplicationScoped
public class MatchStore {

  private static final String COLUMNS =
      "id, organization_id, owner, listing, uid, entry_hash, facts_hash, state, score, detail,"
          + " case_id, found_at";

  private final StoredJson json;

  MatchStore(StoredJson json) {
    this.json = json;
  }

  /**
   * A claimed wish to be screened.
   *
   * @param wish tells whether another wish has come meanwhile
   */
  record Task(OrganizationId organization, long wish, int attempts) {}

  /** Which matches a list shows. */
  record Filter(@Nullable OrganizationId organization, @Nullable MatchState state) {}

  /** Asks for an organization to be screened. */
  Uni<Void> wish(SqlConnection connection, OrganizationId organization, Instant now) {
    return connection
        .preparedQuery(
            "insert into screening_task (organization_id, wish, attempts, next_attempt_at)"
                + " select id, 1, 0, $2 from organization where id = $1"
                + " on conflict (organization_id) do update"
                + " set wish = screening_task.wish + 1, attempts = 0, next_attempt_at = $2")
        .execute(Tuple.of(organization.value(), utc(now)))
        .replaceWithVoid();
  }

  /** Takes what is due, so that no other replica does. */
  Uni<List<Task>> claim(SqlConnection connection, Instant now, Instant until, int limit) {
    return connection
        .preparedQuery(
            "update screening_task set attempts = attempts + 1, next_attempt_at = $2"
                + " where organization_id in (select organization_id from screening_task"
                + " where next_attempt_at <= $1 order by next_attempt_at limit $3"
                + " for update skip locked) returning organization_id, wish, attempts")
        .execute(Tuple.of(utc(now), utc(until), limit))
        .map(rows -> {
          List<Task> tasks = new ArrayList<>();
          rows.forEach(row ->
              tasks.add(
                  new Task(new OrganizationId(row.getUUID(0)), row.getLong(1), row.getInteger(2))));
          return tasks;
        });
  }

  /** Takes a task out of the queue, unless there is another wish. */
  Uni<Void> done(SqlConnection connection, Task task) {
    return connection
        .preparedQuery("delete from screening_task where organization_id = $1 and wish = $2")
        .execute(Tuple.of(task.organization().value(), task.wish()))
        .replaceWithVoid();
  }

  /** Puts a task back for later, unless there is another wish, which is due by itself. */
  Uni<Void> later(SqlConnection connection, Task task, Instant next) {
    return connection
        .preparedQuery(
            "update screening_task set next_attempt_at = $3"
                + " where organization_id = $1 and wish = $2")
        .execute(Tuple.of(task.organization().value(), task.wish(), utc(next)))
        .replaceWithVoid();
  }

  /** Holds an organization as it is until the transaction ends; gives its version. */
  Uni<Long> lockOrganization(SqlConnection connection, OrganizationId id) {
    return connection
        .preparedQuery("select version from organization where id = $1 for update")
        .execute(Tuple.of(id.value()))
        .map(rows -> rows.size() == 0 ? -1L : rows.iterator().next().getLong(0));
  }

  /** All matches of an organization. */
  Uni<List<Match>> of(SqlConnection connection, OrganizationId organization) {
    return connection
        .preparedQuery(
            "select " + COLUMNS + " from screening_match where organization_id = $1 order by id")
        .execute(Tuple.of(organization.value()))
        .map(this::all);
  }

  /** The match of a case, locked; empty where the case is about another matter. */
  Uni<Optional<Match>> lockOfCase(SqlConnection connection, CaseId id) {
    return connection
        .preparedQuery("select " + COLUMNS + " from screening_match where case_id = $1 for update")
        .execute(Tuple.of(id.value()))
        .map(rows -> all(rows).stream().findFirst());
  }

  /** A page of matches. */
  Uni<Page<Match>> list(SqlConnection connection, Filter filter, PageRequest page) {
    UUID after = page.afterId(MatchId::fromString).map(MatchId::value).orElse(null);
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from screening_match where ($1::uuid is null or id > $1)"
                + " and ($2::uuid is null or organization_id = $2)"
                + " and ($3::text is null or state = $3) order by id limit $4")
        .execute(
            Tuple.of(
                after,
                filter.organization() == null ? null : filter.organization().value(),
                filter.state() == null ? null : filter.state().name(),
                page.limit()))
        .map(rows -> page.page(all(rows), match -> match.id().toString()));
  }

  /** Writes a new match, or brings one back that had gone. */
  Uni<Void> open(SqlConnection connection, Match match) {
    return connection
        .preparedQuery(
            "insert into screening_match (id, organization_id, owner, listing, uid, entry_hash,"
                + " facts_hash, state, score, detail, case_id, found_at)"
                + " values ($1, $2, $3, $4, $5, $6, $7, 'OPEN', $8, $9, $10, $11)"
                + " on conflict (organization_id, owner, listing, uid, entry_hash, facts_hash)"
                + " do update set state = 'OPEN', case_id = excluded.case_id,"
                + " found_at = excluded.found_at, score = excluded.score,"
                + " detail = excluded.detail")
        .execute(
            Tuple.tuple()
                .addUUID(match.id().value())
                .addUUID(match.organization().value())
                .addString(match.owner())
                .addString(match.listing())
                .addString(match.uid())
                .addString(match.entryHash())
                .addString(match.factsHash())
                .addDouble(match.score())
                .addString(json.write(match.hit()))
                .addUUID(match.caseId().value())
                .addOffsetDateTime(utc(match.foundAt())))
        .replaceWithVoid();
  }

  /** Writes what became of a match. */
  Uni<Void> set(SqlConnection connection, MatchId id, MatchState state) {
    return connection
        .preparedQuery("update screening_match set state = $2 where id = $1")
        .execute(Tuple.of(id.value(), state.name()))
        .replaceWithVoid();
  }

  private List<Match> all(Iterable<Row> rows) {
    List<Match> matches = new ArrayList<>();
    rows.forEach(row ->
        matches.add(
            new Match(
                new MatchId(row.getUUID("id")),
                new OrganizationId(row.getUUID("organization_id")),
                row.getString("owner"),
                row.getString("listing"),
                row.getString("uid"),
                row.getString("entry_hash"),
                row.getString("facts_hash"),
                MatchState.valueOf(row.getString("state")),
                row.getDouble("score"),
                json.read(row.getString("detail"), new TypeReference<HitView>() {}),
                new CaseId(row.getUUID("case_id")),
                row.getOffsetDateTime("found_at").toInstant())));
    return matches;
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
