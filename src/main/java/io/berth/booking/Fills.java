package io.berth.booking;

import io.berth.booking.internal.AlternativeSearch;
import io.berth.booking.internal.Market;
import io.berth.booking.internal.Placement;
import io.berth.booking.internal.Quoting;
import io.berth.booking.internal.RequestReader;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.policy.Decision;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What leasing does to fill an order: a quote that is confirmed in the same transaction. */
@ApplicationScoped
public class Fills {

  private final Market market;
  private final Quoting quoting;
  private final RequestReader requests;
  private final AlternativeSearch alternatives;

  Fills(Market market, Quoting quoting, RequestReader requests, AlternativeSearch alternatives) {
    this.market = market;
    this.quoting = quoting;
    this.requests = requests;
    this.alternatives = alternatives;
  }

  /** What a request comes to. */
  public sealed interface Outcome {

    /** Slots and money are held by an open quote, whose decision is recorded. */
    record Held(Quote quote, Decision decision) implements Outcome {}

    /**
     * It would fit if policy did not hold it; nothing is held or recorded.
     *
     * @param decision what holds it
     * @param summary in words
     */
    record OnHold(Decision decision, String summary) implements Outcome {}
  }

  /** What is on offer at a moment, for one tenant. */
  public static final class Stock {

    private final Market.Stock stock;
    private final Instant now;
    private final AtomicReference<Placement> refused = new AtomicReference<>();

    private Stock(Market.Stock stock, Instant now) {
      this.stock = stock;
      this.now = now;
    }

    /**
     * The region label of the nodes that a quote of this stock holds; null where they have none.
     */
    public @Nullable String region(Quote quote) {
      return stock.node(quote.pool(), quote.held().getFirst().node()).region();
    }
  }

  /**
   * Fails where a request makes no sense at a moment, whatever is on offer.
   *
   * @throws io.berth.platform.ProblemException 400 or 422
   */
  public void check(QuoteRequest request, Instant now) {
    requests.read(request, now);
    RequestReader.use(request);
  }

  /**
   * Reads what is on offer. Not within the transaction that fills, since it takes connections of
   * its own.
   */
  public Uni<Stock> stock(OrganizationId tenant, Instant now) {
    return market.stock(tenant).map(stock -> new Stock(stock, now));
  }

  /**
   * Places a request in the caller's transaction.
   *
   * @return fails with {@link PolicyRefusal} where policy denies it, and with {@link
   *     io.berth.platform.ProblemException} where it makes no sense, there is no capacity, or the
   *     account holds too little
   */
  public Uni<Outcome> fill(
      SqlConnection connection, Scope scope, Stock stock, QuoteRequest request) {
    return Uni.createFrom()
        .deferred(() ->
            quoting.fill(
                connection,
                scope,
                stock.stock,
                requests.read(request, stock.now),
                RequestReader.use(request),
                request.termOrReserved(),
                stock.now,
                stock.refused::set));
  }

  /**
   * A refusal that filling from a stock has come to, with what could be had instead. Not within the
   * transaction that fills, since that takes a while.
   */
  public <T> Uni<T> refuse(Throwable refusal, Stock stock) {
    return alternatives.refuse(refusal, stock.refused.get());
  }

  /**
   * How many accelerators, of a request that does not fit as a whole, one lease could have at the
   * most as things stand in the caller's transaction; nothing is held.
   *
   * @param least the fewest that will do
   * @param most the most that may be given
   * @return 0 where not even the fewest fit
   */
  public Uni<Integer> fitting(
      SqlConnection connection, Stock stock, QuoteRequest request, int least, int most) {
    return Uni.createFrom()
        .deferred(() ->
            quoting.fitting(
                connection,
                stock.stock,
                requests.read(request, stock.now),
                RequestReader.use(request),
                request.termOrReserved(),
                least,
                most,
                stock.now));
  }
}
