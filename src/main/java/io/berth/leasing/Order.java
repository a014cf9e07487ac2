package io.berth.leasing;

import io.berth.booking.QuoteRequest;
import io.berth.leasing.domain.OrderSizing;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.policy.DecisionId;
import io.berth.policy.ReasonView;
import io.berth.review.CaseId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant wants at once, as soon as people let it pass, or as soon as capacity and price
 * allow.
 *
 * @param request as stated: a start that is left out is the moment at which it is filled
 * @param terms how it is to be filled
 * @param review the case that it waits for or has waited for; null where it never had to
 * @param fills the leases made of it, the first first
 * @param decision the last decision about it; null where none was made yet
 * @param detail why it came to this, or why it was not filled when it was last tried; for people;
 *     null where there is nothing to say
 * @param reasons the rules that held it or stand against it
 * @param goodUntil from when on it is filled no more; null where it never rests
 * @param expiresAt until when it waits as it does now; null where it never had to
 * @param triedAt when it was last tried; null where there was no need to try
 * @param settledAt when it came to its end; null while it waits
 */
public record Order(
    OrderId id,
    OrganizationId tenant,
    OrderState state,
    QuoteRequest request,
    OrderTerms terms,
    @Nullable CaseId review,
    List<OrderFill> fills,
    @Nullable DecisionId decision,
    @Nullable String detail,
    List<ReasonView> reasons,
    @Nullable Instant goodUntil,
    @Nullable Instant expiresAt,
    @Nullable Instant triedAt,
    Instant createdAt,
    @Nullable Instant settledAt,
    long version) {

  /** Copies the lists. */
  public Order {
    fills = List.copyOf(fills);
    reasons = List.copyOf(reasons);
  }

  /** How many are wanted in all. */
  public int accelerators() {
    return OrderSizing.accelerators(request);
  }

  /** How many of them are leased. */
  public int filled() {
    return fills.stream().mapToInt(OrderFill::accelerators).sum();
  }

  /** How many of them are not. */
  public int remaining() {
    return accelerators() - filled();
  }

  /** Whether it waits for capacity, price or money, rather than being filled at once or never. */
  public boolean isResting() {
    return goodUntil != null;
  }

  /** Whether its time is over at a moment, whoever has written that down. */
  public boolean isOver(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  /** What is still to be filled, for no more than the total allows. */
  public QuoteRequest rest(Instant now) {
    return part(remaining(), now);
  }

  /** Some of what is still to be filled, for no more than the total allows for all of that. */
  public QuoteRequest part(int accelerators, Instant now) {
    return OrderSizing.part(request, accelerators, terms.isPartial() ? limit(now) : null, now);
  }

  /**
   * The most that an accelerator-hour of what is still to be filled may cost; null for any price.
   */
  public Money.@Nullable Wire limit(Instant now) {
    return OrderSizing.limit(
        request, fills.stream().map(OrderFill::total).toList(), remaining(), now);
  }

  /**
   * Whether it rests again at a moment, since people had their time and it still has some of its
   * own.
   */
  public boolean restsAgain(Instant now) {
    return state == OrderState.IN_REVIEW
        && isOver(now)
        && goodUntil != null
        && now.isBefore(goodUntil);
  }

  /**
   * As it stands at a moment: one whose time is over has expired, or rests again where only
   * people's time is.
   */
  public Order at(Instant now) {
    if (!state.waits() || !isOver(now)) {
      return this;
    }
    if (restsAgain(now)) {
      return open(expiry(), now);
    }
    return ended(OrderState.EXPIRED, expiry(), decision, reasons, expiresAt);
  }

  /** What there is to say of it where its time is over. */
  public String expiry() {
    return state == OrderState.IN_REVIEW
        ? "Nobody decided in time."
        : detail == null ? "Its time was over." : "Its time was over. Last: " + detail;
  }

  /** As it stands once a lease was made of what is still to be filled, or of a part of it. */
  public Order filledWith(OrderFill fill, List<ReasonView> warnings) {
    List<OrderFill> all = Stream.concat(fills.stream(), Stream.of(fill)).toList();
    boolean isFilled = fill.accelerators() == remaining();
    return new Order(
        id,
        tenant,
        isFilled ? OrderState.FILLED : OrderState.OPEN,
        request,
        terms,
        review,
        all,
        fill.decision(),
        null,
        warnings,
        goodUntil,
        isFilled ? expiresAt : goodUntil,
        fill.at(),
        createdAt,
        isFilled ? fill.at() : null,
        version + 1);
  }

  /** As it stands while people decide. */
  public Order inReview(
      CaseId found,
      DecisionId held,
      String summary,
      List<ReasonView> holding,
      Instant until,
      Instant now) {
    return new Order(
        id,
        tenant,
        OrderState.IN_REVIEW,
        request,
        terms,
        found,
        fills,
        held,
        summary,
        holding,
        goodUntil,
        goodUntil != null && goodUntil.isBefore(until) ? goodUntil : until,
        now,
        createdAt,
        null,
        version + 1);
  }

  /** As it stands when it rests, and why. */
  public Order open(String why, Instant now) {
    return new Order(
        id,
        tenant,
        OrderState.OPEN,
        request,
        terms,
        review,
        fills,
        decision,
        why,
        reasons,
        goodUntil,
        goodUntil,
        now,
        createdAt,
        null,
        version + 1);
  }

  /** As it stands at its end without another lease. */
  public Order ended(
      OrderState end,
      String why,
      @Nullable DecisionId last,
      List<ReasonView> against,
      @Nullable Instant now) {
    return new Order(
        id,
        tenant,
        end,
        request,
        terms,
        review,
        fills,
        last,
        why,
        against,
        goodUntil,
        expiresAt,
        triedAt,
        createdAt,
        now,
        version + 1);
  }
}
