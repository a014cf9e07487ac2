package io.berth.booking;

import io.berth.booking.internal.AllocationStore;
import io.berth.booking.internal.QuoteStore;
import io.berth.booking.internal.SwapStore;
import io.berth.booking.internal.TurnaroundStore;
import io.berth.booking.internal.YieldStore;
import io.berth.inventory.NodeId;
import io.berth.ledger.Ledger;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.policy.Authorisations;
import io.berth.policy.Decision;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What leasing does with quotes and their slots, always inside leasing's transaction. */
@ApplicationScoped
public class Bookings {

  private final QuoteStore quotes;
  private final AllocationStore allocations;
  private final SwapStore swaps;
  private final TurnaroundStore turnarounds;
  private final YieldStore yields;
  private final Authorisations authorisations;
  private final Ledger ledger;

  Bookings(
      QuoteStore quotes,
      AllocationStore allocations,
      SwapStore swaps,
      TurnaroundStore turnarounds,
      YieldStore yields,
      Authorisations authorisations,
      Ledger ledger) {
    this.quotes = quotes;
    this.allocations = allocations;
    this.swaps = swaps;
    this.turnarounds = turnarounds;
    this.yields = yields;
    this.authorisations = authorisations;
    this.ledger = ledger;
  }

  /** Locks an open quote until the end of the transaction; fails with 404, or 409 otherwise. */
  public Uni<Quote> lockOpen(SqlConnection connection, Scope scope, QuoteId id, Instant now) {
    return quotes
        .lock(connection, scope, id, now)
        .invoke(quote -> {
          if (quote.state() != QuoteState.OPEN) {
            throw ProblemException.conflict(
                "The quote is "
                    + quote.state().name().toLowerCase(Locale.ROOT)
                    + "; only an open one can be confirmed. Ask for a new one.");
          }
        });
  }

  /**
   * Turns what an open quote holds, slots, authorisations and money, into a lease's.
   *
   * @param quote as {@link #lockOpen} gave it
   * @param decision what permits the lease
   * @return fails with 409 where the quote's time has passed meanwhile
   */
  public Uni<Void> confirm(
      SqlConnection connection, Quote quote, Decision decision, Id lease, Instant now) {
    // Sent together, done one after the other.
    return Uni.join()
        .all(
            quotes.close(connection, quote.id(), QuoteState.CONFIRMED, now).replaceWithVoid(),
            allocations
                .lease(connection, quote.id(), lease, now)
                .invoke(leased -> {
                  if (leased != quote.held().size()) {
                    throw ProblemException.conflict(
                        "The quote lapsed a moment ago. Ask for a new one.");
                  }
                })
                .replaceWithVoid(),
            authorisations.commit(connection, quote.id(), lease, decision, now),
            ledger.keep(connection, quote.id(), lease))
        .andFailFast()
        .replaceWithVoid();
  }

  /** What leases have and had, by the quotes that they were made of. */
  public Uni<Map<QuoteId, LeasedSlots>> slots(SqlConnection connection, Collection<QuoteId> ids) {
    return allocations.leased(connection, ids);
  }

  /**
   * Lets some of a lease's slots go before its end.
   *
   * @param given what of which node
   * @param end until when they stay taken, turnaround included; null where they are free as if they
   *     had never been leased
   */
  public Uni<Void> giveBack(
      SqlConnection connection,
      Id lease,
      List<Quote.HeldSlots> given,
      @Nullable Instant end,
      Instant now) {
    return allocations.giveBack(connection, lease, given, end, now);
  }

  /**
   * Lets another tenant's quote hold a lease's slots from the quote's start on, without a gap.
   *
   * @param quote open, for the rest of the lease; it is written here
   */
  public Uni<Void> handOver(SqlConnection connection, Id lease, Quote quote) {
    return quotes
        .insert(connection, quote)
        .chain(() -> allocations.handOver(connection, lease, quote));
  }

  /**
   * Which change of its nodes brought a node to a lease, by lease and node; those that a lease
   * began with are left out.
   */
  public Uni<Map<UUID, Map<NodeId, Integer>>> joined(
      SqlConnection connection, Collection<? extends Id> leases) {
    return swaps.joined(connection, leases.stream().map(Id::value).toList());
  }

  /**
   * Which of their nodes leases share with others at a moment, rest after leases included; where a
   * node lost slots of which a lease has none, too.
   */
  public Uni<Map<UUID, Set<NodeId>>> shared(
      SqlConnection connection, Collection<? extends Id> leases, Instant now) {
    return swaps.shared(connection, leases.stream().map(Id::value).toList(), now);
  }

  /**
   * Nodes that could take a lost one's place from now on: for sale, with as many slots free for the
   * rest of the lease; the best first.
   */
  public Uni<List<NodeId>> spares(SqlConnection connection, NodeSwap swap, Instant now, int limit) {
    return swaps.spares(connection, swap, now, limit);
  }

  /**
   * Lets a spare node take the place of a lost one from now on.
   *
   * @param freeAt until when the lost node's slots stay taken
   * @return false, with nothing changed, where it has not the room any more
   */
  public Uni<Boolean> swap(
      SqlConnection connection, NodeSwap swap, NodeId spare, Instant freeAt, Instant now) {
    return swaps.swap(connection, swap, spare, freeAt, now);
  }

  /** Frees a lease's slots as if they had never been leased. */
  public Uni<Void> free(SqlConnection connection, Id lease) {
    return allocations.free(connection, lease);
  }

  /** The leases that have some of these slots up to a moment, and not beyond. */
  public Uni<Set<UUID>> leasedUpTo(
      SqlConnection connection, List<Quote.HeldSlots> slots, Instant moment) {
    return turnarounds.upTo(connection, slots, moment);
  }

  /**
   * Keeps slots that are free again taken for the turnaround of leases that had them before, and
   * from which they were to pass to another without one.
   *
   * @param tenant who gives them back: on nodes whose slots are not isolated from one another,
   *     nobody else was to be there
   * @param leases that had them up to the start of {@code turnaround}, locked
   */
  public Uni<Void> keepTaken(
      SqlConnection connection,
      OrganizationId tenant,
      Collection<UUID> leases,
      List<Quote.HeldSlots> slots,
      Period turnaround,
      Instant now) {
    return turnarounds.keep(connection, tenant, leases, slots, turnaround, now);
  }

  /**
   * Keeps a lease's slots for longer.
   *
   * @param end until when they are to stay taken, turnaround included
   * @return when somebody else has some of them before, in which case nothing changes; empty where
   *     they are the lease's until then
   */
  public Uni<Optional<Instant>> extend(
      SqlConnection connection, Id lease, Collection<NodeId> nodes, Instant end, Instant now) {
    return allocations
        .takenNext(connection, lease, nodes, end, now)
        .call(taken ->
            taken.isPresent()
                ? Uni.createFrom().voidItem()
                : turnarounds
                    .forget(connection, lease)
                    .chain(() -> allocations.extend(connection, lease, end)));
  }

  /**
   * What of others is in the way of a lease that is to keep its slots for longer; takes no locks.
   *
   * @param end until when they are to stay taken, turnaround included
   */
  public Uni<List<InTheWay>> inTheWay(
      SqlConnection connection, Id lease, Instant end, Instant now) {
    return yields.inTheWay(connection, lease, end, now);
  }

  /** Lets a lease's slots go at {@code end}, where they were to stay taken for longer. */
  public Uni<Void> shorten(SqlConnection connection, Id lease, Instant end) {
    return allocations.shorten(connection, lease, end);
  }
}
