package io.berth.leasing.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.leasing.LeaseDebt;
import io.berth.leasing.LeaseDebtId;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeasePrice;
import io.berth.leasing.ResaleId;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.StoredJson;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Reads and writes what former tenants owe for leases; always under the lease's lock. */
@ApplicationScoped
public class DebtStore {

  /** What sales came to. */
  private static final String SETTLEMENTS =
      """
      select resale_id, currency, sum(reserved_micros)::bigint as owed,
        coalesce(sum(charged_micros), 0)::bigint as paid,
        coalesce(sum(received_micros), 0)::bigint as received
      from lease_debt where resale_id = any($1) group by resale_id, currency
      """;

  private final StoredJson json;

  DebtStore(StoredJson json) {
    this.json = json;
  }

  /** What former tenants owe for a lease, in the order in which it is paid. */
  Uni<List<LeaseDebt>> of(SqlConnection connection, LeaseId lease) {
    return of(connection, List.of(lease));
  }

  /** The same for several leases, one lease's after another's. */
  Uni<List<LeaseDebt>> of(SqlConnection connection, Collection<LeaseId> leases) {
    return connection
        .preparedQuery(
            "select id, lease_id, position, resale_id, debtor_id, price, reserved_micros,"
                + " retained_micros, payer_retained_micros, currency, charged_micros,"
                + " received_micros from lease_debt"
                + " where lease_id = any($1) order by lease_id, position")
        .execute(Tuple.of(leases.stream().map(LeaseId::value).toArray(UUID[]::new)))
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(this::debt).toList());
  }

  /** Adds one. */
  Uni<Void> insert(SqlConnection connection, LeaseDebt debt, Instant now) {
    return connection
        .preparedQuery(
            "insert into lease_debt (id, lease_id, position, resale_id, debtor_id, price,"
                + " reserved_micros, retained_micros, currency, created_at)"
                + " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .execute(
            Tuple.tuple()
                .addUUID(debt.id().value())
                .addUUID(debt.lease().value())
                .addInteger(debt.position())
                .addUUID(debt.resale().value())
                .addUUID(debt.debtor().value())
                .addString(json.write(debt.price()))
                .addLong(debt.reserved().micros())
                .addLong(debt.retained().micros())
                .addString(debt.reserved().currency().getCurrencyCode())
                .addOffsetDateTime(now.atOffset(ZoneOffset.UTC)))
        .replaceWithVoid();
  }

  /**
   * Writes what is owed at most, and for what.
   *
   * @param retainedOfPayer see {@link LeaseDebt}
   */
  Uni<Void> amend(
      SqlConnection connection,
      LeaseDebtId id,
      LeasePrice price,
      Money reserved,
      Money retained,
      Money retainedOfPayer) {
    return connection
        .preparedQuery(
            "update lease_debt set price = $2, reserved_micros = $3, retained_micros = $4,"
                + " payer_retained_micros = $5 where id = $1 and charged_micros is null")
        .execute(
            Tuple.of(
                id.value(),
                json.write(price),
                reserved.micros(),
                retained.micros(),
                retainedOfPayer.micros()))
        .replaceWithVoid();
  }

  /** Records what was paid in the end, and what its debtor was. */
  Uni<Void> charge(SqlConnection connection, LeaseDebtId id, Money amount, Money received) {
    return connection
        .preparedQuery(
            "update lease_debt set charged_micros = $2, received_micros = $3"
                + " where id = $1 and charged_micros is null")
        .execute(Tuple.of(id.value(), amount.micros(), received.micros()))
        .replaceWithVoid();
  }

  /**
   * What a sale came to so far.
   *
   * @param owed the most that the seller owes for what it sold
   * @param paid what of it it has paid
   * @param received what it was paid
   */
  record Settlement(Money owed, Money paid, Money received) {}

  /** What sales came to so far; of those only that were made. */
  Uni<Map<ResaleId, Settlement>> settlements(
      SqlConnection connection, Collection<ResaleId> resales) {
    return connection
        .preparedQuery(SETTLEMENTS)
        .execute(Tuple.of(resales.stream().map(ResaleId::value).toArray(UUID[]::new)))
        .map(rows -> {
          Map<ResaleId, Settlement> settlements = new HashMap<>();
          for (Row row : rows) {
            Currency currency = Currency.getInstance(row.getString("currency"));
            settlements.put(
                new ResaleId(row.getUUID("resale_id")),
                new Settlement(
                    new Money(row.getLong("owed"), currency),
                    new Money(row.getLong("paid"), currency),
                    new Money(row.getLong("received"), currency)));
          }
          return settlements;
        });
  }

  private LeaseDebt debt(Row row) {
    Currency currency = Currency.getInstance(row.getString("currency"));
    Long charged = row.getLong("charged_micros");
    Long received = row.getLong("received_micros");
    return new LeaseDebt(
        new LeaseDebtId(row.getUUID("id")),
        new LeaseId(row.getUUID("lease_id")),
        row.getInteger("position"),
        new ResaleId(row.getUUID("resale_id")),
        new OrganizationId(row.getUUID("debtor_id")),
        json.read(row.getString("price"), new TypeReference<LeasePrice>() {}),
        new Money(row.getLong("reserved_micros"), currency),
        new Money(row.getLong("retained_micros"), currency),
        new Money(row.getLong("payer_retained_micros"), currency),
        charged == null ? null : new Money(charged, currency),
        received == null ? null : new Money(received, currency));
  }
}
