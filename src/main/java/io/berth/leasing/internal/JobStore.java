package io.berth.leasing.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.leasing.Job;
import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobObservation.JobEvent;
import io.berth.leasing.JobSpec;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseId;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.policy.DecisionId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes jobs. */
@ApplicationScoped
public class JobStore {

  private static final String COLUMNS =
      "id, lease_id, tenant_id, decision_id, state, cancel_requested, spec, message, nodes, events,"
          + " created_at, started_at, finished_at, attempt, failures, version";

  private final StoredJson json;

  JobStore(StoredJson json) {
    this.json = json;
  }

  /**
   * Writes a new one.
   *
   * @param secrets its secret variables, encrypted; null where it has none
   */
  public Uni<Void> insert(SqlConnection connection, Job job, @Nullable Buffer secrets) {
    return connection
        .preparedQuery(
            "insert into job (id, lease_id, tenant_id, decision_id, state, spec, message, nodes,"
                + " events, created_at, secrets) values ($1, $2, $3, $4, $5, $6, $7, '[]', '[]', $8,"
                + " $9)")
        .execute(
            Tuple.tuple()
                .addUUID(job.id().value())
                .addUUID(job.lease().value())
                .addUUID(job.tenant().value())
                .addUUID(job.decision().value())
                .addString(job.seen().state().name())
                .addString(json.write(job.spec()))
                .addString(job.seen().message())
                .addOffsetDateTime(job.createdAt().atOffset(ZoneOffset.UTC))
                .addValue(secrets))
        .replaceWithVoid();
  }

  /** The encrypted secret variables of jobs that have any. */
  public Uni<Map<JobId, byte[]>> secrets(SqlConnection connection, List<JobId> jobs) {
    return connection
        .preparedQuery("select id, secrets from job where id = any($1) and secrets is not null")
        .execute(Tuple.of(jobs.stream().map(JobId::value).toArray(UUID[]::new)))
        .map(rows -> {
          Map<JobId, byte[]> secrets = new HashMap<>();
          rows.forEach(row ->
              secrets.put(new JobId(row.getUUID("id")), row.getBuffer("secrets").getBytes()));
          return secrets;
        });
  }

  /** One job that the scope sees, locked against change where asked; fails with 404. */
  public Uni<Job> get(SqlConnection connection, Scope scope, JobId id, boolean lock) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from job where id = $1 and ($2::uuid is null or tenant_id = $2)"
                + (lock ? " for update" : ""))
        .execute(Tuple.of(id.value(), scope.organizationFilter()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("job", id);
          }
          return job(rows.iterator().next());
        });
  }

  /** Jobs of a lease, by id. */
  public Uni<Page<Job>> list(
      SqlConnection connection, Scope scope, LeaseId lease, PageRequest page) {
    return list(connection, scope, lease, page, COLUMNS);
  }

  /** The same, each without command, arguments and variables, which may be long. */
  Uni<Page<Job>> summaries(SqlConnection connection, Scope scope, LeaseId lease, PageRequest page) {
    return list(
        connection,
        scope,
        lease,
        page,
        COLUMNS.replace(
            " spec,",
            " (spec::jsonb || '{\"command\": [], \"args\": [], \"env\": {}}')::text as spec,"));
  }

  private Uni<Page<Job>> list(
      SqlConnection connection, Scope scope, LeaseId lease, PageRequest page, String columns) {
    UUID after = page.afterId(JobId::fromString).map(JobId::value).orElse(null);
    return connection
        .preparedQuery(
            "select "
                + columns
                + " from job where lease_id = $1 and ($2::uuid is null or tenant_id = $2)"
                + " and ($3::uuid is null or id > $3) order by id limit $4")
        .execute(Tuple.of(lease.value(), scope.organizationFilter(), after, page.limit()))
        .map(JobStore.this::jobs)
        .map(jobs -> page.page(jobs, job -> job.id().toString()));
  }

  /** What a lease's jobs take. */
  Uni<JobRoom> room(SqlConnection connection, LeaseId lease) {
    return connection
        .preparedQuery(
            """
            select count(*) filter (where unfinished) as unfinished,
              coalesce(sum(bytes) filter (where unfinished), 0)::bigint as unfinished_bytes,
              coalesce(sum(bytes), 0)::bigint as bytes
            from (
              select octet_length(spec) + coalesce(octet_length(secrets), 0) as bytes,
                state not in ('SUCCEEDED', 'FAILED', 'CANCELLED') as unfinished
              from job where lease_id = $1) job
            """)
        .execute(Tuple.of(lease.value()))
        .map(rows -> {
          Row row = rows.iterator().next();
          return new JobRoom(
              row.getLong("unfinished"), row.getLong("unfinished_bytes"), row.getLong("bytes"));
        });
  }

  /** Jobs of leases that are not final. */
  public Uni<List<Job>> live(SqlConnection connection, List<LeaseId> leases) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from job where lease_id = any($1)"
                + " and state not in ('SUCCEEDED', 'FAILED', 'CANCELLED') order by id")
        .execute(Tuple.of(leases.stream().map(LeaseId::value).toArray(UUID[]::new)))
        .map(this::jobs);
  }

  /**
   * Writes what was seen of a job; nothing changes where nothing new was seen. A job that is final
   * needs its secrets no more: they go.
   */
  public Uni<Void> observe(SqlConnection connection, Job before, JobObservation seen) {
    if (seen.equals(before.seen())) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(
            "update job set state = $2, message = $3, nodes = $4, events = $5, started_at = $6,"
                + " finished_at = $7, attempt = $8, failures = $9,"
                + " secrets = case when $10 then null else secrets end, version = version + 1"
                + " where id = $1")
        .execute(
            Tuple.tuple()
                .addUUID(before.id().value())
                .addString(seen.state().name())
                .addString(seen.message())
                .addString(json.write(seen.nodes()))
                .addString(json.write(seen.events()))
                .addOffsetDateTime(utc(seen.startedAt()))
                .addOffsetDateTime(utc(seen.finishedAt()))
                .addInteger(seen.attempt())
                .addInteger(seen.failures())
                .addBoolean(seen.state().isFinal()))
        .replaceWithVoid();
  }

  public Uni<Void> requestCancel(SqlConnection connection, JobId id) {
    return connection
        .preparedQuery(
            "update job set cancel_requested = true, version = version + 1 where id = $1")
        .execute(Tuple.of(id.value()))
        .replaceWithVoid();
  }

  private List<Job> jobs(Iterable<Row> rows) {
    List<Job> jobs = new ArrayList<>();
    rows.forEach(row -> jobs.add(job(row)));
    return jobs;
  }

  private Job job(Row row) {
    return new Job(
        new JobId(row.getUUID("id")),
        new LeaseId(row.getUUID("lease_id")),
        new OrganizationId(row.getUUID("tenant_id")),
        new DecisionId(row.getUUID("decision_id")),
        row.getBoolean("cancel_requested"),
        json.read(row.getString("spec"), new TypeReference<JobSpec>() {}),
        new JobObservation(
            JobState.valueOf(row.getString("state")),
            row.getString("message"),
            json.read(row.getString("nodes"), new TypeReference<List<String>>() {}),
            json.read(row.getString("events"), new TypeReference<List<JobEvent>>() {}),
            instant(row, "started_at"),
            instant(row, "finished_at"),
            row.getInteger("attempt"),
            row.getInteger("failures")),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getLong("version"));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime moment = row.getOffsetDateTime(column);
    return moment == null ? null : moment.toInstant();
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant moment) {
    return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
  }
}
