package io.berth.leasing.internal;

import io.berth.leasing.Lease;
import io.berth.leasing.LeaseDebt;
import io.berth.leasing.LeaseDebtId;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeasePrice;
import io.berth.leasing.ResaleId;
import io.berth.leasing.domain.PaymentChain;
import io.berth.leasing.domain.PaymentChain.Owed;
import io.berth.leasing.domain.ProviderContract;
import io.berth.ledger.AccountKind;
import io.berth.ledger.Ledger;
import io.berth.ledger.Ledger.Payment;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who pays whom for a lease of which a former tenant sold the rest. The lease's tenant pays the
 * seller, at the price that they agreed on; the seller, or whoever sold it to the seller, pays the
 * provider at the price of its own lease: by the same rule, for the same minutes, so that the
 * provider gets what it would have got had the seller used the capacity as the buyer did. Time that
 * a tenant added to what it had bought it pays the provider for. All of it under the lease's lock.
 */
@ApplicationScoped
public class LeaseDebts {

  private final DebtStore debts;
  private final Ledger ledger;

  LeaseDebts(DebtStore debts, Ledger ledger) {
    this.debts = debts;
    this.ledger = ledger;
  }

  /** What former tenants owe for a lease, in the order in which it is paid. */
  Uni<List<LeaseDebt>> of(SqlConnection connection, LeaseId lease) {
    return debts.of(connection, lease);
  }

  /** A lease as its provider has it: at the price that the provider is paid. */
  Uni<Lease> asProviderHas(SqlConnection connection, Lease lease) {
    return debts.of(connection, lease.id()).map(owed -> ProviderContract.of(lease, owed));
  }

  /**
   * Leases that a scope sees, as it may see them: who sees one as its provider alone is shown the
   * price that the provider is paid.
   */
  Uni<List<Lease>> asSeenBy(SqlConnection connection, Scope scope, List<Lease> found) {
    Set<LeaseId> ofOthers =
        found.stream()
            .filter(lease -> !scope.sees(lease.tenant()))
            .map(Lease::id)
            .collect(Collectors.toSet());
    if (ofOthers.isEmpty()) {
      return Uni.createFrom().item(found);
    }
    return debts
        .of(connection, ofOthers)
        .map(owed -> owed.stream().collect(Collectors.groupingBy(LeaseDebt::lease)))
        .map(owed ->
            found.stream()
                .map(lease -> ProviderContract.of(lease, owed.getOrDefault(lease.id(), List.of())))
                .toList());
  }

  /** Fails with 409 where who is to have the lease from a moment on would pay itself for it. */
  Uni<Void> requireOther(
      SqlConnection connection, LeaseId lease, OrganizationId recipient, Instant moment) {
    return debts
        .of(connection, lease)
        .invoke(found -> {
          if (!found.isEmpty()
              && isOwedFrom(found.getFirst(), moment)
              && found.getFirst().debtor().equals(recipient)) {
            throw ProblemException.conflict(
                "This lease cannot be transferred to your organization; it can buy it where its tenant"
                    + " offers it for resale.");
          }
        })
        .replaceWithVoid();
  }

  /**
   * Locks the accounts of everybody who may pay or be paid for leases that pass from one tenant to
   * another.
   */
  Uni<Void> lockAccounts(SqlConnection connection, Lease lease, OrganizationId recipient) {
    return debts
        .of(connection, lease.id())
        .chain(found -> {
          Set<OrganizationId> parties = parties(lease, found);
          parties.add(recipient);
          return ledger.lockTenants(connection, parties, lease.total().currency());
        });
  }

  private static Set<OrganizationId> parties(Lease lease, List<LeaseDebt> debts) {
    Set<OrganizationId> parties = new HashSet<>();
    parties.add(lease.tenant());
    debts.forEach(debt -> parties.add(debt.debtor()));
    return parties;
  }

  /** Whether something is owed for the time from a moment on: none for what was added later. */
  private static boolean isOwedFrom(LeaseDebt debt, Instant moment) {
    return moment.isBefore(debt.price().end());
  }

  /**
   * Lets what is owed for a lease be owed for the one that takes its place from a moment on.
   *
   * @param lease the former one, not cut off yet
   * @param fresh the latter one, written already
   * @param ahead how many debts come before these
   */
  Uni<Void> carry(
      SqlConnection connection,
      Lease lease,
      LeaseId fresh,
      Instant moment,
      int ahead,
      Instant now) {
    return each(
        connection,
        lease.id(),
        debt -> {
          if (!isOwedFrom(debt, moment)) {
            return Uni.createFrom().voidItem();
          }
          boolean begun = moment.isAfter(lease.period().start());
          LeasePrice before = begun ? debt.price().until(moment) : debt.price();
          Money most = begun ? before.total().plus(debt.retained()) : debt.retained();
          Money kept = lesser(debt.reserved(), most);
          Money less = debt.reserved().minus(kept);
          LeasePrice rest = debt.price().from(moment);
          LeaseDebt carried =
              new LeaseDebt(
                  LeaseDebtId.fresh(),
                  fresh,
                  debt.position() + ahead,
                  debt.resale(),
                  debt.debtor(),
                  rest,
                  lesser(less, rest.total()),
                  Money.zero(less.currency()),
                  Money.zero(less.currency()),
                  null,
                  null);
          return ledger
              .lower(connection, debt.id(), less)
              .chain(() -> ledger.carry(connection, debt.id(), carried.id(), carried.reserved()))
              .chain(() ->
                  debts.amend(
                      connection, debt.id(), before, kept, debt.retained(), debt.retainedOfPayer()))
              .chain(() -> debts.insert(connection, carried, now));
        });
  }

