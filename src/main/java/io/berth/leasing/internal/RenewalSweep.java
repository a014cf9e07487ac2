package io.berth.leasing.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.PolicyRefusal;
import io.berth.booking.Races;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseRenewal;
import io.berth.leasing.LeasingConfig;
import io.berth.leasing.NoticeKind;
import io.berth.market.Offer;
import io.berth.platform.Database;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.policy.Decision;
import io.berth.policy.Decisions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Renews on-demand leases before they end, step by step, as their tenants would extend them, at a
 * price that is at most what they pay already. One that cannot be renewed ends at its end: both
 * parties are told why, and it is tried again until then. A lease is claimed for a while only:
 * whoever dies over it loses nothing, and the renewal itself is one transaction that sees the
 * lease's end, so that it is never made twice.
 */
@ApplicationScoped
public class RenewalSweep {

  private static final Logger LOG = Logger.getLogger(RenewalSweep.class);
  private static final Scope SCOPE = Scope.system("leasing");

  private static final String NO_MONEY = "There is not enough money set free for another step.";

  /** How many are renewed at the same time: each takes two connections to the database in turn. */
  private static final int AT_ONCE = 4;

  private final LeaseStore leases;
  private final RenewalStore renewals;
  private final LeaseExtension extension;
  private final NoticeStore notices;
  private final Decisions decisions;
  private final Database database;
  private final BookingConfig booking;
  private final LeasingConfig config;
  private final Clock clock;

