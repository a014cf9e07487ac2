package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.BookingConfig;
import io.berth.booking.Bookings;
import io.berth.booking.NodeVerdicts;
import io.berth.booking.PolicyRefusal;
import io.berth.booking.Races;
import io.berth.booking.Refusals;
import io.berth.inventory.Node;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeasePrice;
import io.berth.leasing.internal.LeaseApi.ExtendRequest;
import io.berth.ledger.Ledger;
import io.berth.market.Offer;
import io.berth.market.OfferState;
import io.berth.market.Offers;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.Money;
import io.berth.platform.Outbox;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.Decision;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Decisions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets a lease go on for longer, on the same slots: at the offer's price of now, where policy
 * permits the added time, nobody else has the slots, and the money is there; all in one
 * transaction.
 */
@ApplicationScoped
public class LeaseExtension {

  private static final Scope SYSTEM = Scope.system("leasing");
  private static final Duration LONGEST = Duration.ofDays(366);

  private final Bookings bookings;
  private final RenewalRoom room;
  private final LeaseStore leases;
  private final NodeVerdicts verdicts;
  private final Offers offers;
  private final Decisions decisions;
  private final Refusals refusals;
  private final Ledger ledger;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Idempotency idempotency;
  private final Database database;
  private final BookingConfig config;
  private final Clock clock;

