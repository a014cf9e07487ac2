package io.berth.ledger;

import io.berth.ledger.internal.SpendLimits;
import io.berth.platform.Id;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Moves money, always inside the transaction of what it is moved for. Every call may be repeated: a
 * reference is reserved, settled or deposited at most once.
 */
@ApplicationScoped
public class Ledger {

  private final SpendLimits limits;
  private final Clock clock;

  Ledger(SpendLimits limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * Sets money of a tenant aside until a moment.
   *
   * @param reference what for; one reservation a reference
   * @return fails with 422 {@link ProblemType#INSUFFICIENT_FUNDS} where the account holds too
   *     little, or with {@link ProblemType#SPEND_LIMIT_EXCEEDED} where the tenant allows itself
   *     less
   */
  public Uni<Void> reserve(
      SqlConnection connection,
      OrganizationId tenant,
      Money amount,
      Id reference,
      Instant expiresAt) {
    return lockWithRoom(connection, tenant, amount)
        .chain(account ->
            connection
                .preparedQuery(
                    "insert into ledger_reservation (reference, account_id,"
                        + " amount_micros, state, expires_at, created_at)"
                        + " values ($1, $2, $3, 'HELD', $4, $5)")
                .execute(
                    Tuple.of(
                        reference.toString(),
                        account,
                        amount.micros(),
                        expiresAt.atOffset(ZoneOffset.UTC),
                        now())))
        .replaceWithVoid();
  }

  /**
   * Sets more aside under a reference that holds until it is settled, as a lease's does.
   *
   * @return fails with 422 {@link ProblemType#INSUFFICIENT_FUNDS} where the account holds too
   *     little, or with {@link ProblemType#SPEND_LIMIT_EXCEEDED} where the tenant allows itself
   *     less
   */
  public Uni<Void> raise(
      SqlConnection connection, OrganizationId tenant, Id reference, Money more) {
    return lockWithRoom(connection, tenant, more)
        .chain(account -> change(connection, reference, more.micros()));
  }

  /** Locks a tenant's account, which is made where it is missing, until the transaction's end. */
  public Uni<Void> lockTenant(SqlConnection connection, OrganizationId tenant, Currency currency) {
    return lockAccount(connection, tenant, AccountKind.TENANT, currency).replaceWithVoid();
  }

  /** The same for several, always in the same order. */
  public Uni<Void> lockTenants(
      SqlConnection connection, Collection<OrganizationId> tenants, Currency currency) {
    Uni<Void> locked = Uni.createFrom().voidItem();
    for (OrganizationId tenant :
        tenants.stream().distinct().sorted(Comparator.comparing(OrganizationId::value)).toList()) {
      locked = locked.chain(() -> lockTenant(connection, tenant, currency));
    }
    return locked;
  }

  /** A tenant's account as it stands; empty where it was never used. */
  public Uni<Optional<Account>> accountOf(
      SqlConnection connection, OrganizationId tenant, Currency currency) {
    return connection
        .preparedQuery(
            "select id, balance_micros from ledger_account"
                + " where organization_id = $1 and kind = $2 and currency = $3")
        .execute(Tuple.of(tenant.value(), AccountKind.TENANT.name(), currency.getCurrencyCode()))
        .chain((RowSet<Row> rows) -> {
          if (rows.size() == 0) {
            return Uni.createFrom().item(Optional.empty());
          }
          Row account = rows.iterator().next();
          return reserved(connection, account.getUUID("id"))
              .map(reserved ->
                  Optional.of(
                      new Account(
                          new AccountId(account.getUUID("id")),
                          tenant,
                          AccountKind.TENANT,
                          new Money(account.getLong("balance_micros"), currency),
                          new Money(reserved, currency))));
        });
  }

  /** Gives a part of what is set aside back. */
  public Uni<Void> lower(SqlConnection connection, Id reference, Money less) {
    return change(connection, reference, Math.negateExact(less.micros()));
  }

  /**
   * Sets aside under a new reference, for good and on the same account, what the same transaction
   * gives back of another. Neither funds nor a spend limit are asked, since nothing is added.
   *
   * @param amount at most what is given back
   */
  public Uni<Void> carry(SqlConnection connection, Id from, Id to, Money amount) {
    return connection
        .preparedQuery(
            "insert into ledger_reservation (reference, account_id, amount_micros, state,"
                + " expires_at, created_at) select $2, account_id, $3, 'HELD', null, $4"
                + " from ledger_reservation where reference = $1")
        .execute(Tuple.of(from.toString(), to.toString(), amount.micros(), now()))
        .invoke(rows -> {
          if (rows.rowCount() != 1) {
            throw new IllegalStateException("nothing was ever set aside for " + from);
          }
        })
        .replaceWithVoid();
  }

  private static Uni<Void> change(SqlConnection connection, Id reference, long micros) {
    return connection
        .preparedQuery(
            "update ledger_reservation set amount_micros = amount_micros + $2"
                + " where reference = $1 and state = 'HELD' and expires_at is null")
        .execute(Tuple.of(reference.toString(), micros))
        .invoke(rows -> {
          if (rows.rowCount() != 1) {
            throw new IllegalStateException("nothing is set aside for " + reference);
          }
        })
        .replaceWithVoid();
  }

  /** Locks a tenant's account that has so much to spare; gives its id. */
  private Uni<UUID> lockWithRoom(SqlConnection connection, OrganizationId tenant, Money amount) {
    return lockAccount(connection, tenant, AccountKind.TENANT, amount.currency())
        .call(account ->
            // Sent together: what is reserved is read when what is overdue is marked.
            Uni.combine()
                .all()
                .unis(
                    releaseOverdue(connection, account.getUUID("id")),
                    reserved(connection, account.getUUID("id")))
                .with((released, reserved) -> reserved)
                .invoke(reserved -> {
                  Money available =
                      new Money(
                          Math.subtractExact(account.getLong("balance_micros"), reserved),
                          amount.currency());
                  if (available.compareTo(amount) < 0) {
                    throw shortOfFunds(amount, available);
                  }
                })
                .chain(reserved ->
                    limits.requireRoom(
                        connection,
                        tenant,
                        account.getUUID("id"),
                        new Money(reserved, amount.currency()),
                        amount)))
        .map(account -> account.getUUID("id"));
  }

  /**
   * Marks what is overdue, so that {@link #keep} in another transaction either was first, and this
   * one waits for it and counts it, or finds nothing to keep: by the row, not by two clocks.
   */
  private Uni<Void> releaseOverdue(SqlConnection connection, UUID account) {
    return connection
        .preparedQuery(
            "update ledger_reservation set state = 'RELEASED'"
                + " where account_id = $1 and state = 'HELD' and expires_at <= $2")
        .execute(Tuple.of(account, now()))
        .replaceWithVoid();
  }

  /**
   * Takes the time limit off a reservation and gives it another reference: the quote's becomes the
   * lease's.
   *
   * @return fails with 409 where its time has passed
   */
  public Uni<Void> keep(SqlConnection connection, Id reference, Id newReference) {
    return connection
        .preparedQuery(
            "update ledger_reservation set reference = $2, expires_at = null"
                + " where reference = $1 and state = 'HELD' and expires_at > $3")
        .execute(Tuple.of(reference.toString(), newReference.toString(), now()))
        .invoke(rows -> {
          if (rows.rowCount() != 1) {
            throw ProblemException.conflict("The money set aside for " + reference + " lapsed.");
          }
        })
        .replaceWithVoid();
  }

  /** Gives reserved money back; does nothing where nothing is held under the reference. */
  public Uni<Void> release(SqlConnection connection, Id reference) {
    return connection
        .preparedQuery(
            "update ledger_reservation set state = 'RELEASED' where reference = $1 and state = 'HELD'")
        .execute(Tuple.of(reference.toString()))
        .replaceWithVoid();
  }

  /**
   * Ends a reservation by paying a provider out of it; what is left is free again. Does nothing
   * where the reference was settled or released before.
   *
   * @param amount what is owed, at most what was reserved
   */
  public Uni<Void> settle(
      SqlConnection connection,
      Id reference,
      OrganizationId tenant,
      OrganizationId provider,
      Money amount) {
    return settle(
        connection,
        reference,
        tenant,
        List.of(new Payment(provider, AccountKind.PROVIDER, amount)));
  }

  /**
   * What somebody is paid.
   *
   * @param paidAs as a provider, or as a tenant who sold what it had leased
   */
  public record Payment(OrganizationId paid, AccountKind paidAs, Money amount) {}

  /**
   * The same where others are paid, too. The caller locks the accounts of all tenants that pay or
   * are paid in its transaction first, by {@link #lockTenants}.
   *
   * @param payments at least one, each to another account; together at most what was reserved
   */
  public Uni<Void> settle(
      SqlConnection connection, Id reference, OrganizationId tenant, List<Payment> payments) {
    Money amount = payments.stream().map(Payment::amount).reduce(Money::plus).orElseThrow();
    return connection
        .preparedQuery(
            "update ledger_reservation set state = 'SETTLED'"
                + " where reference = $1 and state = 'HELD' returning amount_micros")
        .execute(Tuple.of(reference.toString()))
        .chain(rows -> {
          if (rows.size() == 0) {
            return Uni.createFrom().voidItem();
          }
          if (rows.iterator().next().getLong(0) < amount.micros()) {
            throw new IllegalStateException("more is owed for " + reference + " than was reserved");
          }
          return amount.micros() == 0
              ? Uni.createFrom().voidItem()
              : pay(connection, reference, tenant, amount, payments);
        });
  }

  private Uni<Void> pay(
      SqlConnection connection,
      Id reference,
      OrganizationId tenant,
      Money amount,
      List<Payment> payments) {
    Map<UUID, Long> postings = new LinkedHashMap<>();
    // Accounts are always locked tenant first, so that two settlements cannot deadlock unless two
    // organizations lease from each other; then PostgreSQL ends one and the caller's retry
    // succeeds.
    Uni<Void> locked =
        lockAccount(connection, tenant, AccountKind.TENANT, amount.currency())
            .invoke(from -> postings.put(from.getUUID("id"), -amount.micros()))
            .replaceWithVoid();
    for (Payment payment : payments) {
      if (payment.amount().micros() != 0) {
        locked =
            locked.chain(() ->
                lockAccount(connection, payment.paid(), payment.paidAs(), amount.currency())
                    .invoke(to -> postings.put(to.getUUID("id"), payment.amount().micros()))
                    .replaceWithVoid());
      }
    }
    return locked.chain(() -> book(connection, "SETTLEMENT", reference.toString(), postings));
  }

  /**
   * Credits a tenant with money that came in from outside; fails with 409 where the reference was
   * booked before.
   */
  public Uni<Account> deposit(
      SqlConnection connection, OrganizationId tenant, Money amount, String reference) {
    return lockPlatformAccount(connection, amount.currency())
        .chain(from ->
            lockAccount(connection, tenant, AccountKind.TENANT, amount.currency())
                .chain(to ->
                    book(
                            connection,
                            "DEPOSIT",
                            reference,
                            Map.of(
                                from.getUUID("id"),
                                -amount.micros(),
                                to.getUUID("id"),
                                amount.micros()))
                        .chain(() -> reserved(connection, to.getUUID("id")))
                        .map(reserved ->
                            new Account(
                                new AccountId(to.getUUID("id")),
                                tenant,
                                AccountKind.TENANT,
                                new Money(
                                    Math.addExact(to.getLong("balance_micros"), amount.micros()),
                                    amount.currency()),
                                new Money(reserved, amount.currency())))));
  }

  /**
   * Books an entry.
   *
   * @param postings by account; they sum to zero
   */
  private Uni<Void> book(
      SqlConnection connection, String kind, String reference, Map<UUID, Long> postings) {
    UUID entry = Id.fresh();
    UUID[] accounts = postings.keySet().toArray(UUID[]::new);
    Long[] amounts =
        Arrays.stream(accounts).map(account -> postings.get(account)).toArray(Long[]::new);
    return connection
        .preparedQuery(
            "insert into ledger_entry (id, kind, reference, at) values ($1, $2, $3, $4)"
                + " on conflict (kind, reference) do nothing")
        .execute(Tuple.of(entry, kind, reference, now()))
        .invoke(rows -> {
          if (rows.rowCount() == 0) {
            throw ProblemException.conflict(
                "A " + kind.toLowerCase(Locale.ROOT) + " '" + reference + "' was booked before.");
          }
        })
        .chain(() ->
            connection
                .preparedQuery(
                    "insert into ledger_posting (entry_id, account_id, amount_micros)"
                        + " select $1, account, amount"
                        + " from unnest($2::uuid[], $3::bigint[]) as posting(account, amount)")
                .execute(Tuple.of(entry, accounts, amounts)))
        .chain(() ->
            connection
                .preparedQuery(
                    "update ledger_account set balance_micros = balance_micros + amount"
                        + " from unnest($1::uuid[], $2::bigint[]) as posting(account, amount)"
                        + " where id = account")
                .execute(Tuple.of(accounts, amounts)))
        .replaceWithVoid();
  }

  private Uni<Long> reserved(SqlConnection connection, UUID account) {
    return connection
        .preparedQuery(
            "select coalesce(sum(amount_micros), 0)::bigint as reserved from ledger_reservation"
                + " where account_id = $1 and state = 'HELD'"
                + " and (expires_at is null or expires_at > $2)")
        .execute(Tuple.of(account, now()))
        .map(rows -> rows.iterator().next().getLong("reserved"));
  }

  private Uni<Row> lockAccount(
      SqlConnection connection, OrganizationId organization, AccountKind kind, Currency currency) {
    return lock(connection, organization.value(), kind, currency);
  }

  private Uni<Row> lockPlatformAccount(SqlConnection connection, Currency currency) {
    return lock(connection, null, AccountKind.DEPOSITS, currency);
  }

  /** Locks an account, made where it is missing. */
  private Uni<Row> lock(
      SqlConnection connection,
      @org.jspecify.annotations.Nullable UUID organization,
      AccountKind kind,
      Currency currency) {
    return Uni.combine()
        .all()
        .unis(
            connection
                .preparedQuery(
                    "insert into ledger_account (id, organization_id, kind, currency, created_at)"
                        + " values ($1, $2, $3, $4, $5) on conflict do nothing")
                .execute(
                    Tuple.of(
                        Id.fresh(), organization, kind.name(), currency.getCurrencyCode(), now())),
            connection
                .preparedQuery(
                    "select id, balance_micros from ledger_account"
                        + " where organization_id is not distinct from $1 and kind = $2"
                        + " and currency = $3 for no key update")
                .execute(Tuple.of(organization, kind.name(), currency.getCurrencyCode())))
        .with((made, rows) -> rows.iterator().next());
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private static ProblemException shortOfFunds(Money amount, Money available) {
    return new ProblemException(
            ProblemType.INSUFFICIENT_FUNDS,
            "This needs "
                + amount
                + " set aside, and "
                + available
                + " is available: pay in more, or ask for less or for a shorter time.")
        .with("needed", Money.Wire.of(amount))
        .with("available", Money.Wire.of(available));
  }
}
