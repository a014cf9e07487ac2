package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.NodeVerdicts;
import io.berth.booking.PolicyRefusal;
import io.berth.booking.Refusals;
import io.berth.booking.Substitutes;
import io.berth.leasing.Job;
import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobSpec;
import io.berth.leasing.JobState;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeasingConfig;
import io.berth.leasing.SealedEnv;
import io.berth.leasing.internal.JobApi.JobRequest;
import io.berth.leasing.internal.JobApi.JobView;
import io.berth.leasing.internal.JobApi.RegistryCredentials;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.Outbox;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.Secrets;
import io.berth.platform.StoredJson;
import io.berth.platform.Tx;
import io.berth.policy.Decision;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Decisions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Accepts jobs into leases, shows them and cancels them. */
@ApplicationScoped
public class JobDesk {

  private final LeaseStore leases;
  private final JobStore jobs;
  private final NodeVerdicts verdicts;
  private final Decisions decisions;
  private final Refusals refusals;
  private final Substitutes substitutes;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Idempotency idempotency;
  private final Secrets secrets;
  private final StoredJson json;
  private final Database database;
  private final LeasingConfig config;
  private final Clock clock;

  JobDesk(
      LeaseStore leases,
      JobStore jobs,
      NodeVerdicts verdicts,
      Decisions decisions,
      Refusals refusals,
      Substitutes substitutes,
      AuditTrail audit,
      Outbox outbox,
      Idempotency idempotency,
      Secrets secrets,
      StoredJson json,
      Database database,
      LeasingConfig config,
      Clock clock) {
    this.leases = leases;
    this.jobs = jobs;
    this.verdicts = verdicts;
    this.decisions = decisions;
    this.refusals = refusals;
    this.substitutes = substitutes;
    this.audit = audit;
    this.outbox = outbox;
    this.idempotency = idempotency;
    this.secrets = secrets;
    this.json = json;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Accepts a job: its nodes are judged once more for the rest of the lease, and it must fit into
   * the lease beside its other jobs.
   */
  Uni<Response> submit(
      Scope scope, @Nullable String idempotencyKey, LeaseId leaseId, JobRequest request) {
    Instant now = clock.instant();
    Map<String, String> hidden = secrets(request);
    Wanted wanted =
        new Wanted(
            request.toSpec(),
            hidden.values().stream().mapToInt(String::length).sum(),
            sealed(hidden));
    Uni<Response> answer =
        database
            .sql(scope, connection -> leases.get(connection, scope, leaseId))
            .invoke(lease -> requireTenant(scope, lease))
            .chain(lease -> {
              Uni<Response> taken =
                  database.sql(
                      scope,
                      connection ->
                          idempotency.once(
                              connection,
                              scope,
                              idempotencyKey,
                              "POST /v1/leases/" + leaseId + "/jobs",
                              // Without its secrets: whoever reads a hash could guess them.
                              wanted.spec(),
                              () -> accept(connection, scope, leaseId, wanted, now)));
              return substitutes.offered(scope, () -> rest(lease, now), taken);
            });
    return refusals.recorded(scope, answer);
  }

  /**
   * What is asked for.
   *
   * @param secretsLength how long what nobody is shown is
   * @param secrets encrypts what nobody is shown of a job; gives null where there is nothing
   */
  private record Wanted(
      JobSpec spec, int secretsLength, Function<JobId, @Nullable Buffer> secrets) {}

  private Function<JobId, @Nullable Buffer> sealed(Map<String, String> values) {
    return job ->
        values.isEmpty()
            ? null
            : Buffer.buffer(secrets.encrypt(json.write(values), job.toString()));
  }

  /** What of a request nobody is shown. */
  private Map<String, String> secrets(JobRequest request) {
    Map<String, String> values =
        new TreeMap<>(Objects.requireNonNullElse(request.secretEnv(), Map.of()));
    RegistryCredentials pull = request.registryCredentials();
    if (pull != null) {
      values.put(
          SealedEnv.REGISTRY,
          json.write(
              Map.of(
                  "auths",
                  Map.of(
                      JobRules.registry(request.image()).orElseThrow(),
                      Map.of("username", pull.username(), "password", pull.password())))));
    }
    return values;
  }

  /** What a tenant would look for in place of the rest of a lease, in whole minutes. */
  private static Substitutes.Holding rest(Lease lease, Instant now) {
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
    Period period = lease.period();
    return new Substitutes.Holding(
        lease.tenant(),
        lease.pool(),
        lease.modelId(),
        lease.slots(),
        minute.isAfter(period.start()) && minute.isBefore(period.end())
            ? new Period(minute, period.end())
            : period,
        lease.use(),
        DecisionPurpose.JOB);
  }

  /** The decision for the rest of a lease that is not over. */
  private Uni<Decision> judge(SqlConnection connection, Lease lease, Instant now) {
    Period period = lease.period();
    Period rest = now.isAfter(period.start()) ? new Period(now, period.end()) : period;
    return verdicts
        .held(connection, lease.tenant(), lease.nodes(), lease.quote())
        .chain(held -> verdicts.judge(connection, held, lease.use(), rest, DecisionPurpose.JOB));
  }

  private Uni<Answer> accept(
      SqlConnection connection, Scope scope, LeaseId leaseId, Wanted wanted, Instant now) {
    return leases
        .lock(connection, scope, leaseId)
        .invoke(lease -> requireRoomInTime(lease, now))
        .call(lease ->
            jobs.room(connection, leaseId)
                .invoke(room ->
                    room.requireFor(
                        json.write(wanted.spec()).getBytes(StandardCharsets.UTF_8).length
                            + wanted.secretsLength(),
                        config.liveJobsMax(),
                        config.idleInterval()))
                .invoke(room -> requireRoomInSpace(lease, wanted.spec())))
        .chain(lease ->
            judge(connection, lease, now)
                .invoke(JobDesk::requirePermit)
                .chain(decision -> queue(connection, scope, lease, wanted, decision, now)));
  }

  private Uni<Answer> queue(
      SqlConnection connection,
      Scope scope,
      Lease lease,
      Wanted wanted,
      Decision decision,
      Instant now) {
    JobSpec spec = wanted.spec();
    Job job =
        new Job(
            JobId.fresh(),
            lease.id(),
            scope.organization().orElseThrow(),
            decision.id(),
            false,
            spec,
            new JobObservation(
                JobState.QUEUED,
                "Waiting for the lease's cluster.",
                List.of(),
                List.of(),
                null,
                null,
                0,
                0),
            now,
            0);
    return decisions
        .record(connection, scope, decision)
        .chain(() -> jobs.insert(connection, job, wanted.secrets().apply(job.id())))
        // The lease is looked after at once, or when it starts.
        .chain(() ->
            leases.dueAt(
                connection,
                lease.id(),
                now.isAfter(lease.period().start()) ? now : lease.period().start()))
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "job.create",
                job.id(),
                Map.of("lease", lease.id(), "image", spec.image(), "decision", decision.id())))
        .chain(() ->
            outbox.append(Tx.of(connection), "job.queued", job.id(), Map.of("lease", lease.id())))
        .replaceWith(
            new Answer(
                Response.Status.CREATED.getStatusCode(),
                JobApi.JobView.of(job),
                "/v1/jobs/" + job.id(),
                0));
  }

  private static void requirePermit(Decision decision) {
    if (!decision.verdict().permits()) {
      throw new PolicyRefusal(
          decision,
          "Policy does not permit jobs on this lease now: "
              + decision.reasons().getFirst().message());
    }
  }

  private static void requireRoomInTime(Lease lease, Instant now) {
    if (!lease.state().isLive() || !now.isBefore(lease.endsAt())) {
      throw ProblemException.conflict(
          "The lease is "
              + lease.state().name().toLowerCase(Locale.ROOT)
              + " and takes no new jobs.");
    }
  }

  private static void requireRoomInSpace(Lease lease, JobSpec spec) {
    int mostOnOneNode =
        lease.slots().stream().mapToInt(slots -> slots.slots().count()).max().orElse(0);
    if (spec.acceleratorsPerPod() > mostOnOneNode) {
      throw ProblemException.unprocessable(
          "/accelerators",
          "A pod runs on one node, and the lease has at most "
              + mostOnOneNode
              + " accelerators on a node: use fewer a pod and more parallelism.");
    }
    if (!spec.acceleratorsByRank().isEmpty()
        && !spec.fits(lease.slots().stream().map(slots -> slots.slots().count()).toList())) {
      throw ProblemException.unprocessable(
          "/acceleratorsByRank",
          "Each rank has a node of its own, and the lease's nodes have "
              + lease.slots().stream().map(slots -> slots.slots().count()).toList()
              + " accelerators.");
    }
    int podsAtOnce =
        lease.slots().stream()
            .mapToInt(slots -> slots.slots().count() / spec.acceleratorsPerPod())
            .sum();
    if (spec.acceleratorsByRank().isEmpty() && spec.parallelism() > podsAtOnce) {
      throw ProblemException.unprocessable(
          "/parallelism",
          "The lease has room for "
              + podsAtOnce
              + " pods of "
              + spec.acceleratorsPerPod()
              + " accelerators at once.");
    }
  }

  private static void requireTenant(Scope scope, Lease lease) {
    if (scope.organization().filter(lease.tenant()::equals).isEmpty()) {
      throw ProblemException.notFound("lease of your organization", lease.id());
    }
  }

  /** Reads one; fails with 404. */
  Uni<JobView> get(Scope scope, JobId id) {
    return database
        .sql(scope, connection -> jobs.get(connection, scope, id, false))
        .map(JobView::of);
  }

  /**
   * Reads a page of a lease's jobs, without what may be long of them; fails with 404 where the
   * scope does not see the lease.
   */
  Uni<Page<JobView>> list(Scope scope, LeaseId lease, PageRequest page) {
    return database
        .sql(
            scope,
            connection ->
                leases
                    .get(connection, scope, lease)
                    .chain(found -> jobs.summaries(connection, scope, lease, page)))
        .map(found -> found.map(JobView::summary));
  }

  /** Asks for the end of a job; one that is final stays as it is. */
  Uni<JobView> cancel(Scope scope, JobId id) {
    Instant now = clock.instant();
    return database
        .sql(
            scope,
            connection ->
                jobs.get(connection, scope, id, false)
                    // The lease first, as everybody does who needs both: its end cancels its jobs.
                    .call(job -> leases.lock(connection, scope, job.lease()))
                    .chain(job -> jobs.get(connection, scope, id, true))
                    .call(job ->
                        job.seen().state().isFinal() || job.cancelRequested()
                            ? Uni.createFrom().voidItem()
                            : jobs.requestCancel(connection, id)
                                .chain(() -> leases.dueAt(connection, job.lease(), now))
                                .chain(() ->
                                    audit.append(
                                        Tx.of(connection), scope, "job.cancel", id, Map.of())))
                    .chain(job -> jobs.get(connection, scope, id, false)))
        .map(JobView::of);
  }
}
