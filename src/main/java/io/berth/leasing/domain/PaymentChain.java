package io.berth.leasing.domain;

import io.berth.leasing.Lease;
import io.berth.leasing.LeaseDebt;
import io.berth.leasing.LeasePrice;
import io.berth.platform.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is paid what for a lease that was resold. Its tenant pays who sold it, each seller pays the
 * one before, the first of them the provider: each at the price of its own lease, for the same
 * minutes. Time that somebody added to what it had bought is the provider's to sell, so that it
 * pays the provider for it.
 */
public final class PaymentChain {

  private PaymentChain() {}

  /**
   * What one party owes.
   *
   * @param toSeller what of it is owed to who sold it the lease; zero where nobody did
   * @param toProvider what of it is owed to the provider
   */
  public record Owed(Money toSeller, Money toProvider) {

    /** All of it. */
    public Money total() {
      return toSeller.plus(toProvider);
    }
  }

  /**
   * What the lease comes to at its end, for its tenant and then for each debtor in turn.
   *
   * @param debts what former tenants owe, in the order in which it is paid
   * @param takenBackAt when its slots were taken back
   */
  public static List<Owed> atEnd(Lease lease, List<LeaseDebt> debts, Instant takenBackAt) {
    List<Owed> owed = new ArrayList<>();
    owed.add(
        owed(
            lease,
            lease.price(),
            lease.chargeAtEnd(takenBackAt),
            debts.isEmpty() ? null : debts.getFirst(),
            takenBackAt));
    for (int i = 0; i < debts.size(); i++) {
      LeaseDebt debt = debts.get(i);
      Money all = lease.pricedAs(debt.price(), debt.retained()).chargeAtEnd(takenBackAt);
      owed.add(
          owed(
              lease,
              debt.price(),
              lesser(debt.reserved(), all),
              i + 1 < debts.size() ? debts.get(i + 1) : null,
              takenBackAt));
    }
    return owed;
  }

  private static Owed owed(
      Lease lease, LeasePrice price, Money all, @Nullable LeaseDebt seller, Instant takenBackAt) {
    if (seller == null) {
      return new Owed(Money.zero(all.currency()), all);
    }
    Instant end = seller.price().end();
    if (!price.end().isAfter(end)) {
      return new Owed(all, Money.zero(all.currency()));
    }
    Money sold =
        lease.pricedAs(price.until(end), seller.retainedOfPayer()).chargeAtEnd(takenBackAt);
    // Parts may be rounded to more than the whole.
    Money toSeller = lesser(all, sold);
    return new Owed(toSeller, all.minus(toSeller));
  }

  /**
   * What a seller is owed of what is retained where a part of what it sold is given back.
   *
   * @param before the price of who pays it, before
   * @param after the same, after
   * @param retained what is retained of the payer's price
   * @param sellersEnd until when the seller had the lease
   * @param now when it is given back
   */
  public static Money retainedForSeller(
      Lease lease,
      LeasePrice before,
      LeasePrice after,
      Money retained,
      Instant sellersEnd,
      Instant now) {
    if (!before.end().isAfter(sellersEnd)) {
      return retained;
    }
    Money unused = before.until(sellersEnd).total().minus(after.until(sellersEnd).total());
    return lesser(retained, lease.notRefunded(unused, now));
  }

  private static Money lesser(Money one, Money other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
