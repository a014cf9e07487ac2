package io.berth.ledger.internal;

import io.berth.ledger.Account;
import io.berth.ledger.AccountId;
import io.berth.ledger.AccountKind;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.UUID;

/** Reads accounts. */
@ApplicationScoped
public class AccountStore {

  private final Clock clock;

  AccountStore(Clock clock) {
    this.clock = clock;
  }

  /** Accounts of organizations that the scope sees, by id. */
  Uni<Page<Account>> list(SqlConnection connection, Scope scope, PageRequest page) {
    UUID after = page.afterId(AccountId::fromString).map(AccountId::value).orElse(null);
    return connection
        .preparedQuery(
            "select a.id, a.organization_id, a.kind, a.currency, a.balance_micros,"
                + " coalesce((select sum(r.amount_micros) from ledger_reservation r"
                + " where r.account_id = a.id and r.state = 'HELD'"
                + " and (r.expires_at is null or r.expires_at > $3)), 0)::bigint as reserved"
                + " from ledger_account a where a.organization_id is not null"
                + " and ($1::uuid is null or a.organization_id = $1)"
                + " and ($2::uuid is null or a.id > $2) order by a.id limit $4")
        .execute(
            Tuple.of(
                scope.organizationFilter(),
                after,
                clock.instant().atOffset(ZoneOffset.UTC),
                page.limit()))
        .map(rows -> {
          List<Account> accounts = new ArrayList<>();
          for (Row row : rows) {
            Currency currency = Currency.getInstance(row.getString("currency"));
            accounts.add(
                new Account(
                    new AccountId(row.getUUID("id")),
                    new OrganizationId(row.getUUID("organization_id")),
                    AccountKind.valueOf(row.getString("kind")),
                    new Money(row.getLong("balance_micros"), currency),
                    new Money(row.getLong("reserved"), currency)));
          }
          return page.page(accounts, account -> account.id().toString());
        });
  }
}