  /**
   * Lets the seller go on owing what its lease costs from a moment on.
   *
   * @param lease the seller's, as it was before
   * @param fresh the buyer's
   * @param freed what is no longer set aside for the seller's: the most that it goes on owing,
   *     since halves of a price may be rounded to more than the whole
   */
  Uni<Void> owe(
      SqlConnection connection,
      Lease lease,
      LeaseId fresh,
      ResaleId resale,
      Instant moment,
      Money freed,
      Instant now) {
    LeasePrice rest = lease.price().from(moment);
    LeaseDebt debt =
        new LeaseDebt(
            LeaseDebtId.fresh(),
            fresh,
            0,
            resale,
            lease.tenant(),
            rest,
            lesser(freed, rest.total()),
            Money.zero(freed.currency()),
            Money.zero(freed.currency()),
            null,
            null);
    return ledger
        .carry(connection, lease.id(), debt.id(), debt.reserved())
        .chain(() -> debts.insert(connection, debt, now));
  }

  /** Lowers what is owed for a lease, a part of which its tenant gives back. */
  Uni<Void> shrink(
      SqlConnection connection, Lease lease, Instant moment, int accelerators, Instant now) {
    return debts
        .of(connection, lease.id())
        .chain(found -> {
          Uni<Void> changed = Uni.createFrom().voidItem();
          Shrunk payer = Shrunk.of(lease, lease.price(), moment, accelerators, now);
          for (LeaseDebt debt : found) {
            Shrunk own = Shrunk.of(lease, debt.price(), moment, accelerators, now);
            Money ofPayer =
                debt.retainedOfPayer()
                    .plus(
                        PaymentChain.retainedForSeller(
                            lease,
                            payer.before(),
                            payer.after(),
                            payer.retained(),
                            debt.price().end(),
                            now));
            changed = changed.chain(() -> shrink(connection, debt, own, ofPayer));
            payer = own;
          }
          return changed;
        });
  }

  /** What a part given back does to a price. */
  private record Shrunk(LeasePrice before, LeasePrice after, Money retained) {

    static Shrunk of(
        Lease lease, LeasePrice before, Instant moment, int accelerators, Instant now) {
      LeasePrice after = before.withAccelerators(moment, accelerators);
      return new Shrunk(before, after, lease.notRefunded(before.total().minus(after.total()), now));
    }
  }

  private Uni<Void> shrink(
      SqlConnection connection, LeaseDebt debt, Shrunk own, Money retainedOfPayer) {
    Money retained = debt.retained().plus(own.retained());
    Money reserved = lesser(debt.reserved(), own.after().total().plus(retained));
    return ledger
        .lower(connection, debt.id(), debt.reserved().minus(reserved))
        .chain(() ->
            debts.amend(connection, debt.id(), own.after(), reserved, retained, retainedOfPayer));
  }

  /**
   * Pays for a lease that ends.
   *
   * @param takenBackAt when its slots were taken back
   * @param charge what its tenant owes
   */
  Uni<Void> settle(SqlConnection connection, Lease lease, Instant takenBackAt, Money charge) {
    return debts
        .of(connection, lease.id())
        .chain(found -> {
          if (found.isEmpty()) {
            return ledger.settle(connection, lease.id(), lease.tenant(), lease.provider(), charge);
          }
          List<Owed> owed = PaymentChain.atEnd(lease, found, takenBackAt);
          Uni<Void> settled =
              ledger
                  .lockTenants(connection, parties(lease, found), charge.currency())
                  .chain(() ->
                      ledger.settle(
                          connection,
                          lease.id(),
                          lease.tenant(),
                          payments(lease, owed.getFirst(), found.getFirst())));
          for (int i = 0; i < found.size(); i++) {
            LeaseDebt debt = found.get(i);
            Owed own = owed.get(i + 1);
            Money received = owed.get(i).toSeller();
            List<Payment> payments =
                payments(lease, own, i + 1 < found.size() ? found.get(i + 1) : null);
            settled =
                settled
                    .chain(() -> ledger.settle(connection, debt.id(), debt.debtor(), payments))
                    .chain(() -> debts.charge(connection, debt.id(), own.total(), received));
          }
          return settled;
        });
  }

  private static List<Payment> payments(Lease lease, Owed owed, @Nullable LeaseDebt seller) {
    Payment provider = new Payment(lease.provider(), AccountKind.PROVIDER, owed.toProvider());
    return seller == null
        ? List.of(provider)
        : List.of(new Payment(seller.debtor(), AccountKind.TENANT, owed.toSeller()), provider);
  }

  private Uni<Void> each(
      SqlConnection connection, LeaseId lease, Function<LeaseDebt, Uni<Void>> change) {
    return debts
        .of(connection, lease)
        .chain(found -> {
          Uni<Void> changed = Uni.createFrom().voidItem();
          for (LeaseDebt debt : found) {
            changed = changed.chain(() -> change.apply(debt));
          }
          return changed;
        });
  }

  private static Money lesser(Money one, Money other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