  RenewalSweep(
      LeaseStore leases,
      RenewalStore renewals,
      LeaseExtension extension,
      NoticeStore notices,
      Decisions decisions,
      Database database,
      BookingConfig booking,
      LeasingConfig config,
      Clock clock) {
    this.leases = leases;
    this.renewals = renewals;
    this.extension = extension;
    this.notices = notices;
    this.decisions = decisions;
    this.database = database;
    this.booking = booking;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(
      every = "${berth.leasing.renewal-tick:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tick() {
    return renewDue();
  }

  /** Renews whatever is due, batch after batch. */
  Uni<Void> renewDue() {
    Instant now = clock.instant();
    return database
        .sql(
            SCOPE,
            connection ->
                renewals
                    .claimDue(
                        connection,
                        now,
                        now.plus(config.renewalRetryInterval()),
                        config.renewalBatch())
                    .chain(ids -> leases.all(connection, ids)))
        .chain(claimed ->
            Multi.createFrom()
                .iterable(claimed)
                .onItem()
                .transformToUni(this::renew)
                .merge(AT_ONCE)
                .onItem()
                .ignoreAsUni()
                .chain(() ->
                    claimed.size() < config.renewalBatch()
                        ? Uni.createFrom().voidItem()
                        : renewDue()));
  }

  /** Never fails: what could not be renewed comes due again when the claim runs out. */
  private Uni<Void> renew(Lease claimed) {
    return extension
        .offer(claimed)
        .chain(offer -> renew(claimed, offer, null))
        .onFailure(PolicyRefusal.class)
        .recoverWithUni(failure -> {
          PolicyRefusal refusal = (PolicyRefusal) failure;
          return failed(claimed, String.valueOf(refusal.getMessage()), refusal.decision());
        })
        .onFailure(ProblemException.class)
        .recoverWithUni(failure -> failed(claimed, problem((ProblemException) failure), null))
        .onFailure()
        .invoke(failure ->
            LOG.errorf(failure, "A lease could not be renewed: leaseId=%s", claimed.id()))
        .onFailure()
        .recoverWithNull();
  }

  /** Its provider reads it, too, who must not learn what its tenant's account holds or allows. */
  private static String problem(ProblemException failure) {
    return switch (failure.type()) {
      case INSUFFICIENT_FUNDS, SPEND_LIMIT_EXCEEDED -> NO_MONEY;
      default -> failure.detail();
    };
  }

  private Uni<Void> renew(Lease claimed, Offer offer, @Nullable Instant until) {
    return Races.retry(
            booking.attemptsMax(),
            () ->
                database.sql(
                    SCOPE,
                    connection ->
                        leases
                            .lock(connection, SCOPE, claimed.id())
                            .chain(lease -> renew(connection, lease, offer, until))))
        .onFailure(failure -> until == null && extendableUntil(failure) != null)
        .recoverWithUni(failure -> renew(claimed, offer, extendableUntil(failure)));
  }

  /** Until when others leave a lease its slots, where a refusal says so. */
  private static @Nullable Instant extendableUntil(Throwable failure) {
    return failure instanceof ProblemException problem
            && problem.extensions().get("extendableUntil") instanceof Instant until
        ? until
        : null;
  }

  private Uni<Void> renew(
      SqlConnection connection, Lease lease, Offer offer, @Nullable Instant until) {
    LeaseRenewal renewal = lease.renewal();
    if (renewal.nextAt() == null || !lease.state().isLive()) {
      return Uni.createFrom().voidItem();
    }
    Instant due = lease.period().end().minus(config.renewalLead());
    if (due.isAfter(clock.instant())) {
      // Its tenant has extended it meanwhile.
      return renewals.next(connection, lease.id(), due, null);
    }
    Instant end = until == null ? nextEnd(lease, offer) : until;
    return extension
        .renew(connection, SCOPE, lease, offer, end, lease.price().last())
        .chain(renewed ->
            renewals
                .next(connection, lease.id(), end.minus(config.renewalLead()), null)
                .chain(() -> tellRenewed(connection, lease, renewed.interrupted(), end)));
  }

  /** Only of what its parties would not expect. */
  private Uni<Void> tellRenewed(
      SqlConnection connection, Lease lease, boolean interrupted, Instant end) {
    boolean failedBefore = lease.renewal().problem() != null;
    if (!failedBefore && !interrupted) {
      return Uni.createFrom().voidItem();
    }
    return notices.tell(
        connection,
        lease,
        NoticeKind.RENEWED,
        "The lease was renewed"
            + (failedBefore ? " after all" : "")
            + " and lasts until "
            + end
            + "."
            + (interrupted
                ? " Interruptible leases made room for it: until it is renewed without, nothing of"
                    + " its price comes back on an early release."
                : ""),
        null,
        end,
        clock.instant());
  }

  /** A step further, or as far as the offer allows; a whole step where it allows nothing. */
  private Instant nextEnd(Lease lease, Offer offer) {
    Instant end = lease.period().end();
    Instant next = end.plus(booking.onDemandStep());
    Instant longest = lease.period().start().plus(offer.termMax());
    Instant last =
        offer
            .availableUntil()
            .map(until -> until.truncatedTo(ChronoUnit.MINUTES))
            .filter(until -> until.isBefore(longest))
            .orElse(longest);
    return last.isBefore(next) && last.isAfter(end) ? last : next;
  }

  private Uni<Void> failed(Lease claimed, String problem, @Nullable Decision decision) {
    Instant now = clock.instant();
    return database.sql(
        SCOPE,
        connection ->
            leases
                .lock(connection, SCOPE, claimed.id())
                .chain(lease -> {
                  Instant next = lease.renewal().nextAt();
                  if (next == null || !lease.state().isLive()) {
                    return Uni.createFrom().voidItem();
                  }
                  boolean isNews = !Objects.equals(lease.renewal().problem(), problem);
                  return renewals
                      .next(connection, lease.id(), next, problem)
                      .chain(() ->
                          isNews
                              ? tell(connection, lease, problem, decision, now)
                              : Uni.createFrom().voidItem());
                }));
  }

  private Uni<Void> tell(
      SqlConnection connection,
      Lease lease,
      String problem,
      @Nullable Decision decision,
      Instant now) {
    Uni<Void> recorded =
        decision == null
            ? Uni.createFrom().voidItem()
            : decisions.record(connection, SCOPE, decision);
    return recorded.chain(() ->
        notices.tell(
            connection,
            lease,
            NoticeKind.NOT_RENEWED,
            "The lease cannot be renewed as it stands and ends at "
                + lease.endsAt()
                + ": "
                + problem,
            decision == null ? null : decision.id(),
            lease.endsAt(),
            now));
  }
}
