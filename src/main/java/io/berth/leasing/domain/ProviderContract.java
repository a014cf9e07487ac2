package io.berth.leasing.domain;

import io.berth.leasing.Lease;
import io.berth.leasing.LeaseDebt;
import java.util.List;

/**
 * What a lease is to its provider. Where its tenant bought it of another, the provider is paid by
 * who leased it first, at the price of that lease: what the tenants agreed on among themselves is
 * not the provider's to know.
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
    return lease.pricedAs(last.price(), last.reserved(), last.retained(), last.charged());
  }
}
