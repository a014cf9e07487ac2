package io.berth.leasing.domain;

import io.berth.leasing.Lease;
import io.berth.leasing.LeaseDebt;
import io.berth.leasing.LeasePrice;
import io.berth.platform.Money;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a lease is to its provider. Where its tenant bought it of another, the provider is paid by
 * who leased it first, at the price of that lease, and by each later tenant for the time that this
 * one added: what tenants agreed on among themselves is not the provider's to know.
 */
public final class ProviderContract {

  private ProviderContract() {}

  /**
   * The lease at the price that its provider is paid.
   *
   * @param debts what former tenants owe for it, in the order in which it is paid
   */
  public static Lease of(Lease lease, List<LeaseDebt> debts) {
    if (debts.isEmpty()) {
      return lease;
    }
    LeaseDebt last = debts.getLast();
    LeasePrice price = last.price();
    Money total = last.reserved();
    Money retained = last.retained();
    Money charged = last.charged();
    for (int i = debts.size() - 1; i >= 0; i--) {
      LeaseDebt debt = debts.get(i);
      LeasePrice payers = i == 0 ? lease.price() : debts.get(i - 1).price();
      Money payersRetained = i == 0 ? lease.retained() : debts.get(i - 1).retained();
      Money direct = payersRetained.minus(debt.retainedOfPayer());
      retained = retained.plus(direct);
      total = total.plus(direct);
      if (payers.end().isAfter(price.end())) {
        LeasePrice added = payers.from(price.end());
        total = total.plus(added.total());
        price = price.then(added);
      }
      charged = plus(charged, i == 0 ? lease.charged() : debts.get(i - 1).charged(), debt);
    }
    return lease.pricedAs(price, total, retained, charged);
  }

  /** What the provider was paid, with what it was paid by who pays a debtor. */
  private static @Nullable Money plus(
      @Nullable Money charged, @Nullable Money payers, LeaseDebt debt) {
    return charged == null || payers == null
        ? null
        : charged.plus(payers.minus(Objects.requireNonNullElse(debt.received(), payers)));
  }
}