  LeaseExtension(
      Bookings bookings,
      RenewalRoom room,
      LeaseStore leases,
      NodeVerdicts verdicts,
      Offers offers,
      Decisions decisions,
      Refusals refusals,
      Ledger ledger,
      AuditTrail audit,
      Outbox outbox,
      Idempotency idempotency,
      Database database,
      BookingConfig config,
      Clock clock) {
    this.bookings = bookings;
    this.room = room;
    this.leases = leases;
    this.verdicts = verdicts;
    this.offers = offers;
    this.decisions = decisions;
    this.refusals = refusals;
    this.ledger = ledger;
    this.audit = audit;
    this.outbox = outbox;
    this.idempotency = idempotency;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /**
   * A lease that goes on for longer, with the names behind its identifiers.
   *
   * @param interrupted whether interruptible leases made room for it
   */
  record Extended(Lease lease, LeaseViews.Names names, boolean interrupted) {}

  /** Until when a lease is to go on, and at most at which price. */
  private record Wish(
      @Nullable Instant end, @Nullable Duration duration, @Nullable Money priceMax) {

    Instant endOf(Lease lease) {
      Instant wanted =
          end != null ? end : lease.period().end().plus(Objects.requireNonNull(duration));
      if (!wanted.isAfter(lease.period().end())) {
        throw ProblemException.unprocessable(
            "/end", "The lease lasts until " + lease.period().end() + " as it is.");
      }
      return wanted;
    }
  }

  /** Extends a tenant's lease. */
  Uni<Response> extend(
      Scope scope, @Nullable String idempotencyKey, LeaseId id, ExtendRequest request) {
    Wish wish = wish(request);
    return refusals.recorded(
        scope,
        Races.retry(
            config.attemptsMax(),
            () ->
                database
                    .sql(scope, connection -> leases.get(connection, scope, id))
                    .invoke(lease -> requireTenant(scope, lease))
                    .chain(this::offer)
                    .chain(offer ->
                        database.sql(
                            scope,
                            connection ->
                                idempotency.once(
                                    connection,
                                    scope,
                                    idempotencyKey,
                                    "POST /v1/leases/" + id + "/extend",
                                    request,
                                    () ->
                                        leases
                                            .lock(connection, scope, id)
                                            .chain(lease ->
                                                extend(
                                                    connection,
                                                    scope,
                                                    lease,
                                                    offer,
                                                    wish.endOf(lease),
                                                    wish.priceMax()))
                                            .map(LeaseExtension::answer))))));
  }

  private static Answer answer(Extended extended) {
    Lease lease = extended.lease();
    return new Answer(
        Response.Status.ACCEPTED.getStatusCode(),
        extended.names().view(lease),
        "/v1/leases/" + lease.id(),
        lease.version());
  }

  /**
   * A lease's offer as it stands now, published or not, at the price of the lease's term. To be
   * called outside of transactions, since it takes a connection of its own.
   */
  Uni<Offer> offer(Lease lease) {
    return offers.get(SYSTEM, lease.offer()).map(offer -> priced(lease, offer));
  }

  private static Offer priced(Lease lease, Offer offer) {
    return lease.term().isFirm()
        ? offer
        : offer
            .interruptibly()
            .orElseThrow(() ->
                ProblemException.conflict(
                    "The lease's offer has no interruptible leases any more."));
  }

  /**
   * Extends a locked lease, or fails and leaves it as it is.
   *
   * @param offer by {@link #offer}
   * @param priceMax the most to pay for the added time; null for no bound
   */
  Uni<Extended> extend(
      SqlConnection connection,
      Scope scope,
      Lease lease,
      Offer offer,
      Instant end,
      @Nullable Money priceMax) {
    Instant now = clock.instant();
    requireLive(lease, now);
    requireOffered(lease, offer, end, priceMax);
    // Only now: another node may have taken the place of one that was lost.
    return verdicts
        .held(connection, lease.tenant(), lease.nodes(), lease.quote())
        .invoke(LeaseExtension::requireSellable)
        .chain(held ->
            extend(connection, scope, lease, held, offer.pricePerAcceleratorHour(), end, now)
                .map(extended -> new Extended(extended, LeaseViews.Names.of(held), false)));
  }

  /**
   * The same, where interruptible leases make room for a firm one that goes on by itself. While
   * they do, nothing of its price comes back on an early release: driving others out and leaving
   * must not be free.
   */
  Uni<Extended> renew(
      SqlConnection connection,
      Scope scope,
      Lease lease,
      Offer offer,
      Instant end,
      Money priceMax) {
    Instant now = clock.instant();
    requireLive(lease, now);
    return room.make(connection, lease, end.plus(lease.turnaround()), now)
        .invoke(made -> requireFree(lease, made.taken()))
        .chain(made ->
            extend(connection, scope, lease, offer, end, priceMax)
                .call(() -> leases.refundNothing(connection, lease.id(), made.interrupted()))
                .map(extended ->
                    new Extended(extended.lease(), extended.names(), made.interrupted())));
  }

  private Uni<Lease> extend(
      SqlConnection connection,
      Scope scope,
      Lease lease,
      NodeVerdicts.Held held,
      Money price,
      Instant end,
      Instant now) {
    Period added = new Period(lease.period().end(), end);
    LeasePrice extended = lease.price().extendedTo(end, price);
    Money more = extended.total().minus(lease.price().total());
    return verdicts
        .judge(connection, held, lease.use(), added, DecisionPurpose.EXTENSION)
        .invoke(decision -> requirePermit(decision, added))
        .call(decision -> decisions.record(connection, scope, decision))
        .call(decision ->
            bookings
                .extend(connection, lease.id(), lease.nodes(), end.plus(lease.turnaround()), now)
                .invoke(taken -> requireFree(lease, taken)))
        .call(decision -> ledger.raise(connection, lease.tenant(), lease.id(), more))
        .call(decision ->
            leases.amend(
                connection,
                lease,
                new LeaseStore.Terms(
                    end, lease.turnaround(), lease.accelerators(), extended, lease.retained()),
                now))
        .call(decision ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.extend",
                lease.id(),
                Map.of(
                    "from",
                    added.start(),
                    "until",
                    end,
                    "pricePerAcceleratorHour",
                    Money.Wire.of(price),
                    "added",
                    Money.Wire.of(more),
                    "decision",
                    decision.id())))
        .call(decision ->
            outbox.append(Tx.of(connection), "lease.extended", lease.id(), Map.of("until", end)))
        .chain(decision -> leases.get(connection, SYSTEM, lease.id()));
  }

  private static void requireLive(Lease lease, Instant now) {
    if (lease.windDown() != null) {
      throw ProblemException.conflict(
          "The lease is being wound down and ends at "
              + lease.endsAt()
              + ": it cannot go on for longer. "
              + lease.windDown().reason());
    }
    if (!lease.state().isLive() || !now.isBefore(lease.period().end())) {
      throw ProblemException.conflict(
          "The lease is "
              + (lease.state().isLive() ? "over" : lease.state().name().toLowerCase(Locale.ROOT))
              + ": only one that has not ended can go on. Ask for a quote.");
    }
  }

