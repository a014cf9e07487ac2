package io.berth.ledger.internal;

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
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What tenants allow themselves to spend in a calendar month, by UTC. What was charged in the month
 * counts, and what is set aside now, for whichever month it will be charged: a limit that is kept
 * can never be passed by what was booked under it.
 */
@ApplicationScoped
public class SpendLimits {

  private final Clock clock;

  SpendLimits(Clock clock) {
    this.clock = clock;
  }

  /** A limit as an organization set it; {@code amount} is null where it took it back. */
  record SpendLimit(@Nullable Money amount, long version) {}

  /**
   * Refuses what would pass the limit. The caller holds the account's lock, so that two bookings
   * cannot both be the last.
   *
   * @param account the tenant's
   * @param reserved what is set aside on it
   * @return fails with 422 {@link ProblemType#SPEND_LIMIT_EXCEEDED}
   */
  public Uni<Void> requireRoom(
      SqlConnection connection, OrganizationId tenant, UUID account, Money reserved, Money amount) {
    return find(connection, tenant, amount.currency())
        .chain(limit -> {
          Money most = limit.map(SpendLimit::amount).orElse(null);
          return most == null
              ? Uni.createFrom().voidItem()
              : spent(connection, account, amount.currency())
                  .invoke(spent -> {
                    if (spent.plus(reserved).plus(amount).compareTo(most) > 0) {
                      throw exceeded(most, spent, reserved, amount);
                    }
                  })
                  .replaceWithVoid();
        });
  }

  /** The limit that an organization has set; empty where it never did. */
  Uni<Optional<SpendLimit>> find(
      SqlConnection connection, OrganizationId organization, Currency currency) {
    return connection
        .preparedQuery(
            "select amount_micros, version from spend_limit"
                + " where organization_id = $1 and currency = $2")
        .execute(Tuple.of(organization.value(), currency.getCurrencyCode()))
        .map((RowSet<Row> rows) -> {
          if (rows.size() == 0) {
            return Optional.empty();
          }
          Row row = rows.iterator().next();
          Long micros = row.getLong("amount_micros");
          return Optional.of(
              new SpendLimit(
                  micros == null ? null : new Money(micros, currency), row.getLong("version")));
        });
  }

  /** Sets or, without an amount, takes back a limit; gives its version. */
  Uni<Long> set(
      SqlConnection connection,
      OrganizationId organization,
      Currency currency,
      @Nullable Money amount,
      String by) {
    return connection
        .preparedQuery(
            "insert into spend_limit as s (organization_id, amount_micros, currency, set_by, set_at,"
                + " version) values ($1, $2, $3, $4, $5, 1) on conflict (organization_id) do update"
                + " set amount_micros = $2, currency = $3, set_by = $4, set_at = $5,"
                + " version = s.version + 1 returning version")
        .execute(
            Tuple.of(
                organization.value(),
                amount == null ? null : amount.micros(),
                currency.getCurrencyCode(),
                by,
                utc(clock.instant())))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** What was charged to an account since the month began. */
  Uni<Money> spent(SqlConnection connection, UUID account, Currency currency) {
    return connection
        .preparedQuery(
            "select coalesce(-sum(p.amount_micros), 0)::bigint as spent from ledger_entry e"
                + " join ledger_posting p on p.entry_id = e.id and p.account_id = $1"
                // What was earned by selling what was leased is no spending.
                + " and p.amount_micros < 0 where e.kind = 'SETTLEMENT' and e.at >= $2")
        .execute(Tuple.of(account, utc(monthOf(clock.instant()))))
        .map(rows -> new Money(rows.iterator().next().getLong("spent"), currency));
  }

  /** When the month of a moment began. */
  static Instant monthOf(Instant moment) {
    return moment
        .atOffset(ZoneOffset.UTC)
        .truncatedTo(ChronoUnit.DAYS)
        .withDayOfMonth(1)
        .toInstant();
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }

  private static ProblemException exceeded(Money limit, Money spent, Money reserved, Money amount) {
    return new ProblemException(
            ProblemType.SPEND_LIMIT_EXCEEDED,
            "Your organization allows itself "
                + limit
                + " a month: "
                + spent
                + " were charged this month, "
                + reserved
                + " are set aside, and this needs "
                + amount
                + ". Raise the limit (PUT /v1/spend-limit), or ask for less.")
        .with("limit", Money.Wire.of(limit))
        .with("spent", Money.Wire.of(spent))
        .with("reserved", Money.Wire.of(reserved))
        .with("needed", Money.Wire.of(amount));
  }
}
