package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.Bookings;
import io.berth.booking.LeaseTerm;
import io.berth.booking.NodeVerdicts;
import io.berth.booking.PolicyRefusal;
import io.berth.booking.Quote;
import io.berth.booking.QuoteId;
import io.berth.booking.QuoteState;
import io.berth.identity.UseProfile;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeasePrice;
import io.berth.leasing.LeaseTransfer;
import io.berth.leasing.NoticeKind;
import io.berth.ledger.Ledger;
import io.berth.platform.Money;
import io.berth.platform.Outbox;
import io.berth.platform.Period;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.Decision;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Decisions;
import io.berth.policy.ReasonView;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Hands the rest of a lease over to another tenant. The old lease is cut at the next whole minute,
 * where it ends as if its period were over: its jobs stop and its namespace goes. From there on the
 * same slots are the new tenant's, of a lease and a namespace of its own.
 */
@ApplicationScoped
public class LeaseHandover {

  /** The new tenant's quote is confirmed in the transaction that makes it. */
  private static final Duration HOLD = Duration.ofMinutes(10);

  private final Bookings bookings;
  private final LeaseStore leases;
  private final LeaseEndings endings;
  private final RenewalStore renewals;
  private final NoticeStore notices;
  private final NodeVerdicts verdicts;
  private final Decisions decisions;
  private final Ledger ledger;
  private final AuditTrail audit;
  private final Outbox outbox;

  LeaseHandover(
      Bookings bookings,
      LeaseStore leases,
      LeaseEndings endings,
      RenewalStore renewals,
      NoticeStore notices,
      NodeVerdicts verdicts,
      Decisions decisions,
      Ledger ledger,
      AuditTrail audit,
      Outbox outbox) {
    this.bookings = bookings;
    this.leases = leases;
    this.endings = endings;
    this.renewals = renewals;
    this.notices = notices;
    this.verdicts = verdicts;
    this.decisions = decisions;
    this.ledger = ledger;
    this.audit = audit;
    this.outbox = outbox;
  }

  /** From when on another tenant would have a lease: its start, or else the next whole minute. */
  static Instant moment(Lease lease, Instant now) {
    if (!now.isAfter(lease.period().start())) {
      return lease.period().start();
    }
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
    return minute.equals(now) ? now : minute.plus(1, ChronoUnit.MINUTES);
  }

  /**
   * Hands a locked lease over.
   *
   * @param lease live, with some time left
   * @param held what is known of its nodes, for the recipient
   * @param use how the recipient will use it
   * @param fresh the recipient's lease
   * @return fails with {@link PolicyRefusal} where policy does not permit it to the recipient, and
   *     with 422 where its account holds too little
   */
  Uni<Void> handOver(
      SqlConnection connection,
      Scope scope,
      Lease lease,
      LeaseTransfer transfer,
      NodeVerdicts.Held held,
      UseProfile use,
      LeaseId fresh,
      Instant now) {
    Period rest = new Period(moment(lease, now), lease.period().end());
    LeasePrice price = lease.price().from(rest.start());
    return verdicts
        .judge(connection, held, use, rest, DecisionPurpose.CONFIRM)
        .invoke(LeaseHandover::requirePermit)
        .call(decision -> decisions.record(connection, scope, decision))
        .call(decision -> {
          Quote quote = quote(lease, transfer, rest, price, use, decision, now);
          return bookings
              .handOver(connection, lease.id(), quote)
              .chain(() -> verdicts.reserve(connection, held, decision, quote, now))
              .chain(() -> cut(connection, lease, rest.start(), now))
              .chain(() ->
                  ledger.reserve(
                      connection, quote.tenant(), quote.total(), quote.id(), quote.expiresAt()))
              .chain(() -> leases.insert(connection, fresh, quote, price, decision, now))
              .chain(() -> bookings.confirm(connection, quote, decision, fresh, now));
        })
        .chain(decision -> tell(connection, scope, lease, transfer, fresh, decision, rest, now));
  }

  private static void requirePermit(Decision decision) {
    if (!decision.verdict().permits()) {
      throw new PolicyRefusal(
          decision,
          "Policy does not permit your organization to have this lease: "
              + decision.reasons().getFirst().message());
    }
  }

  private static Quote quote(
      Lease lease,
      LeaseTransfer transfer,
      Period rest,
      LeasePrice price,
      UseProfile use,
      Decision decision,
      Instant now) {
    return new Quote(
        QuoteId.fresh(),
        transfer.recipient(),
        lease.provider(),
        lease.cluster(),
        lease.pool(),
        lease.offer(),
        decision.id(),
        QuoteState.OPEN,
        lease.term().isFirm() ? LeaseTerm.RESERVED : lease.term(),
        lease.interruptionNotice(),
        lease.modelId(),
        rest,
        lease.turnaround(),
        lease.earlyReleaseRefundPercent(),
        lease.accelerators(),
        price.stretches().getFirst().pricePerAcceleratorHour(),
        price.total(),
        use,
        decision.reasons().stream().map(ReasonView::of).toList(),
        lease.slots(),
        now.plus(HOLD),
        now,
        0);
  }

  private Uni<Void> cut(SqlConnection connection, Lease lease, Instant moment, Instant now) {
    Uni<Void> noMoreRenewals = renewals.next(connection, lease.id(), null, null);
    if (!moment.isAfter(lease.period().start())) {
      return noMoreRenewals
          .chain(() -> leases.transferred(connection, lease.id(), now))
          .chain(() -> endings.end(connection, lease, now));
    }
    LeaseStore.Terms terms =
        new LeaseStore.Terms(
            moment,
            Duration.ZERO,
            lease.accelerators(),
            lease.price().until(moment),
            lease.retained());
    Money less = lease.total().minus(terms.total());
    return noMoreRenewals
        .chain(() -> leases.transferred(connection, lease.id(), now))
        .chain(() -> ledger.lower(connection, lease.id(), less))
        .chain(() -> leases.amend(connection, lease, terms, now));
  }

  private Uni<Void> tell(
      SqlConnection connection,
      Scope scope,
      Lease lease,
      LeaseTransfer transfer,
      LeaseId fresh,
      Decision decision,
      Period rest,
      Instant now) {
    return notices
        .tell(
            connection,
            lease,
            NoticeKind.TRANSFERRED,
            "Another tenant has the rest of this lease from " + rest.start() + " on.",
            null,
            rest.start(),
            now)
        // Neither lease's trail names the other: what belongs to one tenant is not the other's.
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.transfer",
                lease.id(),
                Map.of("transfer", transfer.id(), "from", rest.start())))
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.create",
                fresh,
                Map.of("transfer", transfer.id(), "decision", decision.id())))
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                "lease.transferred",
                lease.id(),
                Map.of("transfer", transfer.id(), "from", rest.start())))
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                "lease.reserved",
                fresh,
                Map.of("tenant", transfer.recipient())));
  }
}
