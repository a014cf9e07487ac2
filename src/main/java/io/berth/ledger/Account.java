package io.berth.ledger;

import io.berth.platform.Money;
import io.berth.platform.OrganizationId;

/**
 * An account as it stands.
 *
 * @param balance the sum of its postings
 * @param reserved what open quotes and running leases have set aside of it
 */
public record Account(
    AccountId id, OrganizationId organization, AccountKind kind, Money balance, Money reserved) {

  /** What can still be spent. */
  public Money available() {
    return balance.minus(reserved);
  }
}
