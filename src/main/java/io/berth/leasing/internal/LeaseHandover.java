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
import io.berth.leasing.Resale;
import io.berth.leasing.ResaleId;
import io.berth.ledger.Ledger;
import io.berth.platform.Id;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
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
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
  private final LeaseDebts debts;
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
      LeaseDebts debts,
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
    this.debts = debts;
    this.renewals = renewals;
    this.notices = notices;
    this.verdicts = verdicts;
    this.decisions = decisions;
    this.ledger = ledger;
    this.audit = audit;
    this.outbox = outbox;
  }

  /**
   * What passes to whom.
   *
   * @param rest what is left of the lease, from {@link Lease#handoverAt} on at the earliest
   * @param price what each stretch of the rest costs the recipient
   * @param way the kind of {@code by}, as trails name it
   * @param by what both agreed on
   * @param sale where the former tenant sold it and is paid by the recipient; null where the
   *     recipient takes its place
   * @param message what the former tenant and the provider are told: what tenants agree on among
   *     themselves is not the provider's to know
   */
  record Passing(
      OrganizationId recipient,
      Period rest,
      LeasePrice price,
      String way,
      Id by,
      @Nullable ResaleId sale,
      NoticeStore.Message message) {

    /** Takes the place of the former tenant, at its price. */
    static Passing of(LeaseTransfer transfer, Lease lease, Instant now) {
      Period rest = new Period(lease.handoverAt(now), lease.period().end());
      return new Passing(
          transfer.recipient(),
          rest,
          lease.price().from(rest.start()),
          "transfer",
          transfer.id(),
          null,
          new NoticeStore.Message(passes(rest), passes(rest)));
    }

    /** Buys the rest, at the seller's price. */
    static Passing of(Resale resale, OrganizationId buyer, Period rest) {
      return new Passing(
          buyer,
          rest,
          LeasePrice.of(rest, resale.accelerators(), resale.pricePerAcceleratorHour()),
          "resale",
          resale.id(),
          resale.id(),
          new NoticeStore.Message(
              "The rest of this lease was sold for "
                  + resale.totalFor(rest)
                  + ": another tenant has it from "
                  + rest.start()
                  + " on.",
              passes(rest)));
    }

    private static String passes(Period rest) {
      return "Another tenant has the rest of this lease from " + rest.start() + " on.";
    }
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
      Passing passing,
      NodeVerdicts.Held held,
      UseProfile use,
      LeaseId fresh,
      Instant now) {
    Period rest = passing.rest();
    LeasePrice price = passing.price();
    return verdicts
        .judge(connection, held, use, rest, DecisionPurpose.CONFIRM)
        .invoke(LeaseHandover::requirePermit)
        .call(decision -> decisions.record(connection, scope, decision))
        .call(decision -> {
          Quote quote = quote(lease, passing, use, decision, now);
          return bookings
              .handOver(connection, lease.id(), quote)
              .chain(() -> verdicts.reserve(connection, held, decision, quote, now))
              .chain(() -> debts.lockAccounts(connection, lease, passing.recipient()))
              .chain(() ->
                  ledger.reserve(
                      connection, quote.tenant(), quote.total(), quote.id(), quote.expiresAt()))
              .chain(() -> leases.insert(connection, fresh, quote, price, decision, now))
              .chain(() -> bookings.confirm(connection, quote, decision, fresh, now))
              .chain(() -> cut(connection, lease, passing, fresh, now));
        })
        .chain(decision -> tell(connection, scope, lease, passing, fresh, decision, now));
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
      Lease lease, Passing passing, UseProfile use, Decision decision, Instant now) {
    LeasePrice price = passing.price();
    return new Quote(
        QuoteId.fresh(),
        passing.recipient(),
        lease.provider(),
        lease.cluster(),
        lease.pool(),
        lease.offer(),
        decision.id(),
        QuoteState.OPEN,
        lease.term().isFirm() ? LeaseTerm.RESERVED : lease.term(),
        lease.interruptionNotice(),
        lease.modelId(),
        passing.rest(),
        lease.turnaround(),
        lease.earlyReleaseRefundPercent(),
        lease.networkExceptions(),
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

  /** Cuts the former lease off; the money that comes free by it, and what stays owed, follows. */
  private Uni<Void> cut(
      SqlConnection connection, Lease lease, Passing passing, LeaseId fresh, Instant now) {
    Instant moment = passing.rest().start();
    ResaleId sale = passing.sale();
    boolean begun = moment.isAfter(lease.period().start());
    Money kept =
        begun ? lease.price().until(moment).total().plus(lease.retained()) : lease.retained();
    Money freed = lease.total().minus(kept);
    return renewals
        .next(connection, lease.id(), null, null)
        .chain(() -> leases.transferred(connection, lease.id(), now))
        .chain(() -> debts.carry(connection, lease, fresh, moment, sale == null ? 0 : 1, now))
        .chain(() ->
            begun
                ? shorten(connection, lease, moment, freed, now)
                : endings.endPassedOn(connection, lease, now))
        .chain(() ->
            sale == null
                ? Uni.createFrom().voidItem()
                : debts.owe(connection, lease, fresh, sale, moment, freed, now));
  }

  private Uni<Void> shorten(
      SqlConnection connection, Lease lease, Instant moment, Money freed, Instant now) {
    LeaseStore.Terms terms =
        new LeaseStore.Terms(
            moment,
            // There is none where the slots pass without a gap; but it may end sooner.
            lease.turnaround(),
            lease.accelerators(),
            lease.price().until(moment),
            lease.retained());
    return ledger
        .lower(connection, lease.id(), freed)
        .chain(() -> leases.amend(connection, lease, terms, now));
  }

  private Uni<Void> tell(
      SqlConnection connection,
      Scope scope,
      Lease lease,
      Passing passing,
      LeaseId fresh,
      Decision decision,
      Instant now) {
    Instant from = passing.rest().start();
    return notices
        .tell(connection, lease, NoticeKind.TRANSFERRED, passing.message(), null, from, now)
        // Neither lease's trail names the other: what belongs to one tenant is not the other's.
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease." + passing.way(),
                lease.id(),
                Map.of(passing.way(), passing.by(), "from", from)))
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.create",
                fresh,
                Map.of(passing.way(), passing.by(), "decision", decision.id())))
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                "lease.transferred",
                lease.id(),
                Map.of(passing.way(), passing.by(), "from", from)))
        .chain(() ->
            outbox.append(
                Tx.of(connection), "lease.reserved", fresh, Map.of("tenant", passing.recipient())));
  }
}
