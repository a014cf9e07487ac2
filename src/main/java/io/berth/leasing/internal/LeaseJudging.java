package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.NodeVerdicts;
import io.berth.booking.NodeVerdicts.Held;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseState;
import io.berth.leasing.LeasingConfig;
import io.berth.leasing.NoticeKind;
import io.berth.leasing.WindDown;
import io.berth.leasing.WindDowns;
import io.berth.platform.Database;
import io.berth.platform.Period;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.Authority;
import io.berth.policy.Decision;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Decisions;
import io.berth.policy.Reason;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Judges live leases again: those whose start has come, those of which something changed that a
 * judgement rests on, those that reach a boundary inside their period, and every one from time to
 * time. What is not permitted any more is wound down with a grace; what is permitted again goes on.
 */
@ApplicationScoped
public class LeaseJudging {

  private static final Logger LOG = Logger.getLogger(LeaseJudging.class);
  private static final Scope SCOPE = Scope.system("leasing");

  /** How many are judged at the same time: each takes a connection to the database. */
  private static final int AT_ONCE = 4;

  private final LeaseStore leases;
  private final JudgementStore judgements;
  private final NoticeStore notices;
  private final WindDowns windDowns;
  private final NodeVerdicts verdicts;
  private final Decisions decisions;
  private final AuditTrail audit;
  private final Database database;
  private final LeasingConfig config;
  private final Clock clock;

  LeaseJudging(
      LeaseStore leases,
      JudgementStore judgements,
      NoticeStore notices,
      WindDowns windDowns,
      NodeVerdicts verdicts,
      Decisions decisions,
      AuditTrail audit,
      Database database,
      LeasingConfig config,
      Clock clock) {
    this.leases = leases;
    this.judgements = judgements;
    this.notices = notices;
    this.windDowns = windDowns;
    this.verdicts = verdicts;
    this.decisions = decisions;
    this.audit = audit;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(
      every = "${berth.leasing.judgement-tick:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tick() {
    return judgeDue();
  }

  /** Judges whatever is due, batch after batch. */
  Uni<Void> judgeDue() {
    Instant now = clock.instant();
    Instant claim = now.plus(config.judgementClaim());
    return database
        .sql(
            SCOPE,
            connection ->
                judgements
                    .claimDue(connection, now, claim, config.judgementBatch())
                    .chain(ids -> leases.all(connection, ids)))
        .chain(claimed ->
            Multi.createFrom()
                .iterable(claimed)
                .onItem()
                .transformToUni(lease -> judge(lease, claim))
                .merge(AT_ONCE)
                .onItem()
                .ignoreAsUni()
                .chain(() ->
                    claimed.size() < config.judgementBatch()
                        ? Uni.createFrom().voidItem()
                        : judgeDue()));
  }

  /** Never fails: what could not be judged comes due again when the claim runs out. */
  private Uni<Void> judge(Lease claimed, Instant claim) {
    return database
        .sql(
            SCOPE,
            connection ->
                leases
                    .lock(connection, SCOPE, claimed.id())
                    .chain(lease ->
                        verdicts
                            .held(connection, lease.tenant(), lease.nodes(), lease.quote())
                            .chain(held -> judge(connection, lease, held, claim))))
        .onFailure()
        .invoke(
            failure -> LOG.errorf(failure, "A lease could not be judged: leaseId=%s", claimed.id()))
        .onFailure()
        .recoverWithNull();
  }

  private Uni<Void> judge(SqlConnection connection, Lease lease, Held held, Instant claim) {
    Instant now = clock.instant();
    Optional<Period> rest = lease.rest(now);
    if (!lease.state().isLive() || rest.isEmpty()) {
      // It is about to end by time alone.
      return Uni.createFrom().voidItem();
    }
    return verdicts
        .judge(
            connection,
            held,
            lease.use(),
            rest.get(),
            isStarting(lease, now) ? DecisionPurpose.START : DecisionPurpose.LIVE)
        .chain(decision -> settle(connection, lease, decision, claim, now));
  }

  private static boolean isStarting(Lease lease, Instant now) {
    return lease.state() == LeaseState.RESERVED
        && !lease.startPermitted()
        && !now.isBefore(lease.period().start());
  }

  private Uni<Void> settle(
      SqlConnection connection, Lease lease, Decision decision, Instant claim, Instant now) {
    Optional<Instant> permittedUntil = Optional.ofNullable(decision.together().allowedUntil());
    boolean starts = isStarting(lease, now) && permittedUntil.isPresent();
    return judgements
        .outcome(connection, lease.id())
        .chain(before -> {
          boolean isNews = starts || !before.equals(Outcomes.of(decision));
          return record(connection, lease, decision, isNews, claim, now)
              .chain(() -> follow(connection, lease, decision, permittedUntil, now))
              .chain(() -> {
                if (starts) {
                  return judgements.permitStart(connection, lease.id(), now);
                }
                return isNews && isStarting(lease, now)
                    ? notices.tell(
                        connection,
                        lease,
                        NoticeKind.NOT_PERMITTED_TO_START,
                        "Policy does not permit this lease to start: " + firstReason(decision),
                        decision.id(),
                        null,
                        now)
                    : Uni.createFrom().voidItem();
              });
        });
  }

  /** A judgement that says nothing new is not kept: the one that said it first stands. */
  private Uni<Void> record(
      SqlConnection connection,
      Lease lease,
      Decision decision,
      boolean isNews,
      Instant claim,
      Instant now) {
    Uni<Void> recorded =
        isNews
            ? decisions
                .record(connection, SCOPE, decision)
                .chain(() ->
                    // So that every judgement of a lease is found again, not the last alone.
                    audit.append(
                        Tx.of(connection),
                        SCOPE,
                        "lease.judge",
                        lease.id(),
                        Map.of("decision", decision.id(), "verdict", decision.verdict())))
            : Uni.createFrom().voidItem();
    return recorded.chain(() ->
        judgements.judged(
            connection,
            lease.id(),
            claim,
            decision,
            isNews ? decision.id() : lease.judgement().decision(),
            JudgementStore.next(lease, decision, now, now.plus(config.judgementInterval()))));
  }

  private Uni<Void> follow(
      SqlConnection connection,
      Lease lease,
      Decision decision,
      Optional<Instant> permittedUntil,
      Instant now) {
    if (decision.verdict().permits()) {
      return windDowns.withdrawJudged(connection, SCOPE, lease).replaceWithVoid();
    }
    Instant graceEnd = now.plus(config.windDownGrace());
    Instant endsAt = permittedUntil.filter(until -> until.isAfter(graceEnd)).orElse(graceEnd);
    return windDowns
        .order(
            connection,
            SCOPE,
            lease,
            new WindDown(
                now,
                endsAt,
                SCOPE.actor(),
                "Policy "
                    + permittedUntil
                        .map(until -> "permits this lease only until " + until)
                        .orElse("no longer permits this lease")
                    + ": "
                    + firstReason(decision),
                decision.id(),
                null,
                isTenantsMaking(decision)))
        .replaceWithVoid();
  }

  /** Whether the tenant's own rules alone stand against it. */
  private static boolean isTenantsMaking(Decision decision) {
    List<Reason> against =
        decision.reasons().stream().filter(reason -> !reason.verdict().permits()).toList();
    return !against.isEmpty()
        && against.stream().allMatch(reason -> reason.authority() == Authority.TENANT);
  }

  private static String firstReason(Decision decision) {
    return decision.reasons().getFirst().message();
  }
}