  private static void requireOffered(
      Lease lease, Offer offer, Instant end, @Nullable Money priceMax) {
    if (offer.state() != OfferState.PUBLISHED) {
      throw ProblemException.conflict(
          "The lease's offer is "
              + offer.state().wire()
              + " now, so it ends as it stands: ask for a quote elsewhere.");
    }
    if (Duration.between(lease.period().start(), end).compareTo(offer.termMax()) > 0) {
      throw ProblemException.unprocessable(
          "/end",
          "A lease of this offer lasts at most "
              + offer.termMax()
              + ", this one until "
              + lease.period().start().plus(offer.termMax())
              + ".");
    }
    if (offer.availableUntil().filter(end::isAfter).isPresent()) {
      throw ProblemException.unprocessable(
          "/end", "The offer is available until " + offer.availableUntil().orElseThrow() + ".");
    }
    Money price = offer.pricePerAcceleratorHour();
    if (priceMax != null
        && (!priceMax.currency().equals(price.currency()) || price.compareTo(priceMax) > 0)) {
      throw ProblemException.unprocessable(
          "/pricePerAcceleratorHourMax",
          "The added time costs " + price + " per accelerator and hour.");
    }
  }

  private static void requireSellable(NodeVerdicts.Held held) {
    List<String> unfit =
        held.nodes().stream().filter(node -> !node.sellable()).map(Node::name).sorted().toList();
    if (!unfit.isEmpty()) {
      throw new ProblemException(
          ProblemType.CAPACITY_UNAVAILABLE,
          "These nodes cannot be booked at the moment: "
              + String.join(", ", unfit)
              + ". Try again later, or ask for a quote elsewhere.");
    }
  }

  private static void requirePermit(Decision decision, Period added) {
    if (!decision.verdict().permits()) {
      Instant until = decision.together().allowedUntil();
      throw new PolicyRefusal(
          decision,
          "Policy "
              + (until == null || !until.isAfter(added.start())
                  ? "does not permit this lease to go on: "
                  : "permits this lease to go on only until " + until + ": ")
              + decision.reasons().getFirst().message());
    }
  }

  private static void requireFree(Lease lease, Optional<Instant> taken) {
    if (taken.isEmpty()) {
      return;
    }
    Instant until = taken.get().minus(lease.turnaround()).truncatedTo(ChronoUnit.MINUTES);
    boolean isLonger = until.isAfter(lease.period().end());
    ProblemException refusal =
        new ProblemException(
            ProblemType.CAPACITY_UNAVAILABLE,
            "Others have booked these accelerators, or their provider keeps them from sale, from "
                + taken.get()
                + " on"
                + (isLonger
                    ? ": the lease can go on until " + until + "."
                    : ": the lease cannot go on. Ask for a quote elsewhere."));
    throw isLonger ? refusal.with("extendableUntil", until) : refusal;
  }

  static void requireTenant(Scope scope, Lease lease) {
    if (scope.organization().filter(lease.tenant()::equals).isEmpty()) {
      // Its provider sees it, but only its tenant may change it.
      throw ProblemException.notFound("lease of your organization", lease.id());
    }
  }

  private static Wish wish(ExtendRequest request) {
    Instant end = request.end();
    Duration duration = request.duration();
    if ((end == null) == (duration == null)) {
      throw ProblemException.malformed(
          end == null ? "/duration" : "/end", "Give either end or duration.");
    }
    if (end != null && !end.truncatedTo(ChronoUnit.MINUTES).equals(end)) {
      throw ProblemException.malformed("/end", "end must be a whole minute.");
    }
    if (duration != null
        && (duration.isNegative()
            || duration.isZero()
            || duration.compareTo(LONGEST) > 0
            || !duration.truncatedTo(ChronoUnit.MINUTES).equals(duration))) {
      throw ProblemException.malformed(
          "/duration", "Must be whole minutes from PT1M to " + LONGEST + ".");
    }
    Money.Wire priceMax = request.pricePerAcceleratorHourMax();
    try {
      return new Wish(end, duration, priceMax == null ? null : priceMax.toMoney());
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(
          "/pricePerAcceleratorHourMax",
          "A price is {\"amountMicros\": \"2950000\", \"currency\": \"USD\"}: a whole number of"
              + " millionths as a string, and an ISO 4217 currency.");
    }
  }
}
